"""Notes: what somebody writes of an account, or reports of a call, meeting, review, training or visit."""

from datetime import datetime
from uuid import uuid4

from keepwell import clock
from keepwell.errors import AbsentError, ForbiddenError, UserError
from keepwell.people import Person, Private, Role
from keepwell.project.project import Project
from keepwell.runs.reaching import Reached
from keepwell.runs.saying import moment, words
from keepwell.store import notes
from keepwell.store.engine import Connection, Store
from keepwell.store.notes import Kind, Note


def note(
    project: Project,
    store: Store,
    reached: Reached,
    *,
    words_: str,
    kind: Kind = Kind.NOTE,
    held_at: datetime | None = None,
    by: Person,
) -> Note:
    """Writes a note; `held_at` (aware) says when that took place of which it is, if not now.

    Raises:
        UserError: there are no words or too many, or it is of something still to come.
    """
    said = words(words_, "words")
    with store.writing() as connection:
        at = moment(project, connection)
        if held_at is not None and held_at > at:
            raise UserError(
                f"{held_at:%Y-%m-%d %H:%M} is still to come", where="at", do="name when it took place"
            )
        written = Note(str(uuid4()), reached.id, kind, held_at or at, said, by.email, at)
        return notes.write(connection, written, clock.now())


def change(store: Store, reached: Reached, number: int, words_: str, *, by: Person) -> Note:
    """Gives a note of one's own other words.

    Raises:
        AbsentError: the account has no such note.
        ForbiddenError: somebody else wrote it.
        UserError: there are no words or too many.
    """
    said = words(words_, "words")
    with store.writing() as connection:
        found = _found(connection, reached, number)
        if found.author != by.email:
            raise ForbiddenError(f"{found.author} wrote the note {number}", do="write one of your own")
        return notes.change(connection, found, said, actor=by.email, at=clock.now())


def remove(store: Store, reached: Reached, number: int, *, by: Person) -> Note:
    """Removes the words of a note of one's own, or, as an admin, of anybody's.

    Raises:
        AbsentError: the account has no such note.
        ForbiddenError: somebody else wrote it.
    """
    with store.writing() as connection:
        found = _found(connection, reached, number)
        if found.author != by.email and by.role is not Role.ADMIN:
            raise ForbiddenError(
                f"{found.author} wrote the note {number}", do="ask them, or an admin, to remove it"
            )
        return notes.remove(connection, found, actor=by.email, at=clock.now())


def written(store: Store, reached: Reached, *, to: Person) -> tuple[Note, ...]:
    """The notes on an account that are shown to somebody: all, or, where words are hidden from them, their own. The latest first."""
    with store.reading() as connection:
        found = notes.of(connection, reached.id)
    return found if to.sees(Private.WORDS) else tuple(each for each in found if each.author == to.email)


def _found(connection: Connection, reached: Reached, number: int) -> Note:
    found = notes.get(connection, number)
    if found is None or found.account_id != reached.id:
        raise AbsentError(
            f"{reached.id} has no note {number}",
            do="look at what it has, on the account's page",
            by_api=f"GET /api/accounts/{reached.id}/notes lists what it has",
        )
    return found
