"""The arbiter: whether a message goes now, waits, or never goes, and why. Nothing is sent but what is let go here.

The default is no: whoever has no lawful basis on record is not written to. Checks are made in the order of `CHECKS`, and the first that
objects decides; what would be refused for good is asked before what only waits, so that nothing waits in vain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from keepwell.outreach.approval import Approval
from keepwell.outreach.caps import Cap, Per, Sent
from keepwell.outreach.consent import Category, Cause, Consent, Suppression, on_record
from keepwell.outreach.local_time import EVERY_DAY, MONDAY_TO_FRIDAY, QuietHours, Workdays, next_allowed


class Verdict(StrEnum):
    """What becomes of a message."""

    SEND = "send"
    WAIT = "wait"
    SKIP = "skip"


class Reason(StrEnum):
    """Why a message does not go now."""

    NOBODY = "nobody"
    NO_ADDRESS = "no_address"
    NO_CHANNEL = "no_channel"
    UNREADABLE = "unreadable"
    LEFT = "left"
    EXPIRED = "expired"
    OVER = "over"
    NO_BASIS = "no_basis"
    DECLINED = "declined"
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"
    OPT_OUT = "opt_out"
    BY_HAND = "by_hand"
    ERASED = "erased"
    NOT_APPROVED = "not_approved"
    NOT_SAMPLED = "not_sampled"
    ASKED_LATELY = "asked_lately"
    PAUSED = "paused"
    ASKED_FOR_PAUSE = "asked_for_pause"
    ESCALATION = "escalation"
    BUSY = "busy"
    CAPPED_CONTACT = "capped_contact"
    CAPPED_ACCOUNT = "capped_account"
    OUTRANKED = "outranked"
    QUIET = "quiet"

    @property
    def about(self) -> str:
        """The reason in words."""
        return _ABOUT[self]


_ABOUT = {
    Reason.NOBODY: "nobody at the account is whom the step means",
    Reason.NO_ADDRESS: "whom the step means has no address on the channel",
    Reason.NO_CHANNEL: "the channel is not set up, or has been removed",
    Reason.UNREADABLE: "the version of the journey that it goes by cannot be read any more",
    Reason.LEFT: "they are not at the account any more",
    Reason.EXPIRED: "its time was over",
    Reason.OVER: "its journey had ended for the account: the goal was reached, or an exit held",
    Reason.NO_BASIS: "no lawful basis is on record for writing to them of this, on this channel",
    Reason.DECLINED: "they do not want messages of this category, or on this channel",
    Reason.HARD_BOUNCE: "the address does not exist: mail to it came back",
    Reason.SOFT_BOUNCE: "mail to the address has come back several times in a row",
    Reason.COMPLAINT: "they have marked a message as spam",
    Reason.OPT_OUT: "they have unsubscribed",
    Reason.BY_HAND: "somebody of the team has suppressed them",
    Reason.ERASED: "they have been erased",
    Reason.NOT_APPROVED: "nobody has approved these words for these people",
    Reason.NOT_SAMPLED: "they are not among those whom the survey asks",
    Reason.ASKED_LATELY: "a survey has asked them lately",
    Reason.PAUSED: "the journey is paused",
    Reason.ASKED_FOR_PAUSE: "they have asked to be left in peace for a while",
    Reason.ESCALATION: "the account has an open escalation",
    Reason.BUSY: "the account is in a busy period",
    Reason.CAPPED_CONTACT: "they have got as much as one person may",
    Reason.CAPPED_ACCOUNT: "the account has got as much as one account may",
    Reason.OUTRANKED: "a message of higher priority goes first",
    Reason.QUIET: "it is night, or no business day, where they are",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What the arbiter says. `until`: when to ask again; `None` for a message that waits until somebody or something changes."""

    verdict: Verdict
    reason: Reason | None = None
    until: datetime | None = None


