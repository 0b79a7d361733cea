"""Leaks on data whose truth is known: what was written afterwards is found, what is honest is not."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from keepwell.proof.candidate import Candidate, Categories, Numbers, Presence
from keepwell.proof.leaks import Leak, Sample, Sign, leaks
from keepwell.proof.strength import rates, strength
from keepwell.scoring.observed import Bools, Floats, Ints


def world(seed: int, accounts: int = 3000, rate: float = 0.2) -> tuple[np.random.Generator, Bools, Floats]:
    """Accounts with a hidden risk, and to which of them it happened."""
    draw = np.random.default_rng(seed)
    hidden = draw.normal(size=accounts)
    odds = rate / (1 - rate) * np.exp(1.5 * hidden)
    return draw, draw.random(accounts) < odds / (1 + odds), hidden


def signs(found: tuple[Leak, ...], name: str) -> set[Sign]:
    """By what a column was found."""
    return {leak.sign for leak in found if leak.what == name}


def test_columns_written_afterwards_are_found_and_block() -> None:
    draw, happened, hidden = world(1)
    size = len(happened)
    reasons = np.where(happened, draw.integers(0, 12, size), -1)
    columns: list[Candidate] = [
        Numbers("refund", np.where(happened, draw.normal(50, 5, size), np.nan)),
        Numbers("status_code", np.where(happened, 3.0, draw.integers(0, 2, size))),
        Categories("reason", tuple(f"reason {number}" for number in range(12)), reasons),
        Numbers("afterwards", hidden * 0.1 + np.where(happened, 2.5, 0.0) + draw.normal(size=size)),
        Presence("left_on", happened & (draw.random(size) < 0.9)),
    ]
    found = leaks(columns, happened, np.arange(size), {"reason": "sources.yml:9:reason"})
    assert Sign.FILLED_FOR_ONE in signs(found, "refund")
    assert Sign.SEPARATES in signs(found, "status_code")
    assert Sign.FILLED_FOR_ONE in signs(found, "reason")
    assert signs(found, "afterwards") == {Sign.STRONG_ALONE}
    assert Sign.FILLED_FOR_ONE in signs(found, "left_on")
    assert all(leak.blocks for leak in found)
    assert {leak.where for leak in found if leak.what == "reason"} == {"sources.yml:9:reason"}


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5, 0.9])
def test_honest_columns_are_not_however_many_and_however_strong(rate: float) -> None:
    draw, happened, hidden = world(2, 4000, rate)
    size = len(happened)
    columns: list[Candidate] = [
        Numbers("strong", hidden + draw.normal(scale=0.3, size=size)),
        Numbers("rounded", np.round(hidden * 2)),
        Categories("ids", tuple(str(number) for number in range(size)), draw.permutation(size)),
        Categories("towns", tuple(str(number) for number in range(900)), draw.integers(0, 900, size)),
        Numbers("seldom", np.where(draw.random(size) < 0.03, hidden, np.nan)),
        Numbers("constant", np.ones(size)),
        Numbers("nothing", np.full(size, np.nan)),
        *(Numbers(f"noise {number}", draw.normal(size=size)) for number in range(30)),
    ]
    assert leaks(columns, happened, np.arange(size)) == ()


def test_noise_over_few_accounts_seen_often_is_no_leak() -> None:
    """Thirty accounts, each with a value of its own and seen 40 times, of which ten it happened to."""
    for seed in range(20):
        draw = np.random.default_rng(seed)
        account = np.repeat(np.arange(30), 40)
        columns = [Numbers(f"noise {number}", draw.normal(size=30)[account]) for number in range(10)]
        found = leaks(columns, account < 10, account)
        assert not [leak for leak in found if leak.blocks]


def test_with_one_outcome_only_nothing_can_be_said() -> None:
    column = Numbers("x", np.arange(500.0))
    assert leaks([column], np.zeros(500, dtype=np.bool_), np.arange(500)) == ()
    assert leaks([column], np.ones(500, dtype=np.bool_), np.arange(500)) == ()


def test_too_few_accounts_are_too_little_data() -> None:
    happened = np.arange(12) < 6
    assert leaks([Numbers("x", happened.astype(np.float64))], happened, np.arange(12)) == ()


SIZE = 2000
HAPPENED = np.arange(SIZE) < 400
TURN = np.arange(SIZE) % 400 / 400
"""Evenly spread within those it happened to, and within each quarter of the others."""


def told_apart(auc: float) -> Floats:
    """Numbers of which the outcome's are the larger in just that share of pairs, ties counting half."""
    return np.where(HAPPENED & (2 * auc > TURN + 1), 1.0, 0.0)


