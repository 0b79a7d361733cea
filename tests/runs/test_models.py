"""Models in use over a small firm: what they say of its accounts, worked out by hand, in scores, risk and remedies."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keepwell.clock import pinned
from keepwell.errors import UserError
from keepwell.models.calibration import Sigmoid
from keepwell.models.definition import Holds, Input, Kind, ModelDefinition
from keepwell.models.fitted import FittedModel, Training
from keepwell.models.linear import LabelTerm, Linear, NumberTerm
from keepwell.models.logistic import Logistic
from keepwell.models.purchases import INPUTS, Purchases
from keepwell.project.project import Project
from keepwell.proof.outcome import Dated, Outcome
from keepwell.proof.outcome import Kind as Happens
from keepwell.runs import purposes
from keepwell.runs.backtest import backtest
from keepwell.runs.explain import explain
from keepwell.runs.predict import beside, predict
from keepwell.runs.score import score
from keepwell.scoring.definition import from_text, to_text
from keepwell.scoring.score import Score
from keepwell.scoring.scorecard import Dimension, Line, Measure, Scorecard
from keepwell.signals.definition import Predicted
from keepwell.signals.window import Span
from tests.runs.firm import AS_OF, Firm, ago, card, every_day, project

INPUTS_READ = (Input("logins"), Input("account.plan", Holds.LABEL))
MODEL = ModelDefinition("leaves", Kind.LOGISTIC, "churn", INPUTS_READ, label="Chance of leaving")
CHURN = Outcome("churn", Happens.CHURNED, Dated("accounts", at="ended_at"), Span.parse("28 days"))
THROUGH = "2025-05-01T00:00:00+00:00"


def fitted(model: ModelDefinition = MODEL, **fields: Any) -> FittedModel:
    """Log-odds of 1, less 0.5 per login, one more on the basic plan."""
    terms = (
        NumberTerm("logins", 0, 100, 0, 1, weight=-0.5, unknown=0.0),
        LabelTerm("account.plan", ("basic",), (1.0,)),
    )
    made: dict[str, Any] = {
        "name": model.name,
        "kind": model.kind,
        "outcome": model.outcome,
        "adverse": True,
        "horizon": "28 days",
        "gap": "0 days",
        "inputs": model.inputs,
        "parameters": Logistic(Linear(1.0, terms)),
        "calibration": Sigmoid(0.0, 1.0),
        "training": Training("", "", THROUGH, 0, 0, 0, ""),
    }
    return FittedModel(**{**made, **fields})


def chance(logins: float, basic: bool = False) -> float:
    return float(1 / (1 + np.exp(-(1 - 0.5 * logins + basic))))


WITH_MODEL = card(
    dimensions=(
        *card().dimensions[:1],
        Dimension("outlook", 1, (Measure("leaves", 1, Line(((0, 100), (1, 0)))),)),
    )
)
"""Logins by one half (ten are full marks), the chance to leave by the other (none is full marks)."""


def of(*cards: Scorecard, **fields: Any) -> Project:
    said = {"models": (MODEL,), "fitted": {"leaves": fitted().text()}, "outcomes": (CHURN,), "history": 3}
    return project(*(cards or (WITH_MODEL,)), **{**said, **fields})


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """Account 1: four logins in the week, on the basic plan; 2: none; 3: has ended."""
    with pinned(datetime(2026, 1, 1, tzinfo=UTC)), Firm(tmp_path) as made:
        made.account(1, ago(100), seats=10, plan="basic")
        made.account(2, ago(100), seats=10, plan="pro")
        made.account(3, ago(100), seats=10, plan="basic", ended_at=ago(20))
        made.logins(1, *every_day(1, 4, 1))
        yield made


def scored(firm: Firm, own: Project) -> dict[str, Score]:
    (scores,) = score(own, firm.warehouse)
    return {one.account_id: one for one in scores}


def test_a_measure_is_what_the_model_says(firm: Firm) -> None:
    found = scored(firm, of())
    for account, logins, basic in (("A1", 4, True), ("A2", 0, False)):
        said = chance(logins, basic)
        assert found[account].score == pytest.approx((10 * logins + 100 * (1 - said)) / 2, abs=1e-6)
        reason = next(one for one in found[account].reasons if one.name == "leaves")
        assert reason.value == pytest.approx(said)
        shown = f"{100 * said:.1f}".removesuffix(".0")
        assert reason.text.startswith(f"Chance of leaving: {shown}%, full marks at 0%: −")


def test_the_bands_of_earlier_days_are_by_what_the_model_said_then(firm: Firm) -> None:
    own = of()
    explained = explain(own, firm.warehouse, "A1", ago(2))
    assert explained.since is not None
    said = next(one for one in explained.since.reasons if one.name == "leaves")
    logins = next(one for one in explained.since.reasons if one.name == "logins")
    # of the last four mornings those of three and four days ago lay before it, and that of two days ago
    assert logins.value == 3
    assert said.value == pytest.approx(chance(3, basic=True))
    assert explained.trend[-3][1] == pytest.approx((30 + 100 * (1 - chance(3, basic=True))) / 2, abs=1e-6)


def test_a_model_sets_risk(firm: Firm) -> None:
    found = scored(firm, of(card(), risk="leaves"))
    assert found["A1"].risk_basis == "model leaves"
    # ten seats at 100 each
    assert found["A1"].value_at_risk == pytest.approx(1000 * chance(4, True))
    assert found["A2"].value_at_risk == pytest.approx(1000 * chance(0))
    assert found["A3"].value_at_risk is None


def test_what_is_at_risk_does_not_depend_on_there_being_a_score(firm: Firm) -> None:
    strict = card(min_coverage=0.9)
    found = scored(firm, of(strict, risk="leaves"))
    assert found["A2"].score is None
    assert found["A2"].value_at_risk == pytest.approx(1000 * chance(0))


def test_without_a_model_the_band_is_the_basis(firm: Firm) -> None:
    assert scored(firm, of(card()))["A1"].risk_basis == "band"


def test_a_definition_carries_what_its_models_have_learnt() -> None:
    made = purposes.definition(of(), "health")
    assert [each.name for each in made.predictions] == ["leaves"]
    assert isinstance(next(s for s in made.signals if s.name == "leaves").meaning, Predicted)
    assert from_text(to_text(made)) == made
    assert made.attributes == ("plan",)


def test_a_definition_kept_before_there_were_models_is_read() -> None:
    made = purposes.definition(of(card()), "health")
    text = to_text(made).replace('"predictions":[],', "").replace('"risk":"",', "")
    assert "predictions" not in text
    assert from_text(text) == made


def test_scores_kept_by_another_fit_are_made_again_by_that_fit(firm: Firm) -> None:
    first = scored(firm, of())["A1"]
    other = fitted(parameters=Logistic(Linear(-3.0, fitted().parameters.linear.terms)))  # type: ignore[union-attr]
    second = scored(firm, of(fitted={"leaves": other.text()}))["A1"]
    assert first.version != second.version
    assert first.score is not None
    assert second.score is not None
    assert first.score < second.score
    again = scored(firm, of())["A1"]
    assert (again.version, again.score) == (first.version, first.score)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"fitted": {}}, "the model leaves has not been fitted yet"),
        ({"fitted": {"leaves": "{"}}, "the fitted model cannot be read: it is no JSON"),
        (
            {"models": (replace(MODEL, inputs=INPUTS_READ[:1]),)},
            "the inputs of the model leaves changed after it was fitted",
        ),
        ({"models": (replace(MODEL, kind=Kind.TREES),)}, "the kind of the model leaves changed"),
        ({"models": (replace(MODEL, outcome="silence"),)}, "the outcome of the model leaves changed"),
    ],
)
def test_a_model_that_is_not_fitted_as_it_is_defined_is_not_used(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told) as refused:
        purposes.definition(of(**changes), "health")
    assert refused.value.do == "fit it: keepwell fit leaves"


def test_remedies_take_along_what_the_model_would_then_say(firm: Firm) -> None:
    remedies = explain(of(), firm.warehouse, "A1").remedies
    assert {remedy.name for remedy in remedies} == {"logins"}
    (remedy,) = remedies
    assert remedy.target is not None
    follows = (10 * remedy.target + 100 * (1 - chance(remedy.target, basic=True))) / 2
    assert remedy.reaches == pytest.approx(follows, abs=1e-6)
    fewer = remedy.target - 1
    assert (10 * fewer + 100 * (1 - chance(fewer, basic=True))) / 2 < 70 <= follows


def test_predictions_are_of_who_is_at_risk_the_likeliest_first(firm: Firm) -> None:
    found = list(predict(of(), firm.warehouse))
    assert [one.account_id for one in found] == ["A2", "A1"]
    assert [one.probability for one in found] == pytest.approx([chance(0), chance(4, True)])
    assert [one.value_at_risk for one in found] == pytest.approx([1000 * chance(0), 1000 * chance(4, True)])
    assert [factor.text for factor in found[1].explanation.factors] == [
        "Logins: 4 in the last 7 days: odds × 0.14",
        "Plan: basic: odds × 2.7",
    ]


def test_beside_a_score_every_fitted_model_has_its_say(firm: Firm) -> None:
    (said,) = beside(of(), firm.warehouse, "A1")
    assert said.title == "Chance of leaving"
    assert said.said is not None
    (gone,) = beside(of(), firm.warehouse, "A3")
    assert (gone.said, gone.why_not) == (None, "the account is not at risk of churn")
    (stale,) = beside(of(models=(replace(MODEL, kind=Kind.TREES),)), firm.warehouse, "A1")
    assert stale.why_not.endswith("fit it: keepwell fit leaves")
    assert beside(of(fitted={}), firm.warehouse, "A1") == ()


BUYS = ModelDefinition("buys", Kind.PURCHASES, "reorder", ())
REORDER = Outcome("reorder", Happens.REORDERED, Dated("orders"), Span.parse("60 days"))


def test_purchases_are_read_from_the_orders(firm: Firm) -> None:
    firm.facts("orders", [{"account": 1, "occurred_at": ago(n), "amount": 20.0} for n in (60, 40, 10)])
    learnt = Purchases(0.8, 20.0, 1.0, 3.0, None, 0.0, 60.0, adverse=False)
    kept = fitted(BUYS, parameters=learnt, adverse=False, inputs=INPUTS)
    own = of(card(), models=(BUYS,), fitted={"buys": kept.text()}, outcomes=(REORDER,))
    found = list(predict(own, firm.warehouse))
    assert [one.account_id for one in found] == ["A1", "A2"]
    bought, never = found
    assert (bought.value_at_risk, never.probability) == (None, None)
    # two days of orders after the first, the last 50 days after it, which is 59 days before yesterday
    alive = 1 / (1 + 1 / 4 * (79 / 70) ** 2.8)
    assert bought.outlook.alive == pytest.approx(alive)
    assert bought.probability == pytest.approx(1 - np.exp(-(bought.outlook.purchases or 0)))
    measured = replace(
        WITH_MODEL, dimensions=(Dimension("x", 1, (Measure("buys", 1, Line(((0, 0), (1, 100)))),)),)
    )
    scores = scored(firm, replace(own, scorecards=(measured,)))
    assert scores["A1"].score == pytest.approx(100 * (bought.probability or 0), abs=1e-6)
    assert scores["A2"].score is None


def test_a_backtest_says_up_to_when_the_model_has_seen_what_happened(firm: Firm) -> None:
    firm.logins(2, *every_day(1, 90, 30))
    found = backtest(of(), firm.warehouse, look_for_leaks=False, daily=False)
    assert found.certificate.subject.fitted_through == datetime.fromisoformat(THROUGH)
    assert datetime.fromisoformat(THROUGH) < AS_OF
    plain = backtest(of(card()), firm.warehouse, look_for_leaks=False, daily=False)
    assert plain.certificate.subject.fitted_through is None
