"""Other weights: what they would do, and how they are written."""

from dataclasses import replace
from pathlib import Path

import pytest

from keepwell.errors import AbsentError, UserError
from keepwell.people import EVERYTHING, Person, Role
from keepwell.project import load
from keepwell.runs.board.desk import Shelf, desk
from keepwell.runs.board.preview import Weights, preview
from keepwell.runs.reweighing import reweigh
from keepwell.runs.score import score
from keepwell.scoring.score import Band
from keepwell.warehouse.duckdb import open_warehouse
from tests.runs.acme import loaded

ANN = Person(1, "ann@acme.example", "Ann", Role.ANALYST, EVERYTHING)
VOICE = Weights("default", {"adoption": 20, "voice": 80}, {})


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = loaded(tmp_path_factory.mktemp("reweighing") / "acme")
    project = load(folder)
    with open_warehouse(project.warehouse) as warehouse:
        score(project, warehouse)
    return folder


def test_a_preview_is_what_hands_work_out(acme: Path) -> None:
    project = load(acme)
    with open_warehouse(project.warehouse) as warehouse:
        found = preview(desk(project, warehouse, ANN, shelf=Shelf()), VOICE)
    assert found.moves[Band.YELLOW, Band.GREEN] == 1
    assert found.moved == 1
    (mover,) = found.examples
    assert (mover.account_id, mover.score_before, mover.score_after) == ("A3", 62.0, 74.0)


def test_written_weights_are_those_that_are_read(acme: Path) -> None:
    before = (acme / "scorecards/default.yml").read_text(encoding="utf-8")
    assert reweigh(load(acme), VOICE, by=ANN) == ("scorecards/default.yml",)
    try:
        card = load(acme).scorecard("default")
        assert {each.name: each.weight for each in card.dimensions} == {"adoption": 20, "voice": 80}
        assert card == VOICE.on(card)
        text = (acme / "scorecards/default.yml").read_text(encoding="utf-8")
        assert "by ann@acme.example; was 60" in text
        with pytest.raises(UserError, match="these are the weights"):
            reweigh(load(acme), VOICE, by=ANN)
    finally:
        (acme / "scorecards/default.yml").write_text(before, encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (replace(VOICE, dimensions={"adoption": -1}), "-1 is no weight"),
        (replace(VOICE, dimensions={"adoption": float("nan")}), "nan is no weight"),
        (replace(VOICE, dimensions={"adoption": 0, "voice": 0}), "nothing weighs anything"),
        (replace(VOICE, measures={"nps": 0}), "no measure in it weighs anything"),
    ],
)
def test_weights_that_cannot_be(acme: Path, wrong: Weights, told: str) -> None:
    with pytest.raises(UserError, match=told):
        reweigh(load(acme), wrong, by=ANN)


def test_a_scorecard_that_is_not_there(acme: Path) -> None:
    with pytest.raises(AbsentError, match="no scorecard 'gold'"):
        reweigh(load(acme), replace(VOICE, scorecard="gold"), by=ANN)
