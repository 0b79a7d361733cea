"""The ledger as it is kept: one entry for each message and recipient, which the database itself holds to be one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.caps import Sent
from keepwell.outreach.enrollment import End
from keepwell.outreach.ledger import SENT, WAITING, Key, State, Step, after
from keepwell.store.outreach_tables import ENROLLMENTS, LEDGER, RECIPIENTS

_PLAIN = ("journey", "version", "contact", "priority", "expires_at", "wakes_at", "tries", "said")


@dataclass(frozen=True, slots=True)
class Entry:
    """A message to a recipient, and how far it has come.

    `reason`: why it waits or never went (`""`: no reason). `handed_at`: when it was handed over last. `journey` and `version` are what it goes by,
    `contact` is the person's id, `priority` and `expires_at` are the journey's. `wakes_at`: when it is looked at again (`None`: at once); of
    one that is handed over, until when its worker has to have said what became of it. `tries`: how often it was handed over; `said`: what the
    provider answered last. `number`, and `whom` (that of the recipient), are 0 as long as it is not kept.
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
    journey: str = ""
    version: str = ""
    contact: str = ""
    priority: int = 50
    expires_at: datetime | None = None
    wakes_at: datetime | None = None
    tries: int = 0
    said: str = ""
    number: int = 0
    whom: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """What is to happen to an entry: a step (and `then` another one) and its reason, when it is to be looked at again, and what the provider said."""

    entry: Entry
    step: Step
    reason: str = ""
    wakes_at: datetime | None = None
    said: str = ""
    then: Step | None = None


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
    whom = recipient(connection, key.channel, key.recipient)
    insert = sa.insert(LEDGER).values(
        enrollment=key.enrollment,
        step=key.step,
        occurrence=key.occurrence,
        recipient=whom,
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
        **{name: getattr(entry, name) for name in _PLAIN},
    )
    number = connection.execute(insert.returning(LEDGER.c.number)).scalar_one()
    return replace(entry, number=number, whom=whom)


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


def due(connection: Connection, at: datetime, most: int) -> tuple[Entry, ...]:
    """Entries that wait, and are to be looked at by an instant: those of the highest priority first, then those that were planned first.

    They are another worker's as long as that has them in its transaction.
    """
    waiting = LEDGER.c.state.in_([str(state) for state in WAITING])
    time = LEDGER.c.wakes_at.is_(None) | (LEDGER.c.wakes_at <= at)
    query = _whole().where(waiting & time).order_by(LEDGER.c.priority.desc(), LEDGER.c.number).limit(most)
    locked = query.with_for_update(of=LEDGER, skip_locked=True)
    return tuple(_of(row) for row in connection.execute(locked))


def wakes_next(connection: Connection) -> datetime | None:
    """When the next of the entries that wait for a time is to be looked at; `None`: none waits for one."""
    waiting = LEDGER.c.state.in_([str(state) for state in WAITING])
    found: datetime | None = connection.execute(
        sa.select(sa.func.min(LEDGER.c.wakes_at)).where(waiting)
    ).scalar_one()
    return found


def still_due(connection: Connection, numbers: Sequence[int], at: datetime) -> tuple[Entry, ...]:
    """Those of some entries that wait still, and are due still, in the transaction that decides on them; others have them by now."""
    waiting = LEDGER.c.state.in_([str(state) for state in WAITING])
    time = LEDGER.c.wakes_at.is_(None) | (LEDGER.c.wakes_at <= at)
    query = _whole().where(LEDGER.c.number.in_(numbers) & waiting & time)
    locked = query.order_by(LEDGER.c.number).with_for_update(of=LEDGER, skip_locked=True)
    return tuple(_of(row) for row in connection.execute(locked))


def lapsed(connection: Connection, at: datetime, most: int) -> tuple[Entry, ...]:
    """Entries that were handed over, and whose worker has not said by an instant what became of them."""
    open_ended = (LEDGER.c.state == str(State.HANDED_OVER)) & (LEDGER.c.wakes_at <= at)
    query = _whole().where(open_ended).order_by(LEDGER.c.number).limit(most)
    return tuple(_of(row) for row in connection.execute(query.with_for_update(of=LEDGER, skip_locked=True)))


def turn(connection: Connection, moves: Sequence[Move], at: datetime) -> tuple[Entry, ...]:
    """Lets a step happen to each of many entries, by the state in which each is kept; gives those to which something happened.

    A step that leads nowhere changes but why an entry waits, and until when, and that only while it still waits.
    """
    states = _states(connection, [move.entry.number for move in moves])
    rows: list[dict[str, object]] = []
    turned: list[Entry] = []
    for move in moves:
        kept = states[move.entry.number]
        entry = _turned(move, kept, at)
        if entry is None:
            continue
        turned.append(entry)
        names = ("reason", "changed_at", "handed_at", "wakes_at", "tries", "said")
        said = {name: getattr(entry, name) for name in names}
        rows.append({"entry": entry.number, "before": str(kept), "state": str(entry.state), **said})
    if rows:
        mine = (LEDGER.c.number == sa.bindparam("entry")) & (LEDGER.c.state == sa.bindparam("before"))
        values: dict[str, Any] = {
            name: sa.bindparam(name) for name in rows[0] if name not in ("entry", "before")
        }
        connection.execute(sa.update(LEDGER).where(mine).values(**values), rows)
    return tuple(turned)


def _turned(move: Move, kept: State, at: datetime) -> Entry | None:
    state = after(kept, move.step)
    if move.then is not None:
        state = after(state, move.then)
    if state is kept and kept not in WAITING:
        return None
    handed = state is State.HANDED_OVER
    return replace(
        move.entry,
        state=state,
        reason=move.reason,
        changed_at=move.entry.changed_at if state is kept else at,
        handed_at=at if handed else move.entry.handed_at,
        wakes_at=move.wakes_at,
        tries=move.entry.tries + handed,
        said=move.said or move.entry.said,
    )


