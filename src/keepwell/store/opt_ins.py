"""Questions whether somebody wants to be written to, and their confirmation (double opt-in)."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.response_tables import OPT_INS


@dataclass(frozen=True, slots=True)
class OptIn:
    """A question put to a recipient: whether they want messages of a category (`None`: of all). `source` is where they left their address.

    `number` is 0 as long as it is not kept.
    """

    recipient: int
    category: str | None
    source: str
    asked_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None = None
    number: int = 0


def ask(connection: Connection, opt_in: OptIn) -> OptIn:
    """Keeps a question."""
    row = {name: value for name, value in asdict(opt_in).items() if name != "number"}
    insert = sa.insert(OPT_INS).values(**row).returning(OPT_INS.c.number)
    return replace(opt_in, number=connection.execute(insert).scalar_one())


def get(connection: Connection, number: int) -> OptIn | None:
    """The question of that number, if there is one."""
    row = connection.execute(sa.select(OPT_INS).where(OPT_INS.c.number == number)).one_or_none()
    return None if row is None else OptIn(**row._mapping)


def of(connection: Connection, recipient: int) -> tuple[OptIn, ...]:
    """The questions put to a recipient, the latest first."""
    query = sa.select(OPT_INS).where(OPT_INS.c.recipient == recipient).order_by(OPT_INS.c.number.desc())
    return tuple(OptIn(**row._mapping) for row in connection.execute(query))


def confirm(connection: Connection, opt_in: OptIn, at: datetime) -> OptIn:
    """Notes that somebody has said yes; the first time counts."""
    if opt_in.confirmed_at is not None:
        return opt_in
    mine = OPT_INS.c.number == opt_in.number
    connection.execute(sa.update(OPT_INS).where(mine).values(confirmed_at=at))
    return replace(opt_in, confirmed_at=at)
