"""Fitted models: kept as text that is read back exactly, and refused where it is not what it was."""

import json
from typing import Any

import numpy as np
import pytest

from keepwell.errors import UserError
from keepwell.models.definition import Calibrate, Input, Kind
from keepwell.models.fit import FEWEST_OUTCOMES, Rows, fit
from keepwell.models.fitted import FittedModel, load
from keepwell.models.table import Table
from keepwell.signals.definition import Direction
from tests.models.made import MONTH, definition, rows, table, world
from tests.models.test_purchases import MODEL, simulated

QUICK = {
    Kind.BOOSTING: {"bags": 1, "pairs": 1, "learning_rate": 0.2},
    Kind.TREES: {"trees": 10},
}
THROUGH = "2025-06-30T00:00:00+00:00"


def made(kind: Kind, **fields: Any) -> tuple[FittedModel, Table]:
    """A model of the kind, and rows to predict."""
    first, happened, _ = world(900)
    later, then, _ = world(900, seed=2)
    model = definition(kind, first, options=QUICK.get(kind, {}), **fields)
    fitted = fit(
        model, rows(first, happened), rows(later, then, first="2025-04-01", last="2025-05-01"), MONTH, THROUGH
    )
    return fitted, world(200, seed=3)[0]


@pytest.mark.parametrize("kind", [Kind.LOGISTIC, Kind.BOOSTING, Kind.TREES, Kind.SURVIVAL])
def test_it_is_read_as_it_was_written(kind: Kind) -> None:
    fitted, fresh = made(kind)
    again = load(fitted.text())
    assert again.text() == fitted.text()
    assert again.training == fitted.training
    assert again.inputs == fitted.inputs
    assert again.probability(fresh).tolist() == fitted.probability(fresh).tolist()
    first, second = fitted.contributions(fresh), again.contributions(fresh)
    assert first.total.tolist() == second.total.tolist()


def test_purchases_are_read_as_they_were_written() -> None:
    known = simulated(800)
    some = Rows(
        known,
        np.arange(800),
        np.zeros(800, bool),
        np.zeros(800, bool),
        np.zeros(800),
        np.zeros(800, bool),
        "",
        "",
    )
    fitted = fit(MODEL, some, None, MONTH, THROUGH)
    again = load(fitted.text())
    assert again.probability(known).tolist() == fitted.probability(known).tolist()
    assert fitted.notes == ("not calibrated: a later slice with 10 outcomes and 10 others is not there yet",)


def test_the_same_rows_give_the_same_text() -> None:
    assert made(Kind.LOGISTIC)[0].text() == made(Kind.LOGISTIC)[0].text()


def test_it_says_what_it_was_fitted_on() -> None:
    fitted, _ = made(Kind.LOGISTIC)
    training = fitted.training
    assert (training.rows, training.accounts, training.calibrated_rows) == (900, 900, 900)
    assert 0 < training.outcomes < 900
    assert training.through == THROUGH
    assert len(training.fingerprint) == 64
    assert set(training.libraries) == {"numpy", "scipy"}


def test_calibrated_probabilities_come_true_as_often() -> None:
    fitted, _ = made(Kind.LOGISTIC)
    fresh, happened, _ = world(20_000, seed=8)
    said = fitted.probability(fresh)
    assert said.mean() == pytest.approx(happened.mean(), abs=0.03)
    high = said > np.quantile(said, 0.8)
    assert said[high].mean() == pytest.approx(happened[high].mean(), abs=0.05)


def test_an_isotonic_curve_needs_many_rows() -> None:
    fitted, _ = made(Kind.LOGISTIC, calibrate=Calibrate.ISOTONIC)
    assert json.loads(fitted.text())["calibration"]["how"] == "sigmoid"
    assert "900 rows are too few for an isotonic curve" in fitted.notes[0]


def test_a_contradicted_direction_is_told() -> None:
    wrong = (
        Input("logins", direction=Direction.LOWER_IS_BETTER),
        Input("tickets", direction=Direction.LOWER_IS_BETTER),
    )
    fitted, _ = made(Kind.LOGISTIC, inputs=wrong)
    assert fitted.notes == (
        "logins is declared lower_is_better, but accounts that had churned had less of it",
    )


@pytest.mark.parametrize("count", [12, 19])
def test_twelve_accounts_are_not_fitted(count: int) -> None:
    happened = np.arange(200) < count
    of = table(x=[float(n % 11) for n in range(200)])
    with pytest.raises(
        UserError, match=f"{count} accounts of the training rows had the outcome, and {FEWEST_OUTCOMES}"
    ):
        fit(definition(Kind.LOGISTIC, of), rows(of, happened), None, MONTH, THROUGH)
    with pytest.raises(UserError, match=f"{count} accounts of the training rows did not"):
        fit(definition(Kind.LOGISTIC, of), rows(of, ~happened), None, MONTH, THROUGH)


def test_one_account_seen_often_is_one_account() -> None:
    happened = np.arange(200) < 100
    of = table(x=[float(n % 11) for n in range(200)])
    account = np.where(happened, 1, np.arange(200))
    with pytest.raises(UserError, match="1 accounts of the training rows had the outcome"):
        fit(definition(Kind.LOGISTIC, of), rows(of, happened, account=account), None, MONTH, THROUGH)


def damage(**changed: Any) -> str:
    plain = json.loads(made(Kind.LOGISTIC)[0].text())
    return json.dumps({**plain, **changed})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it is no JSON"),
        ("[]", "the whole is not an object"),
        ("{}", "there is no form"),
        (damage(form="keepwell model 2"), "of the form 'keepwell model 2'"),
        (damage(kind="oracle"), "kind is 'oracle', which this version does not know"),
        (damage(surprise=1), "this version does not know surprise"),
        (damage(parameters={"base": 0, "terms": [], "code": "x"}), "does not know parameters.code"),
        (damage(parameters={"base": True, "terms": []}), "parameters.base holds what is no finite number"),
        (damage(parameters={"base": 0, "terms": 3}), "parameters.terms is not a list"),
        (
            damage(inputs=[{"name": "x", "holds": "number", "direction": "up"}]),
            r"inputs\[0\].direction is 'up'",
        ),
        (damage(adverse="yes"), "adverse is neither true nor false"),
    ],
)
def test_what_it_does_not_know_is_refused(text: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        load(text)


def test_a_number_that_is_none_is_refused() -> None:
    text = made(Kind.LOGISTIC)[0].text()
    with pytest.raises(UserError, match="no finite number"):
        load(text.replace('"base": ', '"base": NaN, "was": ', 1))
