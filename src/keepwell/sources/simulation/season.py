"""The simulated calendar: the span that is simulated, its seasons, and local time in a few zones."""

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Days: TypeAlias = NDArray[np.datetime64]
Instants: TypeAlias = NDArray[np.datetime64]
Numbers: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = dict[str, NDArray[Any]]  # the columns of a table, all of one length

HOME = "Europe/Berlin"
AS_OF = date(2025, 6, 30)

# Monday to Sunday, then January to December: how busy offices are, 1 being usual.
WEEKDAYS = np.array([1.0, 1.08, 1.06, 1.0, 0.82, 0.13, 0.09])
MONTHS = np.array([0.97, 1.02, 1.04, 1.0, 0.98, 1.0, 0.93, 0.88, 1.03, 1.05, 1.04, 0.92])

_FIRST_HOUR = np.datetime64("2015-01-01T00", "h")
_HOURS = 12 * 366 * 24


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator of its own for each part of the simulation, so that one part's draws never move another's."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


@dataclass(frozen=True, slots=True)
class Calendar:
    """The simulated span `[start, end)` in local days, counted in weeks from `start`."""

    start: date
    end: date

    @classmethod
    def of(cls, months: int, end: date = AS_OF) -> "Calendar":
        """The given number of months (1 or more), up to and not including `end`."""
        index = end.year * 12 + end.month - months
        return cls(date(index // 12, index % 12 + 1, 1), end)

    @property
    def days(self) -> int:
        """How many days the span has."""
        return (self.end - self.start).days

    @property
    def weeks(self) -> int:
        """How many weeks it takes to cover the span; the last one may reach beyond it."""
        return -(-self.days // 7)

    @property
    def first(self) -> np.datetime64:
        """The first day."""
        return np.datetime64(self.start, "D")

    @property
    def last(self) -> np.datetime64:
        """The day after the last."""
        return np.datetime64(self.end, "D")

    def day(self, week: Any) -> Days:
        """The first day of each week of that number."""
        return np.asarray(self.first + np.asarray(week, dtype="timedelta64[D]") * 7)

    def week(self, days: Days) -> Integers:
        """The number of the week each day lies in; negative before the span."""
        return np.asarray((days.astype("datetime64[D]") - self.first).astype(np.int64) // 7)

    def busy(self) -> Numbers:
        """How busy each day of all weeks is (1 usual): weekday, time of year, and the quiet turn of the year."""
        days = self.first + np.arange(self.weeks * 7)
        month = days.astype("datetime64[M]").astype(np.int64) % 12
        weekday = (days.astype(np.int64) + 3) % 7
        of_year = (days - days.astype("datetime64[Y]")).astype(np.int64)
        quiet = np.where((of_year >= 357) | (of_year <= 1), 0.55, 1.0)
        return np.asarray(WEEKDAYS[weekday] * MONTHS[month] * quiet)


@cache
def _offsets(zone: str) -> NDArray[np.int64]:
    """The zone's offset from UTC in seconds for every hour of twelve years."""
    origin = datetime.fromisoformat(str(_FIRST_HOUR) + ":00").replace(tzinfo=UTC)
    place = ZoneInfo(zone)
    seconds = np.empty(_HOURS, dtype=np.int64)
    for first in range(0, _HOURS, 24):
        day = origin + timedelta(hours=first)
        before, after = (_offset(day + timedelta(hours=hours), place) for hours in (0, 24))
        if before == after:
            seconds[first : first + 24] = before
        else:
            seconds[first : first + 24] = [_offset(day + timedelta(hours=hour), place) for hour in range(24)]
    return seconds


def _offset(instant: datetime, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _shift(instants: Instants, zone: str) -> NDArray[np.timedelta64]:
    hour = (instants.astype("datetime64[h]") - _FIRST_HOUR).astype(np.int64)
    return np.asarray(_offsets(zone)[np.clip(hour, 0, _HOURS - 1)].astype("timedelta64[s]"))


def local(instants: Instants, zone: str) -> Instants:
    """What a clock on the wall in the zone shows at each UTC instant; unknown stays unknown."""
    return np.asarray(instants.astype("datetime64[s]") + _shift(instants, zone))


def utc(clock: Instants, zone: str) -> Instants:
    """The UTC instant at which a clock on the wall in the zone shows each time (at a change, either reading)."""
    clock = clock.astype("datetime64[s]")
    guess = clock - _shift(clock, zone)
    return np.asarray(clock - _shift(guess, zone))
