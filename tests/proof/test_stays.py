"""How long bands last and how often they flap, by hand and against lifelines."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from keepwell.proof.stays import median_stay, stays
from keepwell.scoring.score import Band
from tests.proof.made import G, R, Y, line_of, one


def test_stays_and_flaps_by_hand() -> None:
    # green from the start (its beginning unseen), yellow 7 days, green 14, yellow 7, red going on 7 days
    of = one([G, Y, G, G, Y, R, R])
    line = line_of(of)
    everything = np.ones(len(line.spells.days), dtype=np.bool_)
    found = stays(line, everything, np.ones(len(of), dtype=np.bool_))
    assert [(stay.band, stay.stays, stay.going_on, stay.median, stay.longest) for stay in found.by_band] == [
        (Band.GREEN, 1, 0, 14.0, 14.0),
        (Band.YELLOW, 2, 0, 7.0, 7.0),
        (Band.RED, 1, 1, None, 7.0),
    ]
    # back to green after 7 days, back to yellow after 14: two flaps in 42 days
    assert found.years == pytest.approx(42 / 365.25)
    assert found.flaps == pytest.approx(2 / (42 / 365.25))


def test_flaps_cannot_be_seen_on_a_coarse_grid() -> None:
    of = one([G, Y, G], every=30)
    line = line_of(of)
    found = stays(line, np.ones(len(line.spells.days), dtype=np.bool_), np.ones(3, dtype=np.bool_))
    assert found.flaps is None


def test_kaplan_and_meier_by_hand() -> None:
    # 5 stays: of 2 (ended), 3 (going on), 4 (ended), 4 (going on), 9 (ended): 0.8, then 0.8 · 2/3, then 0
    days = np.array([2.0, 3, 4, 4, 9])
    ended = np.array([True, False, True, False, True])
    assert median_stay(days, ended) == 9.0
    # all ended: 0.8, 0.6, then 0.2 at 4
    assert median_stay(days, np.ones(5, dtype=np.bool_)) == 4.0
    assert median_stay(days, np.zeros(5, dtype=np.bool_)) is None
    assert median_stay(days[:0], ended[:0]) is None


def test_kaplan_and_meier_against_lifelines() -> None:
    random = np.random.default_rng(1)
    for _ in range(20):
        days = np.sort(random.integers(1, 12, 60)).astype(np.float64)
        ended = random.random(60) < 0.6
        expected = KaplanMeierFitter().fit(days, ended).median_survival_time_
        assert median_stay(days, ended) == (None if np.isinf(expected) else expected)
