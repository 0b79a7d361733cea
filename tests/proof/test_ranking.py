"""Discrimination: against scikit-learn, the naive versions, by hand, and coverage in simulation."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score

from keepwell.proof import ranking as module
from keepwell.proof.interval import between_0_and_1
from keepwell.proof.judged import Judged
from keepwell.proof.ranking import (
    MOST_LEVELS,
    Placements,
    auc_of,
    counted_placements,
    difference,
    placements,
    ranked,
)
from keepwell.scoring.observed import Bools, Floats, Ints
from tests.proof import naive
from tests.proof.made import clustered


def placed(happened: Bools, risk: Floats, account: Ints) -> Placements:
    found = placements(Judged.of(happened, risk, account))
    assert found is not None
    return found


def error_of(happened: Bools, risk: Floats, account: Ints) -> float:
    places = placed(happened, risk, account)
    return module._error(places, places.of_happened, places.of_others)


@st.composite
def rows(draw: st.DrawFn) -> tuple[Bools, Floats, Ints]:
    """Rows with ties, of few accounts, with both outcomes."""
    size = draw(st.integers(4, 40))
    column = st.lists(st.integers(0, 6), min_size=size, max_size=size)
    happened = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    happened[:2] = [True, False]
    return happened, np.array(draw(column), dtype=np.float64), np.array(draw(column), dtype=np.int64)


@given(rows(), st.integers(-9, 9))
def test_counted_is_as_sorted(drawn: tuple[Bools, Floats, Ints], least: int) -> None:
    happened, other, account = drawn
    judged = Judged.of(happened, np.zeros(len(other)), account)
    found, sorted_ = (
        counted_placements(judged, other + least),
        placements(Judged.sorted(judged.happened, other + least, judged.account, judged.accounts)[0]),
    )
    assert found is not None
    assert sorted_ is not None
    assert found.auc == pytest.approx(sorted_.auc, abs=1e-12)
    assert found.of_happened == pytest.approx(sorted_.of_happened, abs=1e-12)
    assert found.of_others == pytest.approx(sorted_.of_others, abs=1e-12)
    for name in ("accounts_happened", "accounts_others", "accounts"):
        assert getattr(found, name) == getattr(sorted_, name)


@pytest.mark.parametrize("risk", [[0.5, 1, 2], [0, 1, MOST_LEVELS], [0, 1, np.inf]])
def test_what_is_no_count_is_not_counted(risk: list[float]) -> None:
    judged = Judged.of(np.array([True, False, True]), np.zeros(3), np.arange(3))
    assert counted_placements(judged, np.array(risk, dtype=np.float64)) is None


@given(rows())
def test_values_are_scikit_learns(drawn: tuple[Bools, Floats, Ints]) -> None:
    happened, risk, account = drawn
    found = ranked(happened, risk, account)
    assert found is not None
    assert found.auc.value == pytest.approx(roc_auc_score(happened, risk), abs=1e-12)
    assert found.average_precision.value == pytest.approx(average_precision_score(happened, risk), abs=1e-12)
    # scipy's statistic is the same largest distance, between the two empirical distributions
    assert found.ks == pytest.approx(stats.ks_2samp(risk[happened], risk[~happened]).statistic, abs=1e-12)
    assert found.rate == happened.mean()


@given(rows())
def test_the_risk_named_by_ks_is_where_the_shares_are_that_far_apart(
    drawn: tuple[Bools, Floats, Ints],
) -> None:
    happened, risk, account = drawn
    found = ranked(happened, risk, account)
    assert found is not None
    at_least = risk >= found.ks_risk
    assert abs(at_least[happened].mean() - at_least[~happened].mean()) == pytest.approx(found.ks, abs=1e-12)


def test_by_hand() -> None:
    # outcomes at 4 and 2, others at 3, 2 and 1: 4 beats 3; 2 beats 1 and ties one: (3 + 0 + 0.5 + 1) / 6
    found = ranked(
        np.array([True, False, True, False, False]), np.array([4.0, 3, 2, 2, 1]), np.arange(5, dtype=np.int64)
    )
    assert found is not None
    assert found.auc.value == pytest.approx(4.5 / 6)
    # precision 1 at the first, 2 of 4 at the tie: (1 + 0.5) / 2
    assert found.average_precision.value == pytest.approx(0.75)
    # at 4: half of the outcomes, none of the others; at 2: all and two thirds
    assert (found.ks, found.ks_risk) == (0.5, 4.0)


@given(rows())
def test_the_variance_is_obuchowskis(drawn: tuple[Bools, Floats, Ints]) -> None:
    happened, risk, account = drawn
    account[:4], happened[:4] = [0, 0, 1, 1], [True, False, True, False]
    expected = naive.obuchowski(happened, risk, account)
    assert error_of(happened, risk, account) ** 2 == pytest.approx(max(expected, 0.0), abs=1e-12)


@given(rows())
def test_with_accounts_seen_once_it_is_delongs(drawn: tuple[Bools, Floats, Ints]) -> None:
    happened, risk, other = drawn
    happened[:4] = [True, False, True, False]
    once = np.arange(len(risk), dtype=np.int64)
    covariance = naive.delong(happened, risk, other.astype(np.float64))
    assert error_of(happened, risk, once) ** 2 == pytest.approx(covariance[0, 0], abs=1e-12)
    own, theirs = placed(happened, risk, once), placed(happened, other.astype(np.float64), once)
    apart = module._error(own, own.of_happened - theirs.of_happened, own.of_others - theirs.of_others)
    expected = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    assert apart**2 == pytest.approx(max(expected, 0.0), abs=1e-12)


@given(rows())
def test_the_influences_on_average_precision_are_its_derivatives(drawn: tuple[Bools, Floats, Ints]) -> None:
    happened, risk, account = drawn
    value, influence = module._precision(Judged.of(happened, risk, account))
    assert value == pytest.approx(naive.average_precision(happened, risk), abs=1e-12)
    moves = naive.moves(lambda weight: naive.average_precision(happened, risk, weight), account)
    assert influence == pytest.approx(moves, abs=1e-7)


@given(rows())
def test_only_the_order_of_risks_counts(drawn: tuple[Bools, Floats, Ints]) -> None:
    happened, risk, account = drawn
    plain, bent = ranked(happened, risk, account), ranked(happened, np.exp(3 * risk) - 7, account)
    assert plain is not None
    assert bent is not None
    assert (bent.auc, bent.average_precision, bent.ks) == (plain.auc, plain.average_precision, plain.ks)


@given(rows())
def test_turned_around_it_is_the_complement(drawn: tuple[Bools, Floats, Ints]) -> None:
    happened, risk, account = drawn
    plain, turned = placed(happened, risk, account), placed(happened, -risk, account)
    assert turned.auc == pytest.approx(1 - plain.auc, abs=1e-12)
    assert auc_of(turned).low == pytest.approx(1 - auc_of(plain).high, abs=1e-9)


@given(rows(), st.randoms())
def test_the_order_of_rows_and_the_names_of_accounts_do_not_matter(
    drawn: tuple[Bools, Floats, Ints], random: Any
) -> None:
    happened, risk, account = drawn
    order = list(range(len(risk)))
    random.shuffle(order)
    # ids so far apart are numbered another way
    shuffled = ranked(happened[order], risk[order], 10**12 * account[order] - 5)
    plain = ranked(happened, risk, account)
    assert plain is not None
    assert shuffled is not None
    assert shuffled.auc.low == pytest.approx(plain.auc.low, abs=1e-9)
    assert shuffled.average_precision.high == pytest.approx(plain.average_precision.high, abs=1e-9)


def test_seeing_each_account_again_adds_no_certainty() -> None:
    happened, risk, account = clustered(np.random.default_rng(3), 120, 1)
    once, again = (
        placed(happened, risk, account),
        placed(np.tile(happened, 9), np.tile(risk, 9), np.tile(account, 9)),
    )
    assert auc_of(again).value == pytest.approx(auc_of(once).value)
    assert auc_of(again).low == pytest.approx(auc_of(once).low, abs=1e-9)


def test_a_slow_cluster_bootstrap_gives_the_same_errors() -> None:
    random = np.random.default_rng(11)
    happened, risk, account = clustered(random, 250, 5)

    def figures(rows: Ints) -> float:
        return float(roc_auc_score(happened[rows], risk[rows]))

    def precision(rows: Ints) -> float:
        return float(average_precision_score(happened[rows], risk[rows]))

    found = ranked(happened, risk, account)
    assert found is not None
    drawn = naive.bootstrapped(figures, account, random, 400)
    # the error of an error from 400 draws is 3.5%; naive rows would say a third less
    assert error_of(happened, risk, account) == pytest.approx(drawn.std(), rel=0.12)
    low, high = np.percentile(drawn, (2.5, 97.5))
    assert (found.auc.low, found.auc.high) == pytest.approx((low, high), abs=0.015)
    low, high = np.percentile(naive.bootstrapped(precision, account, random, 400), (2.5, 97.5))
    assert found.average_precision.high - found.average_precision.low == pytest.approx(high - low, rel=0.25)


def test_no_figure_of_one_kind_only() -> None:
    for happened in (np.ones(5, dtype=np.bool_), np.zeros(5, dtype=np.bool_), np.empty(0, dtype=np.bool_)):
        size = len(happened)
        assert ranked(happened, np.arange(size, dtype=np.float64), np.arange(size, dtype=np.int64)) is None


def test_a_risk_must_be_known_and_lengths_equal() -> None:
    with pytest.raises(ValueError, match="NaN"):
        ranked(np.array([True, False]), np.array([1.0, np.nan]), np.arange(2))
    with pytest.raises(ValueError, match="as many outcomes, risks and accounts: 2, 3, 2"):
        ranked(np.array([True, False]), np.zeros(3), np.arange(2))


def test_perfect_ranks_keep_an_honest_lower_bound() -> None:
    happened = np.repeat([True, False], [12, 30])
    found = ranked(happened, happened.astype(np.float64), np.arange(42))
    assert found is not None
    assert found.auc == between_0_and_1(1.0, 0.0, 12)


def covered(accounts: int, seen: int, level: float, times: int) -> tuple[float, float]:
    """How often the intervals of AUC and average precision hold what a firm of 100,000 accounts shows."""
    random = np.random.default_rng(7)
    truth = ranked(*clustered(random, 100_000, seen, level))
    assert truth is not None
    held = np.zeros((times, 2))
    for time in range(times):
        found = ranked(*clustered(random, accounts, seen, level))
        assert found is not None
        held[time] = (
            found.auc.includes(truth.auc.value),
            found.average_precision.includes(truth.average_precision.value),
        )
    share = held.mean(axis=0)
    return float(share[0]), float(share[1])


def test_intervals_cover_at_the_stated_rate() -> None:
    # 500 firms of 300 accounts seen 6 times on average: 0.95 within 2.6 Monte Carlo errors of 0.0097
    auc, precision = covered(300, 6, -3.0, 500)
    assert 0.925 <= auc <= 0.975
    assert 0.925 <= precision <= 0.975


@pytest.mark.slow
@pytest.mark.parametrize(("accounts", "seen", "level"), [(150, 6, -3.0), (1_000, 6, -4.0), (300, 1, -2.0)])
def test_intervals_cover_at_the_stated_rate_in_other_firms(accounts: int, seen: int, level: float) -> None:
    # 93% to 97%, give or take a Monte Carlo error of 0.5%
    auc, precision = covered(accounts, seen, level, 2_000)
    assert 0.925 <= auc <= 0.975
    assert 0.925 <= precision <= 0.975


def test_the_difference_of_two_risks_covers_too_and_is_narrower_than_both() -> None:
    random = np.random.default_rng(5)

    def both(accounts: int) -> tuple[Placements, Placements]:
        happened, risk, account = clustered(random, accounts, 4)
        noise = random.normal(size=len(risk)) * 0.6
        return placed(happened, risk, account), placed(happened, risk + noise, account)

    own, other = both(100_000)
    truth = own.auc - other.auc
    assert truth > 0.01
    times, held = 300, 0
    for _ in range(times):
        own, other = both(200)
        held += difference(own, other).includes(truth)
    assert 0.92 <= held / times <= 0.98
    apart, alone = difference(own, other), auc_of(own)
    assert apart.high - apart.low < alone.high - alone.low
