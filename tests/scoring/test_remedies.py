"""What would turn an account green, worked by hand and checked by scoring anew."""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.scoring.consequences import Consequences
from keepwell.scoring.evaluation import evaluate
from keepwell.scoring.observed import Observed, condition_of, conditions
from keepwell.scoring.peers import freeze
from keepwell.scoring.remedies import TOGETHER, remedies
from keepwell.scoring.score import Band, Remedy
from keepwell.scoring.scorecard import Cap, Line, Peers, Percentile, RollUp, Rule, Scorecard
from keepwell.scoring.whatif import Hypothesis, WhatIf
from keepwell.signals.definition import Aggregate, Change, Formula, How, Ratio, Signal
from keepwell.signals.expression import parse
from keepwell.signals.meaning import evaluate as meaning
from tests.scoring.made import card, dimension, measure, observed

UTC = ZoneInfo("UTC")
SIGNALS = {
    "days": Signal("days", Aggregate(How.COUNT, "events"), label="Days"),
    "usage": Signal("usage", Formula(parse("1")), label="Usage"),
    "nps": Signal("nps", Formula(parse("1")), label="NPS"),
    "drift": Signal("drift", Change("a", "b"), label="Usage against its baseline"),
}


def case(
    own: Scorecard,
    values: Mapping[str, float | None],
    position: int = 0,
    signals: Mapping[str, Signal] = SIGNALS,
    **fields: object,
) -> WhatIf:
    """One account (and children, if parents are given) with conditions worked out from its values."""
    count = len(fields.get("parents", [-1]))  # type: ignore[arg-type]
    holds = {
        name: [meaning(expression, values.get, UTC) is True] * count
        for name, expression in conditions([own]).items()
    }
    over = observed({name: [value] * count for name, value in values.items()}, holds, **fields)
    return over_all(own, over, values, position, signals)


def over_all(
    own: Scorecard,
    over: Observed,
    facts: Mapping[str, float | None],
    position: int,
    signals: Mapping[str, Signal] = SIGNALS,
) -> WhatIf:
    frozen = freeze([own], over, np.zeros(len(over), dtype=np.int64))
    return WhatIf(evaluate([own], over, frozen), position, Consequences(signals, facts, UTC))


def found(own: WhatIf, band: Band | None = Band.RED) -> dict[str, Remedy]:
    return {remedy.name: remedy for remedy in remedies(own, band)}


HALVES = dimension("a", 1, measure("usage"), measure("nps"))


def test_the_smallest_value_that_reaches_green_with_the_margin() -> None:
    # (40 + 80) / 2 = 60, red before, so 73 is needed: usage 10x + 80 = 146 → 6.6;  nps 40 + 10x = 146 → 10.6 is beyond 100
    result = found(case(card(HALVES), {"usage": 4, "nps": 8}))
    assert result["usage"].target == pytest.approx(6.6)
    assert result["usage"].points == pytest.approx(13)
    assert result["usage"].text == "Usage from 4 to 6.6: +13 points, to 73"
    # nps at its best: (40 + 100) / 2 = 70, 10 points more, which is not enough
    assert (result["nps"].target, result["nps"].points) == (None, 10)
    assert result["nps"].current == 8


def test_a_first_score_needs_no_margin() -> None:
    # 70 is enough: 10x + 80 = 140 → 6
    assert found(case(card(HALVES), {"usage": 4, "nps": 8}), None)["usage"].target == pytest.approx(6)


def test_green_needs_nothing() -> None:
    assert remedies(case(card(HALVES), {"usage": 8, "nps": 8}), Band.GREEN) == ()


def test_counts_are_whole() -> None:
    own = card(dimension("a", 1, measure("days"), measure("nps")))
    # 6.6 would do; days come whole: 7
    assert found(case(own, {"days": 4, "nps": 8}))["days"].target == 7


def test_less_may_be_better() -> None:
    falling = Line(((0, 100), (10, 0)))
    own = card(dimension("a", 1, measure("usage", scale=falling)))
    # 100 − 10x ≥ 73 → x ≤ 2.7
    assert found(case(own, {"usage": 9}))["usage"].target == pytest.approx(2.7)


