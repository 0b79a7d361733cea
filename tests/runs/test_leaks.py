"""Leak checks on a firm of which it is known what knows the outcome; waivers; and what is stopped by them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from keepwell.clock import pinned
from keepwell.errors import UserError
from keepwell.models.definition import Holds, Input, Kind, ModelDefinition
from keepwell.project import Project, load
from keepwell.proof.leaks import Leak, Sign
from keepwell.runs.as_ofs import Rhythm, as_ofs
from keepwell.runs.asked import Asked
from keepwell.runs.auditing import audit
from keepwell.runs.backtest import backtest
from keepwell.runs.fit import fit
from keepwell.runs.ingest import load as ingest
from keepwell.runs.inspection import attempted, inspected, inspection
from keepwell.runs.leaks import look, looks, together, trial, within
from keepwell.runs.purposes import definition
from keepwell.runs.reads import Reads
from keepwell.runs.trial import Trial
from keepwell.runs.waiving import reasons, revoke, waive
from keepwell.scoring.scorecard import Dimension, Line, Measure
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit
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
    fewer = look(project, warehouse, project.outcome("churn")).leaks
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
    # It happens once to three times a week, eight times in four weeks, and never once they have left.
    assert {week.week for week in lag.weeks} == set(range(-12, 9))
    after = [week for week in lag.weeks if week.week >= 4]
    assert all(week.mean == 0 and -9 < week.difference.value < -7 for week in after)
    assert all(week.weeks == () for week in found if week.sign is not Sign.MOVES_AFTER)


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


@pytest.mark.parametrize("every", [7, 28, 60])
def test_where_only_judged_days_are_read_leaks_are_looked_for_in_passing(
    loaded: Loaded, no_store: Path, every: int
) -> None:
    """A rhythm that misses the days of the leak check has them read by themselves; a figure that splits rows and is a signal too is read once."""
    project, warehouse = loaded
    measures = tuple(Measure(name, 1, Line(((0, 0), (100, 100)))) for name in ("honest", "oracle", "laggard"))
    card = replace(project.scorecards[0], dimensions=(Dimension("use", 1, measures),))
    segments = (("many", parse("account.seats > 5")), ("few", None))
    split = replace(project, scorecards=(card,), segments=segments, judged_by=("seats",))
    outcome, reads = split.outcome("churn"), Reads.by_cards(split, split.scorecards)
    alone = attempted(split, warehouse, outcome, reads=reads)
    assert {leak.what for leak in alone.leaks} >= {"oracle", "laggard"}
    rhythm = Rhythm(Span(every, Unit.DAYS))
    in_passing = backtest(split, warehouse, rhythm=rhythm, daily=False)
    by_itself = backtest(split, warehouse, rhythm=rhythm, daily=True)
    assert in_passing.leaks == by_itself.leaks == alone.lines()
    assert in_passing.certificate.whole.ranking == by_itself.certificate.whole.ranking
    instants = as_ofs(split, warehouse, outcome, definition(split, outcome.purpose), rhythm)
    shared = within(instants, trial(split, warehouse, outcome, reads))
    assert (shared is None) is (every == 60)


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


def test_outcomes_are_looked_at_together_and_found_as_alone(loaded: Loaded, no_store: Path) -> None:
    """`late` looks further ahead, so that its days end earlier; what cannot be asked stops none of the others."""
    project, warehouse = loaded
    (churn,) = project.outcomes
    late = replace(churn, name="late", purpose="expansion", horizon=Span(56, Unit.DAYS))
    never = replace(churn, name="never", purpose="advocacy", horizon=Span(900, Unit.DAYS))
    several = replace(project, outcomes=(churn, late, never))
    reads = Reads.by_project(several)
    trials = [trial(several, warehouse, each, reads) for each in (churn, late)]
    found_together = looks(several, warehouse, trials, reads)
    alone = [look(several, warehouse, each) for each in (churn, late)]
    assert [by_what(each.leaks) for each in found_together] == [by_what(each.leaks) for each in alone]
    assert found_together[0] == alone[0]
    cards = tuple(
        replace(project.scorecards[0], name=purpose, purpose=purpose) for purpose in ("expansion", "advocacy")
    )
    found = inspected(replace(several, scorecards=(*project.scorecards, *cards)), warehouse)
    assert [each.outcome for each in found] == ["churn", "late", "never"]
    assert [each.leaks for each in found[:2]] == [each.leaks for each in found_together]
    assert "too short" in found[2].why_not


def test_days_are_shared_unless_that_costs_more_than_one_of_them(loaded: Loaded) -> None:
    outcome = loaded[0].outcome("churn")
    first = datetime(2024, 1, 1, tzinfo=UTC)

    def at(*days: int) -> Trial:
        return Trial.of(outcome, [first + timedelta(days=day) for day in days])

    weeks = at(*range(0, 28 * 20, 28))
    last = weeks.as_ofs[-13:]
    near = replace(weeks, as_ofs=tuple(day - timedelta(days=30) for day in weeks.as_ofs))
    far = replace(weeks, as_ofs=weeks.as_ofs[:14])
    shared = together([weeks, near, far, at(30)])
    assert [each.as_ofs for each in shared] == [last, last[:-2], weeks.as_ofs[1:14], weeks.as_ofs[:2]]
    often = at(0, 7, 14, 21)
    assert together([weeks, often])[1] == often
    assert together([]) == ()


TIERS = """\
outcomes:
  churn: {label: Left, kind: churned, event: {from: accounts, at: ended_at}, horizon: 28 days}
  golden: {label: Golden, kind: churned, snapshot: account.tier == 'gold'}
