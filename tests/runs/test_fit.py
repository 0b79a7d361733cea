"""A fit end to end, on a firm whose accounts leave by known weights: from files to a changed file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keepwell.errors import UserError
from keepwell.project import Project, load
from keepwell.proof.fitting.comparison import Compared
from keepwell.proof.outcome import Dated
from keepwell.runs.as_ofs import Rhythm
from keepwell.runs.asked import Asked, Cost, Start
from keepwell.runs.contradicting import Contradiction
from keepwell.runs.fit import fit, write
from keepwell.runs.ingest import load as ingest
from keepwell.runs.proposal import Proposal
from keepwell.scoring.scorecard import Fitted, Line
from keepwell.signals.window import Span
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse
from tests.runs import leaving

NOW = datetime(2025, 6, 30, tzinfo=UTC)
MONTHLY = Rhythm(Span.parse("28 days"))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Warehouse]]:
    project = load(leaving.write(tmp_path_factory.mktemp("leaving")))
    with open_warehouse(project.warehouse) as warehouse:
        ingest(project, warehouse, now=NOW)
        yield project, warehouse


@pytest.fixture(scope="module")
def proposal(loaded: tuple[Project, Warehouse]) -> Proposal:
    return fit(*loaded, Asked(), rhythm=MONTHLY)


def test_the_weights_that_accounts_leave_by_are_found(proposal: Proposal) -> None:
    weighed = {one.signal: one for one in proposal.cards[0].measures}
    assert weighed["logins"].after > 45
    assert weighed["noise"].after < 15
    for signal, share in leaving.TRUE.items():
        assert weighed[signal].low <= 100 * share <= weighed[signal].high
    assert sum(one.after for one in weighed.values()) == pytest.approx(100)
    assert [one.before for one in weighed.values()] == [25, 25, 25, 25]


def test_what_goes_against_its_direction_is_told_and_keeps_the_least_weight(proposal: Proposal) -> None:
    backwards = next(one for one in proposal.cards[0].measures if one.signal == "backwards")
    assert backwards.bearing.contradicts
    assert backwards.after < 2
    assert len(backwards.warnings) == 1
    assert "Backwards goes against its declared direction" in backwards.warnings[0]
    assert "AGAINST" in backwards.why


def test_before_and_after_are_judged_on_later_as_ofs(proposal: Proposal) -> None:
    assert proposal.last < proposal.begins
    # the horizon of 28 days is over
    assert (proposal.begins - proposal.last).days >= 28
    assert _gain(proposal.evidence) > 0.1
    assert proposal.evidence == proposal.cards[0].evidence


def _gain(found: Compared) -> float:
    assert found.gain is not None
    return found.gain.value


def test_what_contradicts_the_outcome_it_is_fitted_to_is_told(
    loaded: tuple[Project, Warehouse], proposal: Proposal
) -> None:
    assert proposal.contradictions == ()
    project, warehouse = loaded
    (left,) = project.outcomes
    came = replace(left, name="came", event=Dated("accounts", "began_at"))
    rows = (project.folder / "data/accounts.csv").read_text(encoding="utf-8").splitlines()[1:]
    stayed = sum(row.endswith(",") for row in rows)
    assert 0 < stayed < len(rows)
    found = fit(replace(project, outcomes=(left, came)), warehouse, Asked(), rhythm=MONTHLY)
    # everybody came, so that those who stayed are named by one outcome only
    assert found.contradictions == (
        Contradiction("churned", "churn", "came", len(rows) - stayed, 0, stayed, 0),
    )


def test_only_what_is_written_is_changed_and_comments_stay(
    tmp_path: Path, loaded: tuple[Project, Warehouse], proposal: Proposal
) -> None:
    project = load(leaving.write(tmp_path, accounts=1))
    before = (tmp_path / "scorecards/default.yml").read_text(encoding="utf-8")
    assert before == leaving.CARD
    assert write(project, proposal) == ("scorecards/default.yml",)
    after = (tmp_path / "scorecards/default.yml").read_text(encoding="utf-8")
    for comment in ("# How well accounts do.", "# chosen by the team", "# as everybody does"):
        assert comment in after
    card = load(tmp_path).scorecards[0]
    assert card == proposal.cards[0].after
    assert card.fitted == proposal.fitted
    assert sum(dimension.weight for dimension in card.dimensions) == 100
    # the last as_of learned from, and its horizon
    assert proposal.fitted.last == str(
        proposal.last.date().fromordinal(proposal.last.date().toordinal() + 28)
    )
    assert project.version() != load(tmp_path).version()


def test_the_difference_is_shown_as_text(proposal: Proposal) -> None:
    assert "--- scorecards/default.yml" in proposal.diff
    assert "-    weight: 50          # chosen by the team" in proposal.diff
    assert "+fitted: {outcome: churn, from: " in proposal.diff


def test_a_fit_reads_and_changes_nothing_by_itself(
    loaded: tuple[Project, Warehouse], proposal: Proposal
) -> None:
    assert (loaded[0].folder / "scorecards/default.yml").read_text(encoding="utf-8") == leaving.CARD


def test_scales_and_bands_are_proposed_where_they_are_asked_for(
    loaded: tuple[Project, Warehouse],
) -> None:
    found = fit(*loaded, Asked(weights=False, scales=True, bands=True, capacity=20), rhythm=MONTHLY)
    (card,) = found.cards
    assert card.learnt is None
    scales = {measure.signal: measure.scale for measure in card.after.measures}
    assert isinstance(scales["logins"], Line)
    assert scales["logins"] != card.before.measures[0].scale
    # noise tells nothing, and backwards speaks for no scale in its declared direction
    assert [scales[name] for name in ("noise", "backwards")] == [
        one.scale for one in card.before.measures[2:]
    ]
    assert [one.weight for one in card.after.measures] == [1, 1, 1, 1]
    red = card.bands_after[2]
    assert red.rate is not None
    assert card.before.bands != card.after.bands
    assert any("bands" in str(edit) for edit in found.edits)


def test_bands_follow_from_cost(loaded: tuple[Project, Warehouse]) -> None:
    found = fit(*loaded, Asked(weights=False, bands=True, cost=Cost(10, 1)), rhythm=MONTHLY)
    bands = found.cards[0].after.bands
    assert bands.yellow < bands.green
    assert found.cards[0].bands_before[2].rows != found.cards[0].bands_after[2].rows


def test_the_start_can_be_the_present_weights(loaded: tuple[Project, Warehouse]) -> None:
    found = fit(*loaded, Asked(start=Start.PRESENT), rhythm=MONTHLY, cards=["default"])
    assert [one.start for one in found.cards[0].measures] == [25, 25, 25, 25]


@pytest.mark.parametrize(
    ("asked", "more", "what"),
    [
        (Asked(), {"cards": ["other"]}, "there is no scorecard 'other'"),
        (Asked(), {"outcome": "renewal"}, "there is no outcome 'renewal'"),
        (Asked(bands=True), {}, "nothing says where bands should begin"),
    ],
)
def test_what_cannot_be_fitted_is_told(
    loaded: tuple[Project, Warehouse], asked: Asked, more: dict[str, object], what: str
) -> None:
    with pytest.raises(UserError, match=what):
        fit(*loaded, asked, rhythm=MONTHLY, **more)  # type: ignore[arg-type]


def test_twelve_accounts_are_too_few(tmp_path: Path) -> None:
    project = load(leaving.write(tmp_path, accounts=12))
    with open_warehouse(project.warehouse) as warehouse:
        ingest(project, warehouse, now=NOW)
        with pytest.raises(UserError, match="too little data to learn from: Left happened to"):
            fit(project, warehouse, Asked(), rhythm=MONTHLY)


def test_a_second_fit_replaces_what_the_first_one_said(tmp_path: Path, proposal: Proposal) -> None:
    leaving.write(tmp_path, accounts=1)
    project = load(tmp_path)
    write(project, proposal)
    write(load(tmp_path), proposal)
    text = (tmp_path / "scorecards/default.yml").read_text(encoding="utf-8")
    assert text.count("fitted: {") == 1
    assert load(tmp_path).scorecards[0].fitted == Fitted(
        "churn", proposal.fitted.first, proposal.fitted.last, proposal.fitted.on
    )
