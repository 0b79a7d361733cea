"""Time until the outcome: known weights are found again, lifelines agrees, and time runs as it should."""

import lifelines
import numpy as np
import pandas as pd
import pytest

from keepwell.errors import UserError
from keepwell.models import survival
from keepwell.models.definition import Kind
from keepwell.models.design import Design
from keepwell.models.linear import Linear, NumberTerm
from keepwell.models.survival import Survival
from keepwell.models.table import Table
from keepwell.scoring.observed import Bools, Floats
from tests.models.made import definition, table


def lives(count: int = 4000) -> tuple[Table, Bools, Floats]:
    """Accounts whose hazard doubles with each unit of x; watched for at most 200 days."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=count)
    days = rng.exponential(300 / 2**x)
    return Table({"x": x}, count), np.asarray(days < 200), np.ceil(np.minimum(days, 200))


def fitted(penalty: float = 1e-6) -> Survival:
    made, ended, days = lives()
    model = definition(Kind.SURVIVAL, made, options={"penalty": penalty})
    return survival.fit(model, made, ended, days, gap=0, horizon=90)


def test_a_known_hazard_is_found_again() -> None:
    model = fitted()
    (x,) = model.linear.terms
    assert isinstance(x, NumberTerm)
    assert x.weight / x.deviation == pytest.approx(np.log(2), abs=0.05)
    said = model.within(table(x=[0.0, 1.0, -1.0]), 0, 90)
    assert said == pytest.approx(1 - np.exp(-90 / 300 * np.array([1, 2, 0.5])), abs=0.02)


def test_it_says_what_lifelines_says() -> None:
    made, ended, days = lives(500)
    model = survival.fit(definition(Kind.SURVIVAL, made), made, ended, days, gap=0, horizon=90)
    matrix = Design.of(made, definition(Kind.SURVIVAL, made).inputs).matrix(made)
    frame = pd.DataFrame({"x": matrix[:, 0], "days": days, "ended": ended})
    other = lifelines.CoxPHFitter(penalizer=0.1).fit(frame, "days", "ended")
    # at an event's own day: between two of them lifelines draws a line, and we stay level
    day = float(days[ended & (days <= 90)].max())
    curve = other.predict_survival_function(frame.head(20), times=[day])
    assert 1 - model.within(made, 0, day)[:20] == pytest.approx(curve.to_numpy()[0], abs=1e-9)
    assert model.median_days(made)[:20] == pytest.approx(
        np.where(
            np.isinf(other.predict_median(frame.head(20))), np.nan, other.predict_median(frame.head(20))
        ),
        nan_ok=True,
    )


def test_by_hand() -> None:
    model = Survival(
        Linear(0.0, (NumberTerm("x", 0, 10, 0, 1, weight=1.0),)),
        times=np.array([10.0, 20.0, 40.0]),
        hazards=np.array([0.1, 0.3, 0.8]),
        gap=10,
        horizon=30,
    )
    here = table(x=[0.0, 1.0])
    assert [model.cumulative(days) for days in (9, 10, 19.9, 20, 99)] == [0, 0.1, 0.1, 0.3, 0.8]
    assert model.within(here, 10, 40) == pytest.approx(1 - np.exp([-0.7, -0.7 * np.e]))
    assert 1 / (1 + np.exp(-model.margin(here))) == pytest.approx(1 - np.exp([-0.7, -0.7 * np.e]))
    assert model.median_days(here).tolist() == [40.0, 20.0]
    assert np.isnan(model.median_days(table(x=[-5.0]))[0]) is np.False_
    assert model.contributions(here).total.tolist() == [0.0, 1.0]


def test_a_horizon_that_nobody_was_watched_for_is_refused() -> None:
    made, ended, days = lives(300)
    with pytest.raises(UserError, match="no account of the training rows was watched for so long"):
        survival.fit(definition(Kind.SURVIVAL, made), made, ended, days, gap=0, horizon=365)
