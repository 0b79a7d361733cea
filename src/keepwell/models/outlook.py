"""What a model foresees besides a probability: how long until the outcome, or how many purchases and what they bring."""

from dataclasses import dataclass

import numpy as np

from keepwell.models.fitted import FittedModel
from keepwell.models.purchases import Purchases
from keepwell.models.survival import Survival
from keepwell.models.table import Table
from keepwell.scoring.observed import Floats
from keepwell.scoring.wording import PERCENT, number, quantity


@dataclass(frozen=True, slots=True)
class Outlook:
    """One account's. All are `None` where the model's kind does not say them, or nobody can.

    `median_days`: after how many days half of such accounts have come to the outcome. `alive`: the probability (0–1) that the customer still
    buys at all. `purchases`: the expected number of days with a purchase within the horizon; `spend`: what they are expected to bring,
    in the currency of the orders.
    """

    median_days: float | None = None
    alive: float | None = None
    purchases: float | None = None
    spend: float | None = None

    def words(self) -> str:
        """The same for people; empty where there is nothing to say."""
        said = []
        if self.median_days is not None:
            said.append(f"half of such accounts within {number(round(self.median_days))} days")
        if self.alive is not None:
            said.append(f"still a customer: {chance(self.alive)}")
        if self.purchases is not None:
            said.append(f"expected to buy on {number(round(self.purchases, 1))} days")
        if self.spend is not None:
            said.append(f"for {number(round(self.spend, 2))}")
        return ", ".join(said)


def chance(probability: float | None) -> str:
    """A probability for people: `7.3%`, `31%`, and never quite 0 or 1, as no model knows that; a dash where there is none."""
    if probability is None:
        return "–"
    if probability < 0.01:
        return "under 1%"
    if probability > 0.99:
        return "over 99%"
    return quantity(round(probability, 3 if probability < 0.1 else 2), PERCENT)


def outlooks(model: FittedModel, table: Table) -> tuple[Outlook, ...]:
    """Each row's outlook."""
    match model.parameters:
        case Survival() as survival:
            return tuple(Outlook(median_days=days) for days in _known(survival.median_days(table)))
        case Purchases() as purchases:
            columns = (purchases.alive(table), purchases.expected(table), purchases.value(table))
            return tuple(
                Outlook(alive=alive, purchases=expected, spend=spend)
                for alive, expected, spend in zip(*map(_known, columns), strict=True)
            )
    return (Outlook(),) * len(table)


def _known(column: Floats) -> list[float | None]:
    return [None if np.isnan(value) else value for value in column.tolist()]
