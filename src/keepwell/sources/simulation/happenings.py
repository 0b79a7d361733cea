"""When things happen: random occurrences at working hours, from expected counts per week and account."""

from dataclasses import dataclass

import numpy as np

from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import HOME, Calendar, Instants, Integers, Numbers, utc
from keepwell.sources.simulation.world import PLACES, World


@dataclass(frozen=True, slots=True)
class Happenings:
    """Occurrences in order of time: the account, the week and the instant (UTC) of each."""

    account: Integers
    week: Integers
    at: Instants

    def __len__(self) -> int:
        return len(self.account)


def happen(rng: np.random.Generator, scene: Scene, expected: Numbers) -> Happenings:
    """Draws occurrences from `expected` (weeks × accounts), all within the span and the accounts' own lives."""
    counts = rng.poisson(np.where(scene.life.active, expected, 0.0))
    weeks, accounts = np.nonzero(counts)
    repeats = counts[weeks, accounts]
    week, account = np.repeat(weeks, repeats), np.repeat(accounts, repeats)
    clock = _days(rng, scene.calendar, week) + _hours(rng, len(week))
    at = _instants(scene.world, account, clock)
    kept = at >= np.maximum(home(scene.world.began), home(scene.calendar.first))[account]
    kept &= at < home(np.where(scene.life.left, scene.life.ended, scene.calendar.last))[account]
    order = np.argsort(at[kept], kind="stable")
    return Happenings(account[kept][order], week[kept][order], at[kept][order])


def home(days: Instants | np.datetime64) -> Instants:
    """The instant (UTC) at which each day begins where the firm is."""
    return utc(np.asarray(days).astype("datetime64[D]").astype("datetime64[s]"), HOME)


def office(rng: np.random.Generator, days: Instants) -> Instants:
    """An instant (UTC) in the firm's own office hours on each day; unknown stays unknown."""
    return utc(np.asarray(days.astype("datetime64[s]") + _hours(rng, len(days))), HOME)


def later(rng: np.random.Generator, at: Instants, median_hours: Numbers | float, spread: float) -> Instants:
    """An instant after each, by a log-normal delay of the given median and spread (of the log)."""
    hours = median_hours * np.exp(rng.normal(0, spread, len(at)))
    return np.asarray(at + (hours * 3600).astype("timedelta64[s]"))


def until(instants: Instants, end: Instants | np.datetime64) -> Instants:
    """The instants that come before the end; the others have not happened."""
    return np.where(instants < end, instants, np.datetime64("NaT", "s"))


def _days(rng: np.random.Generator, calendar: Calendar, week: Integers) -> Instants:
    busy = calendar.busy().reshape(calendar.weeks, 7)
    reach = np.cumsum(busy / busy.sum(axis=1, keepdims=True), axis=1)
    day = (rng.random(len(week))[:, None] > reach[week, :6]).sum(axis=1)
    return np.asarray((calendar.day(week) + day.astype("timedelta64[D]")).astype("datetime64[s]"))


def _hours(rng: np.random.Generator, count: int) -> np.ndarray[tuple[int], np.dtype[np.timedelta64]]:
    """Times of the day: mostly 8 to 18, with a long evening."""
    hours = 7.5 + 10.5 * (rng.random(count) + rng.random(count) + rng.random(count)) / 3
    late = rng.random(count) < 0.05
    hours = np.where(late, rng.uniform(6, 23.5, count), hours)
    return (hours * 3600).astype("timedelta64[s]")


def _instants(world: World, account: Integers, clock: Instants) -> Instants:
    place = world.place[account]
    at = np.empty(len(clock), dtype="datetime64[s]")
    for number, (_, zone, _, _) in enumerate(PLACES):
        here = place == number
        at[here] = utc(clock[here], zone)
    return at
