"""Why a score moved: each cause alone worked by hand, and all together adding up."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.scoring.moves import Cause, Standing, path, split
from keepwell.scoring.observed import Observed, condition_of
from keepwell.scoring.overrides import NONE_IN_FORCE, InForce, Override
from keepwell.scoring.peers import Frozen, freeze
from keepwell.scoring.score import Move
from keepwell.scoring.scorecard import Peers, Percentile, RollUp, Scorecard
from keepwell.signals.definition import Formula, Signal
from keepwell.signals.expression import parse
from tests.scoring.made import AS_OF, cap, card, dimension, measure, observed

SIGNALS = {name: Signal(name, Formula(parse("1")), label=name.upper()) for name in ("x", "y", "z")}
CARD = card(dimension("a", 1, measure("x"), measure("y")), min_coverage=0)
CARDS = (CARD,)


def moved(
    then: Standing, now: Standing, aged: Observed | None = None, before: Standing | None = None
) -> dict[str, float]:
    return {move.cause: move.points for move in told(then, now, aged, before) if move.points}


def told(
    then: Standing, now: Standing, aged: Observed | None = None, before: Standing | None = None
) -> tuple[Move, ...]:
    steps = path(then, aged or then.observed, now, 0)
    return split((before or then).evaluated(0), steps, 0, SIGNALS)


def stand(
    x: Sequence[float | None],
    y: Sequence[float | None],
    cards: tuple[Scorecard, ...] = CARDS,
    **fields: object,
) -> Standing:
    conditions = fields.pop("conditions", None)
    over = observed({"x": x, "y": y}, conditions, **fields)  # type: ignore[arg-type]
    return Standing(cards, over, Frozen(), NONE_IN_FORCE)


def test_every_cause_is_listed_in_the_fixed_order() -> None:
    same = stand([4], [8])
    assert [move.cause for move in told(same, same)] == list(Cause)
    assert moved(same, same) == {}


def test_new_facts() -> None:
    # (40 + 80) / 2 = 60 → (20 + 80) / 2 = 50
    assert moved(stand([4], [8]), stand([2], [8])) == {Cause.DATA: -10}
    text = {move.cause: move.text for move in told(stand([4], [8]), stand([2], [8]))}
    assert text[Cause.DATA] == "New facts: X 4 → 2 (−10 points)"


def test_time_passing_over_the_same_facts_comes_before_new_ones() -> None:
    # x is 4, would be 3 without anything new, is 7: −5 for ageing, +20 for data
    aged = stand([3], [8]).observed
    assert moved(stand([4], [8]), stand([7], [8]), aged) == {Cause.AGEING: -5, Cause.DATA: 20}


def test_what_is_no_longer_known_is_coverage() -> None:
    # 60 → 80 as y alone; nothing ages into being unknown
    aged = stand([None], [8]).observed
    assert moved(stand([4], [8]), stand([None], [8]), aged) == {Cause.COVERAGE: 20}


def test_a_changed_definition_and_a_switch_of_scorecards() -> None:
    # before: x alone: 40;  now x and y for the small (60), y alone for the big (80)
    only_x = card(dimension("a", 1, measure("x")))
    small = replace(CARD, name="small", segments=frozenset({"smb"}))
    big = card(dimension("a", 1, measure("y")), name="big")
    before = stand([4], [8], (only_x,), segments=["smb"])
    then = stand([4], [8], (small, big), segments=["smb"])
    now = stand([4], [8], (small, big), segments=["ent"])
    assert moved(then, now, before=before) == {Cause.DEFINITION: 20, Cause.SWITCH: 20}
    assert told(then, now)[1].text == "Scorecard small, now big"


def test_caps_follow_the_facts() -> None:
    own = card(dimension("a", 1, measure("x")), caps=(cap("late", 40, because="A payment failed"),))
    name = condition_of(own, own.caps[0])
    then = stand([9], [1], (own,), conditions={name: [False]})
    now = stand([9], [1], (own,), conditions={name: [True]})
    assert moved(then, now) == {Cause.DATA: -50}
    assert told(then, now)[3].text == "New facts: A payment failed, so at most 40"
    # unknown before: that it holds is a matter of coverage
    unknown = stand([9], [1], (own,), conditions={name: [None]})
    assert moved(unknown, now) == {Cause.COVERAGE: -50}


def test_peers_that_moved() -> None:
    own = card(dimension("a", 1, measure("x", scale=Percentile(Peers.ALL))))
    # 5 among 1, 3, 5: (2 + 1/2) / 3 = 83.333333;  among 5, 7, 9: 16.666667
    then, now = stand([5, 1, 3], [0, 0, 0], (own,)), stand([5, 7, 9], [0, 0, 0], (own,))
    then, now = (
        replace(each, frozen=freeze([own], each.observed, np.zeros(3, dtype=np.int64)))
        for each in (then, now)
    )
    assert moved(then, now) == {Cause.PEERS: pytest.approx(-66.666666)}


def test_an_override_that_began() -> None:
    said = InForce({0: {"score": Override(0, "score", 90, AS_OF, AS_OF, "")}})
    then = stand([4], [8])
    assert moved(then, replace(then, overrides=said)) == {Cause.OVERRIDE: 30}


def test_a_childs_fall_is_data_of_its_parent() -> None:
    own = replace(CARD, roll_up=RollUp.WORST)
    then, now = (stand([9, x], [9, x], (own,), parents=[-1, 0]) for x in (8, 3))
    # 80 → 30
    assert moved(then, now) == {Cause.DATA: -50}


@given(st.lists(st.none() | st.floats(0, 10), min_size=8, max_size=8), st.none() | st.integers(0, 100))
def test_the_moves_add_up_to_the_change(values: list[float | None], by_hand: int | None) -> None:
    a, b, c, d, e, f, g, h = values
    before, then, now = stand([a], [b]), stand([c], [d]), stand([g], [h])
    if by_hand is not None:
        said = Override(0, "score", by_hand, AS_OF, AS_OF, "")
        now = replace(now, overrides=InForce({0: {"score": said}}))
    first, last = before.evaluated(0).score[0], now.evaluated(0).score[0]
    if not np.isnan(first) and not np.isnan(last):
        moves = told(then, now, stand([e], [f]).observed, before)
        assert sum(Decimal(repr(move.points)) for move in moves) == Decimal(repr(float(last))) - Decimal(
            repr(float(first))
        )