"""


def test_what_an_outcome_without_dates_is_read_from_is_a_leak_by_rule(loaded: Loaded, no_store: Path) -> None:
    """`gold` reads the tier, as the outcome does; `richer` reads `gold`; nothing else has to do with it."""
    _, warehouse = loaded
    before = {name: (no_store / name).read_text(encoding="utf-8") for name in ("outcomes.yml", "signals.yml")}
    (no_store / "outcomes.yml").write_text(TIERS, encoding="utf-8")
    richer = "  richer: {label: Richer, expression: gold * 0 + noise, missing: unknown}\n"
    (no_store / "signals.yml").write_text(before["signals.yml"] + richer, encoding="utf-8")
    try:
        project = load(no_store)
        found = look(project, warehouse, project.outcome("golden")).leaks
        by_rule = {leak.what: leak for leak in found if leak.sign is Sign.IS_THE_OUTCOME}
        assert set(by_rule) == {"gold", "richer"}
        assert all(leak.blocks for leak in by_rule.values())
        assert by_rule["gold"].evidence == (
            "the outcome golden is itself read from account.tier, and so is this"
        )
        assert by_rule["gold"].where.startswith("signals.yml:8:")
        dated = look(project, warehouse, project.outcome("churn")).leaks
        assert Sign.IS_THE_OUTCOME not in {leak.sign for leak in dated}
    finally:
        for name, text in before.items():
            (no_store / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """The same firm, whose mailings are said to be known a day after they were sent, and whose tiers have a history."""
    folder = leaky.write(tmp_path_factory.mktemp("honest"), accounts=60)
    lines = (folder / "data/mailings.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines[1:]]
    later = [
        f"{account},{at},{action},{date.fromisoformat(at) + timedelta(days=1)}"
        for account, at, action, _ in rows
    ]
    (folder / "data/mailings.csv").write_text("\n".join([lines[0], *later]) + "\n", encoding="utf-8")
    sources = (folder / "sources.yml").read_text(encoding="utf-8").replace("history: false", "history: true")
    (folder / "sources.yml").write_text(sources, encoding="utf-8")
    project = load(folder)
    with open_warehouse(project.warehouse) as warehouse, pinned(NOW):
        ingest(project, warehouse, now=NOW)
        yield project, warehouse


def test_what_could_be_known_and_what_has_a_history_is_no_leak(honest: Loaded) -> None:
    project, warehouse = honest
    model = ModelDefinition("m", Kind.LOGISTIC, "churn", (Input("account.tier", Holds.LABEL),))
    reads = Reads.by_model(project, model)
    assert look(project, warehouse, project.outcome("churn"), reads=reads).leaks == ()
    found = by_what(look(project, warehouse, project.outcome("churn")).leaks)
    assert "messages.known_at" not in found
    assert "tickets.resolution" in found, "the look itself was made"


def few(folder: Path, accounts: int) -> Project:
    """A firm of so few accounts, of which half have left, with facts loaded."""
    project = load(leaky.write(folder, accounts))
    with open_warehouse(project.warehouse) as warehouse, pinned(NOW):
        ingest(project, warehouse, now=NOW)
    return project


def test_with_six_accounts_nothing_can_be_told(tmp_path: Path) -> None:
    project = few(tmp_path, 6)
    with open_warehouse(project.warehouse) as warehouse:
        (said,) = inspected(project, warehouse)
    assert said.sample is not None
    assert not said.sample.enough
    assert said.too_little.startswith("too little data to tell: ")
    assert said.unknown == said.too_little
    left = sum(
        bool(line.split(",")[2])
        for line in (tmp_path / "data/accounts.csv").read_text(encoding="utf-8").splitlines()[1:]
    )
    assert (said.sample.outcomes, said.sample.others) == (left, 6), (
        "everybody was seen more than 28 days before leaving"
    )
    assert f"it happened to {left}, and did not happen to 6; at least 10 and 10 are needed" in said.too_little


def test_a_look_that_finds_the_data_too_short_stops_no_backtest(loaded: Loaded, no_store: Path) -> None:
    """The horizon is longer than all data, so that no day is over; days that are asked for are judged by what is known of them."""
    project, warehouse = loaded
    outcome = replace(project.outcome("churn"), horizon=Span(900, Unit.DAYS))
    patient = replace(project, outcomes=(outcome,))
    with pytest.raises(UserError, match="too short"):
        look(patient, warehouse, outcome)
    rhythm = Rhythm(Span(28, Unit.DAYS), last=datetime(2025, 3, 3, tzinfo=UTC))
    found = backtest(patient, warehouse, rhythm=rhythm, daily=False)
    assert found.leaks == ()
    assert "too short" in found.leaks_unknown
    assert found.certificate.whole.tally.censored > 0


@pytest.mark.parametrize(
    ("typed", "near"),
    [("orcale", "'oracle'"), ("tier", "'account.tier'"), ("tickets.resolutions", "'tickets.resolution'")],
)
def test_what_is_not_looked_at_cannot_be_waived(
    loaded: Loaded, no_store: Path, typed: str, near: str
) -> None:
    (no_store / "segments.yml").write_text(
        "segments: {rich: account.tier == 'gold', other: otherwise}\n", encoding="utf-8"
    )
    try:
        with pytest.raises(
            UserError, match=f"nothing that is looked at for leaks is called '{typed}'"
        ) as stopped:
            waive(no_store, typed, None, why="a test", actor="kim")
    finally:
        (no_store / "segments.yml").unlink()
    assert near in stopped.value.do
    assert reasons(no_store) == {}
