"""Logistic regression: known weights are found again, scikit-learn agrees, signs are held."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from keepwell.models import logistic
from keepwell.models.definition import Holds, Input, Kind
from keepwell.models.design import Design
from keepwell.models.linear import LabelTerm, NumberTerm
from keepwell.signals.definition import Direction
from tests.models.made import definition, inputs, table, world


def test_known_weights_are_found_again() -> None:
    made, happened, _ = world(40_000)
    fitted = logistic.fit(definition(Kind.LOGISTIC, made), made, happened, adverse=True)
    logins, tickets, plan = fitted.linear.terms
    assert isinstance(logins, NumberTerm)
    assert isinstance(tickets, NumberTerm)
    assert isinstance(plan, LabelTerm)
    assert logins.weight / logins.deviation == pytest.approx(-0.12, abs=0.01)
    assert tickets.weight / tickets.deviation == pytest.approx(0.5, abs=0.03)
    weights = dict(zip(plan.levels, plan.weights, strict=True))
    assert weights["basic"] - weights["plus"] == pytest.approx(0.4, abs=0.1)
    assert weights["pro"] - weights["plus"] == pytest.approx(-0.8, abs=0.1)


@pytest.mark.parametrize("penalty", [0.5, 20.0])
def test_it_agrees_with_scikit_learn(penalty: float) -> None:
    made, happened, _ = world(2000)
    model = definition(Kind.LOGISTIC, made, options={"penalty": penalty})
    fitted = logistic.fit(model, made, happened, adverse=True)
    matrix = Design.of(made, model.inputs).matrix(made)
    other = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=10_000).fit(matrix, happened)
    assert np.abs(fitted.margin(made) - other.decision_function(matrix)).max() < 1e-4


def test_contributions_add_up_and_are_nothing_on_average() -> None:
    made, happened, _ = world(2000)
    fitted = logistic.fit(definition(Kind.LOGISTIC, made), made, happened, adverse=True)
    parts = fitted.contributions(made)
    assert np.abs(parts.total - fitted.margin(made)).max() < 1e-12
    assert abs(parts.by_input["plan"].mean()) < 1e-12
    assert abs(parts.by_input["logins"].mean()) < 1e-12


def test_a_declared_direction_holds_the_sign() -> None:
    made, happened, _ = world(3000)
    wrong = (Input("logins", direction=Direction.LOWER_IS_BETTER), Input("tickets"))
    free = logistic.fit(definition(Kind.LOGISTIC, made, inputs=wrong), made, happened, adverse=True)
    held = logistic.fit(
        definition(Kind.LOGISTIC, made, inputs=wrong, monotone=True), made, happened, adverse=True
    )
    of_gain = logistic.fit(
        definition(Kind.LOGISTIC, made, inputs=wrong, monotone=True), made, happened, adverse=False
    )
    first = [fit.linear.terms[0] for fit in (free, held, of_gain)]
    assert all(isinstance(term, NumberTerm) for term in first)
    weights = [term.weight for term in first if isinstance(term, NumberTerm)]
    assert weights[0] < 0
    assert weights[1] == 0
    assert weights[2] == pytest.approx(weights[0])


def test_what_never_changes_tells_nothing() -> None:
    made = table(same=[1.0] * 60, x=[float(n % 7) for n in range(60)], all_unknown=[None] * 60)
    happened = np.arange(60) % 3 == 0
    fitted = logistic.fit(definition(Kind.LOGISTIC, made), made, happened, adverse=True)
    assert [term.input for term in fitted.linear.terms] == ["x"]


def test_values_beyond_those_seen_say_no_more_than_the_last_one() -> None:
    made, happened, _ = world(2000)
    fitted = logistic.fit(definition(Kind.LOGISTIC, made), made, happened, adverse=True)
    logins = fitted.linear.terms[0]
    assert isinstance(logins, NumberTerm)
    beyond = table(logins=[1e12, logins.high, -5.0, logins.low])
    margins = fitted.margin(beyond)
    assert margins[0] == margins[1]
    assert margins[2] == margins[3]


def test_a_label_never_seen_counts_as_other() -> None:
    plans = ["a"] * 50 + ["b"] * 50 + ["rare"] * 5
    made = table(plan=list(plans), x=[float(n % 9) for n in range(105)])
    happened = np.array([plan == "b" or number % 5 == 0 for number, plan in enumerate(plans)])
    fitted = logistic.fit(definition(Kind.LOGISTIC, made), made, happened, adverse=True)
    plan = next(term for term in fitted.linear.terms if isinstance(term, LabelTerm))
    assert plan.levels == ("a", "b")
    new, rare = plan.of(table(plan=["new", "rare"]))
    assert new == rare == plan.other


def test_rows_are_not_weighted_so_the_mean_probability_is_the_rate() -> None:
    made, happened, _ = world(3000)
    fitted = logistic.fit(definition(Kind.LOGISTIC, made), made, happened, adverse=True)
    said = 1 / (1 + np.exp(-fitted.margin(made)))
    assert said.mean() == pytest.approx(happened.mean(), abs=1e-6)


def test_the_design_names_its_columns_by_kind() -> None:
    made = table(x=[1.0, 2.0, None] * 20, plan=(["a"] * 30) + (["b"] * 30))
    assert Design.of(made, inputs(made)).matrix(made).shape == (60, 4)
    assert Design.of(made, (Input("plan", Holds.LABEL),)).matrix(made).sum(axis=1).tolist() == [1.0] * 60
