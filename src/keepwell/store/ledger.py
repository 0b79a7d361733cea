"""The ledger as it is kept: one entry for each message and recipient, which the database itself holds to be one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.caps import Sent
from keepwell.outreach.ledger import SENT, Key, State, Step, after
from keepwell.store.outreach_tables import LEDGER, RECIPIENTS


@dataclass(frozen=True, slots=True)
class Entry:
    """A message to a recipient, and how far it has come.

    `reason`: why it waits or never went (`""`: no reason). `handed_at`: when it was handed over last. `number` is 0 as long as it is not kept.
    """

    key: Key
    account_id: str
    category: str
    planned_at: datetime
    changed_at: datetime
    transactional: bool = False
    state: State = State.PLANNED
    reason: str = ""
    handed_at: datetime | None = None
    number: int = 0


def recipient(connection: Connection, channel: str, form: str) -> int:
    """The number of a recipient in its one form on a channel; made if there is none yet."""
    mine = (RECIPIENTS.c.channel == channel) & (RECIPIENTS.c.form == form)
    found = connection.execute(sa.select(RECIPIENTS.c.number).where(mine)).scalar_one_or_none()
    if found is not None:
        return int(found)
    insert = sa.insert(RECIPIENTS).values(channel=channel, form=form).returning(RECIPIENTS.c.number)
    return int(connection.execute(insert).scalar_one())


def plan(connection: Connection, entry: Entry) -> Entry | None:
    """Keeps an entry; `None` if there is one of its key, which stays as it is."""
    if find(connection, entry.key) is not None:
        return None
    key = entry.key
    insert = sa.insert(LEDGER).values(
        enrollment=key.enrollment,
        step=key.step,
        occurrence=key.occurrence,
        recipient=recipient(connection, key.channel, key.recipient),
        channel=str(key.channel),
        account_id=entry.account_id,
        category=entry.category,
        transactional=entry.transactional,
        state=str(entry.state),
        reason=entry.reason,
        planned_at=entry.planned_at,
        changed_at=entry.changed_at,
        handed_at=entry.handed_at,
        message=key.message,
    )
    return replace(entry, number=connection.execute(insert.returning(LEDGER.c.number)).scalar_one())


def move(connection: Connection, entry: Entry, step: Step, at: datetime, reason: str = "") -> Entry:
    """Lets a step happen to an entry, by the state in which it is kept; where no arrow leads on, nothing happens.

    Whoever hands over commits this before the provider is called.
    """
    kept = _state(connection, entry.number)
    state = after(kept, step)
    if state is kept:
        return replace(entry, state=kept)
    handed_at = at if state is State.HANDED_OVER else entry.handed_at
    values = {"state": str(state), "reason": reason, "changed_at": at, "handed_at": handed_at}
    connection.execute(sa.update(LEDGER).where(LEDGER.c.number == entry.number).values(**values))
    return replace(entry, state=state, reason=reason, changed_at=at, handed_at=handed_at)


def find(connection: Connection, key: Key) -> Entry | None:
    """The entry of a key, if there is one."""
    mine = (LEDGER.c.enrollment == key.enrollment) & (LEDGER.c.step == key.step)
    same = (LEDGER.c.occurrence == key.occurrence) & (LEDGER.c.channel == str(key.channel))
    row = connection.execute(_whole().where(mine & same & (RECIPIENTS.c.form == key.recipient))).one_or_none()
    return None if row is None else _of(row)


def get(connection: Connection, number: int) -> Entry | None:
    """The entry of that number, if there is one."""
    row = connection.execute(_whole().where(LEDGER.c.number == number)).one_or_none()
    return None if row is None else _of(row)


def named(connection: Connection, messages: Sequence[str]) -> Entry | None:
    """The first entry that one of some Message-IDs names (what stands before their `@`), if any does."""
    query = _whole().where(LEDGER.c.message.in_(messages)).order_by(LEDGER.c.number).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _of(row)


def recipient_of(connection: Connection, number: int) -> int:
    """The number of the recipient of the entry of a number."""
    query = sa.select(LEDGER.c.recipient).where(LEDGER.c.number == number)
    return int(connection.execute(query).scalar_one())


def standing(connection: Connection, state: State, most: int) -> tuple[Entry, ...]:
    """Entries in a state, those that were planned first first; at most so many."""
    query = _whole().where(LEDGER.c.state == str(state)).order_by(LEDGER.c.number).limit(most)
    return tuple(_of(row) for row in connection.execute(query))


def sent(connection: Connection, account_id: str, since: datetime) -> tuple[Sent, ...]:
    """What went out, or may have, to contacts of an account since an instant, the oldest first: what caps count."""
    states = [str(state) for state in SENT]
    mine = (LEDGER.c.account_id == account_id) & LEDGER.c.state.in_(states) & (LEDGER.c.handed_at >= since)
    rows = connection.execute(_whole().where(mine).order_by(LEDGER.c.handed_at, LEDGER.c.number))
    return tuple(Sent(row.handed_at, row.form, row.category, row.transactional) for row in rows)


def _state(connection: Connection, number: int) -> State:
    query = sa.select(LEDGER.c.state).where(LEDGER.c.number == number)
    return State(connection.execute(query).scalar_one())


def _whole() -> sa.Select[tuple[object, ...]]:
    return sa.select(LEDGER, RECIPIENTS.c.form).join(RECIPIENTS, LEDGER.c.recipient == RECIPIENTS.c.number)


def _of(row: sa.Row[tuple[object, ...]]) -> Entry:
    kept = row._mapping
    key = Key(kept["enrollment"], kept["step"], kept["occurrence"], kept["form"], kept["channel"])
    names = (
        "account_id",
        "category",
        "planned_at",
        "changed_at",
        "transactional",
        "reason",
        "handed_at",
        "number",
    )
    return Entry(key=key, state=State(kept["state"]), **{name: kept[name] for name in names})
