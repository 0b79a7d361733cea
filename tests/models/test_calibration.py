"""Calibration: what is said comes true as often, known distortions are undone, and rankings stay."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from keepwell.errors import UserError
from keepwell.models import calibration
from keepwell.models.calibration import AS_IT_IS, Isotonic, Sigmoid, learn
from keepwell.models.definition import Calibrate
from keepwell.models.odds import log_odds, probability
from keepwell.models.plain import Reading
from keepwell.scoring.observed import Bools, Floats


def distorted(count: int = 20_000) -> tuple[Floats, Bools, Floats]:
    """Log-odds twice too extreme and one too high, what happened, and the true probability."""
    rng = np.random.default_rng(5)
    true = rng.normal(-1, 1, count)
    return 2 * true + 1, rng.random(count) < probability(true), probability(true)


def test_a_sigmoid_undoes_a_known_distortion() -> None:
    margin, happened, true = distorted()
    found = learn(Calibrate.SIGMOID, margin, happened)
    assert isinstance(found, Sigmoid)
    assert found.slope == pytest.approx(0.5, abs=0.03)
    assert found.shift == pytest.approx(-0.5, abs=0.05)
    assert np.abs(found.of(margin) - true).mean() < 0.01


def test_an_isotonic_curve_is_scikit_learns() -> None:
    margin, happened, true = distorted(3000)
    found = learn(Calibrate.ISOTONIC, margin, happened)
    other = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(margin, happened)
    assert isinstance(found, Isotonic)
    assert np.abs(found.of(margin) - other.predict(margin)).mean() < 0.02
    assert np.abs(found.of(margin) - true).mean() < 0.03
    assert (np.diff(found.of(np.sort(margin))) >= 0).all()


def test_pools_by_hand() -> None:
    margin = np.array([-2.0] * 10 + [-1.0] * 10 + [0.0] * 10 + [1.0] * 10)
    happened = np.array(
        [True] * 4 + [False] * 6 + [True] * 2 + [False] * 8 + [True] * 5 + [False] * 5 + [True] * 10
    )
    found = learn(Calibrate.ISOTONIC, margin, happened)
    # 0.4 and 0.2 are pooled to 0.3; of forty rows the surest is half a row less than certain
    assert found == Isotonic(((-2.0, 0.3), (-1.0, 0.3), (0.0, 0.5), (1.0, 0.9875)))
    assert found.of(np.array([-9.0, -0.5, 9.0, np.nan])).tolist()[:3] == [0.3, pytest.approx(0.4), 0.9875]


def test_of_too_few_nothing_is_learnt() -> None:
    margin, happened, _ = distorted(400)
    few = np.flatnonzero(happened)[:9]
    kept = np.concatenate((few, np.flatnonzero(~happened)))
    assert learn(Calibrate.SIGMOID, margin[kept], happened[kept]) == AS_IT_IS
    assert learn(Calibrate.NONE, margin, happened) == AS_IT_IS
    assert AS_IT_IS.of(log_odds(np.array([0.2])))[0] == pytest.approx(0.2)


def test_a_ranking_is_never_turned_around() -> None:
    margin, happened, _ = distorted(2000)
    turned = learn(Calibrate.SIGMOID, -margin, happened)
    assert isinstance(turned, Sigmoid)
    assert turned.slope == 1.0
    assert turned.of(-margin).mean() == pytest.approx(happened.mean(), abs=1e-3)


def test_certainty_is_never_learnt() -> None:
    margin = np.linspace(-5, 5, 200)
    for how in (Calibrate.SIGMOID, Calibrate.ISOTONIC):
        said = learn(how, margin, margin > 0).of(margin)
        assert (said > 0).all()
        assert (said < 1).all()


@pytest.mark.parametrize("made", [Sigmoid(-0.5, 0.4), Isotonic(((-1.0, 0.1), (2.0, 0.7)))])
def test_it_is_read_as_it_was_written(made: calibration.Calibration) -> None:
    assert calibration.read(Reading(calibration.plain(made))) == made


@pytest.mark.parametrize(
    ("plain", "told"),
    [
        ({"how": "sigmoid", "shift": 0, "slope": -1}, "turns the ranking around"),
        ({"how": "isotonic", "points": [[0, 0.5], [1, 0.4]]}, "does not rise"),
        ({"how": "isotonic", "points": [[0, 0.5], [1, 1.4]]}, "leaves 0 to 1"),
        ({"how": "isotonic", "points": []}, "does not rise"),
        ({"how": "none"}, "no map"),
        ({"how": "magic"}, "'magic', which this version does not know"),
    ],
)
def test_nonsense_is_refused(plain: dict[str, object], told: str) -> None:
    with pytest.raises(UserError, match=told):
        calibration.read(Reading(plain))