REASONS = ("price", "closed")
RULES: tuple[tuple[Sign, Candidate, Candidate], ...] = (
    (Sign.STRONG_ALONE, Numbers("x", told_apart(0.93)), Numbers("x", told_apart(0.87))),
    (
        Sign.SEPARATES,
        Categories("x", REASONS, np.where(HAPPENED & (TURN < 0.5), 0, 1)),
        Categories("x", REASONS, np.where(HAPPENED & (TURN < 0.02), 0, 1)),
    ),
    (
        Sign.FILLED_FOR_ONE,
        Presence("x", HAPPENED & (TURN < 0.5)),
        Presence("x", (HAPPENED & (TURN < 0.5)) | (~HAPPENED & (TURN < 0.05))),
    ),
)
"""By sign, a column that shows it, and one that is as like it as an honest one can be: one AUC above 0.9 and one below; 200 accounts at a
level that all left, and 8, which chance could be; filled in for leavers alone, and for every twentieth other as well."""


@pytest.mark.parametrize(("sign", "leaking", "clean"), RULES, ids=[str(sign) for sign, _, _ in RULES])
def test_each_sign_is_seen_and_not_in_what_is_only_like_it(
    sign: Sign, leaking: Candidate, clean: Candidate
) -> None:
    account = np.arange(SIZE)
    assert sign in signs(leaks([leaking], HAPPENED, account), "x")
    assert sign not in signs(leaks([clean], HAPPENED, account), "x")


def test_a_sample_counts_accounts_once_and_on_both_sides() -> None:
    """Of twelve accounts seen twice it happened to ten, to two of these only in their second row."""
    account = np.repeat(np.arange(12), 2)
    happened = (account < 8) | ((account < 10) & (np.arange(24) % 2 == 1))
    found = Sample.of(happened, account)
    assert found == Sample(10, 4)
    assert not found.enough
    assert Sample(10, 10).enough
    assert not Sample(9, 10).enough
    assert not Sample.of(np.ones(500, dtype=np.bool_), np.arange(500)).enough


def test_the_evidence_has_the_numbers() -> None:
    happened = np.arange(1000) < 300
    values = np.where(
        happened, np.where(np.arange(1000) < 200, 90.0, 70.0), np.where(np.arange(1000) < 500, 70.0, 40.0)
    )
    found = {leak.sign: leak for leak in leaks([Numbers("score", values)], happened, np.arange(1000))}
    assert found[Sign.SEPARATES].evidence == (
        "it happened to none of the 500 accounts at 40; it happened to all of the 200 accounts at 90: 70% of all rows"
    )
    # 300 × 700 pairs: 200 × 700 won; of the 100 at 70, 500 won and 200 tied.
    auc = (200 * 700 + 100 * 500 + 100 * 200 / 2) / (300 * 700)
    assert f"an AUC of {auc:.3f}" in found[Sign.STRONG_ALONE].evidence
    assert (
        "over 1,000 rows of 1,000 accounts, of which the outcome happened to 300"
        in found[Sign.STRONG_ALONE].evidence
    )


def test_the_strength_of_numbers_is_their_auc_whichever_way_they_point() -> None:
    _, happened, hidden = world(3)
    values = np.where(np.arange(len(hidden)) % 7 == 0, np.nan, -hidden)
    known = ~np.isnan(values)
    found = strength(Numbers("x", values), happened, np.arange(len(hidden)))
    assert found is not None
    assert not found.by_level
    assert found.auc.value == pytest.approx(roc_auc_score(happened[known], hidden[known]), abs=1e-12)
    assert found.auc.low < found.auc.value < found.auc.high


def test_numbers_bad_at_both_ends_are_strong_by_level() -> None:
    draw = np.random.default_rng(4)
    values = draw.normal(size=4000)
    happened = np.abs(values) > 1.2
    found = strength(Numbers("x", values), happened, np.arange(4000))
    assert found is not None
    assert found.by_level
    assert found.auc.value > 0.97


def slow_rates(levels: list[int], happened: list[bool], fold: list[int]) -> list[float]:
    """Of each row the rate of its level among rows of other folds, drawn to that of all rows."""
    rate = sum(happened) / len(happened)
    found = []
    for mine, own in zip(levels, fold, strict=True):
        other = [h for level, h, f in zip(levels, happened, fold, strict=True) if level == mine and f != own]
        found.append((sum(other) + 2 * rate) / (len(other) + 2))
    return found


def test_a_rows_risk_is_the_rate_of_its_level_among_others() -> None:
    draw = np.random.default_rng(5)
    codes, happened = draw.integers(-1, 4, 300), draw.random(300) < 0.3
    account: Ints = draw.integers(0, 80, 300)
    column = Categories("c", ("a", "b", "c", "d"), codes)
    mixed = [(int(each) * 0x9E3779B97F4A7C15 % 2**64 >> 33) % 5 for each in account]
    expected = slow_rates(codes.tolist(), happened.tolist(), mixed)
    assert rates(column, happened, account).tolist() == pytest.approx(expected)
