"""Answers to surveys: one for each survey of a message; each becomes a fact by the outbox, what people wrote beside it does not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import outbox
from keepwell.store.response_tables import SURVEY_ANSWERS

TABLE = "surveys"
"""The canonical table that answers become facts of."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody's answer to a survey in the message of an entry: of which kind, the score, and what they wrote. `key` is that of the fact."""

    entry: int
    survey: str
    key: str
    kind: str
    score: int
    comment: str
    answered_at: datetime
    changed_at: datetime | None = None


def give(connection: Connection, answer: Answer, account_id: str, contact: str) -> Answer:
    """Keeps an answer of a contact (their id; `""`: nobody knows), and puts it on its way to the facts; the first answer of a survey in a message stays, and is told again."""
    before = of(connection, answer.entry, answer.survey)
    if before is not None:
        return before
    row = {name: getattr(answer, name) for name in Answer.__slots__}
    connection.execute(sa.insert(SURVEY_ANSWERS).values(**row))
    outbox.put(
        connection,
        TABLE,
        answer.key,
        account_id,
        answer.answered_at,
        occurred_at=answer.answered_at,
        kind=answer.kind,
        score=answer.score,
        contact=contact or None,
    )
    return answer


def comment(connection: Connection, answer: Answer, words: str, at: datetime) -> None:
    """Keeps what somebody wrote beside their answer, in place of what they wrote before."""
    mine = (SURVEY_ANSWERS.c.entry == answer.entry) & (SURVEY_ANSWERS.c.survey == answer.survey)
    connection.execute(sa.update(SURVEY_ANSWERS).where(mine).values(comment=words, changed_at=at))


def of(connection: Connection, entry: int, survey: str) -> Answer | None:
    """The answer to a survey in the message of an entry, if there is one."""
    mine = (SURVEY_ANSWERS.c.entry == entry) & (SURVEY_ANSWERS.c.survey == survey)
    row = connection.execute(sa.select(SURVEY_ANSWERS).where(mine)).one_or_none()
    return None if row is None else _of(row)


def _of(row: sa.Row[Any]) -> Answer:
    return Answer(**{name: row._mapping[name] for name in Answer.__slots__})
