"""Visits: who followed a link or loaded a picture of a message, a person or a machine.

Mail programs, and the scanners before them, follow links and load pictures that nobody has looked at. What they do is kept, and counted apart.
It is told by what a visit says of itself, and by when it comes; a machine that takes pains to look like a person is taken for one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from keepwell.outreach.response import Kind, Response

AT_ONCE = timedelta(seconds=10)
"""Nobody reads a message so soon after it was handed over."""

UNSEEN = timedelta(minutes=1)
"""A click so soon, by somebody who has not even loaded the pictures, is a scanner's."""

BURST, BURST_LINKS = timedelta(seconds=5), 3
"""Who follows so many different links of a message within so short a time is looking through it, not reading."""

AGENTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|scan|preview|prefetch|proxy|fetch|monitor|headless|curl/|wget/|python-|go-http-client|java/|libwww"
    r"|barracuda|proofpoint|mimecast|safelinks|existence discovery|protocol discovery|symantec|trendmicro|fireeye|ironport"
    r"|facebookexternalhit|whatsapp|ggpht|httpclient|axios/|node-fetch|okhttp",
    re.IGNORECASE,
)
"""What programs call themselves that look at messages by themselves; the picture proxies of Google and Yahoo are among them."""

APPLE = "Mozilla/5.0"
"""All that Apple Mail says when it loads the pictures of every message, read or not."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for something that a message links to: its method, what the program calls itself, and for what it says it asks (`prefetch`)."""

    at: datetime
    method: str = "GET"
    agent: str = ""
    purpose: str = ""

    @property
    def admits(self) -> bool:
        """Whether it says itself that it is a machine's."""
        plain = self.agent.strip()
        named = plain in ("", APPLE) or AGENTS.search(plain) is not None
        return (
            self.method == "HEAD" or named or bool(re.search("prefetch|preview", self.purpose, re.IGNORECASE))
        )


def by_machine(visit: Visit, kind: Kind, handed_at: datetime | None, before: Iterable[Response]) -> bool:
    """Whether a visit that opens or clicks is a machine's. `handed_at`: when the message was handed over; `before`: what came back of it so far."""
    if visit.admits:
        return True
    if handed_at is None or visit.at < handed_at:
        return False
    soon = visit.at - handed_at
    seen = any(each.kind is Kind.OPENED and not each.by_machine for each in before)
    return soon < AT_ONCE or (kind is Kind.CLICKED and not seen and soon < UNSEEN)


def burst(responses: Iterable[Response], at: datetime) -> datetime | None:
    """Since when, up to an instant, so many different links were followed within so short a time that no person did; `None`: they were not."""
    lately = [each for each in responses if each.kind is Kind.CLICKED and at - BURST <= each.at <= at]
    many = len({each.detail for each in lately}) >= BURST_LINKS
    return min(each.at for each in lately) if many else None
