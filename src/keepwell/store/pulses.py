"""Pulses: dated opinions of the people who look after an account. Who thinks differently later gives another one."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit, outbox
from keepwell.store.audit import Event
from keepwell.store.record_tables import PULSES


@dataclass(frozen=True, slots=True)
class Pulse:
    """Somebody's opinion of an account, 0 to 100, and why. `number` is 0 as long as it is not kept."""

    key: str
    account_id: str
    score: float
    reason: str
    author: str
    given_at: datetime
    team: str = ""
    number: int = 0


def give(connection: Connection, pulse: Pulse, at: datetime) -> Pulse:
    """Keeps a pulse that is given now (`at`)."""
    row = {name: value for name, value in asdict(pulse).items() if name != "number"}
    insert = sa.insert(PULSES).values(**row).returning(PULSES.c.number)
    kept = replace(pulse, number=connection.execute(insert).scalar_one())
    outbox.put(
        connection,
        "pulses",
        kept.key,
        kept.account_id,
        kept.given_at,
        occurred_at=kept.given_at,
        score=kept.score,
        author=kept.author,
        team=kept.team,
    )
    about = f"pulse {kept.number}"
    audit.note(connection, Event.PULSE_GIVEN, about, kept.author, at, score=kept.score)
    return kept


def of(connection: Connection, account_id: str) -> tuple[Pulse, ...]:
    """All pulses of an account, the newest first."""
    query = sa.select(PULSES).where(PULSES.c.account_id == account_id).order_by(PULSES.c.number.desc())
    return tuple(Pulse(**row._mapping) for row in connection.execute(query))
