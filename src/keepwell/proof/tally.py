"""What evidence rests on: how many rows and accounts, and why others could not be judged."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.judged import Codes, Judged
from keepwell.proof.panel import CENSORED, HAPPENED, KEPT, NOT_AT_RISK, OTHERWISE, TOO_SOON
from keepwell.scoring.observed import Ints, Trits

MIN_OUTCOMES = 10
"""The least number of accounts that the outcome happened to, below which no figure is shown."""

MIN_OTHERS = 10
"""The least number of accounts that it did not happen to, below which no figure is shown."""

_STATES = (HAPPENED, KEPT, CENSORED, TOO_SOON, OTHERWISE, NOT_AT_RISK)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of rows (an account at an as_of) and of different accounts.

    `rows`: all rows. `judged`: those with both a score and a known outcome; every figure is over these alone.
    `accounts`: how many different accounts they are of. `happened`: judged rows that the outcome happened to;
    `outcomes`: of how many different accounts; `others`: how many different accounts have a judged row that it did not
    happen to. `contacted`: judged rows that outreach reached (see `outreach`).

    Not judged: `censored` (the horizon is not over yet), `too_soon` (it happened within the action gap), `otherwise`
    (the account ended for another cause), `not_at_risk` (not of the outcome's population), `unscored` (the outcome is
    known, but there was no score).
    """

    rows: int
    judged: int
    accounts: int
    happened: int
    outcomes: int
    others: int
    contacted: int
    censored: int
    too_soon: int
    otherwise: int
    not_at_risk: int
    unscored: int

    @property
    def enough(self) -> bool:
        """Whether there are enough outcomes, and enough others, for figures."""
        return enough(self.outcomes, self.others)

    @property
    def rate(self) -> float:
        """The share of judged rows that the outcome happened to, 0–1 (0 if none is judged)."""
        return self.happened / self.judged if self.judged else 0.0


def enough(outcomes: int, others: int) -> bool:
    """Whether so many accounts that it happened to, and so many others, are enough for figures."""
    return outcomes >= MIN_OUTCOMES and others >= MIN_OTHERS


def tally(states: Ints, rows: Judged) -> Tally:
    """Counts from the number of rows in each state (see `states`), and the judged ones among them."""
    happened, kept, censored, too_soon, otherwise, not_at_risk = (int(count) for count in states)
    seen, hit = rows.by_account(), rows.by_account(None, rows.happened)
    return Tally(
        rows=int(states.sum()),
        judged=len(rows),
        accounts=int(np.count_nonzero(seen)),
        happened=int(hit.sum()),
        outcomes=int(np.count_nonzero(hit)),
        others=int(np.count_nonzero(seen - hit)),
        contacted=int(np.count_nonzero(rows.columns["contacted"])),
        censored=censored,
        too_soon=too_soon,
        otherwise=otherwise,
        not_at_risk=not_at_risk,
        unscored=happened + kept - len(rows),
    )


def states_by(state: Trits, codes: Codes, groups: int) -> Ints:
    """How many rows of each group are in each state: groups × (happened, kept, censored, too soon, otherwise, not at
    risk).
    """
    places = codes.astype(np.int32) * np.int32(len(_STATES)) + (np.int8(HAPPENED) - state).astype(np.int32)
    return np.bincount(places, minlength=groups * len(_STATES)).reshape(groups, len(_STATES))
