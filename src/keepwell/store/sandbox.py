"""What the sandbox has caught: messages as they would have gone out, to be looked at."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.outreach_tables import CAUGHT, LEDGER, RECIPIENTS


@dataclass(frozen=True, slots=True)
class Caught:
    """A message that would have gone out: `entry` is its number in the ledger, `html` its page (empty where the channel has none)."""

    entry: int
    at: datetime
    sender: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that was caught, with whom it was for."""

    message: Caught
    account_id: str
    journey: str
    channel: str
    recipient: str


def catch(connection: Connection, caught: Sequence[Caught]) -> None:
    """Keeps messages; one that is kept already stays as it is."""
    if not caught:
        return
    numbers = [each.entry for each in caught]
    known = set(connection.execute(sa.select(CAUGHT.c.entry).where(CAUGHT.c.entry.in_(numbers))).scalars())
    rows = [asdict(each) for each in caught if each.entry not in known]
    if rows:
        connection.execute(sa.insert(CAUGHT), rows)


def shown(connection: Connection, *, most: int = 100, before: int | None = None) -> tuple[Shown, ...]:
    """What was caught, the newest first: so many, from those before an entry."""
    columns = (LEDGER.c.account_id, LEDGER.c.journey, LEDGER.c.channel, RECIPIENTS.c.form)
    query = sa.select(CAUGHT, *columns).join(LEDGER, CAUGHT.c.entry == LEDGER.c.number)
    query = query.join(RECIPIENTS, LEDGER.c.recipient == RECIPIENTS.c.number)
    if before is not None:
        query = query.where(CAUGHT.c.entry < before)
    names = Caught.__slots__
    return tuple(
        Shown(
            Caught(**{name: row._mapping[name] for name in names}),
            row.account_id,
            row.journey,
            row.channel,
            row.form,
        )
        for row in connection.execute(query.order_by(CAUGHT.c.entry.desc()).limit(most))
    )
