"""Reasons: their words, their order, and that they add up exactly."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given

from keepwell.scoring.evaluation import evaluate
from keepwell.scoring.observed import Observed, condition_of, conditional
from keepwell.scoring.overrides import NONE_IN_FORCE, InForce, Override
from keepwell.scoring.peers import Frozen, freeze
from keepwell.scoring.reasons import Narrator, reasons
from keepwell.scoring.score import Reason, Step
from keepwell.scoring.scorecard import Line, Missing, Peers, Percentile, Reference, RollUp, Scorecard
from keepwell.scoring.wording import in_points, number, quantity
from keepwell.signals.definition import Aggregate, Change, Formula, How, Signal
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit, Window
from tests.scoring.made import AS_OF, cap, card, dimension, measure, observed, rule
from tests.scoring.test_evaluation import SIGNALS, situations

MONTH = Window(Span(28, Unit.DAYS))
KNOWN: Mapping[str, Signal] = {
    signal.name: signal
    for signal in (
        Signal(
            "active_days",
            Aggregate(How.ACTIVE_DAYS, "events", window=MONTH),
            label="Active days",
            unit="days",
        ),
        Signal("usage_change", Change("a", "b"), label="Usage against its own baseline", unit="percent"),
        Signal("nps", Aggregate(How.LAST, "surveys"), label="NPS"),
        Signal("seat_use", Formula(parse("1")), label="Seat use", unit="percent"),
        Signal("tickets", Aggregate(How.COUNT, "tickets", window=MONTH), unit="tickets", label="Complaints"),
        *(Signal(name, Formula(parse("1"))) for name in SIGNALS),
    )
}
NARRATOR = Narrator(KNOWN, lambda account: f"Account {account}", ZoneInfo("UTC"))
DAYS = measure("active_days", scale=Line(((0, 0), (20, 100))))
CHANGE = measure("usage_change", scale=Line(((-0.6, 0), (0, 70), (0.2, 100))))


def told(
    own: Scorecard, over: Observed, overrides: InForce = NONE_IN_FORCE, position: int = 0
) -> tuple[Reason, ...]:
    frozen = freeze([own], over, np.zeros(len(over), dtype=np.int64))
    return reasons(evaluate([own], over, frozen, overrides), position, NARRATOR)[1]


def texts(own: Scorecard, over: Observed, overrides: InForce = NONE_IN_FORCE) -> list[str]:
    return [reason.text for reason in told(own, over, overrides)]


def test_measures_are_told_with_their_window_and_full_marks() -> None:
    # 3 of 20 days: 15 of 100 marks, half the weight: 0.5 × −85 = −42.5
    # a fall of 42%: 70 × 18 / 60 = 21 marks: 0.5 × −79 = −39.5
    own = card(dimension("adoption", 1, DAYS, CHANGE))
    assert texts(own, observed({"active_days": [3], "usage_change": [-0.42]})) == [
        "Active days: 3 of the last 28 days, full marks at 20: −42.5 points",
        "Usage fell 42% against its own baseline, full marks at 20%: −39.5 points",
    ]


def test_full_marks_are_told_in_words() -> None:
    own = card(dimension("adoption", 1, DAYS, CHANGE))
    assert texts(own, observed({"active_days": [22], "usage_change": [0.35]})) == [
        "Active days: 22 of the last 28 days: full marks",
        "Usage rose 35% against its own baseline: full marks",
    ]


def test_a_lower_count_may_be_better() -> None:
    own = card(dimension("support", 1, measure("tickets", scale=Line(((0, 100), (10, 0))))))
    assert texts(own, observed({"tickets": [1]})) == [
        "Complaints: 1 ticket in the last 28 days, full marks at 0 tickets: −10 points"
    ]


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (Missing.REDISTRIBUTE, "NPS unknown: its weight went to the other measures"),
        (Missing.NEUTRAL, "NPS unknown, counted as 50 of 100: −25 points"),
        (Missing.WORST, "NPS unknown, counted as 0 of 100: −50 points"),
    ],
)
def test_unknown_measures(policy: Missing, text: str) -> None:
    own = card(dimension("voice", 1, DAYS, measure("nps")), missing=policy, min_coverage=0)
    assert texts(own, observed({"active_days": [20], "nps": [None]}))[1] == text


def test_a_dimension_of_which_nothing_is_known() -> None:
    own = card(dimension("adoption", 1, DAYS), dimension("voice", 1, measure("nps")), min_coverage=0)
    text = texts(own, observed({"active_days": [20], "nps": [None]}))[1]
    assert text == "NPS unknown: its weight went to the other dimensions"


def test_a_percentile_names_the_peers() -> None:
    own = card(dimension("commercial", 1, measure("seat_use", scale=Percentile(Peers.SEGMENT))))
    over = observed({"seat_use": [0.45, 0.6, 0.7, 0.8]}, segments=["smb"] * 4)
    # the lowest of four: 0.5 / 4 = 12.5
    assert texts(own, over) == ["Seat use: 45%, better than 12% of segment smb: −87.5 points"]


def test_against_the_segments_mean() -> None:
    own = card(dimension("adoption", 1, DAYS), reference=Reference.SEGMENT_MEAN)
    over = observed({"active_days": [16, 8]})
    assert texts(own, over) == [
        "Active days: 16 of the last 28 days, marked 80 where the segment averages 60: +20 points"
    ]


def test_rules_clamp_caps_and_overrides() -> None:
    own = card(
        rules=(rule("weekly", 70, because="In use every week"),),
        caps=(cap("late", 40, because="A payment failed in the last 90 days"), cap("low", 60)),
    )
    over = observed({}, {condition_of(own, part): [True] for part in conditional(own)})
    said = Override(
        0, "score", 55, AS_OF, AS_OF, "1", until=AS_OF + timedelta(days=9), author="Kim", reason="They called"
    )
    steps = told(own, over, InForce({0: {"score": said}}))
    assert [(reason.step, reason.points, reason.text) for reason in steps] == [
        (Step.RULE, 70, "In use every week: +70 points"),
        (Step.CLAMP, -20, "A score stays within 0 and 100: −20 points"),
        (Step.CAP, -60, "A payment failed in the last 90 days, so at most 40: −60 points"),
        (Step.CAP, 0, "Low, so at most 60, which it is anyway"),
        (Step.OVERRIDE, 15, "Score set to 55 by Kim until 2025-07-09 (They called): +15 points"),
    ]


def test_a_measure_set_by_hand_is_told_after_it() -> None:
    own = card(dimension("voice", 1, DAYS, measure("nps")))
    over = observed({"active_days": [20], "nps": [2]})
    said = {target: Override(0, target, 60, AS_OF, AS_OF, "1", author="Kim") for target in ("nps", "voice")}
    # nps: 0.5 × −80 = −40, set to 60: +20; voice stood at 80, set to 60: −20
    assert [(reason.name, reason.points, reason.text) for reason in told(own, over, InForce({0: said}))] == [
        ("active_days", 0, "Active days: 20 of the last 28 days: full marks"),
        ("nps", -40, "NPS: 2, full marks at 10: −40 points"),
        ("nps", 20, "NPS set to 60 by Kim: +20 points"),
        ("voice", -20, "Voice set to 60 by Kim: −20 points"),
    ]


@pytest.mark.parametrize(
    ("how", "text"),
    [
        (RollUp.WORST, "Its account Account 1 stands at 30: −50 points"),
        # (80 + 30 + 70) / 3 = 60
        (RollUp.MEAN, "Taken together with its 2 accounts: the mean of all: −20 points"),
    ],
)
def test_roll_up(how: RollUp, text: str) -> None:
    own = card(dimension("voice", 1, measure("nps")), roll_up=how)
    assert texts(own, observed({"nps": [8, 3, 7]}, parents=[-1, 0, 0]))[-1] == text


def test_reasons_hold_value_mark_weight_and_advice() -> None:
    own = card(dimension("adoption", 1, replace(DAYS, advice="Call the champion"), CHANGE))
    (days, _) = told(own, observed({"active_days": [3], "usage_change": [0.2]}))
    assert (days.value, days.scaled, days.weight, days.advice, days.dimension) == (
        3,
        15,
        0.5,
        "Call the champion",
        "adoption",
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (3, "3"),
        (1234567, "1,234,567"),
        (-2.5, "−2.5"),
        (0.12345, "0.123"),
        (12.345, "12.3"),
        (1234.56, "1,235"),
        (-0.0000001, "0"),
        (99.96, "100"),
    ],
)
def test_numbers_for_people(value: float, text: str) -> None:
    assert number(value) == text


def test_quantities_and_points_for_people() -> None:
    assert quantity(1, "days") == "1 day"
    assert quantity(12, "days") == "12 days"
    assert quantity(12, "days", "Days to renewal") == "12"
    assert quantity(0.456, "percent") == "45.6%"
    assert [in_points(points) for points in (-14.04, 1, 0.01, -0.4)] == [
        "−14 points",
        "+1 point",
        "0 points",
        "−0.4 points",
    ]


def decimal(number: float) -> Decimal:
    return Decimal(repr(number))


@given(situations())
def test_baseline_and_reasons_add_up_to_the_score(
    situation: tuple[list[Scorecard], Observed, InForce],
) -> None:
    own, values, overrides = situation
    frozen = freeze(own, values, evaluate(own, values, Frozen()).chosen)
    result = evaluate(own, values, frozen, overrides)
    for position in range(len(values)):
        baseline, steps = reasons(result, position, NARRATOR)
        score = result.score[position]
        if not np.isnan(score):
            # exactly, as the decimals that JSON shows
            assert decimal(baseline) + sum(decimal(step.points) for step in steps) == decimal(float(score))
            # and before rounding, to 1e-9
            chosen = int(result.chosen[position])
            marks, row = result.marks[chosen], result.place[position]
            parts = (marks.points, marks.by_measure, marks.by_dimension, marks.rules)
            raw = marks.baseline[row] + sum(part[row].sum() for part in parts) + marks.clamp[row]
            raw += result.rolled[position] + result.capped[position] + result.overridden[position]
            assert raw == pytest.approx(score, abs=5.1e-7)
            assert np.round(raw, 6) == pytest.approx(score, abs=1.1e-6)
