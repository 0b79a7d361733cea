"""Runs over a small firm: what is scored, what is kept, and that replay agrees with live."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from keepwell.clock import pinned
from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.runs.export import Format, write
from keepwell.runs.history import history
from keepwell.runs.score import score
from keepwell.runs.signals import signals
from keepwell.scoring.score import Band, Score
from keepwell.scoring.scorecard import Dimension, Measure, Peers, Percentile, RollUp
from keepwell.signals.definition import Formula, Signal
from keepwell.signals.expression import parse
from tests.runs.firm import AS_OF, LOGINS, NPS, SEATS, Firm, ago, card, every_day, project

LATER = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with pinned(LATER), Firm(tmp_path) as made:
        yield made


def health(firm: Firm, as_of: datetime = AS_OF, own: Project | None = None) -> dict[str, Score]:
    return {each.account_id: each for each in score(own or project(), firm.warehouse, as_of)[0]}


def count(firm: Firm, table: str) -> int:
    return int(firm.warehouse.query(f"SELECT count(*) AS n FROM scores.{table}")["n"][0].as_py())


def test_everyone_is_listed_and_the_active_are_scored(firm: Firm) -> None:
    firm.account(1, ago(100), seats=60, owner="Kim")
    firm.account(2, ago(100), ended_at=ago(5))
    firm.account(3, ago(-5), known=ago(20))
    firm.account(4, ago(50))
    firm.logins(1, *every_day(1, 6, 1))
    firm.survey(1, ago(3), 9)
    scores = health(firm)
    # logins in the last week: 6 → 60; NPS 9 → 90; by halves 75
    first = scores["A1"]
    assert (first.score, first.band, first.coverage) == (75, Band.GREEN, 1)
    assert (first.value, first.value_at_risk, first.risk_basis) == (6000, 0, "band")
    assert (first.segment, first.owner, first.name, first.purpose) == ("big", "Kim", "Firm 1", "health")
    assert scores["A2"].score is None
    assert [scores[key].why_not for key in ("A2", "A3")] == ["ended", "not begun"]
    # no login is a fact, no survey is not: half of the weight is known, and it says 0
    assert (scores["A4"].score, scores["A4"].coverage) == (0, 0.5)


def test_too_little_data_says_what_is_missing(firm: Firm) -> None:
    firm.account(1, ago(100), seats=1)
    firm.logins(1, ago(3))
    one = health(firm, own=project(card(min_coverage=0.6)))["A1"]
    assert (one.score, one.band, one.value, one.value_at_risk) == (None, None, 100, None)
    assert one.why_not == "not enough data: 50% of the weight is known, 60% needed; missing: NPS"


def test_bands_are_folded_over_the_history(firm: Firm) -> None:
    # NPS only: 8 → 80 green, 7.2 from 5 days ago → 72, still green; 6 two days ago → yellow; 7.2 a day ago: 72 < 73 stays yellow
    only_nps = card(dimensions=card().dimensions[1:])
    firm.account(1, ago(100))
    for days, answer in ((30, 8), (5.5, 7.2), (2.5, 6), (1.5, 7.2)):
        firm.survey(1, ago(days), answer)
    one = health(firm, own=project(only_nps))["A1"]
    assert (one.score, one.band, one.previous_band) == (72, Band.YELLOW, Band.YELLOW)
    # entered at the midnight (Berlin, 22:00 UTC) after 2.5 days ago
    assert one.days_in_band == 2


def test_an_instant_off_the_grid_reads_the_grid_and_never_writes_it(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(30), 8)
    firm.survey(1, ago(0.01), 3)
    own = project(card(dimensions=card().dimensions[1:]))
    one = health(firm, own=own)["A1"]
    assert (one.band, one.previous_band, one.days_in_band) == (Band.RED, Band.GREEN, 0)
    last = firm.warehouse.query("SELECT max(as_of) AS last FROM scores.days")["last"][0].as_py()
    # midnight in Berlin is 22:00 UTC the day before
    assert last.isoformat() == "2025-06-29T22:00:00"


def test_a_rerun_keeps_nothing_new_and_answers_the_same(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(30), 8)
    first = health(firm)
    sizes = [count(firm, table) for table in ("runs", "scores", "days", "grids", "definitions")]
    assert health(firm) == first
    assert [count(firm, table) for table in ("runs", "scores", "days", "grids", "definitions")] == sizes
    assert sizes == [1, 1, 11, 1, 1]


def test_later_runs_fold_only_the_missing_days_and_agree_with_one_fold(firm: Firm, tmp_path: Path) -> None:
    def fill(some: Firm) -> None:
        some.account(1, ago(100))
        for days, answer in ((30, 8), (8.5, 7.2), (6.5, 6), (3.5, 7.2), (1.5, 7.5)):
            some.survey(1, ago(days), answer)

    fill(firm)
    for days in (7, 6.3, 4, 0):
        live = health(firm, ago(days))["A1"]
    (tmp_path / "other").mkdir()
    with Firm(tmp_path / "other") as other:
        fill(other)
        replayed = health(other, own=project(history=17))["A1"]
    assert (live.score, live.band, live.days_in_band) == (
        replayed.score,
        replayed.band,
        replayed.days_in_band,
    )
    # 7 and 6.3 days ago are of the same day: 11 days, then 3, then 4
    assert (count(firm, "grids"), count(firm, "days")) == (3, 18)


def test_facts_known_later_change_no_day_of_the_grid(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(30), 8)
    before = health(firm)["A1"]
    firm.logins(1, *every_day(2, 9, 1), known=LATER)
    assert health(firm)["A1"] == before
    assert count(firm, "grids") == 1


def test_a_fold_made_later_agrees_with_the_one_made_then(firm: Firm) -> None:
    def days(version: str) -> list[tuple[float | None, Band | None]]:
        own = project(card(version))
        score(own, firm.warehouse, AS_OF)
        return [(m.score, m.band) for m in history(own, firm.warehouse, "A1").moments if m.as_of < AS_OF]

    firm.account(1, ago(100))
    firm.survey(1, ago(30), 8)
    firm.logins(1, *every_day(1, 12, 1))
    then = days("first")
    # what happened then, and was known only later, is not what the score knew
    firm.logins(1, *every_day(5, 12, 1), known=LATER)
    firm.facts("surveys", [{"account": 1, "occurred_at": ago(6), "score": 1.0}], known=LATER)
    later = days("second")
    assert later[: len(then)] == then
    assert len(then) == 11


def test_facts_that_had_been_known_refold_the_days_they_change(firm: Firm) -> None:
    only_nps = project(card(dimensions=card().dimensions[1:]))
    firm.account(1, ago(100))
    firm.survey(1, ago(30), 8)
    assert health(firm, own=only_nps)["A1"].days_in_band == 10
    # loaded only now, but from a source whose past was known then
    firm.survey(1, ago(4.5), 5)
    one = health(firm, own=only_nps)["A1"]
    assert (one.band, one.days_in_band) == (Band.YELLOW, 4)
    stretches = firm.warehouse.query("SELECT first FROM scores.grids ORDER BY run")["first"].to_pylist()
    # 4.5 days ago is June 25, 12:00 UTC: the first midnight after it in Berlin is June 25, 22:00 UTC
    assert [first.isoformat() for first in stretches] == ["2025-06-19T22:00:00", "2025-06-25T22:00:00"]


def test_an_instant_before_the_grid_is_folded_aside(firm: Firm) -> None:
    firm.account(1, ago(200))
    firm.survey(1, ago(150), 8)
    health(firm)
    one = health(firm, ago(60))["A1"]
    assert (one.band, one.days_in_band) == (Band.YELLOW, 10)
    assert count(firm, "grids") == 1


def test_a_changed_definition_is_a_new_version_with_a_grid_of_its_own(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(30), 8)
    first = health(firm)["A1"]
    second = health(firm, own=project(card(min_coverage=0.4)))["A1"]
    assert first.version != second.version
    assert [count(firm, table) for table in ("definitions", "grids", "runs")] == [2, 2, 2]


def test_purposes_are_scored_side_by_side(firm: Firm) -> None:
    firm.account(1, ago(100), seats=60)
    firm.account(2, ago(100), seats=5)
    firm.survey(1, ago(3), 9)
    firm.survey(2, ago(3), 9)
    expansion = card("growth", purpose="expansion", segments=frozenset({"big"}))
    results = score(project(card(), expansion), firm.warehouse, AS_OF)
    assert [each.purpose for each in results] == ["health", "expansion"]
    big, small = results[1]
    assert (big.scorecard, big.score, big.value_at_risk, big.risk_basis) == ("growth", 45, None, "none")
    assert small.score is None
    assert small.why_not == "no scorecard: none for expansion is for segment small and stage any"


def test_overrides_act_and_the_computed_score_stays(firm: Firm) -> None:
    firm.account(1, ago(100), seats=1)
    firm.survey(1, ago(30), 4)
    own = project(card(dimensions=card().dimensions[1:]))
    row = {"account": 1, "occurred_at": ago(3), "until_at": ago(-3), "target": "score", "value": 90.0}
    firm.facts("overrides", [row | {"author": "Kim", "reason": "new sponsor"}])
    one = health(firm, own=own)["A1"]
    assert (one.score, one.computed_score, one.band, one.days_in_band) == (90, 40, Band.GREEN, 2)
    assert one.reasons[-1].text == "Score set to 90 by Kim until 2025-07-03 (new sponsor): +50 points"
    assert health(firm, ago(-4), own=own)["A1"].score == 40


def test_an_override_without_a_place_is_told(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.facts("overrides", [{"account": 1, "occurred_at": ago(3), "target": "npz", "value": 90.0}])
    assert score(project(), firm.warehouse, AS_OF)[0].notes == (
        "the override of 'npz' for A1 acts on nothing: "
        "no scorecard has a measure or dimension of that name (nor is it 'score')",
    )


def test_parents_and_circles(firm: Firm) -> None:
    own = project(card(dimensions=card().dimensions[1:], roll_up=RollUp.WORST))
    for number, parent in ((1, None), (2, 1), (3, 4), (4, 3)):
        firm.account(number, ago(100), parent=parent)
        firm.survey(number, ago(30), 10 - number)
    (results,) = score(own, firm.warehouse, AS_OF)
    assert [each.score for each in results] == [80, 80, 70, 60]
    assert results[0].reasons[-1].text == "Its account Firm 2 stands at 80: −10 points"
    assert results.notes == (
        "the parents of A3, A4 lead back to themselves: these accounts are scored as if they had no parent",
    )


def test_percentiles_off_the_grid_read_the_last_grid_day(firm: Firm) -> None:
    own = card(dimensions=(Dimension("voice", 1, (Measure("nps", 1, Percentile(Peers.ALL)),)),))
    for number in (1, 2):
        firm.account(number, ago(100))
        firm.survey(number, ago(30), number)
    firm.survey(1, ago(0.01), 3)
    scores = health(firm, own=project(own))
    # frozen at midnight: 1 stands at 25, 2 at 75; 3 is beyond both ends: 75
    assert (scores["A1"].score, scores["A2"].score) == (75, 75)


def test_wide_rows_add_up(firm: Firm) -> None:
    firm.account(1, ago(100), seats=3)
    firm.logins(1, *every_day(1, 6, 2))
    firm.survey(1, ago(30), 8)
    health(firm)
    row = firm.warehouse.query(
        "SELECT score, baseline + list_sum(s.contributions) AS total, s.signals, scaled, s.contributions, c.measures,"
        " c.contributions AS named FROM scores.scores s JOIN scores.runs USING (run)"
        " JOIN scores.scorecards c USING (version, scorecard)"
    ).to_pylist()[0]
    assert row["score"] == row["total"] == 65
    assert (row["signals"], row["scaled"], row["measures"]) == ([5, 8], [50, 80], ["logins", "nps"])
    assert len(row["named"]) == len(row["contributions"])


def test_tops_are_by_value_at_risk(firm: Firm) -> None:
    for number, seats in ((1, 5), (2, 90), (3, 20)):
        firm.account(number, ago(100), seats=seats)
        firm.survey(number, ago(30), 2 if number < 3 else 10)
    (results,) = score(project(card(dimensions=card().dimensions[1:])), firm.warehouse, AS_OF)
    assert [each.account_id for each in results.top(2)] == ["A2", "A1"]
    assert len(results) == 3
    assert [each.account_id for each in results[1:]] == ["A2", "A3"]


def test_without_accounts_or_scorecards_it_says_what_to_do(firm: Firm) -> None:
    with pytest.raises(UserError, match="no accounts in the warehouse"):
        health(firm)
    with pytest.raises(UserError, match="no scorecard"):
        score(project(scorecards=()), firm.warehouse, AS_OF)


def test_days_of_a_zone_with_daylight_saving_are_each_folded_once(firm: Firm) -> None:
    firm.account(1, ago(200))
    firm.survey(1, ago(199), 8)
    health(firm, datetime(2025, 4, 2, 12, tzinfo=UTC))
    days = firm.warehouse.query("SELECT as_of FROM scores.days ORDER BY as_of")["as_of"].to_pylist()
    # ten days before April 2: clocks in Berlin go forward on March 30
    assert len(days) == 11
    assert [day.hour for day in days] == [23] * 8 + [22] * 3
    assert all(
        later - earlier in (timedelta(hours=24), timedelta(hours=23)) for earlier, later in pairwise(days)
    )


def test_what_overflows_is_unknown_and_never_written(firm: Firm) -> None:
    firm.account(1, ago(100), seats=10)
    firm.logins(1, *every_day(1, 6, 1))
    firm.survey(1, ago(3), 9)
    huge = Signal("huge", Formula(parse("nps * 1e308")), label="Huge")
    none = Signal("none", Formula(parse("huge - huge")), label="None")
    voice = Dimension("voice", 1, (Measure("huge", 1, SEATS), Measure("none", 1, SEATS)))
    own = project(
        card(dimensions=(card().dimensions[0], voice)),
        signals=(LOGINS, NPS, huge, none),
        value=parse("account.seats * 1e308"),
    )
    (results,) = score(own, firm.warehouse, AS_OF)
    (one,) = results
    assert (one.score, one.coverage, one.value, one.value_at_risk) == (60, 0.5, None, None)
    assert [reason.value for reason in one.reasons] == [6, None, None]
    stream = BytesIO()
    write(results, Format.JSON, stream, simulated=False)
    assert json.loads(stream.getvalue(), parse_constant=pytest.fail)[0]["value"] is None
    (reading,) = signals(own, firm.warehouse)
    assert reading.values == (6, 9, None, None)
