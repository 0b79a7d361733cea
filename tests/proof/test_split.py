"""Learning before judging: the horizons of the first are over before the second begin."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.proof.calibration import Basis
from keepwell.proof.isotonic import isotonic
from keepwell.proof.judged import Judged
from keepwell.proof.split import Split, folds, mapped, splits
from keepwell.signals.window import Span, Unit
from tests.proof.made import CHURN, days

ZONE = ZoneInfo("UTC")


def test_every_split_leaves_horizon_and_gap_between() -> None:
    outcome = replace(CHURN, horizon=Span(14, Unit.DAYS), gap=Span(7, Unit.DAYS))
    as_ofs = days(6, 7)
    found = splits(as_ofs, outcome, ZONE)
    # 21 days are three steps: the 4th instant can be judged by what the 1st taught, and so on
    assert found == (Split(1, 3), Split(2, 4), Split(3, 5))
    for split in found:
        assert as_ofs[split.learn - 1] + timedelta(days=21) <= as_ofs[split.judge]


def test_a_grid_shorter_than_the_horizon_cannot_be_split() -> None:
    assert splits(days(8, 7), CHURN, ZONE) == ()
    assert splits(days(1), CHURN, ZONE) == ()


def made(accounts: int, points: int, seed: int = 1) -> Judged:
    random = np.random.default_rng(seed)
    account, point = np.tile(np.arange(accounts), points), np.repeat(np.arange(points), accounts)
    risk = random.normal(size=len(account)).round(2)
    happened = random.random(len(account)) < 1 / (1 + np.exp(2 - risk))
    rows, order = Judged.sorted(happened, risk, account.astype(np.int32), accounts)
    return rows.with_columns(point=point[order].astype(np.int32))


def test_the_map_is_learned_before_and_judged_after() -> None:
    rows = made(100, 8)
    found = mapped(rows, (Split(3, 5),))
    assert found is not None
    point = rows.columns["point"]
    assert found.basis is Basis.EARLIER
    assert np.isnan(found.probability[point < 5]).all()
    learned = point < 3
    expected = isotonic(rows.happened[learned], rows.risk[learned])(rows.risk[point >= 5])
    assert found.probability[point >= 5].tolist() == expected.tolist()
    assert found.learned_on == 300


def test_the_split_with_most_outcomes_on_its_poorer_side_is_taken() -> None:
    rows = made(100, 9)
    found = mapped(rows, (Split(1, 3), Split(4, 6), Split(6, 8)))
    assert found is not None
    # 4 instants to learn from and 3 to judge; the others leave 1
    assert found.learned_on == 400


def test_without_a_split_in_time_other_accounts_teach() -> None:
    rows = made(200, 1)
    found = mapped(rows, ())
    assert found is not None
    assert found.basis is Basis.FOLDS
    fold = folds(np.arange(200))[rows.account]
    for number in range(5):
        others = fold != number
        expected = isotonic(rows.happened[others], rows.risk[others])(rows.risk[~others])
        assert found.probability[~others].tolist() == expected.tolist()


def test_too_few_outcomes_teach_nothing() -> None:
    assert mapped(made(12, 8), (Split(3, 5),)) is None


def test_folds_keep_accounts_together_and_are_about_equal() -> None:
    account = np.arange(10_000)
    counts = np.bincount(folds(account), minlength=5)
    assert counts.min() > 1_800
    assert folds(account[::-1])[::-1].tolist() == folds(account).tolist()
