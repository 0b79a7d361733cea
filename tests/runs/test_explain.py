"""Explanations over a small firm: moves worked by hand, kept definitions, remedies, trend."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from keepwell.clock import pinned
from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.runs.explain import explain
from keepwell.runs.history import history
from keepwell.runs.score import score
from keepwell.runs.signals import signals
from keepwell.scoring.score import Band, Explanation
from keepwell.scoring.scorecard import Cap, Dimension, Measure, Peers, Percentile, RollUp
from keepwell.signals.definition import Aggregate, Formula, How, Signal
from keepwell.signals.expression import parse
from tests.runs.firm import AS_OF, LOGINS, NPS, SEATS, Firm, ago, card, every_day, project

VOICE = card(dimensions=card().dimensions[1:])


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with pinned(datetime(2026, 1, 1, tzinfo=UTC)), Firm(tmp_path) as made:
        yield made


def told(firm: Firm, days: float, own: Project | None = None, account: str = "A1") -> Explanation:
    return explain(own or project(), firm.warehouse, account, ago(days))


def points(explanation: Explanation) -> dict[str, float]:
    return {move.cause: move.points for move in explanation.moves if move.points}


def test_ageing_data_and_coverage_are_told_apart(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.logins(1, *every_day(1, 16, 9))
    firm.logins(1, *every_day(1, 3, 1))
    firm.survey(1, ago(5), 9)
    result = told(firm, 9)
    # 9 days ago: logins of 16 to 10 days ago, 7 of them (70); NPS unknown: 70
    assert result.since is not None
    assert result.since.score == 70
    # those 7 are out of the window by now: −70; 3 new ones (30): +30; NPS becomes known as 90: (30 + 90) / 2 = 60: +30
    assert points(result) == {"ageing": -70, "data": 30, "coverage": 30}
    assert result.score.score == 60
    assert result.moves[2].text == "Time passed over the same facts: Logins 7 → 0 (−70 points)"
    total = sum(Decimal(repr(move.points)) for move in result.moves)
    assert total == Decimal(repr(result.score.score)) - Decimal(repr(result.since.score))


def test_a_changed_definition_is_scored_as_it_was(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.logins(1, *every_day(1, 30, 1))
    firm.survey(1, ago(90), 9)
    score(project(), firm.warehouse, ago(8))
    # then logins (7: 70) and NPS (90) by halves: 80;  now NPS alone: 90
    result = told(firm, 8, project(VOICE))
    assert result.since is not None
    assert (result.since.score, result.score.score) == (80, 90)
    assert points(result) == {"definition": 10}
    # nothing was kept before that: today's definitions speak for then
    assert points(told(firm, 9, project(VOICE))) == {}


def test_a_switch_of_scorecards(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(90), 9)
    tenure = Signal("tenure", Aggregate(How.DAYS_SINCE_LAST, "surveys"))
    own = project(
        replace(VOICE, name="young", stages=frozenset({"young"})),
        card("old"),
        signals=(LOGINS, NPS, tenure),
        stages=(("young", parse("tenure < 85")), ("old", None)),
    )
    result = told(firm, 9, own)
    # 90, then logins (none: 0) and NPS by halves: 45
    assert points(result) == {"scorecard switch": -45}
    assert result.moves[1].text == "Scorecard young, now old"


def test_an_override_that_ended(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(90), 9)
    row = {"account": 1, "occurred_at": ago(20), "until_at": ago(5), "target": "score", "value": 20.0}
    firm.facts("overrides", [row])
    result = told(firm, 9, project(VOICE))
    assert points(result) == {"override": 70}


def test_a_childs_move_is_its_parents_data(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.account(2, ago(100), parent=1)
    for number in (1, 2):
        firm.survey(number, ago(90), 9)
    firm.survey(2, ago(3), 2)
    result = told(firm, 9, project(replace(VOICE, roll_up=RollUp.WORST)))
    assert (result.score.score, points(result)) == (20, {"data": -70})
    assert result.score.reasons[-1].text == "Its account Firm 2 stands at 20: −70 points"


def test_without_a_score_at_both_instants_there_are_no_moves(firm: Firm) -> None:
    firm.account(1, ago(5))
    firm.survey(1, ago(4), 9)
    result = told(firm, 9, project(VOICE))
    assert result.since is not None
    assert (result.since.why_not, result.moves) == ("not begun", ())


def test_remedies_read_what_conditions_read(firm: Firm) -> None:
    cap = Cap("basic", parse("account.plan == 'basic' and nps < 8"), 30, because="Unhappy on the basic plan")
    firm.account(1, ago(100), plan="basic")
    firm.logins(1, *every_day(1, 7, 1))
    firm.survey(1, ago(90), 7)
    result = told(firm, 9, project(card(caps=(cap,))))
    # logins 6 or 7, NPS 7: capped at 30. The cap goes at 8: (x + 80) / 2 ≥ 73
    assert result.score.band is Band.RED
    nps = next(remedy for remedy in result.remedies if remedy.name == "nps")
    logins = next(r for r in result.score.reasons if r.name == "logins")
    assert nps.target == pytest.approx((146 - (logins.scaled or 0)) / 10)
    assert nps.reaches >= 73


def test_the_trend_ends_with_the_score(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(90), 9)
    firm.survey(1, ago(3.5), 5)
    result = told(firm, 9, project(VOICE))
    assert [past[1] for past in result.trend] == [90] * 7 + [50] * 5
    assert result.trend[-1] == (AS_OF, 50, Band.YELLOW)


def test_explaining_folds_what_is_missing_and_keeps_it(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(90), 9)
    first = told(firm, 9)
    assert told(firm, 9) == first
    grids = firm.warehouse.query("SELECT count(*) AS n FROM scores.grids")["n"][0].as_py()
    assert grids == 1
    (results,) = score(project(), firm.warehouse)
    assert results[0] == first.score


def test_who_is_meant(firm: Firm) -> None:
    for number in (1, 2):
        firm.account(number, ago(100))
    assert told(firm, 9, account="firm 2").score.account_id == "A2"
    with pytest.raises(UserError, match="there is no account 'Firn 2'") as raised:
        told(firm, 9, account="Firn 2")
    assert raised.value.do == "did you mean Firm 2 or Firm 1?"
    with pytest.raises(UserError, match="is not before"):
        told(firm, -1)
    with pytest.raises(UserError, match="no scorecard has the purpose 'growth'"):
        explain(project(), firm.warehouse, "A1", purpose="growth")


def test_history_tells_the_grid_and_what_was_asked_for(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(90), 9)
    assert history(project(VOICE), firm.warehouse, "A1").moments == ()
    score(project(VOICE), firm.warehouse, ago(20.5))
    score(project(card(min_coverage=0.2)), firm.warehouse, ago(20))
    moments = history(project(VOICE), firm.warehouse, "A1").moments
    # eleven days of the grid, the run off the grid, and the other version's run
    assert [moment.score for moment in moments] == [90] * 12 + [45]
    assert [moment.asked for moment in moments] == [False] * 11 + [True, True]
    assert moments[-1].band is Band.YELLOW


def test_signals_as_they_stand(firm: Firm) -> None:
    firm.account(1, ago(100), seats=80)
    firm.account(2, ago(100), ended_at=ago(3))
    firm.logins(1, *every_day(1, 4, 1))
    readings = signals(project(signals=(LOGINS, NPS), scorecards=()), firm.warehouse)
    first, second = readings
    assert (first.account_id, first.population, first.segment, first.values) == (
        "A1",
        "active",
        "big",
        (4, None),
    )
    assert (second.population, second.values) == ("ended", (0, None))
    (only,) = signals(project(), firm.warehouse, "Firm 2")
    assert only.account_id == "A2"


def test_a_child_of_which_too_little_is_known_moves_no_parent(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.account(2, ago(100), parent=1)
    firm.survey(1, ago(90), 9)
    firm.survey(1, ago(3), 7)
    firm.logins(1, *every_day(2, 40, 1))
    result = told(firm, 9, project(card(roll_up=RollUp.WORST, min_coverage=0.6)))
    # logins are full marks, renewed week by week; NPS 9, then 7, by halves: 95, then 85; the child has no score of its own
    assert (result.since and result.since.score, result.score.score) == (95, 85)
    assert points(result) == {"ageing": -50, "data": 40}


def test_ageing_alone(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(90), 9)
    firm.logins(1, *every_day(1, 12, 9))
    # 9 days ago all 4 of them lay in the window of a week: (40 + 90) / 2; by now none
    result = told(firm, 9)
    assert (result.since and result.since.score, result.score.score) == (65, 45)
    assert points(result) == {"ageing": -20}


def test_data_alone(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(90), 9)
    firm.survey(1, ago(4), 5)
    assert points(told(firm, 9, project(VOICE))) == {"data": -40}


def test_coverage_alone(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.survey(1, ago(4), 8)
    # no login: 0, on half of the weight; then NPS is known: (0 + 80) / 2
    result = told(firm, 9)
    assert (result.since and result.since.score, result.score.score) == (0, 40)
    assert points(result) == {"coverage": 40}
    # the half that logins lack of full marks now is a half of 100 less; NPS lacks a fifth of its half
    assert result.moves[4].text == "What is known changed: Logins (+50 points); NPS unknown → 8 (−10 points)"


def test_peers_alone(firm: Firm) -> None:
    ranked = Dimension("voice", 1, (Measure("nps", 1, Percentile(Peers.ALL)),))
    for number, answer in ((1, 5), (2, 4), (3, 4)):
        firm.account(number, ago(100))
        firm.survey(number, ago(90), answer)
    for number in (2, 3):
        firm.survey(number, ago(4), 9)
    result = told(firm, 9, project(card(dimensions=(ranked,))))
    # the first of three: (2 + 1/2) / 3;  then the last of them: (1/2) / 3
    assert (result.since and result.since.score, result.score.score) == (83.333333, 16.666667)
    assert points(result) == {"peers": -66.666666}


def test_remedies_follow_formulas_over_attributes_and_instants(firm: Firm) -> None:
    firm.account(1, ago(100), seats=10)
    firm.survey(1, ago(90), 6)
    per_seat = Signal("per_seat", Formula(parse("10 * nps / account.seats")))
    half = Dimension("voice", 1, (Measure("nps", 1, SEATS), Measure("per_seat", 1, SEATS)))
    when = "days_between(as_of, account.began_at) > 30 and hours_between(as_of, account.began_at) > 720 and nps < 8"
    own = card(dimensions=(half,), caps=(Cap("old", parse(when), 20, because="Long unhappy"),))
    result = told(firm, 9, project(own, signals=(LOGINS, NPS, per_seat)))
    # capped at 20; at 8 both measures are 80 and the cap is gone, while either alone leaves it or falls short of 73
    nps = next(remedy for remedy in result.remedies if remedy.name == "nps")
    assert (result.score.score, nps.target, nps.reaches) == (20, 8, 80)
