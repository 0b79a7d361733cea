"""Other weights: what they would do, and how they are written."""

from dataclasses import replace
from pathlib import Path

import pytest

from keepwell.errors import AbsentError, UserError
from keepwell.people import EVERYTHING, Person, Reach, Role, Scope
from keepwell.project import load
from keepwell.runs.apply import apply
from keepwell.runs.board.desk import Shelf, desk
from keepwell.runs.board.preview import Span, Weights, preview
from keepwell.runs.ingest import load as ingest
from keepwell.runs.plan import plan
from keepwell.runs.reweighing import reweigh
from keepwell.runs.score import score
from keepwell.scoring.score import Band
from keepwell.warehouse.duckdb import open_warehouse
from tests.cli.test_commands import FILES, make
from tests.runs.acme import NOW, loaded

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
    assert found.effect.moves[Band.YELLOW, Band.GREEN] == 1
    assert found.moved == Span(1, 1), "74 is above 70 and the margin of 3"
    assert found.after[Band.GREEN] == Span(2, 2)
    (mover,) = found.effect.examples
    assert (mover.account_id, mover.score_before, mover.score_after) == ("A3", 62.0, 74.0)


SHORT_MEMORY = {"keepwell.yml": FILES["keepwell.yml"].replace("history: 14", "history: 1")}


@pytest.mark.parametrize(
    ("voice", "at_once", "range_", "planned"),
    [
        # A3 has 0.3 × 50 + 0.7 × 80 = 71 on both days: held yellow it stays so below 73; scored for the first time it is green
        (70, 0, Span(0, 1), 1),
        # 74, above the margin, whatever was held
        (80, 1, Span(1, 1), 1),
        # 59 and yellow, as it was
        (30, 0, Span(0, 0), 0),
    ],
)
def test_what_a_plan_says_lies_in_the_range_of_the_preview(
    tmp_path: Path, voice: float, at_once: int, range_: Span, planned: int
) -> None:
    folder = make(tmp_path / "acme", **SHORT_MEMORY)
    with open_warehouse(load(folder).warehouse) as warehouse:
        ingest(load(folder), warehouse, now=NOW)
    plan(folder, actor="ana", evidence=False)
    apply(folder, why="the first one", actor="ana")
    project = load(folder)
    weights = Weights("default", {"adoption": 100 - voice, "voice": voice}, {})
    with open_warehouse(project.warehouse) as warehouse:
        score(project, warehouse)
        found = preview(desk(project, warehouse, ANN, shelf=Shelf()), weights)
    assert (found.effect.moved, found.moved, found.open) == (at_once, range_, range_.most - range_.least)
    reweigh(project, weights, by=ANN)
    drawn = plan(folder, actor="ana", evidence=False)
    assert drawn is not None
    assert drawn.effects is not None
    assert drawn.as_of == found.as_of
    assert [each.moved for each in drawn.effects] == [planned]


def test_the_present_weights_move_nobody(acme: Path) -> None:
    project = load(acme)
    with open_warehouse(project.warehouse) as warehouse:
        found = preview(desk(project, warehouse, ANN, shelf=Shelf()), Weights("default", {}, {}))
    assert (found.moved, found.open) == (Span(0, 0), 0)


def test_a_preview_counts_those_in_reach(acme: Path) -> None:
    project = load(acme)
    kim = replace(ANN, reach=Reach(Scope.SEGMENT, segments=frozenset({"large"})))
    with open_warehouse(project.warehouse) as warehouse:
        found = preview(desk(project, warehouse, kim, shelf=Shelf()), VOICE)
    assert found.effect.accounts == 1, "A1 alone has 50 seats"
    assert found.moved == Span(0, 0)


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
