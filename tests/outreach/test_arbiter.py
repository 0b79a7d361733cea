"""The arbiter: each check by hand, their order, and what holds for whatever comes."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.outreach.approval import Approval
from keepwell.outreach.arbiter import (
    SEND,
    Candidate,
    Decision,
    Policy,
    Reason,
    Standing,
    Verdict,
    decide,
    decide_all,
)
from keepwell.outreach.caps import Cap, Per, Sent
from keepwell.outreach.consent import Basis, Category, Cause, Consent, Suppression
from keepwell.outreach.local_time import QuietHours
from keepwell.signals.window import Span

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)  # a Wednesday; 14:00 in Berlin
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
TIPS = Category("tips")
INVOICES = Category("invoices", frozenset({Basis.CONTRACT, Basis.LEGAL_OBLIGATION}), transactional=True)
YES = Consent(Basis.CONSENT, NOON - 90 * DAY)
CONTRACT = Consent(Basis.CONTRACT, NOON - 90 * DAY)
CANDIDATE = Candidate("k1", "A1", "ana@firm.example", "email", TIPS, NOON - HOUR)
STANDING = Standing(BERLIN, consents=(YES, CONTRACT))
NIGHT = QuietHours(time(20), time(8))
POLICY = Policy(caps=(Cap(2, Span.parse("7 days")),), quiet=NIGHT)
BOUNCE = Suppression(Cause.HARD_BOUNCE, NOON - DAY, channel="email")
OPT_OUT = Suppression(Cause.OPT_OUT, NOON - DAY)


def skip(reason: Reason) -> Decision:
    return Decision(Verdict.SKIP, reason)


def wait(reason: Reason, until: datetime | None = None) -> Decision:
    return Decision(Verdict.WAIT, reason, until)


def _sent(*days_ago: int, contact: str = "ana@firm.example", category: str = "tips") -> tuple[Sent, ...]:
    return tuple(Sent(NOON - each * DAY, contact, category) for each in days_ago)


def test_what_nothing_speaks_against_goes() -> None:
    assert decide(CANDIDATE, STANDING, POLICY, NOON) == SEND


@pytest.mark.parametrize(
    ("expires_at", "decision"),
    [
        (NOON - HOUR, skip(Reason.EXPIRED)),
        (NOON, skip(Reason.EXPIRED)),
        (NOON + HOUR, SEND),
    ],
)
def test_what_is_too_late_does_not_go(expires_at: datetime, decision: Decision) -> None:
    assert decide(replace(CANDIDATE, expires_at=expires_at), STANDING, POLICY, NOON) == decision


@pytest.mark.parametrize(
    ("consents", "decision"),
    [
        ((), skip(Reason.NO_BASIS)),
        ((CONTRACT,), skip(Reason.NO_BASIS)),  # a contract is no basis for tips
        ((replace(YES, granted_at=NOON + HOUR),), skip(Reason.NO_BASIS)),
        ((replace(YES, withdrawn_at=NOON),), skip(Reason.NO_BASIS)),
        ((replace(YES, withdrawn_at=NOON + HOUR),), SEND),
        ((replace(YES, channel="sms"),), skip(Reason.NO_BASIS)),
        ((replace(YES, category="offers"),), skip(Reason.NO_BASIS)),
        ((replace(YES, category="tips", channel="email"),), SEND),
        ((replace(YES, withdrawn_at=NOON - DAY), replace(YES, granted_at=NOON - HOUR)), SEND),
        # An older yes to everything does not outlive a later no, nor a no to something a yes to something else.
        ((YES, replace(YES, withdrawn_at=NOON - DAY)), skip(Reason.NO_BASIS)),
        ((YES, replace(YES, category="tips", withdrawn_at=NOON - DAY)), skip(Reason.NO_BASIS)),
        ((YES, replace(YES, category="offers", withdrawn_at=NOON - DAY)), SEND),
        ((YES, replace(CONTRACT, withdrawn_at=NOON - DAY)), SEND),
    ],
)
def test_without_a_lawful_basis_nothing_goes(consents: tuple[Consent, ...], decision: Decision) -> None:
    assert decide(CANDIDATE, replace(STANDING, consents=consents), POLICY, NOON) == decision


def test_what_is_transactional_needs_a_basis_too() -> None:
    invoice = replace(CANDIDATE, category=INVOICES)
    assert decide(invoice, STANDING, POLICY, NOON) == SEND
    assert decide(invoice, replace(STANDING, consents=(YES,)), POLICY, NOON) == skip(Reason.NO_BASIS)


@pytest.mark.parametrize(
    ("declined", "unwanted", "decision"),
    [
        ({"tips"}, set(), skip(Reason.DECLINED)),
        ({"offers"}, set(), SEND),
        (set(), {"email"}, skip(Reason.DECLINED)),
        (set(), {"sms"}, SEND),
    ],
)
def test_categories_and_channels_that_somebody_does_not_want_are_left_out(
    declined: set[str], unwanted: set[str], decision: Decision
) -> None:
    standing = replace(STANDING, declined=frozenset(declined), unwanted=frozenset(unwanted))
    assert decide(CANDIDATE, standing, POLICY, NOON) == decision


@pytest.mark.parametrize(
    ("suppressions", "tips", "invoice"),
    [
        ((BOUNCE,), skip(Reason.HARD_BOUNCE), skip(Reason.HARD_BOUNCE)),
        ((replace(BOUNCE, cause=Cause.SOFT_BOUNCE),), skip(Reason.SOFT_BOUNCE), skip(Reason.SOFT_BOUNCE)),
        ((OPT_OUT,), skip(Reason.OPT_OUT), SEND),
        ((BOUNCE, OPT_OUT), skip(Reason.OPT_OUT), skip(Reason.HARD_BOUNCE)),
        ((replace(OPT_OUT, cause=Cause.COMPLAINT),), skip(Reason.COMPLAINT), skip(Reason.COMPLAINT)),
        ((replace(OPT_OUT, cause=Cause.BY_HAND),), skip(Reason.BY_HAND), skip(Reason.BY_HAND)),
        ((OPT_OUT, replace(OPT_OUT, cause=Cause.ERASED)), skip(Reason.ERASED), skip(Reason.ERASED)),
        ((replace(BOUNCE, channel="sms"),), SEND, SEND),
        ((replace(OPT_OUT, category="offers"),), SEND, SEND),
        ((replace(BOUNCE, until=NOON),), SEND, SEND),
        ((replace(BOUNCE, since=NOON + HOUR),), SEND, SEND),
    ],
)
def test_who_is_suppressed_gets_nothing_and_bounces_are_told_from_opt_outs(
    suppressions: tuple[Suppression, ...], tips: Decision, invoice: Decision
) -> None:
    standing = replace(STANDING, suppressions=suppressions)
    assert decide(CANDIDATE, standing, POLICY, NOON) == tips
    assert decide(replace(CANDIDATE, category=INVOICES), standing, POLICY, NOON) == invoice


def test_what_needs_approval_waits_for_a_yes_to_just_its_content() -> None:
    draft = replace(CANDIDATE, content="c1")
    assert decide(draft, STANDING, POLICY, NOON) == wait(Reason.NOT_APPROVED)
    other = replace(STANDING, approvals=(Approval("c0", "kim", NOON - HOUR),))
    assert decide(draft, other, POLICY, NOON) == wait(Reason.NOT_APPROVED)
    yes = replace(STANDING, approvals=(Approval("c1", "kim", NOON - HOUR),))
    assert decide(draft, yes, POLICY, NOON) == SEND


def test_a_paused_journey_keeps_its_messages() -> None:
    assert decide(replace(CANDIDATE, paused=True), STANDING, POLICY, NOON) == wait(Reason.PAUSED)
    invoice = replace(CANDIDATE, paused=True, category=INVOICES)
    assert decide(invoice, STANDING, POLICY, NOON) == wait(Reason.PAUSED)


def test_while_an_escalation_is_open_only_what_is_transactional_goes() -> None:
    upset = replace(STANDING, escalated=True)
    assert decide(CANDIDATE, upset, POLICY, NOON) == wait(Reason.ESCALATION)
    assert decide(replace(CANDIDATE, category=INVOICES), upset, POLICY, NOON) == SEND


def test_who_has_asked_for_a_pause_is_left_in_peace_so_long() -> None:
    away = replace(STANDING, paused_until=NOON + DAY)
    assert decide(CANDIDATE, away, POLICY, NOON) == wait(Reason.ASKED_FOR_PAUSE, NOON + DAY)
    assert decide(CANDIDATE, away, POLICY, NOON + DAY) == SEND
    assert decide(replace(CANDIDATE, category=INVOICES), away, POLICY, NOON) == SEND


def test_a_cap_that_somebody_has_set_themselves_holds_beside_those_of_the_firm() -> None:
    once = replace(STANDING, sent=_sent(2), caps=(Cap(1, Span.parse("1 week")),))
    assert decide(CANDIDATE, once, POLICY, NOON) == wait(Reason.CAPPED_CONTACT, NOON + 5 * DAY)
    assert decide(CANDIDATE, replace(once, caps=()), POLICY, NOON) == SEND


def test_a_busy_period_is_waited_for() -> None:
    busy = replace(STANDING, busy=((NOON - DAY, NOON + DAY), (NOON, NOON + 2 * DAY), (NOON - DAY, NOON)))
    assert decide(CANDIDATE, busy, POLICY, NOON) == wait(Reason.BUSY, NOON + 2 * DAY)
    assert decide(CANDIDATE, busy, POLICY, NOON + 2 * DAY) == SEND
    assert decide(replace(CANDIDATE, category=INVOICES), busy, POLICY, NOON) == SEND


def test_who_has_got_enough_waits_until_that_is_long_enough_ago() -> None:
    enough = replace(STANDING, sent=_sent(6, 2))
    assert decide(CANDIDATE, enough, POLICY, NOON) == wait(Reason.CAPPED_CONTACT, NOON + DAY)
    assert decide(CANDIDATE, enough, POLICY, NOON + DAY) == SEND
    assert decide(replace(CANDIDATE, category=INVOICES), enough, POLICY, NOON) == SEND


def test_of_several_caps_the_one_that_is_full_longest_is_told() -> None:
    policy = Policy(caps=(Cap(1, Span.parse("3 days")), Cap(2, Span.parse("7 days"), Per.ACCOUNT)))
    standing = replace(STANDING, sent=(*_sent(1), *_sent(3, contact="ben@firm.example")))
    assert decide(CANDIDATE, standing, policy, NOON) == wait(Reason.CAPPED_ACCOUNT, NOON + 4 * DAY)


def test_what_would_wait_beyond_its_expiry_is_skipped_at_once() -> None:
    enough = replace(STANDING, sent=_sent(6, 2))
    for expires, decision in (
        (NOON + DAY, skip(Reason.CAPPED_CONTACT)),
        (NOON + DAY + HOUR, wait(Reason.CAPPED_CONTACT, NOON + DAY)),
    ):
        assert decide(replace(CANDIDATE, expires_at=expires), enough, POLICY, NOON) == decision


@pytest.mark.parametrize(
    ("now", "business_days", "decision"),
    [
        ("2026-07-01 17:59", False, SEND),
        ("2026-07-01 18:00", False, wait(Reason.QUIET, datetime(2026, 7, 2, 6, tzinfo=UTC))),
        ("2026-07-03 18:00", False, wait(Reason.QUIET, datetime(2026, 7, 4, 6, tzinfo=UTC))),
        ("2026-07-03 18:00", True, wait(Reason.QUIET, datetime(2026, 7, 6, 6, tzinfo=UTC))),
        ("2026-07-04 12:00", True, wait(Reason.QUIET, datetime(2026, 7, 6, 6, tzinfo=UTC))),
        ("2026-07-04 12:00", False, SEND),
    ],
)
def test_night_and_weekend_are_those_where_the_contact_is(
    now: str, business_days: bool, decision: Decision
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert decide(replace(CANDIDATE, business_days=business_days), STANDING, POLICY, at) == decision


def test_what_disturbs_nobody_goes_at_night() -> None:
    midnight = NOON + 12 * HOUR
    note = replace(CANDIDATE, channel="in_app", business_days=True)
    assert decide(note, STANDING, POLICY, midnight) == SEND


def test_checks_are_made_in_their_order() -> None:
    """Everything speaks against it; what is said is mended, one after the other."""
    night = NOON + 7 * HOUR
    candidate = replace(CANDIDATE, expires_at=night, content="c1", paused=True)
    standing = Standing(
        BERLIN,
        declined=frozenset({"tips"}),
        suppressions=(OPT_OUT,),
        escalated=True,
        busy=((NOON, night + DAY),),
        paused_until=night + DAY,
        sent=_sent(0, 1),
    )
    mended: list[tuple[dict[str, object], dict[str, object]]] = [
        ({"expires_at": None}, {}),
        ({}, {"consents": (YES,)}),
        ({}, {"declined": frozenset()}),
        ({}, {"suppressions": ()}),
        ({}, {"approvals": (Approval("c1", "kim", NOON),)}),
        ({"paused": False}, {}),
        ({}, {"paused_until": None}),
        ({}, {"escalated": False}),
        ({}, {"busy": ()}),
        ({}, {"sent": ()}),
    ]
    told = [decide(candidate, standing, POLICY, night).reason]
    for of_candidate, of_standing in mended:
        candidate = replace(candidate, **of_candidate)  # type: ignore[arg-type]
        standing = replace(standing, **of_standing)  # type: ignore[arg-type]
        told.append(decide(candidate, standing, POLICY, night).reason)
    assert told == [
        Reason.EXPIRED,
        Reason.NO_BASIS,
        Reason.DECLINED,
        Reason.OPT_OUT,
        Reason.NOT_APPROVED,
        Reason.PAUSED,
        Reason.ASKED_FOR_PAUSE,
        Reason.ESCALATION,
        Reason.BUSY,
        Reason.CAPPED_CONTACT,
        Reason.QUIET,
    ]


def test_of_several_at_a_time_the_one_of_highest_priority_goes() -> None:
    policy = Policy(caps=(Cap(1, Span.parse("2 days")),))
    low = replace(CANDIDATE, key="low", priority=10)
    high = replace(CANDIDATE, key="high", priority=90)
    first = replace(CANDIDATE, key="first", priority=10, since=NOON - 2 * HOUR)
    invoice = replace(CANDIDATE, key="invoice", priority=0, category=INVOICES)
    stranger = replace(CANDIDATE, key="stranger", priority=0, account="A2", contact="eve@other.example")
    outranked = wait(Reason.OUTRANKED, NOON + 2 * DAY)
    asked = (low, high, first, invoice, stranger)
    assert decide_all(asked, [STANDING] * 5, policy, NOON) == (outranked, SEND, outranked, SEND, SEND)
    assert decide_all((low, first), [STANDING] * 2, policy, NOON) == (outranked, SEND)


def test_one_that_cannot_go_does_not_keep_others_back() -> None:
    policy = Policy(caps=(Cap(1, Span.parse("2 days")),))
    high = replace(CANDIDATE, key="high", priority=90, paused=True)
    low = replace(CANDIDATE, key="low", priority=10)
    assert decide_all((low, high), [STANDING] * 2, policy, NOON) == (SEND, wait(Reason.PAUSED))


def test_every_reason_has_words() -> None:
    assert len({reason.about for reason in Reason}) == len(Reason)


AROUND = st.integers(-72, 72).map(lambda hours: NOON + hours * HOUR)
CATEGORIES = st.sampled_from([TIPS, INVOICES, Category("news", frozenset(Basis))])
NAMES = st.sampled_from([None, "tips", "invoices", "news"])
CHANNELS = st.sampled_from([None, "email", "sms"])
CONSENTS = st.builds(Consent, st.sampled_from(Basis), AROUND, st.none() | AROUND, CHANNELS, NAMES)
SUPPRESSIONS = st.builds(Suppression, st.sampled_from(Cause), AROUND, st.none() | AROUND, CHANNELS, NAMES)
SENTS = st.builds(Sent, AROUND, st.sampled_from(["ana@firm.example", "b"]), st.sampled_from(["tips", "news"]))
CANDIDATES = st.builds(
    Candidate,
    st.just("k"),
    st.just("A1"),
    st.just("ana@firm.example"),
    st.sampled_from(["email", "sms", "in_app"]),
    CATEGORIES,
    AROUND,
    content=st.none() | st.just("c1"),
    expires_at=st.none() | AROUND,
    business_days=st.booleans(),
    paused=st.booleans(),
)
STANDINGS = st.builds(
    Standing,
    st.sampled_from([BERLIN, ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Apia")]),
    consents=st.lists(CONSENTS, max_size=3).map(tuple),
    declined=st.frozensets(st.sampled_from(["tips", "invoices"])),
    unwanted=st.frozensets(st.sampled_from(["email", "sms"])),
    suppressions=st.lists(SUPPRESSIONS, max_size=2).map(tuple),
    approvals=st.sampled_from([(), (Approval("c1", "kim", NOON),)]),
    escalated=st.booleans(),
    busy=st.lists(st.tuples(AROUND, AROUND), max_size=2).map(tuple),
    sent=st.lists(SENTS, max_size=4).map(tuple),
)
POLICIES = st.builds(
    Policy,
    st.lists(
        st.builds(
            Cap,
            st.integers(1, 3),
            st.sampled_from([Span.parse("1 day"), Span.parse("36 hours")]),
            st.sampled_from(Per),
            NAMES,
        ),
        max_size=2,
    ).map(tuple),
    st.none() | st.just(NIGHT),
)


@given(CANDIDATES, STANDINGS, POLICIES, AROUND)
def test_nothing_goes_without_a_basis(
    candidate: Candidate, standing: Standing, policy: Policy, now: datetime
) -> None:
    on_record = [
        each
        for each in standing.consents
        if each.basis in candidate.category.bases
        and each.granted_at <= now
        and not (each.withdrawn_at and each.withdrawn_at <= now)
        and each.channel in (None, candidate.channel)
        and each.category in (None, candidate.category.name)
    ]
    if not on_record:
        assert decide(candidate, standing, policy, now).verdict is Verdict.SKIP


@given(CANDIDATES, STANDINGS, POLICIES, AROUND, SUPPRESSIONS)
def test_one_more_suppression_never_lets_anything_go(
    candidate: Candidate, standing: Standing, policy: Policy, now: datetime, more: Suppression
) -> None:
    before = decide(candidate, standing, policy, now)
    after = decide(candidate, replace(standing, suppressions=(*standing.suppressions, more)), policy, now)
    order = [Verdict.SEND, Verdict.WAIT, Verdict.SKIP]
    assert order.index(after.verdict) >= order.index(before.verdict)


@given(CANDIDATES, STANDINGS, POLICIES, AROUND)
def test_what_is_transactional_is_never_capped_and_never_capped_by(
    candidate: Candidate, standing: Standing, policy: Policy, now: datetime
) -> None:
    invoice = replace(candidate, category=INVOICES)
    uncapped = replace(policy, caps=())
    assert decide(invoice, standing, policy, now) == decide(invoice, standing, uncapped, now)
    extra = replace(standing, sent=(*standing.sent, Sent(now, candidate.contact, "invoices", True)))
    assert decide(candidate, extra, policy, now) == decide(candidate, standing, policy, now)


@given(CANDIDATES, STANDINGS, POLICIES, AROUND)
def test_a_wait_ends_later_before_the_expiry_and_no_wait_for_the_same_comes_after_it(
    candidate: Candidate, standing: Standing, policy: Policy, now: datetime
) -> None:
    decision = decide(candidate, standing, policy, now)
    assert (decision.reason is None) is (decision.verdict is Verdict.SEND)
    if decision.until is not None:
        assert decision.verdict is Verdict.WAIT
        assert decision.until > now
        assert candidate.expires_at is None or decision.until < candidate.expires_at
        if decision.reason is Reason.QUIET:
            assert decide(candidate, standing, policy, decision.until).reason is not Reason.QUIET


@given(CANDIDATES, STANDINGS, POLICIES, AROUND)
def test_who_asks_again_whenever_a_wait_is_over_comes_to_an_end(
    candidate: Candidate, standing: Standing, policy: Policy, now: datetime
) -> None:
    at: datetime | None = now
    for _ in range(20):
        if at is None:
            return
        at = decide(candidate, standing, policy, at).until
    raise AssertionError("it waits for ever")
