"""Explanations: amounts add up, words are those of the signals."""

import numpy as np
import pytest

from keepwell.models.calibration import Sigmoid
from keepwell.models.contributions import Scale
from keepwell.models.definition import Holds, Input, Kind
from keepwell.models.explanation import Explainer, times
from keepwell.models.fitted import FittedModel, Training
from keepwell.models.linear import LabelTerm, Linear, NumberTerm
from keepwell.models.logistic import Logistic
from keepwell.models.outlook import chance
from keepwell.models.purchases import INPUTS
from keepwell.signals.definition import Aggregate, How, Signal
from keepwell.signals.window import Span, Unit, Window
from tests.models.made import table
from tests.models.test_purchases import PUBLISHED, history

TRAINING = Training("", "", "", 0, 0, 0, "")
DAYS = Signal("active_days", Aggregate(How.ACTIVE_DAYS, "events", window=Window(Span(28, Unit.DAYS))))


def model() -> FittedModel:
    """Log-odds of -1, less 0.7 per 4 active days above 8, and what the plan adds."""
    terms = (
        NumberTerm("active_days", 0, 28, 8, 4, weight=-0.7, unknown=0.3),
        LabelTerm("account.plan", ("basic", "pro"), (0.2, -0.4)),
    )
    inputs = (Input("active_days"), Input("account.plan", Holds.LABEL))
    return FittedModel(
        "churn", Kind.LOGISTIC, "churned", True, "30 days", "0 days", inputs, Logistic(Linear(-1.0, terms)), Sigmoid(0, 1), TRAINING
    )  # fmt: skip


def test_amounts_add_up_and_the_weightiest_comes_first() -> None:
    rows = table(active_days=[0.0, 8.0, None], **{"account.plan": ["pro", "basic", "new"]})
    explainer = Explainer.of(model(), rows, {"active_days": DAYS})
    first, second, third = (explainer.explanation(row) for row in range(3))
    assert first.total == pytest.approx(-1 + 1.4 - 0.4)
    assert first.probability == pytest.approx(0.5)
    assert [factor.text for factor in first.factors] == [
        "Active days: 0 of the last 28 days: odds × 4.1",
        "Plan: pro: odds × 0.67",
    ]
    assert [factor.text for factor in second.factors] == ["Plan: basic: odds × 1.2"]
    assert [factor.text for factor in third.factors] == ["Active days unknown: odds × 1.3"]
    for one in (first, second, third):
        assert one.base + sum(factor.amount for factor in one.factors) == pytest.approx(one.total, abs=1e-12)
    assert (first.factors[1].value, third.factors[0].value) == ("pro", None)


def test_purchases_speak_of_days() -> None:
    bought = FittedModel(
        "p",
        Kind.PURCHASES,
        "reordered",
        False,
        "39 days",
        "0 days",
        INPUTS,
        PUBLISHED,
        Sigmoid(0, 1),
        TRAINING,
    )
    told = Explainer.of(bought, history((1, 10, 30, 9)), {}).explanation(0)
    assert sorted(factor.text.split(":")[0] for factor in told.factors) == [
        "Bought again on 1 day",
        "First bought 31 days ago",
        "Last bought 21 days ago",
    ]


@pytest.mark.parametrize(
    ("scale", "amount", "told"),
    [
        (Scale.LOG_ODDS, 0.0, "odds × 1"),
        (Scale.LOG_ODDS, np.log(1.94), "odds × 1.9"),
        (Scale.LOG_HAZARD, -np.log(2), "rate × 0.5"),
        (Scale.LOG_ODDS, np.log(0.0052), "odds × 0.0052"),
        (Scale.LOG_ODDS, np.log(321), "odds × 320"),
        (Scale.LOG_ODDS, np.log(1001), "odds × more than 1,000"),
        (Scale.LOG_ODDS, 20.0, "odds × more than 1,000"),
        (Scale.LOG_HAZARD, -9.0, "rate × less than 0.001"),
    ],
)
def test_amounts_are_told_as_factors(scale: Scale, amount: float, told: str) -> None:
    assert times(scale, amount) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (None, "–"),
        (0.0, "under 1%"),
        (0.0099, "under 1%"),
        (0.01, "1%"),
        (0.0731, "7.3%"),
        (0.308, "31%"),
        (0.99, "99%"),
        (0.9901, "over 99%"),
        (1.0, "over 99%"),
    ],
)
def test_probabilities_are_told_in_per_cent(said: float | None, told: str) -> None:
    assert chance(said) == told
