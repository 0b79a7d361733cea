"""What is left out, and which pull it asks for."""

import numpy as np

from keepwell.proof.fitting.sample import Sample
from keepwell.proof.fitting.strength import PARTS, Judged, choose, later, others, strongest
from tests.proof.fitting import made


def test_later_periods_are_judged_by_what_was_known_before_they_began() -> None:
    rows = made.sample(20, 12)
    seen = []
    for fitted, judged in later(rows):
        # instants are 30 days apart, outcomes known 30 days after
        assert rows.at[fitted].max(initial=-1) + rows.embargo <= rows.at[judged].min()
        seen.append(sorted(set(rows.at[judged])))
    assert len(seen) == 4
    periods = [at for one in seen for at in one]
    assert periods == sorted(set(periods))


def test_other_accounts_are_judged_by_accounts_that_are_not_among_them() -> None:
    rows = made.sample(23, 3)
    parts = list(others(rows))
    assert len(parts) == PARTS
    assert sum(judged.sum() for _, judged in parts) == len(rows)
    for fitted, judged in parts:
        assert not set(rows.account[fitted]) & set(rows.account[judged])


def test_the_strongest_pull_within_one_standard_error_is_taken() -> None:
    swing = np.tile([0.2, -0.2], 200)
    # against the third, the error of a mean of 400 swings is 0.01: the second costs less than that more, the first more
    losses = np.stack([swing + 0.012, swing + 0.008, np.zeros(400)], axis=1)
    assert strongest(Judged(losses, np.arange(400))) == 1
    assert strongest(Judged(losses - np.array([0.003, 0, 0]), np.arange(400))) == 0
    assert strongest(Judged(losses + np.array([0, 0.003, 0]), np.arange(400))) == 2


def test_accounts_seen_many_times_count_once() -> None:
    # an error of 0.2 / √60 = 0.026 over accounts, of 0.004 over rows
    better = -0.02 + np.tile([0.2, -0.2], 30)
    losses = np.stack([np.zeros(60), better], axis=1)
    alone = Judged(losses, np.arange(60))
    copied = Judged(np.repeat(losses, 50, axis=0), np.repeat(np.arange(60), 50))
    as_if_new = Judged(np.repeat(losses, 50, axis=0), np.arange(3000))
    assert strongest(alone) == strongest(copied) == 0
    assert strongest(as_if_new) == 1


def test_where_nothing_can_be_judged_the_pull_is_the_strongest() -> None:
    assert strongest(Judged(np.empty((0, 3)), np.empty(0, dtype=np.int64))) == 0
    few = made.sample(12, 1)
    assert choose(few.marks / 100, few, made.EQUAL) > 0


def test_the_more_there_is_to_learn_the_less_is_pulled() -> None:
    pulls = [
        choose(rows.marks / 100, rows, made.EQUAL)
        for rows in (made.sample(60, 3, seed=3), made.sample(6000, 3, seed=3))
    ]
    assert pulls[0] > pulls[1]


def test_one_measure_needs_no_pull() -> None:
    rows = made.sample(100, 2)
    one = Sample(rows.marks[:, :1], rows.good, rows.account, rows.at)
    assert choose(one.marks / 100, one, np.ones(1)) == 0
