"""What models foresee besides a probability, in numbers and words."""

import numpy as np
import pytest

from keepwell.models.calibration import Sigmoid
from keepwell.models.definition import Input, Kind
from keepwell.models.fitted import FittedModel, Parameters, Training
from keepwell.models.linear import Linear, NumberTerm
from keepwell.models.logistic import Logistic
from keepwell.models.outlook import Outlook, outlooks
from keepwell.models.survival import Survival
from tests.models.made import table
from tests.models.test_purchases import PUBLISHED, history

LINEAR = Linear(0.0, (NumberTerm("x", 0, 9, 0, 1, weight=1.0),))


def model(kind: Kind, parameters: Parameters) -> FittedModel:
    training = Training("", "", "", 0, 0, 0, "")
    return FittedModel("m", kind, "o", True, "", "", (Input("x"),), parameters, Sigmoid(0, 1), training)


def test_survival_says_how_long() -> None:
    made = Survival(LINEAR, np.array([10.0, 20.0]), np.array([0.3, 0.6]), 0, 30)
    found = outlooks(model(Kind.SURVIVAL, made), table(x=[0.0, 1.0]))
    # the hazard must reach ln 2 = 0.693: it never does at x = 0, and after ten days (0.3 × e = 0.82) at x = 1
    assert found == (Outlook(), Outlook(median_days=10.0))
    assert found[1].words() == "half of such accounts within 10 days"


def test_purchases_say_how_many_and_for_how_much() -> None:
    (bought, never) = outlooks(
        model(Kind.PURCHASES, PUBLISHED), history((2, 30.43, 38.86, 22.35), (np.nan,) * 4)
    )
    assert bought.purchases == pytest.approx(1.226, abs=5e-4)
    assert bought.words() == "still a customer: 73%, expected to buy on 1.2 days, for 30.2"
    assert (never, never.words()) == (Outlook(), "")


def test_others_say_no_more_than_a_probability() -> None:
    assert outlooks(model(Kind.LOGISTIC, Logistic(LINEAR)), table(x=[1.0])) == (Outlook(),)
