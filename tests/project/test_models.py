"""models/*.yml becomes models, or every one of its mistakes is told."""

from pathlib import Path

import pytest

from keepwell.errors import DefinitionError, Problem
from keepwell.models.definition import Calibrate, Holds, Input, Kind, ModelDefinition
from keepwell.project import Project, load
from keepwell.project.folder import fitted_path
from keepwell.project.lint.registry import check
from keepwell.signals.definition import Direction, Predicted
from tests.project.samples import FILES, write

CHURN = """\
model: churn_model
kind: logistic
outcome: churn
inputs: [active_days, last_plan, account.seats]
calibrate: isotonic
options: {penalty: 2}
monotone: true
label: Chance of churn
"""


def written(folder: Path, *models: str, **changed: str) -> Path:
    """The sample with models."""
    write(folder, **changed)
    (folder / "models").mkdir()
    for number, text in enumerate(models):
        (folder / "models" / f"m{number}.yml").write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, *models: str, **changed: str) -> Project:
    return load(written(folder, *models, **changed))


def problems(folder: Path, *models: str, **changed: str) -> list[Problem]:
    with pytest.raises(DefinitionError) as told:
        read(folder, *models, **changed)
    return list(told.value.problems)


def measuring(model: str, scale: str = "{0%: 100, 20%: 0}") -> str:
    """The sample's scorecard with a model among its measures."""
    nps = "nps: {weight: 1"
    return FILES["scorecards/default.yml"].replace(
        nps, f"{model}: {{weight: 1, scale: {scale}}}\n      {nps}"
    )


def test_a_model_is_read(tmp_path: Path) -> None:
    project = read(tmp_path / "p", CHURN)
    assert project.models == (
        ModelDefinition(
            "churn_model",
            Kind.LOGISTIC,
            "churn",
            (
                Input("active_days", Holds.NUMBER, Direction.HIGHER_IS_BETTER),
                Input("last_plan", Holds.LABEL),
                Input("account.seats", Holds.NUMBER),
            ),
            Calibrate.ISOTONIC,
            {"penalty": 2.0},
            True,
            "Chance of churn",
        ),
    )
    assert project.model("churn_model").title == "Chance of churn"
    assert project.where["model:churn_model"] == "models/m0.yml:1:model"
    signal = project.signal("churn_model")
    assert signal.meaning == Predicted(("active_days", "last_plan", "account.seats"))
    assert (signal.direction, signal.unit) == (Direction.LOWER_IS_BETTER, "percent")


def test_all_measured_is_every_signal_that_tells_nothing_of_the_outcome(tmp_path: Path) -> None:
    ended = "  gone: {from: accounts, aggregate: last, column: end_reason}\n"
    sources = FILES["sources.yml"].replace("name: company", "name: company, end_reason: why")
    text = "model: m\nkind: trees\noutcome: churn\ninputs: [all measured, account.trial]\nexclude: [core_now, core_before]\n"
    project = read(tmp_path / "p", text, signals=FILES["signals.yml"] + ended, sources=sources)
    assert [(one.name, one.holds) for one in project.models[0].inputs] == [
        ("active_days", Holds.NUMBER),
        ("usage_change", Holds.NUMBER),
        ("open_escalations", Holds.NUMBER),
        ("mrr", Holds.NUMBER),
        ("last_plan", Holds.LABEL),
        ("tenure_days", Holds.NUMBER),
        ("seat_use", Holds.NUMBER),
        ("nps", Holds.NUMBER),
        ("account.trial", Holds.NUMBER),
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "what", "do"),
    [
        ("outcome: churn", "outcome: chrun", "there is no outcome 'chrun'", "did you mean 'churn'?"),
        ("kind: logistic", "kind: lightgbm", "`kind` is 'lightgbm'", "did you mean 'trees'?"),
        ("active_days,", "activ_days,", "there is no signal 'activ_days'", "did you mean 'active_days'?"),
        ("account.seats", "account.seat", "the table accounts has no column 'seat'", "did you mean 'seats'?"),
        ("account.seats", "account.began_at", "account.began_at is instant, which a model cannot read", "make a number of it"),
        ("account.seats", "active_days", "active_days is an input twice", "name it once"),
        ("{penalty: 2}", "{penalti: 2}", "a logistic model has no option 'penalti'", "did you mean 'penalty'?"),
        ("{penalty: 2}", "{penalty: 0}", "penalty is 0, not a number from 1e-06 to 1e+06", "type a number from"),
        ("kind: logistic", "kind: survival", "a survival model cannot hold directions", "remove `monotone`"),
        ("inputs: [active_days, last_plan, account.seats]\n", "", "the model has no `inputs`", "or `inputs: all measured`"),
        ("calibrate: isotonic", "exclude: nps", "`exclude` leaves signals out of `all measured`", "remove it"),
        ("model: churn_model", "model: nps", "nps is a signal already", "such as nps_model"),
        ("outcome: churn", "target: churn", "a model has no key 'target'", "did you mean 'outcome'?"),
    ],
)  # fmt: skip
def test_every_mistake_is_told(tmp_path: Path, right: str, wrong: str, what: str, do: str) -> None:
    assert right in CHURN
    found = problems(tmp_path / "p", CHURN.replace(right, wrong, 1))
    told = [problem for problem in found if what in problem.what]
    assert len(told) == 1, found
    assert do in told[0].do
    assert told[0].where.startswith("models/m0.yml:")


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    wrong = CHURN.replace("outcome: churn", "outcome: chrun").replace("last_plan", "last_plam")
    assert len(problems(tmp_path / "p", wrong.replace("penalty", "penalti"), CHURN)) == 4


