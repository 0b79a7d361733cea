"""Signals, scorecards and data against what was worked out by hand."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from keepwell.errors import AbsentError
from keepwell.people import Role
from keepwell.project.project import Project
from keepwell.runs.board.data import data
from keepwell.runs.board.filters import Filters
from keepwell.runs.board.scorecards import scorecards
from keepwell.runs.board.signal import BARS, SegmentLine, Use, bars, deviations, signal, signals
from keepwell.runs.score import score
from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import Cap, Rule
from keepwell.signals.expression import parse
from keepwell.store.address import address
from keepwell.store.engine import made
from tests.runs.board.firm import firm_project, looked, own, person
from tests.runs.firm import AS_OF, Firm, ago, card

NAMES = 12


@pytest.fixture(scope="module")
def jumpy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Twelve accounts with an NPS of their own number, scored 14 and 7 days ago and now; the last one's falls from 12 to 2 between."""
    with Firm(tmp_path_factory.mktemp("jumpy")) as firm:
        for number in range(1, NAMES + 1):
            firm.account(number, ago(400), seats=number * 10)
            firm.survey(number, ago(50), number)
        firm.survey(NAMES, ago(3), 2)
        for days in (14, 7, 0):
            score(quick(), firm.warehouse, ago(days))
        yield firm


def quick() -> Project:
    """A project that folds few days."""
    return firm_project(history=2)


def test_the_list_tells_what_is_known_of_each(firm: Firm) -> None:
    seen = signals(looked(firm.warehouse))
    # A1, A2, A3, A4, A6, A7 logged in 7, 0, 0, 0, 7, 0 times; all but A4 answered: 9, 2, 8, 10, 6
    assert [(one.name, one.title, one.known, one.median, one.used) for one in seen.signals] == [
        ("logins", "Logins", 1, 0, 1),
        ("nps", "NPS", pytest.approx(5 / 6), 8, 1),
    ]
    assert seen.accounts == 6
    assert signals(looked(firm.warehouse, person(Role.CSM, own("lee")))).accounts == 2


def test_one_signal_across_the_portfolio(firm: Firm) -> None:
    seen = signal(looked(firm.warehouse), "nps")
    assert (seen.known, seen.unknown, seen.median, seen.shown) == (5, 0, 8, "8")
    assert seen.used == (Use("default", "voice", 0.5),)
    assert dict(seen.meaning) == {"how": "last", "table": "surveys", "column": "score"}
    assert seen.segments == (SegmentLine("small", 3, 6), SegmentLine("big", 2, 8.5))
    assert sum(bar.accounts for bar in seen.distribution) == 5
    assert (seen.distribution[0].low, seen.distribution[-1].high, seen.distribution[-1].accounts) == (
        2,
        10,
        1,
    )
    (stop,) = seen.stops
    assert (stop.as_of, stop.accounts) == (AS_OF, 5)
    assert stop.quantiles == pytest.approx((3.6, 6, 8, 9, 9.6))
    assert (seen.since, seen.unusual) == (None, ())
    few = signal(looked(firm.warehouse), "nps", Filters(bands=(Band.RED,)))
    assert (few.known, few.median) == (2, 4)


def test_long_tails_are_held_by_the_outermost_bars() -> None:
    """By hand: 1% of 0, 1, ..., 199 and 10,000 is 2, 99% is 198; 20 bars between them are 9.8 wide."""
    held = bars(np.array([*range(200), 10_000], dtype=float))
    assert len(held) == BARS
    first, last = held[0], held[-1]
    assert (first.low, last.high, first.accounts, last.accounts) == (0, 10_000, 12, 12)
    assert (first.high, last.low) == pytest.approx((11.8, 188.2))
    plain = bars(np.array([*range(200)], dtype=float))
    assert (plain[0].low, plain[0].high, plain[-1].high) == pytest.approx((0, 9.95, 199))


