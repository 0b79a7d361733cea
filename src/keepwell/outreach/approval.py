"""Approval of what a journey sends: a person's yes to just these words for just these people, which dies with any edit."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


def content(definition: str, templates: Mapping[str, str], audience: str) -> str:
    """The hash of what is approved: the journey's definition, the text of every template it uses, the rule of its audience.

    64 hexadecimal digits. Where a text ends and another begins makes a difference; the order of templates does not.
    """
    parts = [definition, audience, *(part for name in sorted(templates) for part in (name, templates[name]))]
    written = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in parts)
    return hashlib.sha256(written).hexdigest()


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's yes to a content, at an instant, until it is withdrawn (`None`: it holds)."""

    content: str
    by: str
    at: datetime
    withdrawn_at: datetime | None = None

    def covers(self, content: str, at: datetime) -> bool:
        """Whether it lets this content go at an instant."""
        lasts = self.at <= at and (self.withdrawn_at is None or at < self.withdrawn_at)
        return lasts and self.content == content
