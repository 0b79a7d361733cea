"""All figures over one set of rows: the whole, or a slice of it."""

from dataclasses import dataclass

from keepwell.proof.calibration import Calibration
from keepwell.proof.gains import Capture, Decile
from keepwell.proof.ranking import Ranking
from keepwell.proof.standing import Standing
from keepwell.proof.stays import Stays
from keepwell.proof.tally import Tally
from keepwell.proof.warnings import Warnings


@dataclass(frozen=True, slots=True)
class Evidence:
    """How good scores and bands were. Where `tally.enough` is false there is too little data: all the rest is `None` or empty.

    `capture` is also `None` where no capacity is declared or no instant has an outcome to come, `calibration` where none could be learned or judged
    (`calibration_missing` then says why), `warnings` and `stays` where no dates are known.
    """

    tally: Tally
    ranking: Ranking | None
    deciles: tuple[Decile, ...]
    capture: Capture | None
    calibration: Calibration | None
    calibration_missing: str | None
    standings: tuple[Standing, ...]
    warnings: Warnings | None
    stays: Stays | None


@dataclass(frozen=True, slots=True)
class Slice:
    """The evidence over the rows of one group. `by`: what the rows are split by (`segment`, `stage`, `cohort`, `quarter`,
    `contacted`, or an attribute); `name`: the group (`smb`, `2025 Q1`, `yes`).
    """

    by: str
    name: str
    evidence: Evidence
