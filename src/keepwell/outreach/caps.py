"""Caps: how much one contact, or all of one account, gets within a span, whichever journeys it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from keepwell.signals.window import Span


class Per(StrEnum):
    """Who a cap counts for."""

    CONTACT = "contact"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that went out, or may have, to a contact of the account that is asked about; `transactional` ones count nowhere.

    `contact` is who got it: their id, or, without one, the recipient in its one form.
    """

    at: datetime
    contact: str
    category: str
    transactional: bool = False


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` (1 or more) messages within a span, per contact or account, of a category (`None`: of all together).

    Raises:
        ValueError: `most` is below 1.
    """

    most: int
    within: Span
    per: Per = Per.CONTACT
    category: str | None = None

    def __post_init__(self) -> None:
        if self.most < 1:
            raise ValueError("a cap lets at least 1 message through; to stop a category, suppress it")

    def free_at(
        self, contact: str, category: str, sent: Sequence[Sent], now: datetime, zone: ZoneInfo
    ) -> datetime | None:
        """When another message to the contact of the category goes through; `None`: now.

        A message counts from when it was sent until the span after that is over.
        """
        if self.category not in (None, category):
            return None
        ends = sorted(
            end
            for each in sent
            if self._counts(each, contact) and (end := self.within.after(each.at, zone)) > now
        )
        return ends[-self.most] if len(ends) >= self.most else None

    def _counts(self, sent: Sent, contact: str) -> bool:
        return (
            not sent.transactional
            and self.category in (None, sent.category)
            and (self.per is Per.ACCOUNT or sent.contact == contact)
        )
