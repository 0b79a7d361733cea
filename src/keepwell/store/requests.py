"""Requests that came with an idempotency key, and what was answered, so that a second one changes nothing more."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.record_tables import REQUESTS


class Claim(StrEnum):
    """What became of an attempt to claim a key."""

    MINE = "mine"
    DONE = "done"
    UNDER_WAY = "under way"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the status, the media type (`kind`), where what was made stands (`location`), the body."""

    status: int
    kind: str
    location: str | None
    body: str


def claim(
    connection: Connection, person: str, key: str, fingerprint: str, *, at: datetime, oldest: datetime
) -> tuple[Claim, Answer | None]:
    """Claims a key for a request of a fingerprint; with `DONE` comes what was answered the first time.

    `UNDER_WAY`: the first request is not answered yet, or its answer was lost in a crash. `OTHER`: the key was used for another
    request. Keys claimed before `oldest` are forgotten.
    """
    forget(connection, oldest)
    row = connection.execute(sa.select(REQUESTS).where(_is(person, key))).one_or_none()
    if row is None:
        values = {"person": person, "key": key, "fingerprint": fingerprint, "made_at": at}
        connection.execute(sa.insert(REQUESTS).values(**values))
        return Claim.MINE, None
    if row.fingerprint != fingerprint:
        return Claim.OTHER, None
    if row.status is None:
        return Claim.UNDER_WAY, None
    return Claim.DONE, Answer(row.status, row.kind, row.location, row.body)


def settle(connection: Connection, person: str, key: str, answer: Answer) -> None:
    """Keeps what was answered to a claimed request."""
    values = {
        "status": answer.status,
        "kind": answer.kind,
        "location": answer.location,
        "body": answer.body,
    }
    connection.execute(sa.update(REQUESTS).where(_is(person, key)).values(**values))


def release(connection: Connection, person: str, key: str) -> None:
    """Gives a claimed key back: the request changed nothing."""
    connection.execute(sa.delete(REQUESTS).where(_is(person, key) & REQUESTS.c.status.is_(None)))


def forget(connection: Connection, before: datetime) -> int:
    """Removes the keys that were claimed before an instant; how many."""
    return connection.execute(sa.delete(REQUESTS).where(REQUESTS.c.made_at < before)).rowcount


def _is(person: str, key: str) -> sa.ColumnElement[bool]:
    return (REQUESTS.c.person == person) & (REQUESTS.c.key == key)
