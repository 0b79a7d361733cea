"""Deciles, by hand and against sorting row by row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.proof.gains import Decile, deciles
from keepwell.proof.judged import Judged
from keepwell.scoring.observed import Bools, Floats


def tenths(happened: Bools, risk: Floats, worth: Floats | None = None) -> tuple[Decile, ...]:
    """The deciles of rows that are each an account; worth follows the rows."""
    size = len(risk)
    rows, order = Judged.sorted(happened, risk, np.arange(size, dtype=np.int32), size)
    return deciles(rows, None if worth is None else worth[order])


def test_twenty_accounts_by_hand() -> None:
    risk = np.arange(20, 0, -1).astype(np.float64)
    happened = np.zeros(20, dtype=np.bool_)
    happened[[0, 1, 2, 19]] = True
    worth = np.full(20, 10.0)
    worth[0], worth[5] = 90.0, np.nan
    found = tenths(happened, risk, worth)
    assert [one.happened for one in found] == pytest.approx([2, 1, 0, 0, 0, 0, 0, 0, 0, 1])
    assert [one.captured for one in found] == pytest.approx([0.5] + [0.75] * 8 + [1])
    # 2 of 2 where 4 of 20 are the rule
    assert (found[0].rate.value, found[0].lift) == pytest.approx((1.0, 5.0))
    assert (found[0].worth, found[0].worth_happened) == pytest.approx((100.0, 100.0))
    # 120 were lost in all: 90 + 10 + 10 + 10; the unknown worth counts as none
    assert [one.worth_captured for one in found][:3] == pytest.approx([100 / 120, 110 / 120, 110 / 120])
    assert found[2].worth == pytest.approx(10.0)
    assert [one.least_risk for one in found] == [19, 17, 15, 13, 11, 9, 7, 5, 3, 1]


def test_one_tie_over_all_shares_everything_alike() -> None:
    happened = np.zeros(30, dtype=np.bool_)
    happened[:6] = True
    found = tenths(happened, np.zeros(30))
    assert [one.lift for one in found] == pytest.approx([1.0] * 10)
    assert [one.captured for one in found] == pytest.approx(list(np.arange(1, 11) / 10))
    assert all(one.worth is None and one.worth_captured is None for one in found)


@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_shared_ties_are_the_mean_over_all_orders(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    happened = random.random(size) < 0.4
    happened[0] = True
    risk = random.integers(0, 4, size).astype(np.float64)
    found = tenths(happened, risk)
    # a row of a tie lies in a decile by the share of the tie that the decile takes
    order = np.argsort(-risk, kind="stable")
    mean = np.array([happened[risk == one].mean() for one in risk[order]])
    edges = np.linspace(0, size, 11)
    for decile, start, end in zip(found, edges[:-1], edges[1:], strict=True):
        taken = np.clip(np.minimum(np.arange(1, size + 1), end) - np.maximum(np.arange(size), start), 0, 1)
        assert decile.happened == pytest.approx(float(np.dot(taken, mean)), abs=1e-9)
        assert decile.rate.low <= decile.rate.value <= decile.rate.high
    assert sum(one.happened for one in found) == pytest.approx(happened.sum())
