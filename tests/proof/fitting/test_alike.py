"""Which measures are weighed as one."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from keepwell.proof.fitting.alike import alike, correlations, opposed, together


def test_correlations_are_those_of_ranks_over_rows_that_know_both() -> None:
    random = np.random.default_rng(0)
    marks = np.round(random.random((200, 3)) * 5) * 20
    marks[:, 1] = np.round((marks[:, 0] + marks[:, 1]) / 40) * 20
    marks[random.random(200) < 0.3, 2] = np.nan
    rho = correlations(marks)
    for left, right in ((0, 1), (0, 2), (1, 2)):
        theirs = spearmanr(marks[:, left], marks[:, right], nan_policy="omit").statistic
        assert rho[left, right] == rho[right, left] == pytest.approx(theirs, abs=1e-12)


def test_few_rows_and_constant_marks_correlate_with_nothing() -> None:
    few = np.tile(np.arange(20.0)[:, None], (1, 2))
    assert correlations(few).tolist() == [[1, 0], [0, 1]]
    flat = np.stack([np.full(100, 50.0), np.arange(100.0)], axis=1)
    assert correlations(flat)[0, 1] == 0


def test_a_set_holds_only_what_is_like_all_of_it() -> None:
    # b is like a and like c, but a and c are not alike: the closer pair is joined
    rho = np.array([[1, 0.9, 0.5, 0], [0.9, 1, 0.85, 0], [0.5, 0.85, 1, 0], [0, 0, 0, 1.0]])
    assert alike(rho) == ((0, 1), (2,), (3,))
    rho[0, 2] = rho[2, 0] = 0.81
    assert alike(rho) == ((0, 1, 2), (3,))
    assert alike(np.eye(2)) == ((0,), (1,))


def test_opposites_are_not_joined_but_named() -> None:
    rho = np.array([[1, -0.95], [-0.95, 1]])
    assert alike(rho) == ((0,), (1,))
    assert opposed(rho) == ((0, 1),)


def test_a_set_has_the_mean_of_its_marks_by_the_starts_shares() -> None:
    columns = together(((0, 2), (1,)), np.array([0.3, 0.5, 0.1]))
    assert columns == pytest.approx(np.array([[0.75, 0], [0, 1], [0.25, 0]]))
