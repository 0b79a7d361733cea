"""Rank correlations: SciPy's figures, and intervals that hold the true value as often as they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from keepwell.proof.rank_correlation import rank_correlation
from keepwell.scoring.observed import Floats, Ints

numbers = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), min_size=4, max_size=40)


@settings(max_examples=80, deadline=None)
@given(rows=numbers)
def test_the_figure_is_scipys_ties_and_all(rows: list[tuple[int, int]]) -> None:
    one, other = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    found = rank_correlation(one, other, np.arange(len(rows)))
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert found is None
        return
    assert found is not None
    assert found.value == pytest.approx(spearmanr(one, other).statistic, abs=1e-9)
    assert found.low <= found.value <= found.high


def drawn(random: np.random.Generator, accounts: int, seen: int) -> tuple[Floats, Floats, Ints]:
    """Two opinions that hang together, alike within an account; the first in few steps."""
    law = [[1, 0.6], [0.6, 1]]
    account = np.repeat(np.arange(accounts), seen)
    lasting = random.multivariate_normal([0, 0], law, accounts)[account]
    pair = 0.8 * lasting + 0.6 * random.multivariate_normal([0, 0], law, accounts * seen)
    return np.round(2 * pair[:, 0]), pair[:, 1], account


@pytest.mark.parametrize(("accounts", "seen"), [(25, 1), (40, 6)])
def test_intervals_hold_the_true_value_also_if_accounts_are_seen_often(accounts: int, seen: int) -> None:
    random = np.random.default_rng(6)
    one, other, _ = drawn(random, 100_000, 1)
    true = spearmanr(one, other).statistic
    times = 400
    held = 0
    for _ in range(times):
        found = rank_correlation(*drawn(random, accounts, seen))
        assert found is not None
        held += found.low <= true <= found.high
    assert 0.92 <= held / times <= 0.985


def test_three_accounts_are_too_few_and_perfect_agreement_is_perfect() -> None:
    three = np.array([1.0, 2.0, 3.0, 4.0])
    assert rank_correlation(three, three, np.array([1, 2, 3, 3])) is None
    same = rank_correlation(three, three, np.arange(4))
    assert same is not None
    assert (same.value, same.low, same.high) == (1.0, 1.0, 1.0)
