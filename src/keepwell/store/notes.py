"""Notes on accounts: what somebody wrote, and the calls, meetings and reviews that they report."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit, outbox
from keepwell.store.audit import Event
from keepwell.store.record_tables import NOTES


class Kind(StrEnum):
    """What a note is of. All but a plain note took place with the account, and become facts (the table `interactions`)."""

    NOTE = "note"
    CALL = "call"
    MEETING = "meeting"
    REVIEW = "review"
    TRAINING = "training"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote of an account, and of when it is (`at`).

    Of a removed note nothing but that it was there is kept. `number` is 0 as long as it is not kept.
    """

    key: str
    account_id: str
    kind: Kind
    at: datetime
    words: str
    author: str
    made_at: datetime
    changed_at: datetime | None = None
    removed_at: datetime | None = None
    removed_by: str | None = None
    number: int = 0


def write(connection: Connection, note: Note, at: datetime) -> Note:
    """Keeps a note that is written now (`at`). Of a call, meeting, review, training or visit the warehouse learns that it was, never the words."""
    row = {name: value for name, value in asdict(note).items() if name != "number"}
    insert = sa.insert(NOTES).values(**(row | {"kind": str(note.kind)})).returning(NOTES.c.number)
    kept = replace(note, number=connection.execute(insert).scalar_one())
    if note.kind is not Kind.NOTE:
        said = {"occurred_at": note.at, "kind": str(note.kind), "author": note.author}
        outbox.put(connection, "interactions", note.key, note.account_id, note.made_at, **said)
    about = f"note {kept.number}"
    audit.note(connection, Event.NOTE_WRITTEN, about, note.author, at, kind=str(note.kind))
    return kept


def change(connection: Connection, note: Note, words: str, *, actor: str, at: datetime) -> Note:
    """Gives a note other words."""
    _set(connection, note, words=words, changed_at=at)
    audit.note(connection, Event.NOTE_CHANGED, f"note {note.number}", actor, at)
    return replace(note, words=words, changed_at=at)


def remove(connection: Connection, note: Note, *, actor: str, at: datetime) -> Note:
    """Removes a note's words; that there was one stays known."""
    _set(connection, note, words="", removed_at=at, removed_by=actor)
    audit.note(connection, Event.NOTE_REMOVED, f"note {note.number}", actor, at)
    return replace(note, words="", removed_at=at, removed_by=actor)


def get(connection: Connection, number: int) -> Note | None:
    """The note of that number; `None` if there is none, or none any more."""
    mine = (NOTES.c.number == number) & NOTES.c.removed_at.is_(None)
    row = connection.execute(sa.select(NOTES).where(mine)).one_or_none()
    return None if row is None else _of(row)


def of(connection: Connection, account_id: str) -> tuple[Note, ...]:
    """The notes on an account, those of the latest first."""
    mine = (NOTES.c.account_id == account_id) & NOTES.c.removed_at.is_(None)
    rows = connection.execute(sa.select(NOTES).where(mine).order_by(NOTES.c.at.desc(), NOTES.c.number.desc()))
    return tuple(_of(row) for row in rows)


def _set(connection: Connection, note: Note, **values: object) -> None:
    connection.execute(sa.update(NOTES).where(NOTES.c.number == note.number).values(**values))


def _of(row: sa.Row[tuple[object, ...]]) -> Note:
    return Note(**{**row._mapping, "kind": Kind(row._mapping["kind"])})
