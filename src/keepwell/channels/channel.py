"""A channel: a way by which a message leaves, and what whoever takes it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from keepwell.outreach.rules import Sender

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Fate(StrEnum):
    """What became of a message that was handed over."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"  # where the channel is the screen itself
    DEFERRED = "deferred"  # surely not taken; it may be tried again
    REFUSED = "refused"  # surely not taken, and never will be
    UNKNOWN = "unknown"  # the answer is missing: it must not be tried again


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message, and what was said of it, in a line."""

    fate: Fate
    said: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it goes out, to a `recipient` in its one form on the channel.

    `number` is its entry in the ledger; `key` what a provider may know it by, and `message_id` what an e-mail is known by, both the same
    at every try. `to_name` is empty where nobody's name is known. `headers` are those of an e-mail besides the usual ones.
    """

    number: int
    channel: str
    recipient: str
    sender: Sender
    subject: str
    text: str
    html: str
    at: datetime
    key: str = ""
    message_id: str = ""
    to_name: str = ""
    envelope: str = ""
    until: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)


class Channel(Protocol):
    """A way out. It may be used by several threads at once."""

    def hand_over(self, letter: Letter) -> Answer:
        """Hands one message over, once, and says what became of it."""

    def close(self) -> None:
        """Lets go of connections."""
