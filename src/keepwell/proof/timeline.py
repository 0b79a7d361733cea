"""Bands followed account by account through the as_ofs: stays, flaps, warnings, and where accounts stood before it
happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.proof.judged import Codes, coded
from keepwell.proof.panel import CENSORED, HAPPENED, TOO_SOON, Panel
from keepwell.scoring.bands import BY_CODE, NO_BAND
from keepwell.scoring.observed import Bools, Floats, Ints, Trits
from keepwell.scoring.score import Band

GREEN = BY_CODE.index(Band.GREEN)

UNCOVERED = np.int8(-2)
"""Where an account stood at an instant that no as_of covers."""

SAME = 0.1
"""Happenings of one account that lie less than so many days apart are one."""

_DAY = 86_400.0
_A_MOMENT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """Times that accounts spent in a band, from the shortest to the longest: `band` by code, `days` its length, `ended`
    whether it ended while it was watched, `begun` whether its beginning was seen, `row` the panel's row where it was
    first seen, `flap` whether it ended, within the time given, by a return to the band before.
    """

    band: Trits
    days: Floats
    ended: Bools
    begun: Bools
    row: Ints
    account: Codes
    flap: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Happenings:
    """Different happenings of the outcome. `row`: the panel's last row before it. `amount`: what it was worth, by that
    row (NaN: not known); `worth`: the account's value there. `banded`: whether the account had had a band before it,
    and the as_ofs reach up to it. `lead`: days from the first warning to it (NaN: it stood green to the last).
    `from_start`: whether it was never green since it was first seen. `stood`: by days before, the band's code at the
    latest as_of at least so many days before (-1: none, -2: the as_ofs do not cover that day).
    """

    row: Ints
    account: Codes
    at: Floats
    amount: Floats
    worth: Floats
    banded: Bools
    lead: Floats
    from_start: Bools
    stood: dict[int, Trits]


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """What bands did. `years`: for each of the panel's rows, the years since the account's row before (0: its first).
    `every_days`: the median days between as_ofs. `accounts`: how many different ones there are.
    """

    spells: Spells
    happenings: Happenings
    years: Floats
    every_days: float
    accounts: int


class _Fold:
    """Walks through the as_ofs with what each account holds. A gap without a band keeps the last."""

    def __init__(self, panel: Panel, account: Codes, accounts: int, flap_days: float) -> None:
        self.panel, self.account, self.flap_days = panel, account, flap_days
        self.held = np.full(accounts, NO_BAND, dtype=np.int8)
        self.before = np.full(accounts, NO_BAND, dtype=np.int8)
        self.since = np.full(accounts, np.nan)
        self.begun = np.zeros(accounts, dtype=np.bool_)
        self.row = np.full(accounts, -1, dtype=np.int64)
        self.last = np.full(accounts, np.nan)
        self.warned = np.full(accounts, np.nan)
        self.always = np.zeros(accounts, dtype=np.bool_)
        self.years = np.zeros(len(account))
        self.parts: list[Spells] = []

    def step(self, rows: slice, day: float) -> None:
        """One as_of, `day` days after the first, whose rows are `rows`."""
        band = self.panel.band[rows]
        banded = np.flatnonzero(band != NO_BAND)
        place = banded + rows.start
        who, band = self.account[place], band[banded]
        first = self.held[who] == NO_BAND
        self.years[place] = np.where(first, 0.0, (day - self.last[who]) / 365.25)
        self.last[who] = day
        left = ~first & (band != self.held[who])
        self._close(who[left], band[left], day)
        green, new = band == GREEN, first | left
        self.before[who[left]] = self.held[who[left]]
        self.held[who], self.since[who[new]] = band, day
        self.begun[who[new]], self.row[who[new]] = left[new], place[new]
        starts = ~green & np.isnan(self.warned[who])
        self.warned[who[starts]], self.always[who[starts]] = day, first[starts]
        self.warned[who[green]] = np.nan

    def _close(self, who: Codes, to: Trits, day: float) -> None:
        days = day - self.since[who]
        flap = self.begun[who] & (to == self.before[who]) & (days <= self.flap_days + _A_MOMENT)
        ended = np.ones(len(who), dtype=np.bool_)
        self.parts.append(Spells(self.held[who], days, ended, self.begun[who], self.row[who], who, flap))

    def spells(self) -> Spells:
        """All spells, those still going on among them."""
        who = np.flatnonzero(self.held != NO_BAND).astype(np.int32)
        none = np.zeros(len(who), dtype=np.bool_)
        days = self.last[who] - self.since[who]
        going_on = Spells(self.held[who], days, none, self.begun[who], self.row[who], who, none)
        parts = [*self.parts, going_on]
        order = np.argsort(np.concatenate([part.days for part in parts]), kind="stable")
        return Spells(
            *(
                np.concatenate([getattr(part, name) for part in parts])[order]
                for name in ("band", "days", "ended", "begun", "row", "account", "flap")
            )
        )


def timeline(panel: Panel, days_before: Sequence[int], flap_days: float) -> Timeline | None:
    """Follows the bands; `None` if there are fewer than two as_ofs, as nothing can then be seen to move."""
    if len(panel.as_ofs) < 2 or not len(panel):
        return None
    account, accounts = coded(panel.account)
    days = np.array([(as_of - panel.as_ofs[0]).total_seconds() / _DAY for as_of in panel.as_ofs])
    every = float(np.median(np.diff(days)))
    found = _happenings(panel, account, days, days_before)
    fold = _Fold(panel, account, accounts, flap_days)
    starts = np.searchsorted(panel.point, np.arange(len(days) + 1))
    upto = np.append(days[1:], days[-1] + every)
    for point, day in enumerate(days):
        rows = slice(int(starts[point]), int(starts[point + 1]))
        fold.step(rows, float(day))
        _stand(found, rows, (float(day), float(upto[point])), fold)
    return Timeline(fold.spells(), found, fold.years, every, accounts)


def _happenings(panel: Panel, account: Codes, days: Floats, days_before: Sequence[int]) -> Happenings:
    """One per account and instant, by its last row before it."""
    known = np.isin(panel.state, (HAPPENED, TOO_SOON, CENSORED)) & ~np.isnan(panel.days)
    rows = np.flatnonzero(known)
    at = days[panel.point[rows]] + panel.days[rows]
    order = np.lexsort((at, account[rows]))
    rows, at = rows[order], at[order]
    who = account[rows]
    new = np.append(True, (who[1:] != who[:-1]) | (at[1:] - at[:-1] > SAME)) if len(rows) else rows > 0
    heads = np.flatnonzero(new)
    last = np.maximum.reduceat(rows, heads) if len(heads) else heads
    count = len(last)
    return Happenings(
        row=last,
        account=who[heads],
        at=at[heads],
        amount=panel.amount[last],
        worth=panel.worth[last],
        banded=np.zeros(count, dtype=np.bool_),
        lead=np.full(count, np.nan),
        from_start=np.zeros(count, dtype=np.bool_),
        stood={number: np.full(count, UNCOVERED, dtype=np.int8) for number in days_before},
    )


def _stand(found: Happenings, rows: slice, between: tuple[float, float], fold: _Fold) -> None:
    """Notes what accounts hold for whom it happened before the next as_of, and for whom it happened so many days later."""
    day, until = between
    now = np.flatnonzero((found.at >= day - _A_MOMENT) & (found.at < until - _A_MOMENT))
    who = found.account[now]
    found.banded[now] = fold.held[who] != NO_BAND
    found.lead[now] = found.at[now] - fold.warned[who]
    found.from_start[now] = fold.always[who] & ~np.isnan(fold.warned[who])
    here = np.full(len(fold.held), NO_BAND, dtype=np.int8)
    here[fold.account[rows]] = fold.panel.band[rows]
    for number, stood in found.stood.items():
        then = found.at - number
        covered = (then >= day - _A_MOMENT) & (then < until - _A_MOMENT)
        stood[covered] = here[found.account[covered]]
