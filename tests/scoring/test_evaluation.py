"""Each rule of the design worked by hand, and the arrays against the slow meaning."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.scoring import evaluation
from keepwell.scoring.evaluation import Evaluation, evaluate
from keepwell.scoring.observed import Observed, condition_of, conditional
from keepwell.scoring.overrides import NONE_IN_FORCE, InForce, Override
from keepwell.scoring.peers import Frozen, freeze, group_of
from keepwell.scoring.reference import Outcome, Subject, score_one
from keepwell.scoring.scorecard import (
    Line,
    Missing,
    Peers,
    Percentile,
    Reference,
    RollUp,
    Scorecard,
)
from tests.scoring.made import AS_OF, cap, card, dimension, measure, observed, rule

ADOPTION = dimension("adoption", 40, measure("active_days", 3), measure("usage", 2))
VOICE = dimension("voice", 60, measure("nps", 1))


def scored(*cards: Scorecard, over: Observed, overrides: InForce = NONE_IN_FORCE) -> Evaluation:
    return evaluate(cards, over, Frozen(), overrides)


def set_by_hand(target: str, value: float, account: int = 0) -> InForce:
    override = Override(account, target, value, AS_OF - timedelta(days=2), AS_OF - timedelta(days=2), "1")
    return InForce({account: {target: override}})


def test_a_score_is_the_weighted_mean_of_marks() -> None:
    # 0.4 × (3/5 × 50 + 2/5 × 100) + 0.6 × 80 = 0.4 × 70 + 48 = 76
    result = scored(card(ADOPTION, VOICE), over=observed({"active_days": [5], "usage": [10], "nps": [8]}))
    assert result.score[0] == 76.0
    assert result.baseline[0] == pytest.approx(100)
    # 0.24 × (50 − 100) = −12;  0.16 × 0 = 0;  0.6 × (80 − 100) = −12
    assert result.marks[0].points[0] == pytest.approx([-12, 0, -12])


def test_an_unknown_measure_hands_its_weight_to_its_dimension() -> None:
    # usage unknown: adoption is active_days alone: 0.4 × 50 + 0.6 × 80 = 68; coverage 0.24 + 0.6 = 0.84
    result = scored(card(ADOPTION, VOICE), over=observed({"active_days": [5], "usage": [None], "nps": [8]}))
    assert result.score[0] == 68.0
    assert result.coverage[0] == pytest.approx(0.84)
    assert result.marks[0].weights[0] == pytest.approx([0.4, 0, 0.6])


def test_a_dimension_of_which_nothing_is_known_hands_its_weight_to_the_others() -> None:
    values = observed({"active_days": [None], "usage": [None], "nps": [8]})
    result = scored(card(ADOPTION, VOICE), over=values)
    assert result.score[0] == 80.0
    assert result.coverage[0] == pytest.approx(0.6)


def test_unknown_measures_may_count_as_neutral_or_worst() -> None:
    values = observed({"active_days": [5], "usage": [None], "nps": [8]})
    # 0.24 × 50 + 0.16 × 50 + 0.6 × 80 = 68;  with 0 in place of 50: 60
    assert scored(card(ADOPTION, VOICE, missing=Missing.NEUTRAL), over=values).score[0] == 68.0
    assert scored(card(ADOPTION, VOICE, missing=Missing.WORST), over=values).score[0] == 60.0


def test_too_little_coverage_gives_no_score() -> None:
    # adoption alone is 40% of the weight; 60% are needed; a card asking for 40% is content
    values = observed({"active_days": [5], "usage": [5], "nps": [None]})
    assert np.isnan(scored(card(ADOPTION, VOICE), over=values).score[0])
    assert scored(card(ADOPTION, VOICE, min_coverage=0.4), over=values).score[0] == 50.0


def test_nothing_known_gives_no_score_even_if_nothing_is_asked() -> None:
    values = observed({"active_days": [None], "usage": [None], "nps": [None]})
    assert np.isnan(scored(card(ADOPTION, VOICE, min_coverage=0), over=values).score[0])


def test_rules_start_from_the_base_and_are_clamped() -> None:
    weekly, lost, great = rule("weekly", +10), rule("lost", -25), rule("great", +80)
    own = card(rules=(weekly, lost, great), base=50)
    holds: dict[str, list[bool | None]] = {
        condition_of(own, weekly): [True, True, None],
        condition_of(own, lost): [True, False, False],
        condition_of(own, great): [False, True, None],
    }
    result = scored(own, over=observed({}, holds))
    # 50 + 10 − 25 = 35;  50 + 10 + 80 = 140, clamped to 100;  an unknown condition does not hold: 50
    assert result.score.tolist() == [35, 100, 50]
    assert result.marks[0].clamp.tolist() == [0, -40, 0]


def test_rules_add_to_measures() -> None:
    bonus = rule("bonus", +5)
    own = card(VOICE, rules=(bonus,))
    result = scored(own, over=observed({"nps": [8]}, {condition_of(own, bonus): [True]}))
    assert result.score[0] == 85.0


def test_the_lowest_cap_that_holds_wins() -> None:
    own = card(VOICE, caps=(cap("a", 60), cap("b", 40), cap("c", 20)))
    a, b, c = (condition_of(own, part) for part in own.caps)
    holds: dict[str, list[bool | None]] = {
        a: [True, False, True],
        b: [True, False, None],
        c: [False, None, False],
    }
    result = scored(own, over=observed({"nps": [9, 9, 3]}, holds))
    # 90 → 40;  none holds (unknown does not): 90;  30 is below the cap of 60 already
    assert result.score.tolist() == [40, 90, 30]
    assert result.capped.tolist() == [-50, 0, 0]
    assert result.cap.tolist() == [1, -1, 0]


def test_a_parent_is_as_bad_as_its_worst_child() -> None:
    # 0 is the parent of 1 and 2; 2 of 3:  own 90, 80, 70, 20;  2 → min(70, 20) = 20;  0 → min(90, 80, 20) = 20
    own = card(VOICE, roll_up=RollUp.WORST)
    result = scored(own, over=observed({"nps": [9, 8, 7, 2]}, parents=[-1, 0, 0, 2]))
    assert result.score.tolist() == [20, 80, 20, 20]
    assert result.rolled.tolist() == [-70, 0, -50, 0]


def test_a_parent_may_take_the_mean() -> None:
    # 2 → (70 + 20) / 2 = 45;  0 → (90 + 80 + 45) / 3 = 71.666667
    own = card(VOICE, roll_up=RollUp.MEAN)
    result = scored(own, over=observed({"nps": [9, 8, 7, 2]}, parents=[-1, 0, 0, 2]))
    assert result.score.tolist() == [71.666667, 80, 45, 20]


def test_a_parent_may_weigh_by_value() -> None:
    # 2 → (100 × 70 + 300 × 20) / 400 = 32.5, worth 400
    # 0 → (0 × 90 + 100 × 80 + 400 × 32.5) / 500 = 42
    own = card(VOICE, roll_up=RollUp.VALUE)
    values = observed({"nps": [9, 8, 7, 2]}, parents=[-1, 0, 0, 2], worth=[None, 100, 100, 300])
    assert scored(own, over=values).score.tolist() == [42, 80, 32.5, 20]


def test_without_any_value_a_weighted_parent_takes_the_mean() -> None:
    own = card(VOICE, roll_up=RollUp.VALUE)
    assert scored(own, over=observed({"nps": [9, 8]}, parents=[-1, 0])).score[0] == 85.0


def test_a_parent_sees_what_its_children_show_in_the_end() -> None:
    # the child's 80 is capped at 40 before the parent takes the worst of 90 and 40; the parent's own cap comes after
    own = card(VOICE, roll_up=RollUp.WORST, caps=(cap("late", 40),))
    late = condition_of(own, own.caps[0])
    result = scored(own, over=observed({"nps": [9, 8]}, {late: [False, True]}, parents=[-1, 0]))
    assert result.score.tolist() == [40, 40]
    # a child set to 10 by hand pulls its parent down too
    forced = scored(
        own,
        over=observed({"nps": [9, 8]}, {late: [False, True]}, parents=[-1, 0]),
        overrides=set_by_hand("score", 10, account=1),
    )
    assert forced.score.tolist() == [10, 10]


def test_children_that_are_not_scored_do_not_count() -> None:
    own = card(VOICE, roll_up=RollUp.WORST)
    values = observed({"nps": [9, None, 1]}, parents=[-1, 0, 0], population=["active", "active", "ended"])
    assert scored(own, over=values).score[0] == 90.0


def test_circles_of_parents_are_cut() -> None:
    # 1 → 2 → 1 is a circle; 0 hangs below it and still counts for 1
    own = card(VOICE, roll_up=RollUp.WORST)
    result = scored(own, over=observed({"nps": [3, 8, 9]}, parents=[1, 2, 1]))
    assert result.kin.circles.tolist() == [1, 2]
    assert result.score.tolist() == [30, 30, 90]


def test_an_override_of_the_score_comes_last() -> None:
    own = card(VOICE, caps=(cap("late", 40),))
    values = observed({"nps": [9]}, {condition_of(own, own.caps[0]): [True]})
    result = scored(own, over=values, overrides=set_by_hand("score", 75))
    # 90 − 50 (cap) + 35 (override) = 75
    assert result.score[0] == 75.0
    assert (result.capped[0], result.overridden[0]) == (-50, 35)


def test_an_override_of_a_measure_acts_where_it_stands() -> None:
    # nps is known as 8 (80) and set to 50: 0.6 × (50 − 80) = −18 on top of 76
    values = observed({"active_days": [5], "usage": [10], "nps": [8]})
    result = scored(card(ADOPTION, VOICE), over=values, overrides=set_by_hand("nps", 50))
    assert result.score[0] == 58.0
    assert result.marks[0].by_measure[0] == pytest.approx([0, 0, -18])
    assert result.coverage[0] == pytest.approx(1)


def test_an_override_of_an_unknown_measure_makes_it_count() -> None:
    # unknown nps set to 50: weights are whole again: 0.4 × 70 + 0.6 × 50 = 58; coverage is still the data's 40%
    values = observed({"active_days": [5], "usage": [10], "nps": [None]})
    result = scored(card(ADOPTION, VOICE), over=values, overrides=set_by_hand("nps", 50))
    assert result.score[0] == 58.0
    assert result.coverage[0] == pytest.approx(0.4)


def test_an_override_of_a_dimension_acts_where_it_stands() -> None:
    # adoption is 70 and set to 20: 0.4 × 20 + 0.6 × 80 = 56
    values = observed({"active_days": [5], "usage": [10], "nps": [8]})
    result = scored(card(ADOPTION, VOICE), over=values, overrides=set_by_hand("adoption", 20))
    assert result.score[0] == 56.0
    assert result.marks[0].by_dimension[0] == pytest.approx([-20, 0])
    # and where none of it is known it counts all the same
    unknown = observed({"active_days": [None], "usage": [None], "nps": [8]})
    assert scored(card(ADOPTION, VOICE), over=unknown, overrides=set_by_hand("adoption", 20)).score[0] == 56.0


def test_scores_are_rounded_before_anything_is_made_of_them() -> None:
    thirds = card(dimension("a", 1, measure("x"), measure("y"), measure("z")))
    assert scored(thirds, over=observed({"x": [10], "y": [10], "z": [0]})).score[0] == 66.666667


def test_the_first_scorecard_that_fits_is_the_accounts() -> None:
    small = card(VOICE, name="small", segments=frozenset({"smb"}))
    young = card(VOICE, name="young", stages=frozenset({"onboarding"}))
    big = card(VOICE, name="big", segments=frozenset({"enterprise"}))
    values = observed(
        {"nps": [1, 1, 1, 1]},
        segments=["smb", "enterprise", "enterprise", "other"],
        stages=["onboarding", "onboarding", "mature", "mature"],
    )
    result = scored(small, young, big, over=values)
    assert result.chosen.tolist() == [0, 1, 2, -1]
    assert np.isnan(result.score[3])


def test_only_active_accounts_are_scored() -> None:
    values = observed({"nps": [5, 5, 5]}, population=["active", "ended", "not begun"])
    assert np.isnan(scored(card(VOICE), over=values).score).tolist() == [False, True, True]


def test_contributions_may_be_measured_from_the_segments_mean() -> None:
    own = card(VOICE, reference=Reference.SEGMENT_MEAN)
    values = observed({"nps": [4, 8, 10, None]}, segments=["smb", "smb", "big", "big"])
    frozen = freeze([own], values, np.zeros(4, dtype=np.int64))
    # smb averages (40 + 80) / 2 = 60, big 100: 40 = 60 − 20, 80 = 60 + 20, 100 = 100 + 0
    result = evaluate([own], values, frozen)
    assert result.baseline[:3].tolist() == [60, 60, 100]
    assert result.marks[0].points[:3, 0].tolist() == [-20, 20, 0]
    assert result.score[:3].tolist() == [40, 80, 100]


SIGNALS = ["a", "b", "c", "d"]
WEIGHTS = st.sampled_from([1.0, 2.0, 3.0, 0.5])
MARKS = st.integers(0, 100).map(float) | st.floats(0, 100)


@st.composite
def scales(draw: st.DrawFn) -> Line | Percentile:
    if draw(st.booleans()):
        return Percentile(draw(st.sampled_from(Peers)), draw(st.booleans()))
    values = sorted(draw(st.sets(st.integers(-20, 20), min_size=1, max_size=4)))
    return Line(tuple((float(value), draw(MARKS)) for value in values))


@st.composite
def cards(draw: st.DrawFn, name: str) -> Scorecard:
    signals = draw(st.lists(st.sampled_from(SIGNALS), unique=True, max_size=4))
    cut = draw(st.integers(0, len(signals)))
    dimensions = [
        dimension(called, draw(WEIGHTS), *(measure(s, draw(WEIGHTS), draw(scales())) for s in part))
        for called, part in (("first", signals[:cut]), ("second", signals[cut:]))
        if part
    ]
    return card(
        *dimensions,
        name=name,
        segments=draw(st.sampled_from([None, frozenset({"x"}), frozenset({"x", "y"})])),
        caps=tuple(cap(f"cap{i}", draw(MARKS)) for i in range(draw(st.integers(0, 2)))),
        rules=tuple(rule(f"rule{i}", draw(st.floats(-60, 60))) for i in range(draw(st.integers(0, 2)))),
        base=draw(MARKS),
        reference=draw(st.sampled_from(Reference)),
        missing=draw(st.sampled_from(Missing)),
        min_coverage=draw(st.sampled_from([0.0, 0.3, 0.6, 1.0])),
        roll_up=draw(st.sampled_from([None, *RollUp])),
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Scorecard], Observed, InForce]:
    own = [draw(cards(f"card{i}")) for i in range(draw(st.integers(1, 2)))]
    count = draw(st.integers(1, 7))

    def column(values: st.SearchStrategy[object]) -> list[object]:
        return draw(st.lists(values, min_size=count, max_size=count))

    known = st.none() | st.integers(-22, 22).map(float) | st.floats(-25, 25)
    names = [condition_of(one, part) for one in own for part in conditional(one)]
    conditions = {name: column(st.sampled_from([True, False, None])) for name in names}
    values = observed(
        {signal: column(known) for signal in SIGNALS},  # type: ignore[misc]
        conditions,  # type: ignore[arg-type]
        segments=column(st.sampled_from(["x", "y", "z"])),
        stages=column(st.sampled_from(["new", "old"])),
        population=column(st.sampled_from(["active", "active", "active", "ended"])),
        parents=[draw(st.integers(-1, i - 1)) for i in range(count)],
        worth=column(st.none() | st.integers(-5, 100)),
    )
    targets = st.tuples(st.integers(0, count - 1), st.sampled_from(["score", "first", "second", *SIGNALS]))
    said = draw(st.dictionaries(targets, MARKS, max_size=3))
    in_force: dict[int, dict[str, Override]] = {}
    for (account, target), value in said.items():
        in_force.setdefault(account, {})[target] = Override(account, target, value, AS_OF, AS_OF, "")
    return own, values, InForce(in_force)


def slowly(own: list[Scorecard], values: Observed, frozen: Frozen, overrides: InForce) -> dict[int, Outcome]:
    """The oracle's outcomes, children first: parents stand before their children here."""
    outcomes: dict[int, Outcome] = {}
    for position in reversed(range(len(values))):
        segment, stage = values.segments[position], values.stages[position]
        if values.population[position] != "active":
            continue
        fits = [one for one in own if one.segments is None or segment in one.segments]
        if not fits:
            continue
        one = fits[0]
        lines = {
            m.signal: m.scale
            if isinstance(m.scale, Line)
            else frozen.line(m, group_of(m.scale, segment, stage))
            for m in one.measures
        }
        subject = Subject(
            one,
            {s: float(c[position]) for s, c in values.values.items() if not np.isnan(c[position])},
            lines,
            {m.signal: frozen.mean(one, m, segment) for m in one.measures},
            frozenset(
                part.name
                for part in conditional(one)
                if values.conditions[condition_of(one, part)][position] == 1
            ),
            {target: said.value for target, said in overrides.of(position).items()},
            None if np.isnan(values.worth[position]) else float(values.worth[position]),
        )
        children = [o for child, o in outcomes.items() if values.parents[child] == position]
        outcomes[position] = score_one(subject, children)
    return outcomes


