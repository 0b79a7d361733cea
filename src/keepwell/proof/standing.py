"""What became of accounts by the band they stood in."""

from dataclasses import dataclass

from keepwell.proof.interval import Estimate
from keepwell.scoring.score import Band

MIN_ACCOUNTS = 10
"""The least number of different accounts of which a band's rate is shown."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The judged rows of one band (`None`: those with a score but no band).

    `share`: of all judged rows, 0–1. `accounts`: how many different ones. `happened`: the rows that the outcome happened to. `rate`: their share (`None`: too few
    accounts). `worth`: the accounts' value summed over the rows, in the project's currency (`None`: none is known).
    `worth_rate`: the share of it that is of rows the outcome happened to.
    """

    band: Band | None
    rows: int
    accounts: int
    share: float
    happened: int
    rate: Estimate | None
    worth: float | None
    worth_rate: Estimate | None
