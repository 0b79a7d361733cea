"""Feedback: people's answers to the question whether a score is right."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit, outbox
from keepwell.store.audit import Event
from keepwell.store.record_tables import FEEDBACK


class Verdict(StrEnum):
    """What somebody says of a score."""

    RIGHT = "right"
    TOO_HIGH = "too_high"
    TOO_LOW = "too_low"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody says of the score that was shown to them (`score`, `band`; `None`: there was none), and why.

    `number` is 0 as long as it is not kept.
    """

    key: str
    account_id: str
    purpose: str
    score: float | None
    band: str | None
    verdict: Verdict
    reason: str
    author: str
    given_at: datetime
    team: str = ""
    number: int = 0


def give(connection: Connection, feedback: Feedback, at: datetime) -> Feedback:
    """Keeps what somebody says now (`at`)."""
    row = {name: value for name, value in asdict(feedback).items() if name != "number"}
    row["verdict"] = str(feedback.verdict)
    insert = sa.insert(FEEDBACK).values(**row).returning(FEEDBACK.c.number)
    kept = replace(feedback, number=connection.execute(insert).scalar_one())
    shown = {"purpose": kept.purpose, "score": kept.score, "band": kept.band, "verdict": row["verdict"]}
    outbox.put(
        connection,
        "feedback",
        kept.key,
        kept.account_id,
        kept.given_at,
        occurred_at=kept.given_at,
        **shown,
        author=kept.author,
        team=kept.team,
    )
    about = f"feedback {kept.number}"
    audit.note(connection, Event.FEEDBACK_GIVEN, about, kept.author, at, **shown)
    return kept


def of(connection: Connection, account_id: str) -> tuple[Feedback, ...]:
    """All that was said of an account's scores, the newest first."""
    query = sa.select(FEEDBACK).where(FEEDBACK.c.account_id == account_id).order_by(FEEDBACK.c.number.desc())
    rows = connection.execute(query)
    return tuple(Feedback(**{**row._mapping, "verdict": Verdict(row._mapping["verdict"])}) for row in rows)
