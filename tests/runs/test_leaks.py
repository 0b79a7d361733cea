"""Leak checks on a firm of which it is known what knows the outcome; waivers; and what is stopped by them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keepwell.clock import pinned
from keepwell.errors import UserError
from keepwell.models.definition import Holds, Input, Kind, ModelDefinition
from keepwell.project import Project, load
from keepwell.proof.leaks import Leak, Sign
from keepwell.runs.asked import Asked
from keepwell.runs.auditing import audit
from keepwell.runs.fit import fit
from keepwell.runs.ingest import load as ingest
from keepwell.runs.inspection import attempted, inspected, inspection
from keepwell.runs.leaks import look
from keepwell.runs.reads import Reads
from keepwell.runs.waiving import reasons, revoke, waive
from keepwell.store.address import URL_VARIABLE
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse
from tests.runs import leaky

NOW = datetime(2025, 6, 30, tzinfo=UTC)
Loaded = tuple[Project, Warehouse]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    project = load(leaky.write(tmp_path_factory.mktemp("leaky")))
    with open_warehouse(project.warehouse) as warehouse, pinned(NOW):
        ingest(project, warehouse, now=NOW)
        yield project, warehouse


@pytest.fixture(scope="module")
def found(loaded: Loaded) -> tuple[Leak, ...]:
    project, warehouse = loaded
    return look(project, warehouse, project.outcome("churn")).leaks


@pytest.fixture
def no_store(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The project's folder, without a store before and after."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    folder = loaded[0].folder
    yield folder
    for file in (folder / ".keepwell").glob("store.sqlite*"):
        file.unlink()


def by_what(found: tuple[Leak, ...]) -> dict[str, set[Sign]]:
    return {
        what: {leak.sign for leak in found if leak.what == what} for what in {leak.what for leak in found}
    }


def test_all_that_knows_the_outcome_is_found_and_nothing_else(found: tuple[Leak, ...]) -> None:
    assert by_what(found) == {
        "oracle": {Sign.STRONG_ALONE},
        "laggard": {Sign.MOVES_AFTER},
        "mails": {Sign.MOVES_AFTER},
        "messages.known_at": {Sign.KNOWN_TOO_EARLY},
        "tickets.resolution": {Sign.FILLED_AT_THE_END},
    }


def test_of_many_accounts_some_are_looked_at(
    loaded: Loaded, found: tuple[Leak, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, warehouse = loaded
    monkeypatch.setattr("keepwell.runs.leaks.MOST_ACCOUNTS", leaky.ACCOUNTS // 2)
    fewer = found_leaks(project, warehouse, project.outcome("churn"))
    assert by_what(fewer)["oracle"] == {Sign.STRONG_ALONE}
    assert set(by_what(fewer)) <= set(by_what(found))
    assert {leak.evidence for leak in fewer if leak.what == "oracle"} != {
        leak.evidence for leak in found if leak.what == "oracle"
    }


def test_each_is_told_with_numbers_and_where_it_stands(found: tuple[Leak, ...]) -> None:
    told = {(leak.what, leak.sign): leak for leak in found}
    oracle = told["oracle", Sign.STRONG_ALONE]
    assert oracle.blocks
    assert oracle.where.startswith("signals.yml:4:")
    assert "an AUC of 0.99" in oracle.evidence
    early = told["messages.known_at", Sign.KNOWN_TOO_EARLY]
    assert "(100.0%) are said to have been known before they occurred" in early.evidence
    assert early.where.startswith("sources.yml:")
    assert early.blocks
    end = told["tickets.resolution", Sign.FILLED_AT_THE_END]
    # Weeks 0, 26 and 52 are even: three of every account's six tickets are closed, and solved.
    assert end.evidence.startswith(
        "filled in for 720 of 720 facts that have ended and for none of 720 open ones"
    )
    lag = told["laggard", Sign.MOVES_AFTER]
    assert "in the 8 weeks after" in lag.evidence


def test_what_blocks_comes_first(found: tuple[Leak, ...]) -> None:
    blocks = [leak.blocks for leak in found]
    assert blocks == sorted(blocks, reverse=True)


def test_an_attribute_without_history_counts_where_it_is_read(loaded: Loaded) -> None:
    project, warehouse = loaded
    model = ModelDefinition("m", Kind.LOGISTIC, "churn", (Input("gold"), Input("account.tier", Holds.LABEL)))
    reads = Reads.by_model(project, model)
    assert (list(reads.attributes), list(reads.through)) == (["tier"], ["tier"])
    found = look(project, warehouse, project.outcome("churn"), reads=reads).leaks
    assert by_what(found) == {"account.tier": {Sign.NO_HISTORY}}
    ignoring = replace(project, ignored=frozenset({"attribute_without_history"}))
    assert look(ignoring, warehouse, project.outcome("churn"), reads=reads).leaks == ()


def test_only_what_is_read_is_looked_at(loaded: Loaded) -> None:
    project, warehouse = loaded
    reads = Reads.by_cards(project, project.scorecards)
    assert [signal.name for signal in reads.signals] == ["honest", "noise"]
    assert look(project, warehouse, project.outcome("churn"), reads=reads).leaks == ()


def test_a_waiver_lets_every_sign_pass_and_keeps_the_reason(loaded: Loaded, no_store: Path) -> None:
    project, warehouse = loaded
    outcome = project.outcome("churn")
    assert reasons(no_store) == {}
    waive(no_store, "oracle", None, why=" It is asked weekly ", actor="kim")
    after = inspection(project, warehouse, outcome)
    assert "oracle" not in by_what(after.leaks)
    assert [(each.leak.sign, each.why) for each in after.waived] == [
        (Sign.STRONG_ALONE, "It is asked weekly")
    ]
    assert [line.waived for line in after.lines() if line.name == "oracle"] == ["It is asked weekly"]
    told = [(entry.event, entry.about, entry.actor) for entry in audit(no_store).entries]
    assert ("waiver:given", "any of oracle", "kim") in told
    assert revoke(no_store, "oracle", None, actor="ravi") == 1
    assert "oracle" in by_what(inspection(project, warehouse, outcome).leaks)
    assert reasons(no_store) == {}


def test_a_waiver_of_one_sign_is_none_of_another(loaded: Loaded, no_store: Path) -> None:
    project, warehouse = loaded
    waive(no_store, "oracle", "separates_perfectly", why="rounding", actor="kim")
    left = by_what(inspection(project, warehouse, project.outcome("churn")).leaks)
    assert left["oracle"] == {Sign.STRONG_ALONE}


def test_a_fit_to_what_knows_the_outcome_is_stopped_until_it_is_waived(
    loaded: Loaded, no_store: Path, tmp_path: Path
) -> None:
    _, warehouse = loaded
    card = (no_store / "scorecards/default.yml").read_text(encoding="utf-8")
    (no_store / "scorecards/default.yml").write_text(card.replace("noise:", "oracle:"), encoding="utf-8")
    try:
        project = load(no_store)
        with pytest.raises(
            UserError, match="1 of what is read seem to know the outcome churn beforehand"
        ) as stopped:
            fit(project, warehouse, Asked())
        assert "oracle (strong_alone): alone it has an AUC of 0.99" in str(stopped.value)
        assert stopped.value.where.startswith("signals.yml:4:")
        waive(no_store, "oracle", None, why="a test", actor="kim")
        proposal = fit(project, warehouse, Asked())
        weights = {one.signal: one.after for one in proposal.cards[0].measures}
        assert weights["oracle"] > weights["honest"]
    finally:
        (no_store / "scorecards/default.yml").write_text(card, encoding="utf-8")


def test_what_cannot_be_looked_at_is_said_and_is_no_failure(loaded: Loaded, no_store: Path) -> None:
    project, _ = loaded
    with open_warehouse(no_store / "empty.duckdb") as empty:
        said = attempted(project, empty, project.outcome("churn"))
    assert said.leaks == ()
    assert said.why_not
    assert said.blocking == ()


def test_each_purpose_is_held_against_its_first_outcome(loaded: Loaded, no_store: Path) -> None:
    project, warehouse = loaded
    (only,) = inspected(project, warehouse)
    assert only.outcome == "churn"
    assert {leak.what for leak in only.blocking} >= {"oracle", "tickets.resolution"}
