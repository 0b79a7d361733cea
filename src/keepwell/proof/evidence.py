"""All figures over one set of rows: the whole, or a slice of it."""

from dataclasses import dataclass, replace

import numpy as np

from keepwell.proof.calibration import Calibration, Stated, calibration
from keepwell.proof.capture import Capture, Chosen, capture
from keepwell.proof.gains import Decile, deciles
from keepwell.proof.judged import Judged
from keepwell.proof.ranking import Placements, Ranking, ranking
from keepwell.proof.split import Mapped
from keepwell.proof.standing import Standing, standings
from keepwell.proof.stays import Stays, stays
from keepwell.proof.tally import Tally, enough, tally
from keepwell.proof.timeline import Timeline
from keepwell.proof.warnings import Money, Warnings, warnings
from keepwell.scoring.observed import Bools, Ints


@dataclass(frozen=True, slots=True)
class Evidence:
    """How good scores and bands were. Where `tally.enough` is false there is too little data: all the rest is `None` or
    empty.

    `capture` is also `None` where no capacity is declared, `calibration` where there was too little to learn it from or
    judge it on (`calibration_missing` then says so), `warnings` where the outcome is no loss or there are fewer than
    two as_ofs, `stays` where there are fewer than two as_ofs. Risk, where a figure speaks of it, is the negative score
    if the outcome is a loss, and else the score.
    """

    tally: Tally
    ranking: Ranking | None = None
    deciles: tuple[Decile, ...] = ()
    capture: Capture | None = None
    calibration: Calibration | None = None
    calibration_missing: str | None = None
    standings: tuple[Standing, ...] = ()
    warnings: Warnings | None = None
    stays: Stays | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """The evidence over the rows of one group. `by`: what the rows are split by (`segment`, `stage`, `cohort`,
    `quarter`, `contacted`, or an attribute); `name`: the group, such as `smb`, `2025 Q1` or `yes`.
    """

    by: str
    name: str
    evidence: Evidence


UNCALIBRATED = (
    "Calibration is not shown: there is too little data to learn which probability a score stands for, and to judge "
    "that on other rows."
)


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """What evidence is drawn from. `rows`: the judged rows, with the columns `point`, `band`, `worth`, `contacted`, and
    `probability` if there is any. `team`: whom the team looks after. `mapped`: where the probability came from.
    `line`: bands over time, `money_is` what happenings are worth.
    """

    rows: Judged
    team: Chosen | None = None
    mapped: Mapped | None = None
    line: Timeline | None = None
    money_is: Money | None = None
    adverse: bool = True

    def among(self, which: Bools) -> "Grounds":
        """Of some of the judged rows only."""
        return replace(
            self, rows=self.rows.rows(which), team=self.team.rows(which) if self.team is not None else None
        )


def evidence(grounds: Grounds, states: Ints, panel_rows: Bools, places: Placements | None = None) -> Evidence:
    """The figures over the grounds' rows. `panel_rows`: which of the panel's rows are meant; `states` counts them (see
    `tally`).

    `places` are the rows' placements, where they are known already.
    """
    rows = grounds.rows
    counted = tally(states, rows)
    if not counted.enough:
        return Evidence(counted)
    worth = rows.columns["worth"]
    stated = calibration_of(rows, grounds.mapped) if grounds.mapped is not None else None
    line = grounds.line
    return Evidence(
        tally=counted,
        ranking=ranking(rows, places),
        deciles=deciles(rows, worth),
        capture=capture(rows, grounds.team, worth) if grounds.team is not None else None,
        calibration=stated,
        calibration_missing=None if stated is not None else UNCALIBRATED,
        standings=standings(rows, worth),
        warnings=warnings(line.happenings, line.accounts, panel_rows[line.happenings.row], grounds.money_is)
        if line is not None and grounds.adverse
        else None,
        stays=stays(line, panel_rows[line.spells.row], panel_rows) if line is not None else None,
    )


def calibration_of(rows: Judged, mapped: Mapped) -> Calibration | None:
    """How right the probabilities in `columns["probability"]` are; `None` where too few outcomes, or others, judge them."""
    probability = rows.columns["probability"]
    stated = Stated.of(
        rows.happened,
        probability,
        rows.account,
        accounts=rows.accounts,
        basis=mapped.basis,
        learned_on=mapped.learned_on,
    )
    return calibration(stated) if _enough(stated) else None


def _enough(stated: Stated) -> bool:
    hit = np.bincount(stated.account, stated.happened, stated.accounts)
    seen = np.bincount(stated.account, minlength=stated.accounts)
    return enough(int(np.count_nonzero(hit)), int(np.count_nonzero(seen - hit)))
