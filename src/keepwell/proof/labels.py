"""Labels: what became of each account after each instant, and where that cannot be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import CENSORED, HAPPENED, KEPT, NOT_AT_RISK, OTHERWISE, TOO_SOON
from keepwell.scoring.observed import Bools, Floats, Ints, Trits

Instants: TypeAlias = npt.NDArray[np.datetime64]

_Kind = TypeVar("_Kind", bound=np.generic)
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True, eq=False)
class Happenings:
    """Everything that happened, a row each, sorted by account, then instant.

    `account` is a surrogate id, `at` the instant (`datetime64[us]`, naive UTC), `amount` what it was worth (NaN: not known).
    `counts` is false where an account ended for another cause than the outcome asks for.
    """

    account: Ints
    at: Instants
    amount: Floats
    counts: Bools

    @classmethod
    def of(cls, account: Ints, at: Instants, amount: Floats, counts: Bools) -> "Happenings":
        """Happenings in any order, put in theirs; of one account and instant those that count come first."""
        order = np.lexsort((~counts, at, account))
        return cls(account[order], at[order].astype("datetime64[us]"), amount[order], counts[order])

    def __len__(self) -> int:
        return len(self.account)

    def only(self, which: Bools) -> "Happenings":
        """Some of them, in their order."""
        return Happenings(self.account[which], self.at[which], self.amount[which], self.counts[which])


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What became of the rows of a panel: `state`, `days` and `amount` as `proof.panel.Panel` means them."""

    state: Trits
    days: Floats
    amount: Floats


def labelled(
    outcome: Outcome,
    happenings: Happenings,
    as_ofs: Sequence[datetime],
    point: Ints,
    account: Ints,
    *,
    at_risk: Bools,
    through: datetime,
    zone: ZoneInfo,
) -> Labels:
    """What became of each row: of `account[i]` as of `as_ofs[point[i]]`.

    The horizon as of D is `[D + gap, D + gap + horizon)`, in calendar spans of the zone. `through` (aware) is the instant up to
    which everything that happened is known; what is said to have happened later is not used. The first of these that holds
    is the state:

    - `NOT_AT_RISK`: the row is not `at_risk`.
    - `CENSORED`: the horizon ends after `through`. This is so even if it is known to have happened already: of accounts whose
      horizon is not over only those are known to whom it did happen, never those to whom it did not, so that keeping
      them would make every late as_of look like a catastrophe. Methods for censored times have `days`.
    - The account's first happening at or after D decides: one before the horizon's end that does not count is `OTHERWISE`; one
      that does is `TOO_SOON` within the gap, `HAPPENED` within the horizon.
    - `KEPT`: nothing happened before the horizon's end.

    `days` is the time from D to the first happening that counts at or after D, in days of 24 hours, however late it comes (NaN:
    none), and `amount` what that was worth.
    """
    known = happenings.only(happenings.at <= np.datetime64(_naive(through), "us"))
    starts = [outcome.gap.after(at, zone) for at in as_ofs]
    ends = [outcome.horizon.after(start, zone) for start in starts]
    as_of, start, end = (_instants(each)[point] for each in (as_ofs, starts, ends))
    search = _Search.over(as_ofs)
    first = search.first(known, point, account)
    counting, decisive = known, first
    if not known.counts.all():
        counting = known.only(known.counts)
        decisive = search.first(counting, point, account)
    found = first >= 0
    at = np.where(found, _taken(known.at, first), np.datetime64("NaT", "us"))
    counts = np.where(found, _taken(known.counts, first), False)
    state = np.full(len(point), KEPT, dtype=np.int8)
    within = found & (at < end)
    state[within & counts] = HAPPENED
    state[within & counts & (at < start)] = TOO_SOON
    state[within & ~counts] = OTHERWISE
    censored = _instants(ends) > np.datetime64(_naive(through), "us")
    if censored.any():
        state[censored[point]] = CENSORED
    state[~at_risk] = NOT_AT_RISK
    elapsed = (_taken(counting.at, decisive) - as_of) / _DAY
    return Labels(
        state,
        np.where(decisive >= 0, elapsed, np.nan),
        np.where(decisive >= 0, _taken(counting.amount, decisive), np.nan),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Finds, for many accounts and instants at once, the first happening at or after the instant.

    An instant is replaced by its rank among the as_ofs, and account and rank are packed into one number: one binary search
    per row over one sorted array, instead of one per account.
    """

    instants: Instants
    rank: Ints

    @classmethod
    def over(cls, as_ofs: Sequence[datetime]) -> "_Search":
        instants, rank = np.unique(_instants(as_ofs), return_inverse=True)
        return cls(instants, rank.astype(np.int64))

    def first(self, happenings: Happenings, point: Ints, account: Ints) -> Ints:
        """The position of the first happening of each row's account at or after its instant; -1 if there is none."""
        width = len(self.instants) + 1
        passed = np.searchsorted(self.instants, happenings.at, side="right")
        keys = happenings.account * width + passed
        wanted = account * width + self.rank[point] + 1
        place = np.searchsorted(keys, wanted, side="left")
        same = place < len(keys)
        same[same] = happenings.account[place[same]] == account[same]
        return np.where(same, place, -1)


def _taken(values: npt.NDArray[_Kind], places: Ints) -> npt.NDArray[_Kind]:
    """The values at the places; any value at all where a place is -1."""
    return values[places] if len(values) else np.zeros(len(places), dtype=values.dtype)


def _instants(values: Sequence[datetime]) -> Instants:
    return np.array([_naive(value) for value in values], dtype="datetime64[us]")


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