@given(situations())
def test_the_arrays_agree_with_the_slow_meaning(
    situation: tuple[list[Scorecard], Observed, InForce],
) -> None:
    own, values, overrides = situation
    frozen = freeze(own, values, evaluate(own, values, Frozen()).chosen)
    result = evaluate(own, values, frozen, overrides)
    expected = slowly(own, values, frozen, overrides)
    for position in range(len(values)):
        outcome = expected.get(position)
        if outcome is None or outcome.score is None:
            assert np.isnan(result.score[position])
        else:
            # 1e-6 apart at most where the last digit was rounded the other way
            assert result.score[position] == pytest.approx(outcome.score, abs=1.5e-6)
        if outcome is not None:
            assert result.coverage[position] == pytest.approx(outcome.coverage, abs=1e-9)
            assert result.baseline[position] == pytest.approx(outcome.baseline, abs=1e-9)


@given(situations())
def test_scores_alone_are_those_that_can_be_explained(
    situation: tuple[list[Scorecard], Observed, InForce],
) -> None:
    own, values, overrides = situation
    frozen = freeze(own, values, evaluate(own, values, Frozen()).chosen)
    explained = evaluate(own, values, frozen, overrides)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "PIECE", 2)
        alone = evaluate(own, values, frozen, overrides, explained=False)
    for name in ("score", "own", "baseline", "coverage", "capped", "overridden"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(explained, name), name)
    assert alone.marks == ()
