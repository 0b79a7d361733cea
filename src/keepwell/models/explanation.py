"""Why a model says what it says of an account, in words; the amounts add up exactly."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from keepwell.models.boosting import BETWEEN
from keepwell.models.contributions import Contributions, Scale
from keepwell.models.fitted import FittedModel
from keepwell.models.purchases import AGE, LAST, REPEATS
from keepwell.models.table import Table
from keepwell.scoring.wording import called, number, standing
from keepwell.signals.definition import ACCOUNT, Signal


@dataclass(frozen=True, slots=True)
class Factor:
    """One input's exact part in a prediction.

    `name` is the input's (of two inputs both), `amount` what it adds on the explanation's scale: above 0 it makes the outcome likelier.
    `text` says so in words, `value` is what was known.
    """

    name: str
    amount: float
    text: str
    value: float | str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One account's prediction and how it comes about.

    `base` and the amounts of all `factors` add up to `total`: log-odds before calibration, or of a survival model the logarithm of the
    hazard against the average account. `probability` is the calibrated one (0–1).
    """

    model: str
    scale: Scale
    probability: float | None
    base: float
    total: float
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Explainer:
    """Tells predictions of many rows; what the inputs add is worked out once for all of them."""

    model: FittedModel
    table: Table
    signals: Mapping[str, Signal]
    probability: np.ndarray
    parts: Contributions

    @classmethod
    def of(cls, model: FittedModel, table: Table, signals: Mapping[str, Signal]) -> "Explainer":
        """An explainer of a model's predictions; `signals` give the inputs their labels and units."""
        return cls(model, table, signals, model.probability(table), model.contributions(table))

    def explanation(self, position: int) -> Explanation:
        """One row's prediction, what weighs most first; what adds nothing, or nothing that is known, is left out."""
        said_of = {name: float(column[position]) for name, column in self.parts.by_input.items()}
        amounts = {name: amount for name, amount in said_of.items() if amount and not np.isnan(amount)}
        order = sorted(amounts, key=lambda name: -abs(amounts[name]))
        said = float(self.probability[position])
        return Explanation(
            model=self.model.name,
            scale=self.parts.scale,
            probability=None if np.isnan(said) else said,
            base=self.parts.base,
            total=self.parts.base + sum(amounts.values()),
            factors=tuple(self._factor(name, amounts[name], position) for name in order),
        )

    def _factor(self, name: str, amount: float, position: int) -> Factor:
        value = self.table.known(name, position) if name in self.table.columns else None
        return Factor(name, amount, f"{self._said(name, position)}: {times(self.parts.scale, amount)}", value)

    def _said(self, name: str, position: int) -> str:
        if name in (REPEATS, LAST, AGE) and name not in self.signals:
            return _of_purchases(name, self.table, position)
        if BETWEEN in name:
            return f"{' with '.join(self._title(each) for each in name.split(BETWEEN))}, taken together"
        value = self.table.known(name, position)
        if value is None:
            return f"{self._title(name)} unknown"
        signal = self.signals.get(name)
        if signal is not None and isinstance(value, float):
            return standing(signal, value)
        return f"{self._title(name)}: {number(value) if isinstance(value, float) else value}"

    def _title(self, name: str) -> str:
        signal = self.signals.get(name)
        return signal.title if signal is not None else called(name.removeprefix(ACCOUNT))


MOST_TIMES = 1000
"""Beyond so many times the odds (or so small a part of them) nobody can tell from data how many."""


def times(scale: Scale, amount: float) -> str:
    """An amount on a logarithmic scale in words: what it multiplies the odds (or the rate) by, `odds × 4.1`.

    What is beyond `MOST_TIMES` is said to be so, and no figure given.
    """
    factor = float(np.exp(np.clip(amount, -20, 20)))
    if factor > MOST_TIMES:
        digits = f"more than {number(MOST_TIMES)}"
    elif factor < 1 / MOST_TIMES:
        digits = f"less than {number(1 / MOST_TIMES)}"
    else:
        digits = number(float(f"{factor:.2g}"))
    return f"{'odds' if scale is Scale.LOG_ODDS else 'rate'} × {digits}"


def _of_purchases(name: str, table: Table, position: int) -> str:
    repeats, last, age = (table.numbers(each)[position] for each in (REPEATS, LAST, AGE))
    if name == AGE:
        return f"First bought {_ago(age)}"
    if name == REPEATS:
        return f"Bought again on {number(repeats)} {'day' if repeats == 1 else 'days'}"
    return f"Last bought {_ago(age - last)}"


def _ago(days: float) -> str:
    """So many days before the last one that was seen, as people count from the day they stand at."""
    return "yesterday" if days == 0 else f"{number(days + 1)} days ago"
