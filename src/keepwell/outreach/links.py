"""Links in messages: signed, so that whoever follows one needs no sign-in, and nobody can make one up or alter it.

A token says what the link is for, which entry of the ledger it went out with, and, where there is one, its target or answer: no name and no
address. It carries 128 bits of HMAC-SHA256 over all of that (RFC 2104 lets a code be cut to no less than half), so that a link for
one use is worth nothing for another, and one that leads on leads nowhere but to the target that was signed.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from keepwell.outreach.lot import LEAST_KEY

SECRET = "links"  # noqa: S105 - the name of a secret
"""The name of the server's secret that links are signed under."""

ROOT = "m"
"""What the path of every link begins with: all that has to be reached from outside, if the rest is not."""

_CODE = 16
_NUMBER = 8
_RETURN = re.compile(r".+[+]([a-z2-7]+)", re.IGNORECASE)


class Use(StrEnum):
    """What a link is for; the word stands in its path."""

    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    CLICK = "go"
    PIXEL = "seen"
    ANSWER = "answer"
    CONFIRM = "confirm"
    RETURN = "return"  # no page: the address that a message which cannot be delivered comes back to


_MARKS = {use: mark for mark, use in enumerate(Use, start=1)}
_USES = {mark: use for use, mark in _MARKS.items()}


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says. `number` is that of the entry of the ledger, or, of `CONFIRM`, that of what is asked to be confirmed.

    `detail` is a click's target (an http or https URL), or a survey's name and, where the link is an answer, the answer behind `=`.
    """

    use: Use
    number: int
    detail: str = ""

    @property
    def survey(self) -> str:
        """The name of the survey that an answer is for."""
        return self.detail.partition("=")[0]

    @property
    def score(self) -> int | None:
        """The answer that the link gives; `None`: the page asks for it."""
        answer = self.detail.partition("=")[2]
        return int(answer) if answer else None


@dataclass(frozen=True, slots=True, repr=False)
class Links:
    """Makes and reads links under a secret, which stays as long as links that went out are to work. They begin with `public_url`.

    Raises:
        ValueError: the secret has fewer than 16 bytes, or `public_url` is no http or https URL.
    """

    secret: bytes
    public_url: str

    def __post_init__(self) -> None:
        if len(self.secret) < LEAST_KEY:
            raise ValueError(f"a secret has at least {LEAST_KEY} bytes")
        _checked(self.public_url)

    def unsubscribe(self, number: int) -> str:
        """Where the recipient of an entry unsubscribes, by a page or by one click (RFC 8058)."""
        return self._url(Link(Use.UNSUBSCRIBE, number))

    def preferences(self, number: int) -> str:
        """Where the recipient of an entry says what they want to hear of, and how."""
        return self._url(Link(Use.PREFERENCES, number))

    def click(self, number: int, url: str) -> str:
        """A link that notes the click and leads on to `url`, and nowhere else.

        Raises:
            ValueError: it is no http or https URL.
        """
        return self._url(Link(Use.CLICK, number, _checked(url)))

    def pixel(self, number: int) -> str:
        """A picture of one transparent dot, whose loading says that the message was perhaps opened."""
        return self._url(Link(Use.PIXEL, number))

    def answer(self, number: int, survey: str, score: int | None = None) -> str:
        """Where a survey is answered: with a score at hand, or, without one, from the start. A score is kept once its page is confirmed."""
        return self._url(Link(Use.ANSWER, number, survey if score is None else f"{survey}={score}"))

    def confirm(self, number: int) -> str:
        """Where somebody confirms that they want to be written to (double opt-in); `number` is that of the question."""
        return self._url(Link(Use.CONFIRM, number))

    def returns(self, number: int, mailbox: str) -> str:
        """The envelope sender of an entry (VERP): `bounces+TOKEN@firm.example` for the mailbox `bounces@firm.example`.

        The token is in letters that survive a mail server which does not keep their case.

        Raises:
            ValueError: the mailbox is no address.
        """
        local, at, domain = mailbox.rpartition("@")
        if not at or not local or not domain:
            raise ValueError(f"{mailbox!r} is no e-mail address such as bounces@firm.example")
        token = base64.b32encode(self._signed(Link(Use.RETURN, number))).decode().rstrip("=").lower()
        return f"{local}+{token}@{domain}"

    def read(self, token: str) -> Link | None:
        """What a token says; `None`: it was not made here, or has been altered."""
        try:
            written = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        if base64.urlsafe_b64encode(written).decode().rstrip("=") != token:
            return None  # two spellings of one token are not taken for one
        return self._known(written)

    def returned(self, address: str) -> Link | None:
        """What the address says that something came back to; `None`: it is none of ours."""
        found = _RETURN.fullmatch(address.rpartition("@")[0])
        if found is None:
            return None
        token = found[1].upper()
        try:
            written = base64.b32decode(token + "=" * (-len(token) % 8))
        except ValueError:
            return None
        link = self._known(written)
        return link if link is not None and link.use is Use.RETURN else None

    def _known(self, written: bytes) -> Link | None:
        said, code = written[:-_CODE], written[-_CODE:]
        if not hmac.compare_digest(code, self._code(said)) or len(said) < 1 + _NUMBER:
            return None
        number = int.from_bytes(said[1 : 1 + _NUMBER], "big")
        return Link(_USES[said[0]], number, said[1 + _NUMBER :].decode())

    def _url(self, link: Link) -> str:
        token = base64.urlsafe_b64encode(self._signed(link)).decode().rstrip("=")
        return f"{self.public_url.rstrip('/')}/{ROOT}/{link.use}/{token}"

    def _signed(self, link: Link) -> bytes:
        said = bytes([_MARKS[link.use]]) + link.number.to_bytes(_NUMBER, "big") + link.detail.encode()
        return said + self._code(said)

    def _code(self, said: bytes) -> bytes:
        return hmac.digest(self.secret, b"keepwell link " + said, "sha256")[:_CODE]


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or any(each.isspace() for each in url):
        raise ValueError(f"{url!r} is no URL such as https://firm.example/guide")
    return url
