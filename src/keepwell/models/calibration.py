"""From the model's own probability to one that comes true as often as it says, learnt on a later slice of time."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from keepwell.models.definition import Calibrate
from keepwell.models.odds import probability
from keepwell.models.plain import Reading, agree
from keepwell.proof.isotonic import isotonic
from keepwell.scoring.observed import Bools, Floats

FEWEST_OF_EACH = 10
"""So many rows of either end, at least, a calibration is learnt from; of fewer nothing is learnt."""


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """Platt's map: `log-odds = shift + slope × the model's log-odds`."""

    shift: float
    slope: float

    def of(self, margin: Floats) -> Floats:
        """The calibrated probability."""
        return probability(self.shift + self.slope * margin)


@dataclass(frozen=True, slots=True)
class Isotonic:
    """A rising curve through (log-odds, probability) points, straight between them and level beyond the ends."""

    points: tuple[tuple[float, float], ...]

    def of(self, margin: Floats) -> Floats:
        """The calibrated probability."""
        knots = np.array(self.points)
        return np.where(np.isnan(margin), np.nan, np.interp(margin, knots[:, 0], knots[:, 1]))


Calibration = Sigmoid | Isotonic

AS_IT_IS = Sigmoid(0.0, 1.0)
"""The model's own probability."""


def learn(how: Calibrate, margin: Floats, happened: Bools) -> Calibration:
    """The map that turns the log-odds of a slice of rows into how often the outcome happened there.

    With fewer than `FEWEST_OF_EACH` rows that it happened to, or did not, the model's own probability is left as it is.
    """
    known = ~np.isnan(margin)
    margin, happened = margin[known], happened[known]
    few = min(happened.sum(), (~happened).sum()) < FEWEST_OF_EACH
    if how is Calibrate.NONE or few or np.ptp(margin) == 0:
        return AS_IT_IS
    return _sigmoid(margin, happened) if how is Calibrate.SIGMOID else _isotonic(margin, happened)


def _sigmoid(margin: Floats, happened: Bools) -> Sigmoid:
    """Platt (1999), by Newton's method, with his targets: a little away from 0 and 1, so that nothing becomes certain.

    A slope below 0 would turn the ranking around; then only the level is learnt.
    """
    yes, no = int(happened.sum()), int((~happened).sum())
    target = np.where(happened, (yes + 1) / (yes + 2), 1 / (no + 2))
    centre, spread = float(margin.mean()), float(margin.std())
    columns = np.stack((np.ones(len(margin)), (margin - centre) / spread), axis=1)
    found = _newton(columns, target)
    slope = float(found[1]) / spread
    if slope <= 0:
        return Sigmoid(float(_newton(columns[:, :1], target, margin)[0]), 1.0)
    return Sigmoid(float(found[0]) - slope * centre, slope)


def _newton(columns: Floats, target: Floats, offset: Floats | float = 0.0) -> Floats:
    """The weights at which `offset + columns @ weights` are the likeliest log-odds of the targets."""
    weights = np.zeros(columns.shape[1])
    for _ in range(100):
        said = probability(offset + columns @ weights)
        slope = columns.T @ (target - said)
        curve = (columns * (said * (1 - said))[:, None]).T @ columns + 1e-10 * np.eye(columns.shape[1])
        step = np.linalg.solve(curve, slope)
        weights = weights + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    return weights


def _isotonic(margin: Floats, happened: Bools) -> Isotonic:
    """The rising curve of least squared error; 0 and 1 are kept half a row away, so that nothing becomes certain."""
    found = isotonic(happened, margin)
    nearest = 0.5 / len(margin)
    rates = np.clip(found.values, nearest, 1 - nearest)
    return Isotonic(tuple(zip(found.risks.tolist(), rates.tolist(), strict=True)))


def plain(calibration: Calibration) -> dict[str, Any]:
    """The same as JSON's own types."""
    if isinstance(calibration, Sigmoid):
        return {"how": "sigmoid", "shift": calibration.shift, "slope": calibration.slope}
    return {"how": "isotonic", "points": [list(point) for point in calibration.points]}


def read(reading: Reading) -> Calibration:
    """What `plain` wrote."""
    how = reading.choice("how", Calibrate)
    made: Calibration
    if how is Calibrate.SIGMOID:
        made = Sigmoid(reading.number("shift"), reading.number("slope"))
        agree(made.slope > 0, "the calibration turns the ranking around")
    else:
        agree(how is Calibrate.ISOTONIC, "the calibration has no map")
        points = reading.grid("points")
        fine = len(points) > 0 and points.shape[1] == 2
        agree(fine and bool((np.diff(points, axis=0) >= 0).all()), "the calibration's curve does not rise")
        agree(bool((points[:, 1] >= 0).all() and (points[:, 1] <= 1).all()), "the calibration leaves 0 to 1")
        made = Isotonic(tuple((float(x), float(y)) for x, y in points))
    reading.done()
    return made