def handed_to(connection: Connection, account_id: str, contact: str, since: datetime) -> tuple[Entry, ...]:
    """What went out, or may have, to a contact of an account since an instant, the oldest first."""
    states = [str(state) for state in SENT]
    mine = (LEDGER.c.account_id == account_id) & (LEDGER.c.contact == contact) & LEDGER.c.state.in_(states)
    query = _whole().where(mine & (LEDGER.c.handed_at >= since))
    return tuple(_of(row) for row in connection.execute(query.order_by(LEDGER.c.handed_at, LEDGER.c.number)))


def over(connection: Connection, numbers: Sequence[int]) -> frozenset[int]:
    """Which entries, by their numbers, are of enrollments that have ended since by their goal, an exit or the time limit."""
    ends = [str(end) for end in (End.REACHED, End.EXITED, End.EXPIRED)]
    query = sa.select(LEDGER.c.number).join(ENROLLMENTS, LEDGER.c.enrollment == ENROLLMENTS.c.id)
    mine = LEDGER.c.number.in_(numbers) & ENROLLMENTS.c.end.in_(ends)
    return frozenset(connection.execute(query.where(mine)).scalars())


def wake(connection: Connection, journey: str) -> None:
    """Has everything of a journey that waits looked at again at once: somebody has approved it, or let it go on."""
    waiting = LEDGER.c.state.in_([str(state) for state in WAITING])
    mine = waiting & (LEDGER.c.journey == journey)
    connection.execute(sa.update(LEDGER).where(mine).values(wakes_at=None))


def of(
    connection: Connection,
    *,
    journey: str | None = None,
    account_id: str | None = None,
    most: int = 200,
    before: int | None = None,
) -> tuple[Entry, ...]:
    """What is to go, went or was skipped, and why, of a journey or an account: the newest first, so many, from those before a number."""
    query = _whole().order_by(LEDGER.c.number.desc()).limit(most)
    for column, wanted in ((LEDGER.c.journey, journey), (LEDGER.c.account_id, account_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    if before is not None:
        query = query.where(LEDGER.c.number < before)
    return tuple(_of(row) for row in connection.execute(query))


def counted(connection: Connection, journey: str, since: datetime) -> Mapping[State, int]:
    """How many entries of a journey that were handed over since an instant are in each state."""
    mine = (LEDGER.c.journey == journey) & (LEDGER.c.handed_at >= since)
    query = sa.select(LEDGER.c.state, sa.func.count()).where(mine).group_by(LEDGER.c.state)
    return {State(state): count for state, count in connection.execute(query)}


def bounced_otherwise(connection: Connection, journey: str, since: datetime) -> int:
    """How many entries of a journey that were handed over since an instant have bounced though the address may well exist: softly, or blocked."""
    mine = (LEDGER.c.journey == journey) & (LEDGER.c.handed_at >= since)
    softly = (LEDGER.c.state == str(State.BOUNCED)) & LEDGER.c.reason.in_(("soft", "block"))
    return connection.execute(
        sa.select(sa.func.count()).select_from(LEDGER).where(mine & softly)
    ).scalar_one()


def tally(connection: Connection, journey: str) -> Mapping[State, Mapping[str, int]]:
    """How many entries of a journey are in each state, by reason."""
    columns = (LEDGER.c.state, LEDGER.c.reason)
    query = sa.select(*columns, sa.func.count()).where(LEDGER.c.journey == journey).group_by(*columns)
    found: dict[State, dict[str, int]] = {}
    for state, reason, count in connection.execute(query.order_by(*columns)):
        found.setdefault(State(state), {})[reason] = count
    return found


def sent_to(
    connection: Connection, account_ids: Sequence[str], since: datetime
) -> Mapping[str, tuple[Sent, ...]]:
    """What went out, or may have, to contacts of each account since an instant, the oldest first; each by the contact's id, on whatever channel."""
    states = [str(state) for state in SENT]
    mine = LEDGER.c.account_id.in_(account_ids) & LEDGER.c.state.in_(states) & (LEDGER.c.handed_at >= since)
    columns = (
        LEDGER.c.account_id,
        LEDGER.c.handed_at,
        sa.func.coalesce(sa.func.nullif(LEDGER.c.contact, ""), RECIPIENTS.c.form).label("whom"),
        LEDGER.c.category,
        LEDGER.c.transactional,
    )
    query = sa.select(*columns).join(RECIPIENTS, LEDGER.c.recipient == RECIPIENTS.c.number).where(mine)
    found: dict[str, list[Sent]] = {}
    for row in connection.execute(query.order_by(LEDGER.c.handed_at, LEDGER.c.number)):
        sent = Sent(row.handed_at, row.whom, row.category, row.transactional)
        found.setdefault(row.account_id, []).append(sent)
    return {account: tuple(sent) for account, sent in found.items()}


def sent(connection: Connection, account_id: str, since: datetime) -> tuple[Sent, ...]:
    """What went out, or may have, to contacts of an account since an instant, the oldest first: what caps count."""
    return sent_to(connection, [account_id], since).get(account_id, ())


def _states(connection: Connection, numbers: Sequence[int]) -> Mapping[int, State]:
    query = sa.select(LEDGER.c.number, LEDGER.c.state).where(LEDGER.c.number.in_(numbers))
    return {number: State(state) for number, state in connection.execute(query)}


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
        *_PLAIN,
    )
    fields = {name: kept[name] for name in names}
    return Entry(key=key, state=State(kept["state"]), whom=kept["recipient"], **fields)