def test_the_nearest_side_of_a_peak() -> None:
    peak = Line(((0, 0), (10, 100), (20, 0)))
    own = card(dimension("a", 1, measure("usage", scale=peak)))
    # 73 is met between 7.3 and 12.7; from 18 the way down to 12.7 is shorter
    assert found(case(own, {"usage": 18}))["usage"].target == pytest.approx(12.7)


def test_an_unknown_measure_can_become_known() -> None:
    # usage alone scores 40; with nps the two share: (40 + 10x) / 2 ≥ 73 is out of reach (70 at most)
    own = card(HALVES, min_coverage=0.4)
    result = found(case(own, {"usage": 4, "nps": None}))
    assert (result["nps"].target, result["nps"].points) == (None, 30)
    # from 6: (60 + 10x) / 2 ≥ 73 → x = 8.6
    assert found(case(own, {"usage": 6, "nps": None}))["nps"].target == pytest.approx(8.6)


def test_a_cap_in_the_way_is_named_and_several_steps_are_put_together() -> None:
    late = Cap("late", parse("payment_failures >= 1"), 40, because="A payment failed")
    own = card(HALVES, caps=(late,))
    values = {"usage": 4.0, "nps": 8.0}
    over = observed({name: [value] for name, value in values.items()}, {condition_of(own, late): [True]})
    result = found(over_all(own, over, values, 0))
    # the cap lifted: 60, 20 points more, still not green; usage to 6.6 then adds 13
    assert result["late"].points == 20
    assert not result["late"].enough
    together = result[TOGETHER]
    assert together.enough
    assert [(step.name, step.target) for step in together.steps] == [
        ("late", None),
        ("usage", pytest.approx(6.6)),
    ]
    assert together.points == pytest.approx(33)


def test_lifting_a_cap_may_be_all() -> None:
    late = Cap("late", parse("known(days)"), 40)
    own = card(HALVES, caps=(late,))
    over = observed({"usage": [9], "nps": [9]}, {condition_of(own, late): [True]})
    result = found(over_all(own, over, {"usage": 9, "nps": 9}, 0))
    assert list(result) == ["late"]
    assert (result["late"].points, result["late"].enough) == (50, True)


def test_a_measure_may_lift_the_cap_that_names_it() -> None:
    drop = Cap("drop", parse("usage < 9"), 50)
    own = card(HALVES, caps=(drop,))
    # 6.6 would do but for the cap, which holds below 9
    assert found(case(own, {"usage": 4, "nps": 8}))["usage"].target == 9


def test_a_strict_condition_turns_just_beyond_its_limit() -> None:
    own = card(HALVES, caps=(Cap("drop", parse("usage <= 9"), 50),))
    target = found(case(own, {"usage": 4, "nps": 8}))["usage"].target
    assert target is not None
    assert 9 < target < 9 + 1e-7


def test_a_rule_can_make_the_difference() -> None:
    own = card(HALVES, rules=(Rule("weekly", parse("usage >= 5"), +10),))
    # at 5: (50 + 80) / 2 + 10 = 75 ≥ 73
    assert found(case(own, {"usage": 4, "nps": 8}))["usage"].target == pytest.approx(5)


def test_rules_that_turn_are_remedies() -> None:
    own = card(
        rules=(
            Rule("late", parse("known(days)"), -25, because="Two invoices are late"),
            Rule("happy", parse("known(days)"), +15, because="A promoter"),
            Rule("loyal", parse("known(days)"), +5),
        ),
        base=50,
    )
    holds = dict(zip((condition_of(own, rule) for rule in own.rules), ([True], [False], [True]), strict=True))
    result = found(over_all(own, observed({}, holds), {}, 0), None)
    # 50 − 25 + 5 = 30; without the −25: 55; with the +15 alone: 45; both: 70
    assert {name: (remedy.points, remedy.enough) for name, remedy in result.items()} == {
        TOGETHER: (40, True),
        "late": (25, False),
        "happy": (15, False),
    }
    assert result["late"].text == "Once this no longer holds (Two invoices are late): +25 points, to 55"
    assert [step.points for step in result[TOGETHER].steps] == [25, 15]


