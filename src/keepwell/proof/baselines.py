"""Whether the score beats what anyone could have said without it."""

from dataclasses import dataclass

from keepwell.proof.interval import Estimate


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two risks over the same rows: those of which both are known, `rows` of them, and `outcomes` accounts that it happened to.

    `own` and `other`: the AUC of each. `difference`: own − other, −1 to 1, with the interval of the difference, not of the parts.
    """

    rows: int
    outcomes: int
    own: Estimate
    other: Estimate
    difference: Estimate


@dataclass(frozen=True, slots=True)
class Baseline:
    """The score against one dumb risk, such as days since the last event. `comparison` is `None` where there is too little data."""

    name: str
    comparison: Comparison | None
