"""What became of accounts by band, by hand."""

import numpy as np
import pytest

from keepwell.proof.interval import share
from keepwell.proof.judged import Judged
from keepwell.proof.standing import standings
from keepwell.scoring.score import Band


def rows(band: list[int], happened: list[bool], account: list[int]) -> Judged:
    size = len(band)
    made, order = Judged.sorted(
        np.array(happened), np.arange(size, 0, -1.0), np.array(account, dtype=np.int32), max(account) + 1
    )
    assert order.tolist() == list(range(size))
    return made.with_columns(band=np.array(band, dtype=np.int8))


def test_by_hand() -> None:
    # 24 green rows of 12 accounts, one of which churned twice; 10 red of 10, 4 churned; 2 yellow; 1 without a band
    band = [2] * 24 + [0] * 10 + [1] * 2 + [-1]
    account = [*list(range(12)) * 2, *range(12, 22), 22, 23, 24]
    happened = [False] * 37
    happened[0] = happened[12] = True
    happened[24:28] = [True] * 4
    worth = np.array([5.0] * 24 + [10.0] * 10 + [1.0, np.nan, 1.0])
    found = standings(rows(band, happened, account), worth)
    assert [one.band for one in found] == [Band.GREEN, Band.YELLOW, Band.RED, None]
    assert [one.rows for one in found] == [24, 2, 10, 1]
    assert [one.accounts for one in found] == [12, 2, 10, 1]
    assert [one.happened for one in found] == [2, 0, 4, 0]
    assert sum(one.share for one in found) == pytest.approx(1.0)
    green, yellow, red, _ = found
    expected = share(np.array([2.0] + [0] * 11), np.full(12, 2.0))
    assert green.rate is not None
    assert expected is not None
    assert green.rate.value == 2 / 24
    assert (green.rate.low, green.rate.high) == pytest.approx((expected.low, expected.high), rel=1e-12)
    assert red.rate is not None
    assert red.rate.value == 0.4
    # of two accounts no rate is shown
    assert yellow.rate is None
    assert yellow.worth_rate is None
    assert (green.worth, green.worth_happened, red.worth, red.worth_happened) == (120.0, 10.0, 100.0, 40.0)
    assert green.worth_rate is not None
    assert green.worth_rate.value == pytest.approx(10 / 120)


def test_without_values_there_is_no_money() -> None:
    found = standings(rows([2] * 10, [True] + [False] * 9, list(range(10))), np.full(10, np.nan))
    assert len(found) == 3
    assert all(one.worth is None and one.worth_rate is None for one in found)
