"""The messages that a contact sees in the app: listed, read and put away."""

from keepwell import clock
from keepwell.errors import AbsentError
from keepwell.outreach.ledger import Step
from keepwell.outreach.response import Kind, Response
from keepwell.outreach.step import Channel
from keepwell.store import in_app, ledger, responses
from keepwell.store.engine import Connection, Store
from keepwell.store.in_app import Shown
from keepwell.store.on_record import numbered

MOST = 50
"""So many messages are shown at a time."""


def listed(store: Store, contact: str) -> tuple[Shown, ...]:
    """The messages of a contact, by their id, the latest first."""
    with store.reading() as connection:
        recipient = _recipient(connection, contact)
        if recipient is None:
            return ()
        return in_app.shown(connection, recipient, clock.now(), MOST)


def read(store: Store, contact: str, number: int) -> None:
    """Notes that a contact has read a message; repeating it is harmless.

    Raises:
        AbsentError: the contact has no such message.
    """
    _noted(store, contact, number, Kind.OPENED)


def dismiss(store: Store, contact: str, number: int) -> None:
    """Notes that a contact has put a message away: it is shown no more.

    Raises:
        AbsentError: the contact has no such message.
    """
    _noted(store, contact, number, Kind.DISMISSED)


def _noted(store: Store, contact: str, number: int, kind: Kind) -> None:
    now = clock.now()
    note = in_app.read if kind is Kind.OPENED else in_app.dismiss
    with store.writing() as connection:
        recipient = _recipient(connection, contact)
        new = None if recipient is None else note(connection, recipient, number, now)
        if new is None:
            raise AbsentError("there is no such message", do="list the messages once more")
        if new:
            responses.keep(connection, Response(number, kind, now))
            entry = ledger.get(connection, number)
            assert entry is not None  # the inbox refers to it
            ledger.move(connection, entry, Step.DELIVER, now)


def _recipient(connection: Connection, contact: str) -> int | None:
    whom = (str(Channel.IN_APP), contact)
    return numbered(connection, [whom]).get(whom)
