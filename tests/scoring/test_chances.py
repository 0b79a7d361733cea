"""The chance of each score: worked out by hand between the points, level beyond them."""

import numpy as np

from keepwell.scoring.chances import Chances, read
from keepwell.scoring.risk import CALIBRATED, Risk, basis, value_at_risk

CURVE = Chances((20.0, 40.0, 80.0), (0.5, 0.3, 0.1), rows=100)


def test_straight_between_the_points_and_level_beyond_them() -> None:
    found = CURVE.of(np.array([0.0, 20, 30, 60, 80, 100, np.nan]))
    assert found[:-1].round(12).tolist() == [0.5, 0.5, 0.4, 0.2, 0.1, 0.1]
    assert np.isnan(found[-1])


def test_value_at_risk_is_the_value_times_the_chance_of_the_score_whatever_the_band() -> None:
    bands, worth = np.array([0, 2, -1], dtype=np.int8), np.array([1000.0, 200, 500])
    risk = Risk(CALIBRATED, CURVE.of(np.array([30, 80, np.nan])))
    at_risk = value_at_risk("health", bands, worth, risk)
    assert at_risk[:2].round(9).tolist() == [400, 20]
    assert np.isnan(at_risk[2])
    assert basis("health", risk) == "calibrated"
    assert np.isnan(value_at_risk("expansion", bands, worth, risk)).all()


def test_what_a_certificate_keeps_is_read() -> None:
    assert read({"scores": [20, 40, 80], "values": [0.5, 0.3, 0.1], "rows": 100}) == CURVE
