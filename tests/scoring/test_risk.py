"""Value at risk by band."""

import numpy as np

from keepwell.scoring.risk import basis, value_at_risk

BANDS = np.array([0, 1, 2, -1, 0], dtype=np.int8)
WORTH = np.array([100, 100, 100, 100, np.nan])


def test_the_whole_in_red_half_in_yellow_none_in_green() -> None:
    at_risk = value_at_risk("health", BANDS, WORTH)
    assert at_risk[:3].tolist() == [100, 50, 0]
    # neither without a band nor without a value is there anything to say
    assert np.isnan(at_risk[3:]).all()
    assert basis("health") == "band"


def test_only_health_speaks_of_loss() -> None:
    assert np.isnan(value_at_risk("expansion", BANDS, WORTH)).all()
    assert basis("expansion") == "none"
