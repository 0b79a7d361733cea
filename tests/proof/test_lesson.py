"""What evidence teaches of a score's chance: rates pooled by hand, and nothing where evidence does not bear it."""

from dataclasses import replace

import numpy as np
import pytest

from keepwell.proof.calibration import Basis, Calibration
from keepwell.proof.certificate import certify
from keepwell.proof.interval import Estimate
from keepwell.proof.judged import Judged
from keepwell.proof.lesson import taught
from keepwell.proof.outcome import Kind, Population
from tests.proof.made import BEGIN, CHURN, SETTING, SUBJECT, Law, days, drawn

PROVED = Calibration(
    basis=Basis.EARLIER,
    rows=20,
    learned_on=20,
    brier=Estimate(0.1, 0.05, 0.15),
    brier_of_rate=0.2,
    expected_error=0.02,
    stated=0.3,
    rate=Estimate(0.3, 0.2, 0.4),
    slope=None,
    intercept=None,
    bins=(),
)


def judged() -> Judged:
    """Ten rows a score; of those at 10, 30, 50, 80 the outcome happened to 7, 3, 5 and 0."""
    score = np.repeat([10.0, 30.0, 50.0, 80.0], 10)
    happened = np.concatenate([np.arange(10) < hits for hits in (7, 3, 5, 0)])
    return Judged.of(np.asarray(happened), -score, np.arange(40))


def test_rates_that_would_rise_with_the_score_are_pooled() -> None:
    found = taught(judged(), PROVED)
    assert found is not None
    # 30 and 50 together: 8 of 20; nobody at 80, which is half a row of 40 away from never
    assert list(found.scores) == [10, 30, 50, 80]
    assert list(found.values) == pytest.approx([0.7, 0.4, 0.4, 0.0125])
    assert found.rows == 40
    assert found.of(np.array([20.0]))[0] == pytest.approx(0.55)


@pytest.mark.parametrize(
    "stated",
    [None, replace(PROVED, basis=Basis.GIVEN), replace(PROVED, brier=Estimate(0.2, 0.1, 0.3))],
    ids=["never judged", "not the score's own", "no better than the rate"],
)
def test_a_curve_that_has_not_proved_itself_is_not_taught(stated: Calibration | None) -> None:
    assert taught(judged(), stated) is None


def test_a_certificate_holds_the_chances_of_a_useful_score() -> None:
    firm = drawn(500, 60)
    found = certify(firm, CHURN, SUBJECT, SETTING).chances
    assert found is not None
    assert found.rows == firm.judged.sum()
    assert list(found.scores) == sorted(found.scores)
    assert list(found.values) == sorted(found.values, reverse=True)
    # pooled rates are the rates: over all rows the chances add up to what happened
    expected = found.of(firm.score[firm.judged]).sum()
    assert expected == pytest.approx(firm.happened[firm.judged].sum(), rel=0.01)


def test_no_chances_of_a_part_of_the_accounts_nor_without_dates_nor_of_a_smaller_contract() -> None:
    firm = drawn(500, 60)
    some = replace(CHURN, population=Population(segments=frozenset(("smb",))))
    assert certify(firm, some, SUBJECT, SETTING).chances is None
    assert certify(firm, CHURN, SUBJECT, replace(SETTING, point_in_time=False)).chances is None
    assert certify(firm, replace(CHURN, kind=Kind.CONTRACTED), SUBJECT, SETTING).chances is None


def test_no_chances_of_an_upside_down_score() -> None:
    assert certify(drawn(500, 60, Law(signal=-1)), CHURN, SUBJECT, SETTING).chances is None


def test_a_fitted_score_teaches_by_later_days_only() -> None:
    firm = drawn(500, 60)
    middle = days(60)[20]
    found = certify(firm, CHURN, replace(SUBJECT, fitted_through=middle), SETTING).chances
    assert found is not None
    assert found.rows == (firm.judged & (firm.point > 20)).sum()
    end = days(60)[-1]
    assert end > BEGIN
    assert certify(firm, CHURN, replace(SUBJECT, fitted_through=end), SETTING).chances is None
