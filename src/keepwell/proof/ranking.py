"""Discrimination: how well risk puts the accounts that the outcome happened to before the others."""

from dataclasses import dataclass

from keepwell.proof.interval import Estimate


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well a risk ranks. It says nothing of whether the risk, read as a probability, is right.

    `auc`: the probability (0–1; 0.5: chance) that of a row that it happened to and one that it did not, the first has the
    higher risk; a tie counts half. `average_precision`: the precision at each outcome, averaged over the outcomes (0–1; chance: `rate`).
    `rate`: the share of rows that it happened to. `ks`: the largest difference (0–1) between the share of
    outcomes and the share of others that lie at or above one risk; `ks_risk` is that risk.
    """

    auc: Estimate
    average_precision: Estimate
    rate: float
    ks: float
    ks_risk: float