SEND = Decision(Verdict.SEND)
"""It goes now."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message that wants to go.

    `contact` is who gets it, the same on all channels. `content` is the hash that an approval has to name, where one is needed
    (`None`: none is). `since`: when its journey came to it. `paused`: whether a breaker, or a person, has paused its journey. `over`: whether its goal, an
    exit or its time limit has ended the enrollment since.
    """

    key: str
    account: str
    contact: str
    channel: str
    category: Category
    since: datetime
    priority: int = 50
    content: str | None = None
    expires_at: datetime | None = None
    business_days: bool = False
    paused: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with a contact, and with their account, at the moment of sending.

    `declined`: categories that they do not want, `unwanted`: channels. `busy`: periods, from and until (not included), in which the
    account is left in peace, `paused_until`: so long the contact wants to be. `caps`: those that the contact has set, beside the firm's. `sent`: what any contact of the account has got. `rivals`: which of these went in this very round.
    """

    zone: ZoneInfo
    consents: tuple[Consent, ...] = ()
    declined: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    suppressions: tuple[Suppression, ...] = ()
    approvals: tuple[Approval, ...] = ()
    escalated: bool = False
    busy: tuple[tuple[datetime, datetime], ...] = ()
    paused_until: datetime | None = None
    caps: tuple[Cap, ...] = ()
    sent: tuple[Sent, ...] = ()
    rivals: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What a firm allows itself, whatever the journey.

    Quiet hours and business days are the contact's. On channels that are `silent` a message disturbs nobody: it goes at any time.
    """

    caps: tuple[Cap, ...] = ()
    quiet: QuietHours | None = None
    workdays: Workdays = MONDAY_TO_FRIDAY
    silent: frozenset[str] = frozenset({"in_app", "direct_mail"})


Check: TypeAlias = Callable[[Candidate, Standing, Policy, datetime], Decision | None]


def decide(candidate: Candidate, standing: Standing, policy: Policy, now: datetime) -> Decision:
    """Whether the message goes, waits or is skipped at an instant.

    What would have to wait until it has expired is skipped at once, for the reason that it would wait for.
    """
    for check in CHECKS:
        objection = check(candidate, standing, policy, now)
        if objection is None:
            continue
        expires, until = candidate.expires_at, objection.until
        if expires is not None and until is not None and until >= expires:
            return Decision(Verdict.SKIP, objection.reason)
        return objection
    return SEND


def decide_all(
    candidates: Sequence[Candidate], standings: Sequence[Standing], policy: Policy, now: datetime
) -> tuple[Decision, ...]:
    """What becomes of messages that want to go at the same time, each with how things stand with its contact.

    The one of highest priority is asked first; of several, the one that has waited longest, then the one whose key is least. What goes counts
    for those that come after it.
    """
    order = sorted(range(len(candidates)), key=lambda n: _rank(candidates[n]))
    gone: dict[str, tuple[Sent, ...]] = {}
    decisions: dict[int, Decision] = {}
    for n in order:
        mine = candidates[n]
        rivals = gone.get(mine.account, ())
        decisions[n] = decide(mine, replace(standings[n], rivals=rivals), policy, now)
        if decisions[n].verdict is Verdict.SEND:
            sent = Sent(now, mine.contact, mine.category.name, mine.category.transactional)
            gone[mine.account] = (*rivals, sent)
    return tuple(decisions[n] for n in range(len(candidates)))


def _rank(candidate: Candidate) -> tuple[int, datetime, str]:
    return -candidate.priority, candidate.since, candidate.key


def _expiry(candidate: Candidate, _standing: Standing, _policy: Policy, now: datetime) -> Decision | None:
    over = candidate.expires_at is not None and candidate.expires_at <= now
    return Decision(Verdict.SKIP, Reason.EXPIRED) if over else None


def _over(candidate: Candidate, _standing: Standing, _policy: Policy, _now: datetime) -> Decision | None:
    return Decision(Verdict.SKIP, Reason.OVER) if candidate.over else None


def _basis(candidate: Candidate, standing: Standing, _policy: Policy, now: datetime) -> Decision | None:
    lawful = on_record(standing.consents, candidate.channel, candidate.category, now)
    return None if lawful else Decision(Verdict.SKIP, Reason.NO_BASIS)


