"""The ledger: every intended message, how far it has come, and what it is known by, so that none goes out twice."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from keepwell.outreach.recipient import normalised


class State(StrEnum):
    """How far an entry of the ledger has come."""

    PLANNED = "planned"  # the journey wants it; the arbiter has not let it go yet
    HELD = "held"  # a person has to say yes
    APPROVED = "approved"  # it may go out
    HANDED_OVER = "handed_over"  # committed before the provider is called
    ACCEPTED = "accepted"  # the provider has taken it
    DELIVERED = "delivered"  # it is in the recipient's mailbox, or on the screen
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"  # the provider refused it for good
    UNKNOWN = "unknown"  # something broke between handing over and the answer: nobody knows, and it is never sent again
    SKIPPED = "skipped"  # the arbiter said no, and why
    EXPIRED = "expired"  # its time was over before it could go


class Step(StrEnum):
    """What can happen to an entry."""

    HOLD = "hold"  # it needs a person's yes
    APPROVE = "approve"  # it has it, or needs none
    LAPSE = "lapse"  # what was approved has been edited since
    SKIP = "skip"
    EXPIRE = "expire"
    HAND_OVER = "hand_over"
    DEFER = "defer"  # the provider said: not now; it has not taken it
    REFUSE = "refuse"  # the provider said: never; or it has been found that it never got it
    ACCEPT = "accept"
    LOSE = "lose"  # the answer is missing
    DELIVER = "deliver"
    BOUNCE = "bounce"
    COMPLAIN = "complain"


ARROWS: Mapping[tuple[State, Step], State] = {
    (State.PLANNED, Step.HOLD): State.HELD,
    (State.PLANNED, Step.APPROVE): State.APPROVED,
    (State.PLANNED, Step.SKIP): State.SKIPPED,
    (State.PLANNED, Step.EXPIRE): State.EXPIRED,
    (State.HELD, Step.APPROVE): State.APPROVED,
    (State.HELD, Step.SKIP): State.SKIPPED,
    (State.HELD, Step.EXPIRE): State.EXPIRED,
    (State.APPROVED, Step.LAPSE): State.HELD,
    (State.APPROVED, Step.SKIP): State.SKIPPED,
    (State.APPROVED, Step.EXPIRE): State.EXPIRED,
    (State.APPROVED, Step.HAND_OVER): State.HANDED_OVER,
    (State.HANDED_OVER, Step.DEFER): State.APPROVED,
    (State.HANDED_OVER, Step.REFUSE): State.FAILED,
    (State.HANDED_OVER, Step.ACCEPT): State.ACCEPTED,
    (State.HANDED_OVER, Step.LOSE): State.UNKNOWN,
    # Providers tell by themselves, and can be quicker than our note of their answer.
    (State.HANDED_OVER, Step.DELIVER): State.DELIVERED,
    (State.HANDED_OVER, Step.BOUNCE): State.BOUNCED,
    (State.HANDED_OVER, Step.COMPLAIN): State.COMPLAINED,
    (State.ACCEPTED, Step.DELIVER): State.DELIVERED,
    (State.ACCEPTED, Step.BOUNCE): State.BOUNCED,
    (State.ACCEPTED, Step.COMPLAIN): State.COMPLAINED,
    # What was delivered can come back hours later.
    (State.DELIVERED, Step.BOUNCE): State.BOUNCED,
    (State.DELIVERED, Step.COMPLAIN): State.COMPLAINED,
    # An entry that nobody knows of is settled by what is heard of its Message-ID, never by sending it again.
    (State.UNKNOWN, Step.ACCEPT): State.ACCEPTED,
    (State.UNKNOWN, Step.REFUSE): State.FAILED,
    (State.UNKNOWN, Step.DELIVER): State.DELIVERED,
    (State.UNKNOWN, Step.BOUNCE): State.BOUNCED,
    (State.UNKNOWN, Step.COMPLAIN): State.COMPLAINED,
}
"""Where each step leads. A step that is not here does nothing: nothing that was handed over goes back but what the provider refused to take."""

WAITING = frozenset({State.PLANNED, State.HELD, State.APPROVED})
"""What has not gone out, and still can."""

SENT = frozenset(
    {State.HANDED_OVER, State.ACCEPTED, State.DELIVERED, State.BOUNCED, State.COMPLAINED, State.UNKNOWN}
)
"""What has gone out, or may have: it counts against caps."""


def after(state: State, step: Step) -> State:
    """The state that a step leads to; the same one where there is no arrow."""
    return ARROWS.get((state, step), state)


@dataclass(frozen=True, slots=True)
class Key:
    """What makes an intended message the one that it is; there are never two entries of one key.

    `occurrence` counts from 1 how often the enrollment has come to the step. `recipient` is in its one form (`Key.to`).
    """

    enrollment: str
    step: str
    occurrence: int
    recipient: str
    channel: str

    @classmethod
    def to(cls, enrollment: str, step: str, occurrence: int, channel: str, recipient: str) -> "Key":
        """The key of a message to a recipient, however that is spelt.

        Raises:
            ValueError: it is no recipient on that channel.
        """
        return cls(enrollment, step, occurrence, normalised(channel, recipient), channel)

    @property
    def idempotency(self) -> str:
        """What a provider may know the message by: 32 hexadecimal digits, the same however often they are worked out."""
        return self._digest("idempotency")

    def message_id(self, domain: str) -> str:
        """The Message-ID of the e-mail, sent from a domain (RFC 5322, 3.6.4); it tells nothing of the recipient."""
        return f"<{self.message}@{domain}>"

    @property
    def message(self) -> str:
        """What stands before the `@` of the Message-ID: 32 hexadecimal digits, by which an answer or a bounce names the entry."""
        return self._digest("message-id")

    def _digest(self, purpose: str) -> str:
        parts = (purpose, self.enrollment, self.step, str(self.occurrence), self.recipient, self.channel)
        written = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
        return hashlib.sha256(written).hexdigest()[:32]
