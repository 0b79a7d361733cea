"""The rules of a firm's outreach, whatever the journey: whether anything goes out, as whom, of which categories, how much, when, and to whom not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from keepwell.outreach.arbiter import Policy
from keepwell.outreach.breaker import LIMITS, Limit
from keepwell.outreach.consent import Category
from keepwell.outreach.local_time import BusinessHours
from keepwell.outreach.survey import Survey

OWNER, TEAM = "owner", "team"
"""As whom a message goes that no team is named for: the account's owner, or the firm."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a message is from: an address, the name beside it, and where answers go (`""`: to the address)."""

    email: str
    name: str = ""
    reply_to: str = ""

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Signing:
    """Under which name e-mails are signed (DKIM): the key's public half stands in the DNS at `SELECTOR._domainkey.DOMAIN`."""

    domain: str
    selector: str


@dataclass(frozen=True, slots=True)
class Hold:
    """When so many accounts move at once that a person has to look first: more than a `share` (0–1) of all, and at least `least`."""

    share: float = 0.2
    least: int = 20

    def holds(self, moved: int, of: int) -> bool:
        """Whether so many accounts of so many are too many to be written to unseen."""
        return moved >= self.least and moved > self.share * of


_NO_SENDERS: Mapping[str, Sender] = MappingProxyType({})
_NO_CATEGORIES: Mapping[str, Category] = MappingProxyType({})
_NO_SURVEYS: Mapping[str, Survey] = MappingProxyType({})
_NO_CHANNELS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rules:
    """What `outreach.yml` says; without the file nothing goes out.

    `sandbox`: everything is caught and shown, and nothing leaves. `public_url` is where links in messages lead. `sender` is the firm itself, `bounces` the mailbox to which
    what cannot be delivered comes back (`""`: to the sender),
    `senders` are its teams by name. `holdout` (0–1) is the share of accounts that every journey leaves alone. `channels` names the
    environment variable that holds a channel's address. `origins` are those whose pages may show
    messages in the app. `hours` are those of the team, in which tasks fall due.
    """

    enabled: bool = False
    sandbox: bool = False
    public_url: str = ""
    sender: Sender | None = None
    postal_address: str = ""
    bounces: str = ""
    senders: Mapping[str, Sender] = field(default_factory=lambda: _NO_SENDERS)
    dkim: Signing | None = None
    categories: Mapping[str, Category] = field(default_factory=lambda: _NO_CATEGORIES)
    policy: Policy = field(default_factory=Policy)
    hours: BusinessHours = field(default_factory=BusinessHours)
    origins: tuple[str, ...] = ()
    surveys: Mapping[str, Survey] = field(default_factory=lambda: _NO_SURVEYS)
    holdout: float = 0.0
    hold: Hold = field(default_factory=Hold)
    channels: Mapping[str, str] = field(default_factory=lambda: _NO_CHANNELS)
    limits: tuple[Limit, ...] = LIMITS

    def category(self, name: str) -> Category:
        """The category of that name; one that nobody has described needs consent."""
        return self.categories.get(name, Category(name))

    def sent_as(self, name: str, owner: Sender | None = None) -> Sender | None:
        """Whom a message is from that goes as the owner, as the firm or as a team; the firm where there is no such sender.

        Answers go where that sender says, or else to the sender.
        """
        if name == OWNER and owner is not None:
            return owner
        return self.senders.get(name, self.sender)

    def answered_at(self, sender: Sender, reply_to: str) -> Sender:
        """The sender with answers going where a message says, if it says so."""
        return replace(sender, reply_to=reply_to) if reply_to else sender