def _preference(candidate: Candidate, standing: Standing, _policy: Policy, _now: datetime) -> Decision | None:
    declined = candidate.category.name in standing.declined or candidate.channel in standing.unwanted
    if declined and not candidate.category.transactional:
        return Decision(Verdict.SKIP, Reason.DECLINED)
    return None


_BY_CAUSE = {
    Cause.ERASED: Reason.ERASED,
    Cause.COMPLAINT: Reason.COMPLAINT,
    Cause.OPT_OUT: Reason.OPT_OUT,
    Cause.BY_HAND: Reason.BY_HAND,
    Cause.HARD_BOUNCE: Reason.HARD_BOUNCE,
    Cause.SOFT_BOUNCE: Reason.SOFT_BOUNCE,
}
"""Of several suppressions the first of these is told: what people have said goes before what mailboxes say."""


def _suppression(candidate: Candidate, standing: Standing, _policy: Policy, now: datetime) -> Decision | None:
    stopping = {
        each.cause for each in standing.suppressions if each.stops(candidate.channel, candidate.category, now)
    }
    return next((Decision(Verdict.SKIP, _BY_CAUSE[cause]) for cause in _BY_CAUSE if cause in stopping), None)


def _approval(candidate: Candidate, standing: Standing, _policy: Policy, now: datetime) -> Decision | None:
    wanted = candidate.content
    if wanted is None or any(each.covers(wanted, now) for each in standing.approvals):
        return None
    return Decision(Verdict.WAIT, Reason.NOT_APPROVED)


def _pause(candidate: Candidate, _standing: Standing, _policy: Policy, _now: datetime) -> Decision | None:
    return Decision(Verdict.WAIT, Reason.PAUSED) if candidate.paused else None


def _asked_for_pause(
    candidate: Candidate, standing: Standing, _policy: Policy, now: datetime
) -> Decision | None:
    until = standing.paused_until
    if until is None or until <= now or candidate.category.transactional:
        return None
    return Decision(Verdict.WAIT, Reason.ASKED_FOR_PAUSE, until)


def _escalation(candidate: Candidate, standing: Standing, _policy: Policy, _now: datetime) -> Decision | None:
    if standing.escalated and not candidate.category.transactional:
        return Decision(Verdict.WAIT, Reason.ESCALATION)
    return None


def _busy(candidate: Candidate, standing: Standing, _policy: Policy, now: datetime) -> Decision | None:
    ends = [until for begin, until in standing.busy if begin <= now < until]
    if ends and not candidate.category.transactional:
        return Decision(Verdict.WAIT, Reason.BUSY, max(ends))
    return None


def _caps(candidate: Candidate, standing: Standing, policy: Policy, now: datetime) -> Decision | None:
    if candidate.category.transactional:
        return None
    latest: tuple[datetime, Reason] | None = None
    for cap in (*policy.caps, *standing.caps):
        free = _free(cap, candidate, standing, (*standing.sent, *standing.rivals), now)
        if free is None or (latest is not None and free <= latest[0]):
            continue
        full = _free(cap, candidate, standing, standing.sent, now) is not None
        capped = Reason.CAPPED_CONTACT if cap.per is Per.CONTACT else Reason.CAPPED_ACCOUNT
        latest = free, capped if full else Reason.OUTRANKED
    return None if latest is None else Decision(Verdict.WAIT, latest[1], latest[0])


def _free(
    cap: Cap, candidate: Candidate, standing: Standing, sent: Sequence[Sent], now: datetime
) -> datetime | None:
    return cap.free_at(candidate.contact, candidate.category.name, sent, now, standing.zone)


def _quiet(candidate: Candidate, standing: Standing, policy: Policy, now: datetime) -> Decision | None:
    if candidate.channel in policy.silent:
        return None
    days = policy.workdays if candidate.business_days else EVERY_DAY
    until = next_allowed(now, standing.zone, policy.quiet, days)
    return Decision(Verdict.WAIT, Reason.QUIET, until) if until > now else None


CHECKS: tuple[Check, ...] = (
    _expiry,
    _over,
    _basis,
    _preference,
    _suppression,
    _approval,
    _pause,
    _asked_for_pause,
    _escalation,
    _busy,
    _caps,
    _quiet,
)
"""Every check, in the order in which they are made."""