def test_several_measures_in_the_order_of_what_they_add() -> None:
    thirds = card(dimension("a", 1, measure("usage", 2), measure("nps", 1), measure("drift", 1)))
    # usage 2 (20), nps 5 (50), drift 8 (80): 0.5·20 + 0.25·50 + 0.25·80 = 42.5. usage alone gives 82.5: enough
    # with usage at 10·6 = 60: 62.5: neither nps (75 = 62.5 + 12.5) … nps to 9.2: 62.5 + 0.25·42 = 73
    assert found(case(thirds, {"usage": 6, "nps": 5, "drift": 8}))["nps"].target == pytest.approx(9.2)
    # usage 6, nps 9, drift 1: 30 + 22.5 + 2.5 = 55; best: usage +20 = 75 is enough with usage 9.6
    assert found(case(thirds, {"usage": 6, "nps": 9, "drift": 1}))["usage"].target == pytest.approx(9.6)
    # usage 1, nps 1, drift 1: 10; usage best 55, then nps 77.5 of which 73 needs 22.5 − 4.5 → nps 8.2
    together = found(case(thirds, {"usage": 1, "nps": 1, "drift": 1}))[TOGETHER]
    assert [(step.name, step.target) for step in together.steps] == [
        ("usage", None),
        ("nps", pytest.approx(8.2)),
    ]
    assert together.reaches == 73


def test_a_percentile_names_the_value_that_stands_high_enough() -> None:
    own = card(dimension("a", 1, measure("usage", scale=Percentile(Peers.ALL))))
    values = list(range(10))
    over = observed({"usage": [float(value) for value in values]})
    # value v stands at 10v + 5: 73 → 6.8
    assert found(over_all(own, over, {"usage": 0.0}, 0))["usage"].target == pytest.approx(6.8)


def test_a_parent_held_down_by_its_child_cannot_help_itself() -> None:
    own = card(HALVES, roll_up=RollUp.WORST)
    over = observed({"usage": [4, 1], "nps": [8, 1]}, parents=[-1, 0])
    result = found(over_all(own, over, {}, 0))
    assert result == {}


CARDS = st.builds(
    lambda weights, cap_at, margin: card(
        dimension("a", 1, *(measure(s, w) for s, w in zip(("usage", "nps", "drift"), weights, strict=True))),
        caps=(Cap("low", parse("usage < 3"), cap_at),),
        rules=(Rule("bonus", parse("nps > 6"), margin),),
    ),
    st.lists(st.integers(1, 4), min_size=3, max_size=3),
    st.integers(10, 90),
    st.integers(-20, 20),
)


@given(CARDS, st.lists(st.none() | st.integers(0, 10), min_size=3, max_size=3))
def test_every_remedy_does_what_it_says_and_less_does_not(own: Scorecard, column: list[int | None]) -> None:
    values = dict(zip(("usage", "nps", "drift"), column, strict=True))
    this = case(own, values)
    for remedy in remedies(this, Band.YELLOW):
        if remedy.target is not None:
            assert this.scores([Hypothesis({remedy.name: remedy.target})])[0] >= 73
            if remedy.current is not None:
                less = remedy.current + (remedy.target - remedy.current) * 0.999
                assert this.scores([Hypothesis({remedy.name: less})])[0] < 73
        elif remedy.steps and remedy.enough:
            assert remedy.reaches >= 73


CHAIN = {
    "users": Signal("users", Aggregate(How.DISTINCT, "events"), label="Users"),
    "seats": Signal("seats", Aggregate(How.SUM, "subscriptions"), label="Seats"),
    "share": Signal("share", Ratio("users", "seats"), label="Share"),
    "index": Signal("index", Aggregate(How.LAST, "context"), label="Market"),
    "age": Signal("age", Aggregate(How.DAYS_SINCE_LAST, "accounts"), label="Age"),
    "gap": Signal("gap", Formula(parse("index - age")), label="Gap"),
    "load": Signal("load", Formula(parse("index / account.size")), label="Load"),
}
WHOLE = Line(((0, 0), (1, 100)))


def test_what_is_computed_from_a_changed_signal_moves_with_it() -> None:
    own = card(dimension("a", 1, measure("users"), measure("share", scale=WHOLE)))
    # 4 users of 10 seats: (40 + 40) / 2;  7.3 of both would do, and users come whole: 8 of 10 seats is (80 + 80) / 2
    result = found(case(own, {"users": 4, "seats": 10, "share": 0.4}, signals=CHAIN))
    assert (result["users"].target, result["users"].reaches) == (8, 80)
    # the share alone leaves the users where they are: (40 + 100) / 2 is not enough
    assert (result["share"].target, result["share"].reaches) == (None, 70)


