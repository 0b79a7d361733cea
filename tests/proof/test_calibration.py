"""Calibration: against scikit-learn, by hand, and on probabilities that are wrong in a known way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from keepwell.proof.calibration import Basis, calibrated


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_brier_is_scikit_learns(rows: list[tuple[float, bool]]) -> None:
    stated, happened = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = calibrated(happened, stated, np.arange(len(rows)))
    assert found is not None
    assert found.brier.value == pytest.approx(brier_score_loss(happened, stated, pos_label=True), abs=1e-12)
    assert found.brier_of_rate == pytest.approx(happened.mean() * (1 - happened.mean()), abs=1e-12)
    assert sum(bin_.rows for bin_ in found.bins) == found.rows == len(rows)
    assert [bin_.stated for bin_ in found.bins] == sorted(bin_.stated for bin_ in found.bins)


def test_bins_by_hand() -> None:
    stated = np.repeat([0.1, 0.3, 0.8], [40, 40, 20])
    happened = np.zeros(100, dtype=np.bool_)
    happened[:8] = happened[40:50] = happened[80:] = True
    found = calibrated(happened, stated, np.arange(100))
    assert found is not None
    assert [bin_.rows for bin_ in found.bins] == [40, 40, 20]
    assert [bin_.stated for bin_ in found.bins] == pytest.approx([0.1, 0.3, 0.8])
    assert [bin_.rate.value for bin_ in found.bins] == pytest.approx([0.2, 0.25, 1.0])
    # 0.1 off on 40 rows, 0.05 on 40, 0.2 on 20
    assert found.expected_error == pytest.approx(0.4 * 0.1 + 0.4 * 0.05 + 0.2 * 0.2)
    assert found.stated == pytest.approx(0.32)
    assert found.rate.value == pytest.approx(0.38)
    assert (found.basis, found.learned_on) == (Basis.GIVEN, 0)


def test_unknown_probabilities_are_left_out_and_impossible_ones_refused() -> None:
    happened, account = np.array([True, False, True]), np.arange(3)
    found = calibrated(happened, np.array([0.5, np.nan, 0.5]), account)
    assert found is not None
    assert (found.rows, found.rate.value) == (2, 1.0)
    assert calibrated(happened, np.full(3, np.nan), account) is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibrated(happened, np.array([0.5, 1.5, 0.5]), account)


def test_the_regression_is_the_unpenalised_logistic_one() -> None:
    random = np.random.default_rng(9)
    stated = random.uniform(0.02, 0.98, 2_000)
    odds = np.log(stated / (1 - stated))
    happened = random.random(2_000) < 1 / (1 + np.exp(-(0.4 + 0.6 * odds)))
    found = calibrated(happened, stated, np.arange(2_000))
    assert found is not None
    assert found.slope is not None
    assert found.intercept is not None
    expected = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1_000).fit(odds[:, None], happened)
    assert found.slope.value == pytest.approx(expected.coef_[0, 0], abs=1e-5)
    assert found.intercept.value == pytest.approx(expected.intercept_[0], abs=1e-5)
    assert found.slope.includes(0.6)
    assert found.intercept.includes(0.4)
    assert not found.slope.includes(1.0)


def test_probabilities_that_separate_have_no_slope() -> None:
    stated = np.array([0.1, 0.2, 0.8, 0.9])
    found = calibrated(stated > 0.5, stated, np.arange(4))
    assert found is not None
    assert found.slope is None
    one_kind = calibrated(np.ones(4, dtype=np.bool_), stated, np.arange(4))
    assert one_kind is not None
    assert one_kind.intercept is None


def test_seeing_each_account_again_adds_no_certainty() -> None:
    random = np.random.default_rng(1)
    stated = random.uniform(0.05, 0.6, 300)
    happened = random.random(300) < stated
    once = calibrated(happened, stated, np.arange(300))
    again = calibrated(np.tile(happened, 8), np.tile(stated, 8), np.tile(np.arange(300), 8))
    assert once is not None
    assert again is not None
    for name in ("brier", "rate", "slope", "intercept"):
        alone, eight = getattr(once, name), getattr(again, name)
        assert (eight.low, eight.high) == pytest.approx((alone.low, alone.high), rel=1e-6)


def test_intervals_of_slope_and_brier_cover_at_the_stated_rate() -> None:
    random = np.random.default_rng(2)
    held, times = np.zeros(3), 300
    for _ in range(times):
        # an account's rows share its probability and, half the time, its fate
        probability = random.uniform(0.05, 0.7, 200)
        stated = np.repeat(probability, 5)
        fate = np.repeat(random.random(200) < probability, 5)
        own = random.random(1_000) < stated
        happened = np.where(random.random(1_000) < 0.5, fate, own)
        found = calibrated(happened, stated, np.repeat(np.arange(200), 5))
        assert found is not None
        assert found.slope is not None
        assert found.intercept is not None
        # E p(1 − p) for p uniform on 0.05 to 0.7 is 0.375 − (0.7³ − 0.05³) / (3 · 0.65) = 0.19917
        truth = 0.375 - (0.7**3 - 0.05**3) / (3 * 0.65)
        held += [found.slope.includes(1.0), found.intercept.includes(0.0), found.brier.includes(truth)]
    assert (held / times).min() >= 0.915
    assert (held / times).max() <= 0.985
