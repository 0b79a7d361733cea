"""Time until the outcome: proportional hazards (Cox), fitted by `lifelines`, read without it.

Accounts whose outcome is still to come take part for as long as they were watched, so the newest as_ofs teach something too.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from keepwell.errors import UserError
from keepwell.models.contributions import Contributions, Scale
from keepwell.models.definition import ModelDefinition
from keepwell.models.design import Design
from keepwell.models.extra import needed
from keepwell.models.linear import Linear
from keepwell.models.odds import log_odds
from keepwell.models.plain import Reading, agree
from keepwell.models.table import Table
from keepwell.scoring.observed import Bools, Floats

LIBRARIES = ("lifelines",)
LEAST_DAYS = 0.5
"""What happens on the day itself has taken half of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """`hazard of an account = exp(linear) × the average account's`.

    `hazards` is the average account's cumulative hazard at the end of each of `times` (days after the as_of, rising); between them it
    stands still. The probability is that of the outcome in `(gap, gap + horizon]` days for those it spares until the gap is over.
    """

    linear: Linear
    times: Floats
    hazards: Floats
    gap: float
    horizon: float

    def margin(self, table: Table) -> Floats:
        """The log-odds of the outcome within the horizon, before calibration."""
        return log_odds(self.within(table, self.gap, self.gap + self.horizon))

    def within(self, table: Table, begin: float, end: float) -> Floats:
        """The probability of the outcome after `begin` and up to `end` days, if it has not come by `begin`."""
        risen = self.cumulative(end) - self.cumulative(begin)
        return np.asarray(-np.expm1(-risen * np.exp(self.linear.of(table))))

    def cumulative(self, days: float) -> float:
        """The average account's cumulative hazard after so many days."""
        place = int(np.searchsorted(self.times, days, side="right"))
        return float(self.hazards[place - 1]) if place else 0.0

    def median_days(self, table: Table) -> Floats:
        """After how many days half of such accounts have come to the outcome; NaN: later than was ever watched."""
        needed_hazard = np.log(2) / np.exp(self.linear.of(table))
        days: Floats = np.append(self.times, np.nan)[np.searchsorted(self.hazards, needed_hazard)]
        return days

    def contributions(self, table: Table) -> Contributions:
        """What each input adds to the logarithm of the hazard, against the average account; exact."""
        return Contributions(Scale.LOG_HAZARD, self.linear.base, self.linear.by_input(table))

    def plain(self) -> dict[str, Any]:
        """The same as JSON's own types."""
        return {
            **self.linear.plain(),
            "times": self.times.tolist(),
            "hazards": self.hazards.tolist(),
            "gap": self.gap,
            "horizon": self.horizon,
        }

    @classmethod
    def read(cls, reading: Reading) -> "Survival":
        """What `plain` wrote."""
        made = cls(
            Linear.read(reading),
            reading.numbers("times"),
            reading.numbers("hazards"),
            reading.number("gap"),
            reading.number("horizon"),
        )
        rising = len(made.times) > 0 and bool(
            (np.diff(made.times) > 0).all() and (np.diff(made.hazards) >= 0).all()
        )
        agree(rising and len(made.times) == len(made.hazards), "the hazard over time makes no sense")
        return made


def fit(
    definition: ModelDefinition, table: Table, ended: Bools, days: Floats, *, gap: float, horizon: float
) -> Survival:
    """Weights and the hazard over time. `days` is how long each row was watched, `ended` whether the outcome came then.

    Raises:
        UserError: lifelines is not installed, or nobody was watched for as long as the horizon.
    """
    lifelines = needed("lifelines", "fitting a survival model")
    pandas = needed("pandas", "fitting a survival model")
    if not (days >= gap + horizon).any():
        raise UserError(
            f"the outcome looks {gap + horizon:g} days ahead, and no account of the training rows was watched for so long",
            do="shorten the outcome's horizon, or wait for more history",
        )
    design = Design.of(table, definition.inputs)
    matrix = design.matrix(table)
    frame = pandas.DataFrame(matrix, columns=[f"x{place}" for place in range(matrix.shape[1])])
    frame["days"] = np.maximum(days, LEAST_DAYS)
    frame["ended"] = ended
    fitter = lifelines.CoxPHFitter(penalizer=definition.option("penalty"))
    fitter.fit(frame, duration_col="days", event_col="ended")
    weights = fitter.params_.to_numpy(dtype=np.float64)
    # lifelines measures from the mean of every column
    base = -float(matrix.mean(axis=0) @ weights)
    cumulative = fitter.baseline_cumulative_hazard_.iloc[:, 0]
    times = cumulative.index.to_numpy(dtype=np.float64)
    hazards = cumulative.to_numpy(dtype=np.float64)
    rises = np.append(True, np.diff(hazards) > 0)
    return Survival(
        design.linear(weights, base, table), times[rises], hazards[rises], float(gap), float(horizon)
    )
