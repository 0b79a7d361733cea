"""What people have said about being written to, and what keeps them from it: consent, preferences, suppressions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Basis(StrEnum):
    """The lawful basis on which somebody is written to (GDPR, article 6, as far as it serves for messages)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGITIMATE_INTEREST = "legitimate_interest"
    LEGAL_OBLIGATION = "legal_obligation"


@dataclass(frozen=True, slots=True)
class Category:
    """What people can opt out of, and on which bases it may be sent: one of `bases` has to be on record.

    `transactional`: it tells what somebody needs to know of what they have bought, such as a payment that failed. That is
    counted against no cap and stopped by no preference, opt-out, busy period or escalation; a basis it needs all the same. `about` is what
    people read where they choose.
    """

    name: str
    bases: frozenset[Basis] = frozenset({Basis.CONSENT})
    transactional: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """A basis on record for a contact, from `granted_at` until `withdrawn_at` (`None`: still).

    `channel` and `category` are what it is for; `None` is for all of them. `source` says where the record comes from.
    """

    basis: Basis
    granted_at: datetime
    withdrawn_at: datetime | None = None
    channel: str | None = None
    category: str | None = None
    source: str = ""

    def speaks_of(self, channel: str, category: Category) -> bool:
        """Whether it is about messages of a category on a channel, and on a basis that serves for them."""
        return (
            self.basis in category.bases
            and self.channel in (None, channel)
            and self.category in (None, category.name)
        )

    def lasts(self, at: datetime) -> bool:
        """Whether it has been granted by an instant, and not been withdrawn."""
        return self.granted_at <= at and (self.withdrawn_at is None or at < self.withdrawn_at)


def on_record(consents: Sequence[Consent], channel: str, category: Category, at: datetime) -> bool:
    """Whether there is a basis for a message of a category on a channel at an instant.

    Who withdraws consent takes back all that they have granted before for that: an older yes to everything, from another source, does not
    outlive a no. A later yes counts again.
    """
    about = [each for each in consents if each.speaks_of(channel, category)]
    noes = [
        each.withdrawn_at
        for each in about
        if each.basis is Basis.CONSENT and each.withdrawn_at is not None and each.withdrawn_at <= at
    ]
    return any(
        each.lasts(at) and (each.basis is not Basis.CONSENT or all(each.granted_at > no for no in noes))
        for each in about
    )


class Cause(StrEnum):
    """Why a recipient is suppressed. What comes from mailboxes is kept apart from what people have said."""

    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"  # several in a row: for a while
    COMPLAINT = "complaint"
    OPT_OUT = "opt_out"
    BY_HAND = "by_hand"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Suppression:
    """Nothing goes to the recipient, from `since` until `until` (`None`: for good).

    `channel` and `category` narrow it down; `None` is all of them. A mailbox that bounces says nothing of other channels, so a
    bounce names one.
    """

    cause: Cause
    since: datetime
    until: datetime | None = None
    channel: str | None = None
    category: str | None = None

    def stops(self, channel: str, category: Category, at: datetime) -> bool:
        """Whether it keeps back a message of a category on a channel at an instant; an opt-out keeps back nothing transactional."""
        lasts = self.since <= at and (self.until is None or at < self.until)
        return (
            lasts
            and self.channel in (None, channel)
            and self.category in (None, category.name)
            and not (category.transactional and self.cause is Cause.OPT_OUT)
        )
