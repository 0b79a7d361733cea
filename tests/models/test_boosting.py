"""Explainable boosting: ours reads what the library found, without the library."""

import warnings
from typing import Any

import numpy as np
import pytest

from keepwell.models import boosting
from keepwell.models.boosting import Boosting, Cuts, Levels, Term
from keepwell.models.definition import Input, Kind
from keepwell.signals.definition import Direction
from tests.models.made import definition, table, world

QUICK = {"bags": 2, "pairs": 2, "learning_rate": 0.1}


@pytest.fixture(scope="module")
def fitted() -> tuple[Boosting, Any]:
    """A model with pairs, and the library's own machine."""
    from interpret.glassbox import ExplainableBoostingClassifier

    made, happened, _ = world(1500)
    kept: list[Any] = []
    original = ExplainableBoostingClassifier.fit

    def watched(self: Any, *arguments: Any, **named: Any) -> Any:
        kept.append(self)
        return original(self, *arguments, **named)

    ExplainableBoostingClassifier.fit = watched
    try:
        model = definition(Kind.BOOSTING, made, options=QUICK)
        return boosting.fit(model, made, happened, adverse=True), kept[0]
    finally:
        ExplainableBoostingClassifier.fit = original


def test_it_says_what_the_library_says(fitted: tuple[Boosting, Any]) -> None:
    ours, machine = fitted
    fresh = table(
        logins=[0.0, 3.0, 12.5, 80.0, None, 7.0],
        tickets=[None, 0.0, 2.0, 9.0, 1.0, 3.0],
        plan=["basic", "plus", "pro", "basic", "never seen", None],
    )
    frame = boosting._frame(fresh, definition(Kind.BOOSTING, fresh).inputs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = machine.decision_function(frame)
    assert any(len(term.bins) == 2 for term in ours.terms)
    assert np.abs(ours.margin(fresh) - theirs).max() < 1e-12


def test_contributions_add_up(fitted: tuple[Boosting, Any]) -> None:
    ours, _ = fitted
    made, _, odds = world(400, seed=5)
    parts = ours.contributions(made)
    assert np.abs(parts.total - ours.margin(made)).max() < 1e-12
    assert np.corrcoef(ours.margin(made), odds)[0, 1] > 0.9


def test_the_same_rows_give_the_same_curves() -> None:
    made, happened, _ = world(600)
    model = definition(Kind.BOOSTING, made, options={**QUICK, "pairs": 0})
    first, second = (boosting.fit(model, made, happened, adverse=True) for _ in range(2))
    assert first.plain() == second.plain()


def test_a_declared_direction_makes_a_curve_that_never_turns() -> None:
    made, happened, _ = world(1500)
    one = Input("logins", direction=Direction.HIGHER_IS_BETTER)
    model = definition(Kind.BOOSTING, made, inputs=(one,), monotone=True, options=QUICK)
    fitted = boosting.fit(model, made, happened, adverse=True)
    assert (np.diff(fitted.margin(table(logins=[float(n) for n in range(60)]))) <= 1e-12).all()


def test_bins_by_hand() -> None:
    cuts = Cuts("x", (1.0, 5.0))
    assert cuts.of(table(x=[None, 0.9, 1.0, 4.9, 5.0, 99.0])).tolist() == [0, 1, 2, 2, 3, 3]
    levels = Levels("plan", (("a", "b"), ("c",)))
    assert levels.of(table(plan=[None, "a", "b", "c", "new"])).tolist() == [0, 1, 1, 2, 3]
    term = Term((cuts, levels), np.arange(16.0).reshape(4, 4))
    assert term.of(table(x=[5.0, None], plan=["c", "new"])).tolist() == [14.0, 3.0]
