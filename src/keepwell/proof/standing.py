"""What became of accounts by the band they stood in."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.interval import Estimate, share
from keepwell.proof.judged import Judged
from keepwell.scoring.bands import BY_CODE, NO_BAND, band_of
from keepwell.scoring.observed import Floats
from keepwell.scoring.score import Band

MIN_ACCOUNTS = 10
"""The least number of different accounts of which a band's rate is shown."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The judged rows of one band (`None`: those with a score but no band).

    `share`: of all judged rows, 0–1. `accounts`: how many different ones they are of. `happened`: the rows that the
    outcome happened to. `rate`: their share (`None`: too few accounts). `worth`: the accounts' value summed over the
    rows, in the project's currency (`None`: none is known). `worth_happened`: that of the rows it happened to.
    `worth_rate`: the ratio of the two.
    """

    band: Band | None
    rows: int
    accounts: int
    share: float
    happened: int
    rate: Estimate | None
    worth: float | None
    worth_happened: float | None
    worth_rate: Estimate | None


def standings(rows: Judged, worth: Floats | None = None) -> tuple[Standing, ...]:
    """Green, yellow, red and, if there are any, the rows without a band (`columns["band"]`). `worth` is 0 or more, NaN
    if unknown.
    """
    codes = [*reversed(range(len(BY_CODE))), int(NO_BAND)]
    places = (rows.columns["band"].astype(np.int64) + 1) * rows.accounts + rows.account
    size = (len(BY_CODE) + 1) * rows.accounts

    def table(weights: Floats | None) -> Floats:
        return np.bincount(places, weights, size).reshape(len(BY_CODE) + 1, rows.accounts).astype(np.float64)

    happened = rows.happened.astype(np.float64)
    seen, hit = table(None), table(happened)
    value = None if worth is None or np.isnan(worth).all() else np.nan_to_num(worth)
    worths = None if value is None else (table(value), table(value * happened))
    return tuple(
        _standing(
            band_of(code),
            len(rows),
            (seen[code + 1], hit[code + 1]),
            None if worths is None else (worths[0][code + 1], worths[1][code + 1]),
        )
        for code in codes
        if code != NO_BAND or seen[0].any()
    )


def _standing(
    band: Band | None, judged: int, rows: tuple[Floats, Floats], worths: tuple[Floats, Floats] | None
) -> Standing:
    seen, hit = rows
    accounts = int(np.count_nonzero(seen))
    enough = accounts >= MIN_ACCOUNTS
    return Standing(
        band=band,
        rows=int(seen.sum()),
        accounts=accounts,
        share=float(seen.sum()) / judged,
        happened=int(hit.sum()),
        rate=share(hit, seen) if enough else None,
        worth=float(worths[0].sum()) if worths else None,
        worth_happened=float(worths[1].sum()) if worths else None,
        worth_rate=share(worths[1], worths[0]) if worths and enough else None,
    )
