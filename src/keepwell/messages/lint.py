"""What is wrong with a written message, before anybody gets it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from keepwell.messages.written import EMAIL, Written

MOST_BYTES = 102_000
"""Gmail cuts off what is longer than 102 KB, and the way out with it."""

LONGEST_SUBJECT = 60
"""Characters of a subject that telephones show at least; what is longer is cut off."""

SCHEMES = ("http", "https", "mailto", "tel")

_SHOUTED = re.compile(r"[!?]{2,}|\$\$|\b(?:100% free|act now|winner|urgent)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, whether the message must not be sent so (`stops`), and what to do."""

    what: str
    do: str
    stops: bool = False


def findings(message: Written, channel: str, *, ways_out: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """All that is wrong. `ways_out` are the addresses of which an e-mail must hold one, that of unsubscribing; none are asked for where it is empty."""
    found = [*_links(message.html)]
    if channel == EMAIL:
        found += [*_subject(message.subject), *_size(message)]
        if ways_out and not any(way in message.html and way in message.text for way in ways_out):
            found.append(
                Finding(
                    "nobody can unsubscribe from it",
                    "write {{ unsubscribe_url }} into the page and into the text part",
                    stops=True,
                )
            )
    if not message.text.strip():
        found.append(
            Finding("it says nothing as plain text", "write a text part below === text ===", stops=True)
        )
    return tuple(found)


def _subject(subject: str) -> Iterator[Finding]:
    if not subject:
        yield Finding("it has no subject", "begin the file with `subject: ...` and an empty line", stops=True)
    if len(subject) > LONGEST_SUBJECT:
        yield Finding(
            f"its subject is {len(subject)} characters long", f"{LONGEST_SUBJECT} are seen on a telephone"
        )
    letters = [each for each in subject if each.isalpha()]
    if _SHOUTED.search(subject) or (len(letters) > 7 and all(each.isupper() for each in letters)):
        yield Finding("its subject reads like spam", "write it as you would to one person")


def _size(message: Written) -> Iterator[Finding]:
    size = len(message.html.encode())
    if size > MOST_BYTES:
        yield Finding(
            f"its page is {size // 1000} KB long",
            f"mail programs cut off what is longer than {MOST_BYTES // 1000} KB",
        )


def _links(html: str) -> Iterator[Finding]:
    reader = _Reader()
    reader.feed(html)
    for link in dict.fromkeys(reader.links):
        parts = urlsplit(link)
        if parts.scheme not in SCHEMES or (parts.scheme in ("http", "https") and not parts.hostname):
            yield Finding(f"the link {link!r} leads nowhere", "begin it with https://", stops=True)
    if reader.unnamed:
        yield Finding(
            f"{reader.unnamed} of its pictures say nothing to who cannot see them", 'give each an alt="..."'
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.unnamed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "a":
            self.links.append((said.get("href") or "").strip())
        if tag == "img" and "alt" not in said:
            self.unnamed += 1
