"""The steps of a journey. Each has an id that stays when others are put before it, so that nothing is ever sent again."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import TypeAlias

from keepwell.signals.expression import Expression
from keepwell.signals.window import Span


class Whom(StrEnum):
    """Who at the account a message goes to, or who of the team does a task."""

    OWNER = "owner"
    CHAMPION = "champion"
    MOST_ACTIVE = "most_active"
    BILLING = "billing"
    ADMIN = "admin"
    EVERYONE = "everyone"
    PICKED = "picked"  # whom the account's owner has picked
    ROLE = "role"  # every contact of a role that the step names


class Channel(StrEnum):
    """How a message goes out."""

    EMAIL = "email"
    IN_APP = "in_app"
    SMS = "sms"
    PUSH = "push"
    SLACK = "slack"
    TEAMS = "teams"
    DIRECT_MAIL = "direct_mail"


CALL = "call"
"""The kind of template that a person reads from: a script of a task."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something given: what it costs us (`cost`, in `currency`), until how much is spent in all (`budget`), to whom, by which code."""

    name: str
    cost: float
    currency: str
    budget: float | None = None
    eligible: Expression | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Something said to contacts on a channel: a template, sent as somebody. `role` is whose where it goes to a role."""

    id: str
    template: str
    channel: str
    to: Whom = Whom.CHAMPION
    sent_as: str = "team"
    reply_to: str = ""
    offer: Offer | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Until a span is over, and then until an hour where the contact is; or until an event or a condition, for at most `timeout`.

    `business_days`: the span, or the timeout, is counted in these. `event` is a name of the table events.
    """

    id: str
    span: Span | None = None
    business_days: bool = False
    hour: time | None = None
    event: str | None = None
    when: Expression | None = None
    timeout: Span | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One way where a condition holds, the other where it does not or nobody knows."""

    id: str
    when: Expression
    then: tuple["Step", ...] = ()
    otherwise: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the ways of an experiment, and its share (above 0) of the accounts."""

    name: str
    share: float
    steps: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True)
class Experiment:
    """Accounts are split among arms by a keyed hash: the same account always takes the same way."""

    id: str
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a person does, due so much later (`None`: by the journey's `sla`). `script` is a template of the kind `call`."""

    id: str
    title: str
    to: Whom = Whom.OWNER
    due: Span | None = None
    business_days: bool = True
    script: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody of the team is told."""

    id: str
    text: str
    to: Whom = Whom.OWNER


@dataclass(frozen=True, slots=True)
class Webhook:
    """A signed request to an endpoint that the server's people have set up, by its name."""

    id: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class SetField:
    """A field of the account gets a value."""

    id: str
    field: str
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Note:
    """A note at the account."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Start:
    """The account is put into another journey."""

    id: str
    journey: str


@dataclass(frozen=True, slots=True)
class Exit:
    """The journey is over for this account, and why."""

    id: str
    because: str = ""


Step: TypeAlias = (
    Message | Wait | Branch | Experiment | Task | Alert | Webhook | SetField | Note | Start | Exit
)
