"""Scores made whole from what was kept are exactly those that the run made, whatever scorecards do."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from keepwell.people import Role
from keepwell.project.project import Project
from keepwell.runs.score import score
from keepwell.scoring.scorecard import (
    Cap,
    Dimension,
    Line,
    Measure,
    Missing,
    Peers,
    Percentile,
    Reference,
    RollUp,
    Rule,
    Scorecard,
)
from keepwell.signals.expression import parse
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse
from tests.runs.board.firm import fill, firm_project, looked, person
from tests.runs.firm import AS_OF, Firm, ago, card

LOW = Cap("quiet", parse("logins < 3"), 35, "Hardly anybody logs in")
LOWER = Cap("silent", parse("logins == 0 and nps < 5"), 35, "Nobody logs in or is content")
HIGH = Cap("small", parse("account.seats < 20"), 90)
LIKED = Rule("liked", parse("nps >= 9"), 7, "They like us")
SCALED = (Dimension("adoption", 1, (Measure("logins", 1, Percentile(Peers.ALL)),)), card().dimensions[1])


def cases() -> dict[str, Scorecard]:
    """Scorecards that use every step."""
    return {
        "plain": card(min_coverage=0.6),
        "caps": card(caps=(HIGH, LOW, LOWER)),
        "rules": card(rules=(LIKED,), base=50.0),
        "points": Scorecard("default", rules=(LIKED,), base=40.0, min_coverage=0.0),
        "roll up": card(roll_up=RollUp.WORST, caps=(LOW,)),
        "mean": card(roll_up=RollUp.VALUE, min_coverage=0.6),
        "percentiles": card(dimensions=SCALED),
        "segment mean": card(reference=Reference.SEGMENT_MEAN, missing=Missing.NEUTRAL),
        "worst": card(
            missing=Missing.WORST, dimensions=(replace(card().dimensions[0], weight=3), card().dimensions[1])
        ),
        "steep": card(dimensions=(Dimension("voice", 1, (Measure("nps", 2, Line(((0, 100), (10, 0)))),)),)),
    }


def overridden(firm: Firm) -> None:
    """Sets the score of one account, a measure of another, a dimension of a third, by hand."""
    common: dict[str, Any] = {
        "occurred_at": ago(5),
        "until_at": ago(-30),
        "author": "kim",
        "reason": "I know better",
    }
    firm.facts(
        "overrides",
        [
            {**common, "account": 2, "target": "score", "value": 77.0},
            {**common, "account": 3, "target": "logins", "value": 90.0},
            {**common, "account": 6, "target": "voice", "value": 20.0},
        ],
    )


@pytest.fixture(params=list(cases()))
def project(request: pytest.FixtureRequest) -> Project:
    """A project of one scorecard."""
    return firm_project(history=2, scorecards=(cases()[request.param],))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The firm before it was scored, with things set by hand."""
    folder = tmp_path_factory.mktemp("filled")
    with Firm(folder) as firm:
        fill(firm)
        overridden(firm)
    return folder / "warehouse.duckdb"


@pytest.fixture
def firm(filled: Path, tmp_path: Path) -> Iterator[Warehouse]:
    """A copy of it."""
    with open_warehouse(Path(shutil.copy(filled, tmp_path))) as warehouse:
        yield warehouse


def test_told_as_scored(firm: Warehouse, project: Project) -> None:
    (made,) = score(project, firm, AS_OF)
    desk = looked(firm, by=project)
    assert desk.sheet is not None
    told = desk.teller.scores(range(len(desk.sheet)))
    for expected in made:
        place = desk.sheet.position(expected.account_id)
        assert place is not None
        found = told.of(int(desk.sheet.accounts[place]))
        assert found is not None
        if expected.scorecard:
            assert found == expected
        else:  # of an account that has ended nothing is kept
            assert found == replace(expected, value=None, segment="", stage="")


def test_without_kept_conditions_points_tell_what_held(firm: Warehouse) -> None:
    project = firm_project(history=2, scorecards=(card(caps=(HIGH, LOW), rules=(LIKED,), min_coverage=0.6),))
    (made,) = score(project, firm, AS_OF)
    firm.execute("UPDATE scores.scores SET conditions = NULL")
    desk = looked(firm, by=project)
    assert desk.sheet is not None
    told = desk.teller.scores(range(len(desk.sheet)))
    for expected in made:
        if expected.score is not None:
            place = desk.sheet.position(expected.account_id)
            found = told.of(int(desk.sheet.accounts[place or 0]))
            assert found is not None
            mattered = [reason for reason in expected.reasons if reason.points or reason.step != "cap"]
            assert [r for r in found.reasons if r.points or r.step != "cap"] == mattered


def test_warehouses_of_an_earlier_keepwell_learn_to_keep_conditions(firm: Warehouse) -> None:
    project = firm_project(history=2)
    score(project, firm, ago(1))
    firm.execute("ALTER TABLE scores.scores DROP COLUMN conditions")
    assert looked(firm, by=project).teller.scores([0])[0].score == 80
    score(project, firm, AS_OF)
    kept = firm.query("SELECT conditions IS NULL AS lacks FROM scores.scores ORDER BY run").to_pylist()
    assert [row["lacks"] for row in kept] == [True] * 6 + [False] * 6


def test_reasons_of_overrides_are_for_those_who_may_read_words(firm: Warehouse) -> None:
    score(firm_project(history=2), firm, AS_OF)
    for role, reads in ((Role.CSM, True), (Role.MARKETER, False), (Role.VIEWER, False)):
        desk = looked(firm, person(role))
        assert desk.sheet is not None
        told = desk.teller.scores([desk.sheet.position("A2") or 0]).of(2)
        assert told is not None
        said = " ".join(reason.text for reason in told.reasons)
        assert "Score set to 77 by kim until" in said
        assert ("I know better" in said) is reads
