"""Accounts at past instants: what was said of them then, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from keepwell.scoring.observed import Bools, Floats, Groups, Ints, Trits

HAPPENED, KEPT = np.int8(1), np.int8(0)
"""The two states of an outcome that is known."""

CENSORED, TOO_SOON, OTHERWISE, NOT_AT_RISK = np.int8(-1), np.int8(-2), np.int8(-3), np.int8(-4)
"""Why a row cannot be judged: its horizon is not over yet, it happened within the action gap, the account ended for another
cause, or it was not of the population."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One row per account and instant, ordered by instant, then account.

    `as_ofs` are the instants, `point` each row's index into them, `account` its surrogate id. `score` is 0–100 (NaN: none),
    `band` its code (see `scoring.bands`; -1: none), both as they would have been computed then. `state` says what became of it
    (`HAPPENED`, `KEPT`, or why it cannot be judged), `days` how many days after the as_of it happened (NaN: it did not), also
    where the row is censored or too soon. `worth` is the account's value then, `amount` what the outcome was worth (NaN: not
    known). `contacted` tells whether outreach reached the account shortly before the as_of, or in the action gap after it (see `outreach`).
    `groups` are by what results are split: segment, stage, cohort, and declared attributes. `values` are signals.
    """

    as_ofs: tuple[datetime, ...]
    point: Ints
    account: Ints
    score: Floats
    band: Trits
    state: Trits
    days: Floats
    worth: Floats
    amount: Floats
    contacted: Bools
    groups: Mapping[str, Groups] = field(default_factory=dict)
    values: Mapping[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.account)

    @property
    def judged(self) -> Bools:
        """Which rows have both a score and a known outcome."""
        return np.asarray((self.state >= KEPT) & ~np.isnan(self.score))

    @property
    def happened(self) -> Bools:
        """Which rows the outcome happened to."""
        return np.asarray(self.state == HAPPENED)

    def rows(self, which: Bools | Ints) -> "Panel":
        """Some of the rows only, in their order."""
        return replace(
            self,
            **{
                name: getattr(self, name)[which]
                for name in (
                    "point",
                    "account",
                    "score",
                    "band",
                    "state",
                    "days",
                    "worth",
                    "amount",
                    "contacted",
                )
            },
            groups={name: Groups(group.names, group.codes[which]) for name, group in self.groups.items()},
            values={name: column[which] for name, column in self.values.items()},
        )
