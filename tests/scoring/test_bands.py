"""Hysteresis, step by step."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.scoring.bands import Held, band_of, banded, code_of, range_of_bands, threshold
from keepwell.scoring.reference import band_one
from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import Bands
from tests.scoring.made import card

GREEN, YELLOW, RED = Band.GREEN, Band.YELLOW, Band.RED


def fold(bands: Bands, scores: list[float | None]) -> list[Band | None]:
    """The bands of one account's scores, day by day from day 1."""
    held = Held.nothing().of(np.array([7]))
    seen = []
    for day, score in enumerate(scores, 1):
        now = banded(bands, np.array([np.nan if score is None else score]), held.bands)
        held = held.after(now, day)
        seen.append(band_of(int(now[0])))
    return seen


def test_a_first_score_needs_no_margin() -> None:
    assert fold(Bands(), [70]) == [GREEN]
    assert fold(Bands(), [40]) == [YELLOW]
    assert fold(Bands(), [39.999999]) == [RED]


def test_down_at_the_threshold_and_up_with_the_margin() -> None:
    # green from 70, back up from 73;  yellow from 40, back up from 43
    seen = fold(Bands(), [71, 69.999999, 72.999999, 73, 70, 39, 42, 43, 100, 0])
    assert seen == [GREEN, YELLOW, YELLOW, GREEN, GREEN, RED, RED, YELLOW, GREEN, RED]


@given(st.floats(0, 100), st.lists(st.none() | st.floats(0, 100), max_size=5))
def test_whatever_was_held_the_band_is_in_its_range(score: float, before: list[float | None]) -> None:
    one = card(name="one", bands=Bands(green=70, yellow=68, hysteresis=3))  # the margins overlap
    worst, best = range_of_bands((one,), np.zeros(1, dtype=np.int64), np.array([score]))
    last = fold(one.bands, [*before, score])[-1]
    assert int(worst[0]) <= code_of(last) <= int(best[0])
    if not (68 <= score < 73):
        assert worst[0] == best[0]


def test_from_red_to_between_green_and_its_margin_is_yellow() -> None:
    assert fold(Bands(), [10, 71]) == [RED, YELLOW]


def test_from_red_into_the_margin_of_two_close_thresholds_stays_red() -> None:
    # green from 42, yellow from 40, margin 3: 42.5 is above both thresholds but reaches neither 45 nor 43
    assert fold(Bands(42, 40, 3), [10, 42.5]) == [RED, RED]


def test_a_gap_keeps_the_band() -> None:
    # after the gap 71 is no first score: yellow was held, so 73 would be needed
    assert fold(Bands(), [60, None, None, 71]) == [YELLOW, None, None, YELLOW]


def test_a_margin_beyond_100_still_lets_full_marks_through() -> None:
    assert fold(Bands(98, 40, 3), [50, 99, 100]) == [YELLOW, YELLOW, GREEN]


def test_the_day_a_band_was_entered_survives_a_gap() -> None:
    held = Held.nothing().of(np.array([7]))
    for day, score in ((1, 80.0), (2, np.nan), (3, 50.0), (4, np.nan), (5, 55.0)):
        held = held.after(banded(Bands(), np.array([score]), held.bands), day)
    assert (held.bands.tolist(), held.since.tolist()) == ([code_of(YELLOW)], [3])


def test_accounts_that_come_later_hold_nothing() -> None:
    held = Held(np.array([2, 5]), np.array([0, 2], dtype=np.int8), np.array([10, 11]))
    wider = held.of(np.array([1, 2, 5, 9]))
    assert wider.bands.tolist() == [-1, 0, 2, -1]
    assert wider.since.tolist() == [-1, 10, 11, -1]


@pytest.mark.parametrize(("previous", "least"), [(None, 70), (GREEN, 70), (YELLOW, 73), (RED, 73)])
def test_the_way_to_green(previous: Band | None, least: float) -> None:
    assert threshold(Bands(), GREEN, previous) == least


@given(
    st.floats(0, 100),
    st.sampled_from([None, *Band]),
    st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted),
    st.integers(0, 30),
)
def test_the_arrays_agree_with_the_slow_meaning(
    score: float, previous: Band | None, limits: list[int], hysteresis: int
) -> None:
    bands = Bands(limits[1], limits[0], hysteresis)
    code = banded(bands, np.array([score]), np.array([code_of(previous)], dtype=np.int8))[0]
    assert band_of(int(code)) is band_one(bands, score, previous)
