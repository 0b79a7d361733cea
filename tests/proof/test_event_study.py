"""Event studies on accounts whose law is known: who warns, who only shows it afterwards; and intervals that hold."""

from dataclasses import dataclass

import numpy as np
import pytest

from keepwell.proof.event_study import EventStudy, Sightings, by_week, event_study, told
from keepwell.scoring.observed import Floats

WEEKS = 40


@dataclass(frozen=True)
class Moves:
    """By how much a signal moves, against a spread of about 1.4 between accounts and weeks."""

    before: float = 0.0
    close: float = 0.0
    after: float = 0.0


def world(seed: int, accounts: int, rate: float, moves: Moves) -> tuple[Floats, Sightings]:
    """Accounts seen weekly; to some it happens once. Season and growth move everybody."""
    draw = np.random.default_rng(seed)
    when = np.where(draw.random(accounts) < rate, draw.uniform(5, WEEKS - 3, accounts) * 7, np.nan)
    account, week = np.repeat(np.arange(accounts), WEEKS), np.tile(np.arange(WEEKS), accounts)
    until = when[account] - 7.0 * week
    values = (
        draw.normal(size=accounts)[account]
        + draw.normal(size=len(account))
        + 3 * np.sin(week / 5)
        + week / 10
    )
    values += np.where((until > 0) & (until <= 84), moves.before, 0) + np.where(
        (until > 0) & (until <= 28), moves.close, 0
    )
    values += np.where(until <= 0, moves.after, 0)
    return values, Sightings(account, week, until)


def studied(seed: int, accounts: int, rate: float, moves: Moves) -> EventStudy:
    """The study of such a world."""
    found = event_study("usage", *world(seed, accounts, rate, moves))
    assert found is not None
    return found


def test_a_laggard_is_told_and_surely_so_with_enough_accounts() -> None:
    study = studied(1, 3000, 0.3, Moves(after=-2))
    assert study.moves_after
    assert study.surely_flat
    assert "over" in told(study)


@pytest.mark.parametrize(
    "moves",
    [
        Moves(before=-0.8, after=-2),  # it warns for weeks
        Moves(close=-0.8, after=-2),  # it warns late
        Moves(before=0.6),  # it warns and does not move on
        Moves(),  # it knows nothing
    ],
)
@pytest.mark.parametrize("accounts", [80, 1000])
def test_what_warns_or_never_moves_is_no_laggard(moves: Moves, accounts: int) -> None:
    for seed in range(5):
        assert not studied(seed, accounts, 0.3, moves).moves_after


def test_with_few_accounts_flatness_is_not_sure() -> None:
    assert not any(studied(seed, 60, 0.4, Moves(after=-3)).surely_flat for seed in range(10))


def test_too_few_accounts_are_too_little_data() -> None:
    values, seen = world(1, 20, 0.2, Moves(after=-3))
    assert event_study("usage", values, seen) is None
    assert event_study("usage", np.full(len(values), np.nan), seen) is None
    many, seen = world(1, 500, 0.3, Moves())
    assert event_study("usage", np.ones(len(many)), seen) is None


def test_by_hand() -> None:
    """Ten accounts that it happens to at the second of three weekly instants, ten to whom it never does."""
    account, cell = np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20)
    until = np.where(account < 10, 7.0 - 7 * cell, np.nan)
    common = np.array([10.0, 20.0, 40.0])[cell]
    own = np.where(account % 2 == 0, -1.0, 1.0)
    values = common + own + np.where((account < 10) & (cell == 2), 5.0, 0.0)
    seen = Sightings(account, cell, until.astype(np.float64))
    study, weeks = event_study("x", values, seen), by_week(values, seen)
    assert study is not None
    assert [(week.week, week.accounts, week.mean) for week in weeks] == [
        (-1, 10, 10.0),
        (0, 10, 20.0),
        (1, 10, 45.0),
    ]
    assert [week.difference.value for week in weeks] == pytest.approx([0, 0, 5])
    assert study.spread == 1.0
    assert study.after is not None
    assert study.after.value == pytest.approx(2.5)  # weeks 0 and 1: 0 and 5
    # The ten differ by ±1, and so do the ten they are compared with: variance 10 / 100 of each, times 10 / 9.
    error = np.sqrt((10 / 100 + 10 / 100) * 10 / 9)
    first = weeks[0].difference
    assert first.high == pytest.approx(error * 2.2622, rel=1e-3)  # the t point of 9 degrees of freedom


def test_an_account_that_it_happens_to_later_is_among_the_rest_until_12_weeks_before() -> None:
    seen = Sightings(np.arange(4), np.zeros(4, dtype=np.int64), np.array([np.nan, 85.0, 84.0, -1.0]))
    assert seen.rest.tolist() == [True, True, False, False]
    assert seen.week[2:].tolist() == [-12, 0]


def test_intervals_hold_the_true_difference() -> None:
    times, held = 250, np.zeros(3)
    for seed in range(times):
        study = studied(seed, 120, 0.3, Moves(before=-0.5, after=-2))
        for place, (span, true) in enumerate(
            ((study.before, -0.5), (study.close, -0.5), (study.after, -2.0))
        ):
            assert span is not None
            held[place] += span.low * study.spread <= true <= span.high * study.spread
    assert (held / times >= 0.915).all()
    assert (held / times <= 0.99).all()