def test_fewer_seats_make_a_greater_share() -> None:
    falling = Line(((0, 100), (100, 0)))
    own = card(dimension("a", 1, measure("seats", scale=falling), measure("share", scale=WHOLE)))
    # (60 + 10) / 2 now;  (100 − s + 100 · 4/s) / 2 ≥ 73 from s = 6.9002 down: s² − (−46)s − 400 = 0 → s = 7.48
    result = found(case(own, {"users": 4, "seats": 40, "share": 0.1}, signals=CHAIN))
    assert result["seats"].target == pytest.approx((-46 + (46**2 + 1600) ** 0.5) / 2, abs=1e-6)


def test_a_cap_on_what_is_computed_is_lifted_with_it() -> None:
    own = card(dimension("a", 1, measure("users")), caps=(Cap("few", parse("share < 0.9"), 30),))
    # 8 users are green by themselves, but capped while they are 8 of 10
    result = found(case(own, {"users": 8, "seats": 10, "share": 0.8}, signals=CHAIN))
    assert (result["users"].target, result["users"].reaches) == (9, 90)


def test_several_steps_know_what_the_first_one_moved() -> None:
    own = card(
        dimension(
            "a", 1, measure("users"), measure("share", scale=Line(((0, 0), (4, 100)))), measure("nps", 2)
        )
    )
    values = {"users": 2, "seats": 10, "share": 0.2, "nps": 3}
    together = found(case(own, values, signals={**CHAIN, "nps": SIGNALS["nps"]}))[TOGETHER]
    # users first, from 2 to 40 and more: the share follows, and needs no step of its own
    # (100 + 100 + 2 · 10 n) / 4 ≥ 73 → n = 4.6
    assert [(step.name, step.target) for step in together.steps] == [
        ("users", None),
        ("nps", pytest.approx(4.6)),
    ]


def test_nobody_moves_a_market_or_an_age() -> None:
    own = card(
        dimension(
            "a", 1, measure("index"), measure("age"), measure("gap"), measure("load"), measure("users")
        ),
        caps=(Cap("slump", parse("index < 5"), 60), Cap("few", parse("users < 5 and index < 5"), 50)),
        rules=(Rule("old", parse("age > 9"), 5), Rule("big", parse("account.size > 9"), 5)),
    )
    values = {"index": 3, "age": 3, "gap": 0, "load": 1, "users": 3, "account.size": 3}
    listed = {name for remedy in found(case(own, values, signals=CHAIN)).values() for name in (remedy.name,)}
    assert listed <= {"load", "users", "few", "big", TOGETHER}
    assert "users" in {
        step.name
        for remedy in (found(case(own, values, signals=CHAIN)).values())
        for step in (remedy, *remedy.steps)
    }


def test_a_measure_can_be_declared_as_nobodys_to_move() -> None:
    fixed, free = replace(measure("usage"), actionable=False), replace(measure("index"), actionable=True)
    own = card(dimension("a", 1, fixed, free))
    result = found(case(own, {"usage": 5, "index": 4}, signals={**SIGNALS, **CHAIN}))
    assert set(result) == {"index"}


@given(st.integers(0, 20), st.integers(1, 20), st.integers(0, 10))
def test_a_remedy_by_way_of_what_follows_is_the_smallest(users: int, seats: int, nps: int) -> None:
    scale = Line(((0, 0), (0.5, 30), (1, 100)))
    own = card(dimension("a", 1, measure("users"), measure("share", 2, scale), measure("nps")))
    this = case(
        own,
        {"users": users, "seats": seats, "share": users / seats, "nps": nps},
        signals={**CHAIN, **SIGNALS},
    )
    remedy = next((r for r in remedies(this, Band.YELLOW) if r.name == "users"), None)
    if remedy is not None and remedy.target is not None:
        assert this.scores([Hypothesis({"users": remedy.target})])[0] >= 73
        assert this.scores([Hypothesis({"users": remedy.target - 1})])[0] < 73