def test_a_signal_that_is_not_there(firm: Firm, tmp_path: Path) -> None:
    with pytest.raises(AbsentError, match="rest on no signal 'mood'"):
        signal(looked(firm.warehouse), "mood")
    with Firm(tmp_path) as new:
        new.account(1, ago(9))
        assert signals(looked(new.warehouse)).signals == ()
        with pytest.raises(AbsentError, match="rest on no signal 'nps'"):
            signal(looked(new.warehouse), "nps")


def test_a_change_unlike_the_others_is_found(jumpy: Firm) -> None:
    seen = signal(looked(jumpy.warehouse, by=quick()), "nps")
    assert seen.since == ago(7)
    (one,) = seen.unusual
    assert (one.row.account_id, one.before, one.after, one.text) == ("A12", 12, 2, "NPS: 12 → 2")
    # eleven do not change: the mean deviation is 10/12, times 1.2533
    assert one.deviations == pytest.approx(-10 / (10 / 12 * 1.2533))
    assert [stop.as_of for stop in seen.stops] == [ago(14), ago(7), AS_OF]


def test_deviations_are_robust() -> None:
    assert deviations(np.array([1.0, 2, 3, 4, 100, np.nan])).tolist() == pytest.approx(
        [-2 / 1.4826, -1 / 1.4826, 0, 1 / 1.4826, 97 / 1.4826, np.nan], nan_ok=True
    )
    assert np.isnan(deviations(np.array([2.0, 2, 2]))).all()
    assert np.isnan(deviations(np.array([np.nan]))).all()
    assert len(deviations(np.empty(0))) == 0


def test_scorecards_in_plain_words(firm: Firm, tmp_path: Path) -> None:
    cap = Cap("quiet", parse("logins < 3"), 35, "Hardly anybody logs in", "Call them")
    rule = Rule("liked", parse("nps >= 9"), 7, "They like us")
    project = firm_project(
        scorecards=(card(caps=(cap,), rules=(rule,), segments=frozenset({"big"}), min_coverage=0.6),)
    )
    store = made(address(tmp_path))
    seen = scorecards(looked(firm.warehouse, by=project), store, ())
    (one,) = seen.scorecards
    assert one.who == "accounts of segment big"
    assert [
        (d.title, d.share, [(m.title, m.share, m.scale) for m in d.measures]) for d in one.dimensions
    ] == [
        ("Adoption", 0.5, [("Logins", 0.5, "0: 0, 10: 100")]),
        ("Voice", 0.5, [("NPS", 0.5, "0: 0, 10: 100")]),
    ]
    assert [(c.when, c.does, c.because, c.advice) for c in one.caps] == [
        ("logins < 3", "at most 35", "Hardly anybody logs in", "Call them")
    ]
    assert [(r.when, r.does) for r in one.rules] == [("nps >= 9", "+7 points")]
    assert dict(one.bands) == {Band.GREEN: 70, Band.YELLOW: 40, Band.RED: 0}
    assert one.policies == (
        "Points are counted from full marks.",
        "An unknown measure hands its weight to the known ones of its dimension.",
        "With less than 60% of the weight known there is no score.",
    )
    assert seen.current.outdated  # the run was made by another definition
    assert (one.accounts, one.mean) == (5, 49)
    assert [len(each) for each in (seen.evidence, seen.past, seen.plans)] == [0, 0, 0]


def test_data_below_the_scores(jumpy: Firm) -> None:
    seen = data(looked(jumpy.warehouse, by=quick()))
    assert [(line.title, line.known, line.known_before) for line in seen.measures] == [
        ("Logins", 1, 1),
        ("NPS", 1, 1),
    ]
    assert seen.since == ago(14)
    assert seen.coverage == 1
    assert {line.signal: line.drift.psi > 0 for line in seen.drifts} == {"nps": True, "logins": False}
    assert [(run.as_of, run.accounts) for run in seen.runs] == [(AS_OF, 12), (ago(7), 12), (ago(14), 12)]


def test_data_before_the_first_run(tmp_path: Path) -> None:
    with Firm(tmp_path) as new:
        new.account(1, ago(9))
        seen = data(looked(new.warehouse))
        assert (seen.measures, seen.runs, seen.coverage) == ((), (), None)
