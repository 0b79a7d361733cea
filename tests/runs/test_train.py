"""Training on a firm that leaves by known weights: what is learnt from when, what judges, and against whom."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from keepwell.errors import UserError
from keepwell.models.definition import Calibrate, Holds, Input, Kind, ModelDefinition
from keepwell.models.fitted import load as read
from keepwell.models.linear import NumberTerm
from keepwell.models.logistic import Logistic
from keepwell.project import Project, load
from keepwell.proof.outcome import Kind as Happens
from keepwell.proof.outcome import Outcome, Snapshot
from keepwell.proof.panel import HAPPENED, KEPT
from keepwell.runs.as_ofs import Rhythm
from keepwell.runs.ingest import load as ingest
from keepwell.runs.labelling import through
from keepwell.runs.model_rows import Seen, seen
from keepwell.runs.score import silent
from keepwell.runs.train import Trained, divided, train
from keepwell.signals.definition import Direction
from keepwell.signals.expression import parse
from keepwell.signals.window import Span
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse
from tests.runs import leaving

NOW = datetime(2025, 6, 30, tzinfo=UTC)
MONTHLY = Rhythm(Span.parse("28 days"))
NAMES = ("logins", "seats_used", "noise", "backwards")
INPUTS = tuple(Input(name, Holds.NUMBER, Direction.HIGHER_IS_BETTER) for name in NAMES)
MODEL = ModelDefinition("leaves", Kind.LOGISTIC, "churn", INPUTS)

Firm = tuple[Project, Warehouse]


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    project = load(leaving.write(tmp_path_factory.mktemp("leaving")))
    with open_warehouse(project.warehouse) as warehouse:
        ingest(project, warehouse, now=NOW)
        yield replace(project, models=(MODEL,)), warehouse


@pytest.fixture(scope="module")
def trained(firm: Firm) -> Trained:
    return train(*firm, "leaves", rhythm=MONTHLY)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


HORIZON = timedelta(days=28)


def test_each_part_begins_when_the_horizons_of_the_one_before_are_over(trained: Trained) -> None:
    training, contest = trained.model.training, trained.contest
    assert contest.first is not None
    assert at(training.last) + HORIZON <= at(training.calibrated_first)
    assert at(training.calibrated_last) + HORIZON <= contest.first
    assert at(training.through) <= contest.first
    assert training.rows > training.accounts > 100
    assert min(training.outcomes, training.calibrated_outcomes, contest.outcomes) > 5


def test_the_weights_that_accounts_leave_by_are_found(trained: Trained) -> None:
    parameters = trained.model.parameters
    assert isinstance(parameters, Logistic)
    weights = {term.input: term.weight for term in parameters.linear.terms if isinstance(term, NumberTerm)}
    assert weights["logins"] < weights["seats_used"] < 0
    assert abs(weights["noise"]) < 0.25 * abs(weights["logins"])
    assert weights["backwards"] > 0
    assert trained.notes == (
        "backwards is declared higher_is_better, but accounts that had churn had more of it",
    )


def test_the_judge_is_the_last_slice_and_the_scorecard_is_beside(trained: Trained) -> None:
    contest = trained.contest
    assert contest.auc is not None
    right = contest.calibration
    assert right is not None
    assert contest.auc.low > 0.5
    assert right.rows == contest.rows
    assert right.brier.low < right.brier.value < right.brier_of_rate
    assert right.stated == pytest.approx(right.rate.value, abs=0.03)
    assert right.expected_error < 0.05
    assert contest.stand_ins == 0
    (rival,) = contest.rivals
    assert rival.name == "scorecard default"
    assert rival.rows == contest.rows
    assert rival.calibration is None
    # the scorecard weighs noise as the rest: the model must not be worse
    assert rival.difference.value > 0
    assert rival.difference.value == pytest.approx(contest.auc.value - rival.auc.value, abs=1e-12)


def test_the_same_facts_give_the_same_text(firm: Firm, trained: Trained) -> None:
    assert train(*firm, "leaves", rhythm=MONTHLY).model.text() == trained.model.text()


def test_what_is_kept_is_what_was_fitted(trained: Trained, tmp_path: Path) -> None:
    kept = replace(trained, path=tmp_path / "models" / "leaves.fitted.json")
    assert kept.keep()
    assert not kept.keep()
    assert read(kept.path.read_text(encoding="utf-8")).text() == trained.model.text()


def test_an_earlier_fit_is_a_rival_unless_it_has_seen_the_outcomes(firm: Firm, trained: Trained) -> None:
    project, warehouse = firm
    again = replace(
        project, fitted={"leaves": trained.model.text()}, models=(replace(MODEL, inputs=INPUTS[:2]),)
    )
    fair = train(again, warehouse, "leaves", rhythm=MONTHLY)
    assert [rival.name for rival in fair.contest.rivals] == ["scorecard default", "leaves as it was"]
    assert fair.contest.unfair == ()
    assert fair.contest.rivals[1].calibration is not None
    assert fair.contest.rivals[1].calibration.rows == fair.contest.rivals[1].rows
    assert fair.before is not None
    assert fair.before.text() == trained.model.text()
    earlier = replace(MONTHLY, last=at(trained.model.training.through) - timedelta(days=28))
    unfair = train(again, warehouse, "leaves", rhythm=earlier)
    assert unfair.contest.unfair == ("leaves as it was",)
    assert [rival.name for rival in unfair.contest.rivals] == ["scorecard default"]


@pytest.fixture(scope="module")
def rows(firm: Firm) -> Seen:
    project, warehouse = firm
    outcome = project.outcome("churn")
    instants = [NOW - timedelta(days=14 * back) for back in range(28, 0, -1)]
    until = through(project, warehouse, outcome)
    return seen(project, warehouse, MODEL, outcome, instants, through=until, progress=silent)


def test_survival_learns_from_as_ofs_whose_horizon_is_not_over_and_sees_nothing_later(
    firm: Firm, rows: Seen
) -> None:
    outcome = firm[0].outcome("churn")
    parts = divided(rows, outcome, Kind.SURVIVAL)
    plain = divided(rows, outcome, Kind.LOGISTIC)
    assert parts.later is not None
    learnt, cut = parts.rows, at(parts.later.first)
    assert at(learnt.last) > at(plain.rows.last)
    begun = at(learnt.first)
    assert learnt.days.max() == pytest.approx((cut - begun).days)
    # nobody is said to have left, or to have been watched, later than the calibration begins
    assert (learnt.days >= 0).all()
    assert not (learnt.judged & learnt.happened & ~learnt.ended).any()
    assert 0 < learnt.ended.mean() < 1


def test_rows_see_nothing_of_what_came_after(rows: Seen) -> None:
    cut = rows.as_ofs[5]
    learnt = rows.rows(rows.at(0, 5), cut)
    over = np.array([at + HORIZON <= cut for at in rows.as_ofs])[rows.point[rows.point < 5]]
    assert (learnt.judged <= over).all()
    assert learnt.judged.any()
    left = [(cut - at).total_seconds() / 86400 for at in rows.as_ofs]
    assert (learnt.days <= np.array(left)[rows.point[rows.point < 5]]).all()


def test_a_short_history_is_calibrated_on_other_accounts(firm: Firm, rows: Seen) -> None:
    outcome = firm[0].outcome("churn")
    which = rows.point < 6
    few = Seen(
        as_ofs=rows.as_ofs[:6],
        ends=rows.ends[:6],
        point=rows.point[which],
        account=rows.account[which],
        table=rows.table.rows(which),
        state=rows.state[which],
        days=rows.days[which],
        watched=rows.watched[which],
    )
    parts = divided(few, outcome, Kind.LOGISTIC)
    assert parts.later is not None
    assert not set(parts.rows.account) & set(parts.later.account)
    assert "calibrated on other accounts" in parts.notes[0]


def test_too_short_a_history_is_told(firm: Firm) -> None:
    project, warehouse = firm
    first = NOW - timedelta(days=84)
    with pytest.raises(
        UserError, match="too short to learn before and judge after: Left looks 28 days ahead"
    ):
        train(
            project,
            warehouse,
            "leaves",
            rhythm=replace(MONTHLY, first=first, last=first + timedelta(days=14)),
        )


def test_without_dates_accounts_are_divided(firm: Firm) -> None:
    project, warehouse = firm
    undated = Outcome("gone", Happens.CHURNED, Snapshot(parse("account.plan == 'x'")), Span.parse("0 days"))
    rng = np.random.default_rng(1)
    count = 400
    state = np.where(rng.random(count) < 0.3, HAPPENED, KEPT)
    table = seen(
        project, warehouse, MODEL, project.outcome("churn"), [NOW], through=NOW, progress=silent
    ).table.rows(np.zeros(count, dtype=np.int64))
    found = Seen(
        (NOW,), (NOW,), np.zeros(count, np.int64), np.arange(count), table, state, np.full(count, np.nan), np.zeros(count)
    )  # fmt: skip
    parts = divided(found, undated, Kind.LOGISTIC)
    assert parts.later is not None
    learned, calibrated = set(parts.rows.account), set(parts.later.account)
    assert len(learned) + len(calibrated) == len(learned | calibrated) == count
    assert parts.judged.all()
    assert "not point in time" in parts.notes[0]


def test_no_outcomes_no_model(firm: Firm) -> None:
    project, warehouse = firm
    never = replace(
        project.outcome("churn"),
        population=replace(project.outcome("churn").population, where=parse("logins > 99")),
    )
    nobody = replace(project, outcomes=(never,))
    with pytest.raises(UserError):
        train(nobody, warehouse, "leaves", rhythm=MONTHLY)


def test_an_unknown_model_is_told(firm: Firm) -> None:
    with pytest.raises(UserError, match="there is no model 'stays'") as told:
        train(*firm, "stays")
    assert told.value.do == "choose one of leaves"


@pytest.mark.parametrize("kind", [Kind.BOOSTING, Kind.TREES, Kind.SURVIVAL])
def test_every_kind_can_be_trained(firm: Firm, kind: Kind) -> None:
    project, warehouse = firm
    quick: dict[Kind, dict[str, float]] = {
        Kind.BOOSTING: {"bags": 1, "pairs": 0, "learning_rate": 0.2},
        Kind.TREES: {"trees": 40},
    }
    model = ModelDefinition("leaves", kind, "churn", INPUTS, Calibrate.SIGMOID, quick.get(kind, {}))
    found = train(replace(project, models=(model,)), warehouse, "leaves", rhythm=MONTHLY)
    assert found.contest.auc is not None
    assert found.contest.auc.value > 0.6
