"""The score against dumb risks, on the rows where both are known."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from keepwell.proof.baselines import baselines, compared
from keepwell.proof.judged import Judged
from keepwell.proof.ranking import placements
from keepwell.scoring.observed import Bools, Floats, Ints


def drawn(size: int = 600) -> tuple[Bools, Floats, Ints]:
    random = np.random.default_rng(6)
    risk = random.normal(size=size)
    happened = random.random(size) < 1 / (1 + np.exp(1 - risk))
    return happened, risk, np.arange(size) // 3


def test_the_difference_is_that_of_the_two_over_the_same_rows() -> None:
    happened, risk, account = drawn()
    random = np.random.default_rng(1)
    other = risk + 2 * random.normal(size=len(risk))
    other[:100], risk[50:150] = np.nan, np.nan
    found = compared(happened, risk, other, account)
    assert found is not None
    assert found.rows == 450
    both = slice(150, None)
    assert found.own.value == pytest.approx(roc_auc_score(happened[both], risk[both]), abs=1e-12)
    assert found.other.value == pytest.approx(roc_auc_score(happened[both], other[both]), abs=1e-12)
    assert found.difference.value == pytest.approx(found.own.value - found.other.value, abs=1e-12)
    assert found.better
    assert not found.worse
    assert found.outcomes == len(set(account[both][happened[both]].tolist()))


def test_turned_round_better_is_worse() -> None:
    happened, risk, account = drawn()
    found, back = compared(happened, risk, -risk, account), compared(happened, -risk, risk, account)
    assert found is not None
    assert back is not None
    assert back.worse
    assert (back.difference.low, back.difference.high) == pytest.approx(
        (-found.difference.high, -found.difference.low)
    )


def test_the_same_risk_in_other_words_is_neither() -> None:
    happened, risk, account = drawn()
    found = compared(happened, risk, np.exp(risk), account)
    assert found is not None
    assert (found.difference.low, found.difference.high) == (0.0, 0.0)
    assert not found.better
    assert not found.worse


def test_each_baseline_is_judged_where_it_is_known() -> None:
    happened, risk, account = drawn()
    rows, order = Judged.sorted(happened, risk, account.astype(np.int32), 200)
    part = np.where(np.arange(600) % 2, np.nan, -risk)[order]
    nothing = np.full(600, np.nan)
    found = baselines(rows, placements(rows), {"all": -rows.risk, "half": part, "nothing": nothing})
    assert [one.name for one in found] == ["all", "half", "nothing"]
    assert [one.comparison.rows if one.comparison else None for one in found] == [600, 300, None]


def test_nine_accounts_are_too_few() -> None:
    happened = np.repeat([True, False], [9, 100])
    assert compared(happened, happened + 0.0, happened + 0.0, np.arange(109)) is None
    # the tenth is enough
    happened[50] = True
    assert compared(happened, happened + 0.0, happened + 0.0, np.arange(109)) is not None