def test_two_models_have_two_names(tmp_path: Path) -> None:
    (found,) = problems(tmp_path / "p", CHURN, CHURN)
    assert found.what == "models/m0.yml is a model 'churn_model' already"


def test_an_input_that_is_the_outcome_is_refused(tmp_path: Path) -> None:
    (found,) = problems(tmp_path / "p", CHURN.replace("churn\n", "undated\n").replace("seats]", "referral]"))
    assert found.what.startswith("account.referral reads the outcome itself")


def test_a_snapshot_has_no_times_to_learn_from(tmp_path: Path) -> None:
    survival = "model: m\nkind: survival\noutcome: undated\ninputs: [nps]\n"
    (found,) = problems(tmp_path / "p", survival)
    assert found.what == "undated is a snapshot, without dates, and a survival model learns from times"


def test_purchases_need_orders_and_no_inputs(tmp_path: Path) -> None:
    found = problems(tmp_path / "p", "model: m\nkind: purchases\noutcome: silent\ninputs: [nps]\n")
    assert [problem.what for problem in found] == [
        "no source feeds the table orders",
        "a purchases model reads the orders themselves",
    ]


def test_a_file_of_the_wrong_name_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path / "p")
    (folder / "models" / "churn.yaml").write_text(CHURN, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"rename it to models/churn.yml"):
        load(folder)


def test_a_scorecard_measures_a_model(tmp_path: Path) -> None:
    project = read(tmp_path / "p", CHURN, default=measuring("churn_model"))
    assert "churn_model" in [measure.signal for measure in project.scorecards[0].measures]
    assert {finding.rule for finding in check(project)} >= {"attribute_without_history"}


def test_a_model_is_not_compared_with_peers(tmp_path: Path) -> None:
    (found,) = problems(
        tmp_path / "p", CHURN, default=measuring("churn_model", "{percentile_within: segment}")
    )
    assert "it means the same whatever others have" in found.what


def test_no_condition_reads_a_model(tmp_path: Path) -> None:
    card = FILES["scorecards/default.yml"].replace("open_escalations >= 1", "churn_model > 0.5")
    (found,) = problems(tmp_path / "p", CHURN, default=card)
    assert found.what == "churn_model is a model: what it says is known only once all signals are"


RISK = "as_of: 2025-06-30\n"


@pytest.mark.parametrize(
    ("named", "what"),
    [
        ("churn_modl", "there is no model 'churn_modl'"),
        ("growing", "growing predicts growth, which is no loss"),
    ],
)
def test_risk_names_a_model_of_a_loss(tmp_path: Path, named: str, what: str) -> None:
    growing = CHURN.replace("churn_model", "growing").replace("outcome: churn", "outcome: growth")
    top = FILES["keepwell.yml"].replace(RISK, f"{RISK}risk: {named}\n")
    (found,) = problems(tmp_path / "p", CHURN, growing, keepwell=top)
    assert found.what.startswith(what)
    assert found.where.startswith("keepwell.yml:")


def version(folder: Path, fitted: str = "", **changed: str) -> tuple[str, str]:
    """The versions of the scorecard and of the project, with a fitted model beside it."""
    written(folder, CHURN, **changed)
    if fitted:
        fitted_path(folder, "churn_model").write_text(fitted, encoding="utf-8")
    project = load(folder)
    return project.version(project.scorecards[0]), project.version()


def test_what_was_learnt_is_part_of_the_version_of_what_uses_it(tmp_path: Path) -> None:
    card = measuring("churn_model")
    unused, first, second = (
        version(tmp_path / "a"),
        version(tmp_path / "b", "one"),
        version(tmp_path / "c", "two"),
    )
    assert unused[0] == first[0] == second[0]
    assert len({unused[1], first[1], second[1]}) == 3
    used = [
        version(tmp_path / "d", "one", default=card)[0],
        version(tmp_path / "e", "one", default=card)[0],
        version(tmp_path / "f", "two", default=card)[0],
    ]
    assert used[0] == used[1] != used[2]


def test_the_model_that_says_what_is_at_risk_is_part_of_the_version(tmp_path: Path) -> None:
    top = FILES["keepwell.yml"].replace(RISK, f"{RISK}risk: churn_model\n")
    without, one, two = (
        version(tmp_path / "a", "one")[0],
        version(tmp_path / "b", "one", keepwell=top)[0],
        version(tmp_path / "c", "two", keepwell=top)[0],
    )
    assert len({without, one, two}) == 3


def test_a_project_without_models_has_the_version_it_had(tmp_path: Path) -> None:
    plain = load(write(tmp_path / "a"))
    assert '"models"' not in plain.definition()
    assert '"fitted"' not in plain.definition(plain.scorecards[0])
