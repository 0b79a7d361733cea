"""The people at the accounts: who uses the product, since when, and the champions who come and leave."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keepwell.sources.simulation.causes import Life
from keepwell.sources.simulation.season import Calendar, Days, Integers, Numbers, stream
from keepwell.sources.simulation.world import World

ROLES = ("champion", "sponsor", "admin", "user")
_NEVER = 1_000_000  # a week that does not come


@dataclass(frozen=True, slots=True)
class People:
    """Every person, one array element each, and who may act for an account in a week.

    An account's users stand one after the other from `first[account]`, its first champion before all; later champions
    come at the end. `champion` (weeks × accounts) is the champion's number, -1 while there is none. `left_week` is the
    first week without the person.
    """

    ids: NDArray[np.str_]
    account: Integers
    role: Integers
    joined: Days
    left: Days
    left_week: Integers
    first: Integers
    champion: Integers

    def __len__(self) -> int:
        return len(self.ids)

    def choose(self, account: Integers, week: Integers, users: Integers, draw: Numbers) -> Integers:
        """The person who acted: of the account's `users` (1 or more) that week; the earlier ones act more.

        `draw` is uniform on 0–1. The first place is the champion's; while it is empty, or where a user has left, a
        neighbour acts.
        """
        place = np.minimum((users * draw**1.5).astype(np.int64), users - 1)
        person = self.first[account] + place
        champion = self.champion[week, account]
        deputy = self.first[account] + np.minimum(users - 1, 1)
        person = np.where(place == 0, np.where(champion >= 0, champion, deputy), person)
        gone = (self.left_week[person] <= week) & (place > 1)
        return np.asarray(np.where(gone, person - 1, person))

    def someone(self, account: Integers, week: Integers, draw: Numbers) -> Integers:
        """The champion if there is one (three times in four), else one of the first users."""
        champion = self.champion[week, account]
        other = self.first[account] + np.minimum((draw * 3).astype(np.int64), self._users(account) - 1)
        return np.asarray(np.where((champion >= 0) & (draw < 0.75), champion, other))

    def _users(self, account: Integers) -> Integers:
        ends = np.append(self.first[1:], self._first_of_later_champions)
        return np.asarray((ends - self.first)[account])

    @property
    def _first_of_later_champions(self) -> int:
        return int(np.nonzero(np.diff(self.account) < 0)[0][0] + 1) if self._has_later else len(self)

    @property
    def _has_later(self) -> bool:
        return bool((np.diff(self.account) < 0).any())


def gather(seed: int, world: World, calendar: Calendar, life: Life) -> People:
    """Finds out who the people of each account are from how many used the product, and when its champions changed."""
    rng = stream(seed, "people")
    reached = np.maximum.accumulate(np.where(life.active, life.users, 0), axis=0)
    most = np.maximum(reached[-1], 1)
    first = np.concatenate([[0], np.cumsum(most)[:-1]])
    account = np.repeat(np.arange(len(world)), most)
    place = np.arange(len(account)) - first[account]
    week = np.concatenate(
        [np.searchsorted(reached[:, one], np.arange(1, most[one] + 1)) for one in range(len(world))]
    )
    began = world.began[account]
    in_span = calendar.day(np.minimum(week, calendar.weeks - 1))
    earlier = began + (rng.random(len(account)) * (calendar.first - began).astype(np.int64)).astype(
        "timedelta64[D]"
    )
    joined = np.where((week == 0) & (began < calendar.first), earlier, np.maximum(in_span, began))
    role = np.where(
        place == 0, 0, np.where(place == 1, 2, np.where((place == 2) & (most[account] > 8), 1, 3))
    )
    leaves = (rng.random(len(account)) < 0.12) & (place > 2)
    left_week = np.where(leaves, np.maximum(week, 0) + 4 + rng.integers(0, 100, len(account)), _NEVER)
    champion, later = _champions(life, first, left_week, len(account))
    account = np.concatenate([account, later[0]])
    joined = np.concatenate([joined, calendar.day(later[1])])
    role = np.concatenate([role, np.zeros(len(later[0]), dtype=np.int64)])
    left_week = np.concatenate([left_week, later[2]])
    left = np.where(
        left_week < calendar.weeks,
        calendar.day(np.minimum(left_week, calendar.weeks)),
        np.datetime64("NaT", "D"),
    )
    ids = np.array([f"P{100_000 + number}" for number in range(len(account))])
    return People(ids, account, role, joined, left, left_week, first, champion)


def _champions(
    life: Life, first: Integers, left_week: Integers, people: int
) -> tuple[Integers, tuple[Integers, Integers, Integers]]:
    """Who is champion when; the accounts, first and last weeks of the later champions. First ones' ends are noted."""
    weeks = len(life.champion)
    present = life.champion | ~life.active
    champion = np.where(present, first, -1)
    later_account: list[int] = []
    later_from: list[int] = []
    later_until: list[int] = []
    for account in np.nonzero((~present).any(axis=0))[0]:
        edges = np.diff(present[:, account].astype(np.int8), prepend=np.int8(1))
        absences = np.nonzero(edges == -1)[0]
        returns = np.nonzero(edges == 1)[0]
        left_week[first[account]] = absences[0]
        champion[absences[0] :, account] = -1
        for number, week in enumerate(returns):
            end = int(absences[number + 1]) if number + 1 < len(absences) else weeks
            if not life.active[week, account]:
                continue
            champion[week:end, account] = people + len(later_account)
            later_account.append(int(account))
            later_from.append(int(week))
            later_until.append(end if end < weeks else _NEVER)
    later = (np.array(later_account, int), np.array(later_from, int), np.array(later_until, int))
    return champion, later
