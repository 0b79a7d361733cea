"""What looking at the riskiest first yields, by tenths of the rows."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.interval import Estimate, share
from keepwell.proof.judged import Judged
from keepwell.scoring.observed import Floats

DECILES = 10


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the judged rows, by risk. Rows of equal risk on a border are shared between both sides.

    `number`: 1 (the riskiest) to 10. `rows`: how many rows it holds, a fraction where a tie is shared. `happened`: how
    many of them the outcome happened to. `rate`: their ratio, with its interval. `lift`: that rate divided by the rate
    of all rows (1: no better than chance). `captured`: the share (0–1) of all outcomes that lie in this decile and the
    riskier ones. `worth`: the accounts' value in the project's currency, summed over the rows; `worth_happened`: that
    of the rows it happened to (both `None`: no value is known). `worth_captured`: the share of all `worth_happened` in
    this decile and the riskier ones (`None` also: it is 0). `least_risk`: the lowest risk in it.
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


def deciles(rows: Judged, worth: Floats | None = None) -> tuple[Decile, ...]:
    """The tenths of sorted rows, at least one of which the outcome happened to. `worth`, in the same order, is 0 or
    more, NaN if unknown.
    """
    cuts = np.linspace(0, len(rows), DECILES + 1)
    happened = _at(cuts, rows, rows.happened.astype(np.float64))
    known = worth is not None and bool((~np.isnan(worth)).any())
    worths = lost = np.zeros(DECILES + 1)
    if worth is not None and known:
        value = np.nan_to_num(worth)
        worths, lost = _at(cuts, rows, value), _at(cuts, rows, value * rows.happened)
    size, overall = len(rows) / DECILES, float(happened[-1]) / len(rows)
    made = []
    for number in range(1, DECILES + 1):
        here = float(happened[number] - happened[number - 1])
        rate = _rate(rows, cuts[number - 1], cuts[number], here / size)
        made.append(
            Decile(
                number=number,
                rows=size,
                happened=here,
                rate=rate,
                lift=rate.value / overall,
                captured=float(happened[number] / happened[-1]),
                worth=float(worths[number] - worths[number - 1]) if known else None,
                worth_happened=float(lost[number] - lost[number - 1]) if known else None,
                worth_captured=float(lost[number] / lost[-1]) if lost[-1] > 0 else None,
                least_risk=float(rows.risk[max(int(np.ceil(cuts[number])) - 1, 0)]),
            )
        )
    return tuple(made)


def _at(cuts: Floats, rows: Judged, weights: Floats) -> Floats:
    """The sum of weights of the first so many rows; a tie that a cut goes through gives its share."""
    tie = np.searchsorted(rows.ends, cuts)
    high = rows.ends[tie]
    low = np.where(tie > 0, rows.ends[tie - 1], 0)
    edges = np.unique(np.concatenate((low, high)))
    running = np.append(0.0, np.cumsum(np.add.reduceat(weights, edges[:-1])))
    below, upto = running[np.searchsorted(edges, low)], running[np.searchsorted(edges, high)]
    return np.asarray(below + (upto - below) * (cuts - low) / (high - low))


def _rate(rows: Judged, start: float, end: float, rate: float) -> Estimate:
    """The rate's interval, from the accounts whose rows (nearly) make up the decile."""
    where = slice(int(start), max(int(np.ceil(end)), int(start) + 1))
    part = rows.by_account(rows.happened[where].astype(np.float64), where)
    found = share(part, rows.by_account(None, where), min(max(rate, 0.0), 1.0))
    assert found is not None
    return found
