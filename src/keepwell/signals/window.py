"""Spans and windows of time, and the instants at which they begin and end.

Days, weeks, months and years are calendar spans in the project's zone: `28 days` before 9:00 local time is 9:00 local
time, whatever daylight saving did in between. Hours are elapsed time. A window is half-open, `[from, to)`.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Unit(StrEnum):
    """The units a span is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


_SPAN = re.compile(r"^\s*(\d+)\s*(hour|day|week|month|year)s?\s*$")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, such as 28 days: `count` (0 or more) of a `unit`."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Reads `28 days`, `1 week` or `12 hours`.

        Raises:
            ValueError: the text is no span; the message says what would be.
        """
        match = _SPAN.match(text)
        if match is None:
            raise ValueError(f"{text!r} is not a span of time such as '28 days', '3 months' or '12 hours'")
        return cls(int(match[1]), Unit(match[2] + "s"))

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}"

    @property
    def days(self) -> float:
        """The length in days, a month being 30 and a year 365: for rates and comparisons, never for window edges."""
        return self.count * {"hours": 1 / 24, "days": 1, "weeks": 7, "months": 30, "years": 365}[self.unit]

    def before(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The instant (UTC) that lies this span before `instant`, which is aware.

        A local time that daylight saving skips is read with the offset before the change; one that occurs twice is
        the first. A day that a shorter month lacks becomes that month's last.
        """
        return self._away(instant, zone, -1)

    def after(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The instant (UTC) that lies this span after `instant`, which is aware; local times are read as `before` does."""
        return self._away(instant, zone, +1)

    def _away(self, instant: datetime, zone: ZoneInfo, sign: int) -> datetime:
        count = sign * self.count
        if self.unit is Unit.HOURS:
            return instant.astimezone(UTC) + timedelta(hours=count)
        local = instant.astimezone(zone).replace(tzinfo=None, fold=0)
        if self.unit in (Unit.DAYS, Unit.WEEKS):
            moved = local + timedelta(days=count * (7 if self.unit is Unit.WEEKS else 1))
        else:
            moved = _months_away(local, count * (12 if self.unit is Unit.YEARS else 1))
        return moved.replace(tzinfo=zone).astimezone(UTC)


NO_TIME = Span(0, Unit.DAYS)
"""No time at all."""


def _months_away(local: datetime, months: int) -> datetime:
    index = local.year * 12 + local.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


@dataclass(frozen=True, slots=True)
class Window:
    """The instants from `start` before D up to, but not including, `end` before D (`None`: D itself)."""

    start: Span
    end: Span | None = None

    def bounds(self, as_of: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The window's first instant and the instant after its last, in UTC, as of `as_of`."""
        end = as_of.astimezone(UTC) if self.end is None else self.end.before(as_of, zone)
        return self.start.before(as_of, zone), end

    @property
    def days(self) -> float:
        """The window's length in days, as `Span.days` counts them."""
        return self.start.days - (self.end.days if self.end else 0)

    def __str__(self) -> str:
        return f"{self.start}" if self.end is None else f"{self.start} to {self.end} ago"


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an aware instant in the zone."""
    return instant.astimezone(zone).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) of a calendar day in the zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
