"""The mailbox for answers and bounces, over IMAP (RFC 9051): read, and marked as read for us alone."""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from keepwell.errors import UserError

VARIABLE = "KEEPWELL_IMAP_URL"
"""The environment variable that holds the mailbox's URL: `imaps://USER:PASSWORD@HOST/MAILBOX`; whoever runs the server sets it."""

READ = "$KeepwellRead"
"""The keyword by which we know what we have read; whoever reads the mailbox besides sees nothing of it."""

SEEN = r"\Seen"

WAIT_S = 30
LARGEST = 2**20
"""So many bytes of a message are fetched: what it is stands at its beginning."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_LITERAL = re.compile(rb"BODY\[\]<?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is, and who reads it."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    secure: bool


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that is open. `flag` marks what was read: a keyword of ours, or, where the server keeps none, that it was seen."""

    place: Place
    flag: str
    _server: imaplib.IMAP4

    def unread(self, most: int) -> tuple[str, ...]:
        """The numbers (UIDs) of messages that were not read yet, the oldest first; at most so many.

        Raises:
            UserError: the server does not answer as it should.
        """
        search = "UNSEEN" if self.flag == SEEN else f"UNKEYWORD {self.flag}"
        found = self._asked("SEARCH", f"UNDELETED {search}")
        numbers = b" ".join(each for each in found if isinstance(each, bytes)).decode().split()
        return tuple(numbers[:most])

    def message(self, number: str) -> bytes:
        """The message of that number, its first MiB if it is longer; it is not seen by that.

        Raises:
            UserError: the server does not answer as it should.
        """
        for each in self._asked("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST}>)"):
            if isinstance(each, tuple) and _LITERAL.search(each[0]):
                return bytes(each[1])
        return b""

    def mark(self, number: str) -> None:
        """Marks the message of that number as read.

        Raises:
            UserError: the server does not answer as it should.
        """
        self._asked("STORE", number, "+FLAGS.SILENT", f"({self.flag})")

    def _asked(self, command: str, *arguments: str) -> list[bytes | tuple[bytes, bytes]]:
        with _told(self.place):
            status, found = self._server.uid(command, *arguments)
            if status != "OK":
                raise imaplib.IMAP4.error(f"{command}: {found!r}")
        return [each for each in found if each is not None]


@contextlib.contextmanager
def opened(url: str) -> Iterator[Mailbox]:
    """The mailbox at a URL.

    Raises:
        UserError: the URL is none of a mailbox; or the mailbox cannot be reached, or lets nobody in.
    """
    place = placed(url)
    with _told(place):
        server = _connected(place)
    try:
        with _told(place):
            server.login(place.user, place.password)
            status, _ = server.select(f'"{place.folder}"')
            if status != "OK":
                raise imaplib.IMAP4.error(f"there is no mailbox {place.folder}")
            kept = b" ".join(each for each in server.response("PERMANENTFLAGS")[1] if each)
        yield Mailbox(place, READ if rb"\*" in kept or READ.encode() in kept else SEEN, server)
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def placed(url: str) -> Place:
    """The place that a URL names.

    Raises:
        UserError: it is none of a mailbox, or one that would send a password over the network in the clear.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise UserError(
            f"{VARIABLE} is no URL of a mailbox",
            do="type, for example, imaps://USER:PASSWORD@mail.example.com/INBOX (special characters as %40)",
        )
    secure = parts.scheme == "imaps"
    if not secure and parts.hostname not in LOOPBACK:
        raise UserError(f"{VARIABLE} would send the password in the clear", do="begin it with imaps://")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if any(each in folder for each in '"\\\r\n'):
        raise UserError(f"{VARIABLE} names a mailbox that cannot be", do="leave quotes and backslashes out")
    user, password = unquote(parts.username), unquote(parts.password or "")
    return Place(parts.hostname, port or (993 if secure else 143), user, password, folder, secure)


def _connected(place: Place) -> imaplib.IMAP4:
    if place.secure:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=WAIT_S)
    return imaplib.IMAP4(place.host, place.port, timeout=WAIT_S)


@contextlib.contextmanager
def _told(place: Place) -> Iterator[None]:
    """Failures of the mailbox as messages, without its password."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        said = told.removeprefix("b'").removesuffix("'")
        said = said.replace(place.password, "...") if place.password else said
        raise UserError(
            f"the mailbox {place.folder} at {place.host}:{place.port}: {said}", do=f"check {VARIABLE}"
        ) from error
