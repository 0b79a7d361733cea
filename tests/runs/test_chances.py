"""Value at risk by evidence: bands until a version has a usable certificate, its chances from then on, bands again after a change."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keepwell.clock import pinned
from keepwell.project import load
from keepwell.runs import purposes
from keepwell.runs.applied import in_force
from keepwell.runs.apply import apply
from keepwell.runs.as_ofs import Rhythm
from keepwell.runs.backtest import Backtest, backtest
from keepwell.runs.board.current import shown
from keepwell.runs.chances import chances
from keepwell.runs.ingest import load as ingest
from keepwell.runs.plan import plan
from keepwell.runs.score import score
from keepwell.runs.versions import certified
from keepwell.scoring.score import Score
from keepwell.signals.window import Span
from keepwell.store import certificates, engine
from keepwell.store.address import URL_VARIABLE, address
from keepwell.warehouse.duckdb import open_warehouse
from tests.runs import leaving

NOW = datetime(2025, 6, 30, tzinfo=UTC)
CARD = leaving.CARD.replace("  rest:\n    weight: 50", "  rest:\n    weight: 5")
LATE = Rhythm(Span.parse("28 days"), datetime(2024, 11, 1, tzinfo=UTC))
"""Before that the frailest leave, and the rate is not yet what it will be: a chance learned there would be twice too high."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A firm whose working files were applied, without any certificate."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    folder = leaving.write(tmp_path, accounts=500)
    (folder / "scorecards/default.yml").write_text(CARD, encoding="utf-8")
    with (folder / "keepwell.yml").open("a", encoding="utf-8") as file:
        file.write("value: 1000\n")
    with pinned(NOW):
        project = load(folder)
        with open_warehouse(project.warehouse) as warehouse:
            ingest(project, warehouse, now=NOW)
        plan(folder, actor="kim")
        apply(folder, why="the first one", actor="kim")
        yield folder


def judged(folder: Path, rhythm: Rhythm = LATE) -> Backtest:
    project = in_force(folder).project
    with open_warehouse(project.warehouse) as warehouse:
        return backtest(project, warehouse, rhythm=rhythm, daily=False, look_for_leaks=False)


def scored(folder: Path, *, working: bool = False) -> list[Score]:
    project = in_force(folder, working=working).project
    with open_warehouse(project.warehouse) as warehouse:
        (scores,) = score(project, warehouse)
        return [one for one in scores if one.score is not None]


def shown_basis(folder: Path) -> str:
    """What value at risk rests on in the scores that were kept last."""
    with open_warehouse(load(folder).warehouse) as warehouse:
        found = shown(warehouse, "health")
    assert found is not None
    return found.risk_basis


def by_hand(value: float, scores: list[float], values: list[float]) -> float:
    """The curve at a score: straight between its points."""
    if value <= scores[0]:
        return values[0]
    for at in range(1, len(scores)):
        if value <= scores[at]:
            part = (value - scores[at - 1]) / (scores[at] - scores[at - 1])
            return values[at - 1] + part * (values[at] - values[at - 1])
    return values[-1]


def kept(folder: Path) -> dict[str, Any]:
    store = engine.existing(address(folder))
    assert store is not None
    version = purposes.definition(in_force(folder).project, "health").version
    with store.reading() as connection:
        (one,) = certificates.latest(connection, version)
    content: dict[str, Any] = json.loads(json.dumps(one.content))
    return content


def test_bands_until_there_is_evidence_chances_from_then_on_and_bands_after_a_change(folder: Path) -> None:
    before = scored(folder)
    assert {one.risk_basis for one in before} == {"band"}
    assert {one.value_at_risk for one in before} <= {0.0, 500.0, 1000.0}
    assert shown_basis(folder) == "band"
    found = judged(folder)
    assert certified(folder, found.version, found.certificate)
    curve = kept(folder)["chances"]
    assert curve["rows"] == found.certificate.whole.tally.judged
    after = scored(folder)
    assert [one.score for one in after] == [one.score for one in before]
    for one in after:
        assert one.score is not None
        expected = 1000 * by_hand(one.score, curve["scores"], curve["values"])
        assert one.risk_basis == "calibrated"
        assert one.value_at_risk == pytest.approx(expected)
    assert shown_basis(folder) == "calibrated"
    (folder / "scorecards/default.yml").write_text(
        CARD.replace("weight: 50 ", "weight: 60 "), encoding="utf-8"
    )
    assert {one.risk_basis for one in scored(folder, working=True)} == {"band"}
    assert {one.risk_basis for one in scored(folder)} == {"calibrated"}
    plan(folder, actor="kim")
    apply(folder, why="use counts for more", actor="kim")
    assert {one.risk_basis for one in scored(folder)} == {"band"}


def test_a_later_certificate_with_enough_data_replaces_the_earlier(folder: Path) -> None:
    found = judged(folder)
    certified(folder, found.version, found.certificate)
    project = in_force(folder).project
    definition = purposes.definition(project, "health")
    assert chances(project, definition) == found.certificate.chances
    store = engine.existing(address(folder))
    assert store is not None
    content = kept(folder)
    with store.writing() as connection:
        few = content | {"whole": content["whole"] | {"calibration": None}, "chances": None}
        certificates.keep(connection, found.version, "churn", few, NOW)
    # one that had too little data says nothing against it
    assert chances(project, definition) == found.certificate.chances
    with store.writing() as connection:
        certificates.keep(connection, found.version, "churn", content | {"chances": None}, NOW)
    assert chances(project, definition) is None


EDITED = {
    "how far ahead": ("28 days", "56 days"),
    "what": ("event: {from: accounts, at: ended_at}", "inactive: {from: events, for: 60 days}"),
    "which of them": ("at: ended_at}", "at: ended_at, where: ended_at > began_at}"),
    "for which cause": (
        "at: ended_at}\n",
        "at: ended_at, voluntary: ended_at > began_at}\n    cause: voluntary\n",
    ),
    "what is counted": ("    horizon:", "    counts: revenue\n    horizon:"),
}
LEFT_ALONE = {
    "its label": ("label: Left", "label: Gone"),
    "a remark": ("outcomes:\n", "outcomes:  # what really happened\n"),
}


def test_a_curve_is_that_of_the_outcome_as_it_was_defined(folder: Path) -> None:
    """An outcome that is another now has no chances yet, whatever it is called; one that only reads otherwise keeps them."""
    found = judged(folder)
    certified(folder, found.version, found.certificate)
    path = folder / "outcomes.yml"
    written = path.read_text(encoding="utf-8")

    def after(edit: tuple[str, str]) -> bool:
        assert edit[0] in written
        path.write_text(written.replace(*edit), encoding="utf-8")
        project = load(folder)
        definition = purposes.definition(project, "health")
        assert definition.version == found.version, "no score depends on the outcome"
        return chances(project, definition) is not None

    assert {name: after(edit) for name, edit in LEFT_ALONE.items()} == dict.fromkeys(LEFT_ALONE, True)
    assert {name: after(edit) for name, edit in EDITED.items()} == dict.fromkeys(EDITED, False)


def test_a_rate_that_was_another_earlier_teaches_no_chance(folder: Path) -> None:
    found = judged(folder, Rhythm(LATE.every))
    right = found.certificate.whole.calibration
    assert right is not None
    assert right.stated > 1.5 * right.rate.value
    assert right.brier.value > right.brier_of_rate
    assert found.certificate.chances is None
