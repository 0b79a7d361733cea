"""Who enters a journey again, what an enrollment is known by, and its lots."""

from dataclasses import replace

import pytest

from keepwell.outreach.enrollment import End, Enrollment, Refusal, begun, identity, refusal
from keepwell.outreach.lot import Drum
from keepwell.outreach.route import route_of
from keepwell.outreach.step import Branch, Wait
from keepwell.outreach.trigger import Reentry
from keepwell.signals.expression import parse
from keepwell.signals.window import Span
from tests.outreach.made import BEGIN, DAY, DRUM, ZONE, enrolled, journey, note

UNDER_WAY = enrolled(journey(Wait("rest", event="opened")), key="invoice 1")
ENDED = UNDER_WAY.ended(End.FINISHED, BEGIN + DAY)
COOLDOWN = Span.parse("30 days")


@pytest.mark.parametrize(
    ("reentry", "earlier", "days", "key", "refused"),
    [
        (Reentry.NEVER, (), 9, "", None),
        (Reentry.NEVER, (UNDER_WAY,), 9, "", Refusal.UNDER_WAY),
        (Reentry.NEVER, (ENDED,), 900, "", Refusal.BEEN_THERE),
        (Reentry.AFTER_EXIT, (), 9, "", None),
        (Reentry.AFTER_EXIT, (ENDED, UNDER_WAY), 900, "", Refusal.UNDER_WAY),
        (Reentry.AFTER_EXIT, (ENDED,), 30, "", Refusal.COOLING_DOWN),  # 29 days after its end
        (Reentry.AFTER_EXIT, (ENDED,), 31, "", None),
        (Reentry.PER_KEY, (UNDER_WAY,), 9, "invoice 1", Refusal.BEEN_THERE),
        (Reentry.PER_KEY, (ENDED,), 900, "invoice 1", Refusal.BEEN_THERE),
        (Reentry.PER_KEY, (UNDER_WAY, ENDED), 9, "invoice 2", None),
    ],
)
def test_who_has_been_there_enters_again_as_the_journey_says(
    reentry: Reentry, earlier: tuple[Enrollment, ...], days: int, key: str, refused: Refusal | None
) -> None:
    again = journey(reentry=reentry, cooldown=COOLDOWN)
    assert refusal(again, earlier, BEGIN + days * DAY, ZONE, key) is refused


def test_without_a_cooldown_one_enters_again_at_once() -> None:
    assert refusal(journey(reentry=Reentry.AFTER_EXIT), (ENDED,), BEGIN + DAY, ZONE) is None


def test_two_who_enrol_an_account_at_once_come_to_the_same() -> None:
    plain, keyed = journey(), journey(reentry=Reentry.PER_KEY)
    assert identity(plain, "A1", 0) == identity(plain, "A1", 0, "whatever")
    assert identity(keyed, "A1", 0, "invoice 1") == identity(keyed, "A1", 7, "invoice 1")
    others = [
        identity(plain, "A1", 1),
        identity(plain, "A2", 0),
        identity(replace(plain, name="other"), "A1", 0),
        identity(keyed, "A1", 0, "invoice 1"),
        identity(keyed, "A1", 0, "invoice 2"),
    ]
    assert len({identity(plain, "A1", 0), *others}) == 6


@pytest.mark.parametrize(
    ("own", "everywhere", "expected"), [(0.0, 0.0, 0.0), (1.0, 0.0, 1.0), (0.0, 1.0, 1.0), (0.2, 0.1, 0.28)]
)
def test_who_is_held_out_of_all_journeys_is_held_out_of_this_one(
    own: float, everywhere: float, expected: float
) -> None:
    # Two lots that have nothing to do with each other: 0.2 + 0.1 - 0.2 * 0.1 are held out by one or the other.
    of = journey(note("seen"), holdout=own)
    held = [enrolled(of, f"A{n}", holdout=everywhere).held_out for n in range(4000)]
    assert abs(sum(held) / len(held) - expected) < 0.03


def test_an_enrollment_begins_at_the_first_step() -> None:
    of = journey(Branch("which", parse("use < 5")), note("seen"))
    made = begun(route_of(of), "v7", "A1", BEGIN, Drum(DRUM.key), earlier=2)
    assert made == Enrollment(
        identity(of, "A1", 2), "rescue", "v7", "A1", BEGIN, BEGIN, "which", BEGIN, arms={}
    )
    assert made.under_way
