"""What looking at the riskiest first yields: deciles of risk, and the team's capacity."""

from dataclasses import dataclass

from keepwell.proof.interval import Estimate

DECILES = 10


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the judged rows, by risk. Rows with equal risk on a border are shared between both sides.

    `number`: 1 (the riskiest) to 10. `rows`: how many rows it holds, a fraction where a tie is shared. `happened`: how many
    of them the outcome happened to. `rate`: their ratio, with its interval. `lift`: that rate divided by the rate of all rows (1: no
    better than chance). `captured`: the share (0–1) of all outcomes that lie in this decile and the riskier ones. `worth`: the
    accounts' value in the project's currency, summed over the rows, `worth_happened` that of the rows it happened to (both `None`: no
    value is known). `worth_captured`: the share of all `worth_happened` in this decile and the riskier ones. `least_risk`: the lowest risk in it.
    """

    number: int
    rows: float
    happened: float
    rate: Estimate
    lift: float
    captured: float
    worth: float | None
    worth_happened: float | None
    worth_captured: float | None
    least_risk: float


@dataclass(frozen=True, slots=True)
class Capture:
    """What a team sees that looks after the `capacity` riskiest accounts at each as_of.

    `recall`: the share of the outcomes to come that are among them, averaged over the `instants` at which there are any to come.
    `precision`: the share of them that the outcome happens to, averaged over the same instants. `chance`: the recall of as many accounts
    drawn at random. `worth_recall`: recall counted in the accounts' value (`None`: no value is known).
    """

    capacity: int
    instants: int
    recall: Estimate
    precision: Estimate
    chance: float
    worth_recall: Estimate | None
