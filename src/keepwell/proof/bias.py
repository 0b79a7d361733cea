"""Bias: whether the score errs more often for some accounts than for others with the same end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from keepwell.proof.chance import chi_square_tail, holm
from keepwell.proof.interval import Estimate, mean, share_of
from keepwell.proof.panel import Panel
from keepwell.scoring.bands import code_of
from keepwell.scoring.observed import Bools, Floats, Groups, Ints
from keepwell.scoring.score import Band

MIN_ACCOUNTS = 20
"""The least number of accounts whose error rate is told of a group, and compared with others."""

SURE = 0.05
"""A difference between groups counts if chance makes so large a one less often than this, over all comparisons made."""

GREEN, RED = code_of(Band.GREEN), code_of(Band.RED)

CLASSES = 10


class Error(StrEnum):
    """A way to be wrong."""

    FALSE_GREEN = "false_green"
    """It ended badly and had stood green: the share among rows that ended badly."""

    FALSE_RED = "false_red"
    """It ended well and had stood red: the share among rows that ended well."""

    RATE = "rate"
    """The outcome's rate less the one to expect: that which was stated, or else that of all rows with about the same score."""


@dataclass(frozen=True, slots=True)
class GroupError:
    """An error of one group: over `rows` of `accounts`. `rate` is a share, 0–1, or, for `Error.RATE`, a difference, −1 to 1. `None`: too little data."""

    group: str
    rows: int
    accounts: int
    rate: Estimate | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One error compared over the groups of one attribute.

    `chance`: how often chance alone makes the groups differ as much, were they alike, adjusted for all comparisons made (`None`: fewer than two groups have enough data).
    """

    by: str
    error: Error
    whole: GroupError
    groups: tuple[GroupError, ...]
    chance: float | None

    @property
    def differs(self) -> bool:
        """Whether the groups differ by more than chance."""
        return self.chance is not None and self.chance < SURE


def bias(
    panel: Panel, by: Sequence[str], *, adverse: bool, stated: Floats | None = None
) -> tuple[Comparison, ...]:
    """The errors of a panel's judged rows, compared over the groups of each declared attribute.

    `adverse`: whether the outcome is a bad end (churned) or a good one (renewed). `stated`: each row's probability of the outcome, where
    the version states one (NaN: not).

    Raises:
        KeyError: the panel has no groups of that name.
    """
    if not by:
        return ()
    rows = panel.rows(panel.judged)
    known = {name: rows.groups[name] for name in by}
    expected = _expected(rows) if stated is None else stated[panel.judged]
    ended_badly = rows.happened == adverse
    errors: Mapping[Error, tuple[Bools, Floats]] = {
        Error.FALSE_GREEN: (ended_badly & (rows.band >= 0), (rows.band == GREEN).astype(np.float64)),
        Error.FALSE_RED: (~ended_badly & (rows.band >= 0), (rows.band == RED).astype(np.float64)),
        Error.RATE: (~np.isnan(expected), rows.happened - expected),
    }
    found = [
        _compared(name, error, rows.account[among], Groups(groups.names, groups.codes[among]), wrong[among])
        for name, groups in known.items()
        for error, (among, wrong) in errors.items()
    ]
    tested = [each.chance for each in found if each.chance is not None]
    adjusted = iter(holm(tested))
    return tuple(
        each if each.chance is None else replace(each, chance=float(next(adjusted))) for each in found
    )


def _expected(rows: Panel) -> Floats:
    """The outcome's rate among all rows of about the same score: a tenth of the rows each."""
    if not len(rows):
        return np.empty(0)
    edges = np.unique(np.quantile(rows.score, np.linspace(0, 1, CLASSES + 1)[1:-1]))
    code = np.searchsorted(edges, rows.score, side="right")
    counts = np.bincount(code, minlength=len(edges) + 1)
    return np.asarray((np.bincount(code, rows.happened, len(edges) + 1) / np.maximum(counts, 1))[code])


def _compared(by: str, error: Error, account: Ints, groups: Groups, wrong: Floats) -> Comparison:
    estimate = mean if error is Error.RATE else _rate
    order = sorted((int(code) for code in np.unique(groups.codes)), key=lambda code: groups.names[code])
    found = {
        code: _group(groups.names[code], account, wrong, groups.codes == code, estimate) for code in order
    }
    enough = [code for code, each in found.items() if each.rate is not None]
    whole = _group("", account, wrong, np.ones(len(wrong), dtype=np.bool_), estimate)
    return Comparison(by, error, whole, tuple(found.values()), _chance(account, groups.codes, wrong, enough))


def _group(
    name: str, account: Ints, wrong: Floats, which: Bools, estimate: Callable[[Floats, Ints], Estimate | None]
) -> GroupError:
    accounts = len(np.unique(account[which]))
    rate = estimate(wrong[which], account[which]) if accounts >= MIN_ACCOUNTS else None
    return GroupError(name, int(np.count_nonzero(which)), accounts, rate)


def _rate(wrong: Floats, account: Ints) -> Estimate | None:
    return share_of(wrong > 0, account)


def _chance(account: Ints, codes: Ints, wrong: Floats, enough: Sequence[int]) -> float | None:
    """How often groups that are alike differ as much: Pearson's chi-square test of homogeneity, over as many rows as the accounts amount to.

    Each group's variance is that of all rows together, as it is if the groups are alike, times by how much rows of one account agree (the
    design effect of Rao and Scott, Journal of the American Statistical Association 76 (1981), 221–230).
    """
    if len(enough) < 2:
        return None
    among = np.isin(codes, enough)
    account, codes, wrong = account[among], codes[among], wrong[among]
    apart = wrong - wrong.mean()
    _, own = np.unique(account, return_inverse=True)
    variance = float(np.mean(np.square(np.bincount(own, apart)))) * (own.max() + 1) / len(wrong)
    if variance <= 0:
        return 1.0
    sums = np.array([apart[codes == code].sum() for code in enough])
    rows = np.array([np.count_nonzero(codes == code) for code in enough])
    return chi_square_tail(float(np.sum(np.square(sums) / rows)) / variance, len(enough) - 1)
