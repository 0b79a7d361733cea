"""Tail probabilities against SciPy's; Holm's steps by hand."""

import pytest
from scipy.stats import chi2

from keepwell.proof.chance import chi_square_point, chi_square_tail, holm


@pytest.mark.parametrize("freedom", [1, 2, 3, 9, 30, 200])
@pytest.mark.parametrize("statistic", [0.01, 0.5, 1.0, 4.0, 12.0, 90.0, 400.0])
def test_tails_are_scipys(freedom: int, statistic: float) -> None:
    assert chi_square_tail(statistic, freedom) == pytest.approx(
        chi2.sf(statistic, freedom), rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize("freedom", [1, 2, 9, 40])
def test_points_are_scipys(freedom: int) -> None:
    assert chi_square_point(freedom) == pytest.approx(chi2.isf(0.05, freedom), abs=1e-7)
    assert chi_square_point(freedom, 0.001) == pytest.approx(chi2.isf(0.001, freedom), abs=1e-7)


def test_nothing_to_exceed_is_always_exceeded() -> None:
    assert chi_square_tail(0.0, 3) == 1.0


def test_no_degree_of_freedom_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one degree"):
        chi_square_tail(1.0, 0)


def test_the_least_is_multiplied_by_all_and_none_falls_below_the_one_before() -> None:
    assert list(holm([0.02, 0.01, 0.5, 0.03])) == pytest.approx([0.06, 0.04, 0.5, 0.06])
    assert list(holm([0.6, 0.7])) == pytest.approx([1.0, 1.0])
    assert len(holm([])) == 0
