"""Times of day, business days and quiet hours as clocks show them where a contact is.

All instants that go in are aware, all that come out are UTC. A clock that is put forward passes over times, one that is put back
shows some twice; between two such changes it runs evenly, so that whatever is looked for is found by going from one time of
interest, or change of the clock, to the next.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from keepwell.signals.window import Span, Unit, local_date

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MIDNIGHT = time(0)
_FARTHEST = 4000
"""So many days, or times of interest, are looked through before it is said that none will do: some ten years."""


@dataclass(frozen=True, slots=True)
class Workdays:
    """The days on which people work: weekdays (0 is Monday) that are no holidays.

    Raises:
        ValueError: no weekday is among them, or one that is none.
    """

    weekdays: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError("business days are some of 0 (Monday) to 6 (Sunday)")

    def open(self, day: date) -> bool:
        """Whether people work on the day."""
        return day.weekday() in self.weekdays and day not in self.holidays


MONDAY_TO_FRIDAY = Workdays()
"""The usual week, without holidays."""

EVERY_DAY = Workdays(frozenset(range(7)))
"""No day is kept free."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Times of day, from `start` up to but not including `end`, at which nobody is disturbed; over midnight if `end` comes before `start`.

    Raises:
        ValueError: both are the same.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError(f"quiet hours that begin and end at {self.start:%H:%M} are none, or all day")

    def hold(self, shown: time) -> bool:
        """Whether it is quiet when the clock shows that time."""
        if self.start < self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """From `start` up to but not including `end`, on business days.

    Raises:
        ValueError: they end before they begin.
    """

    start: time = time(9)
    end: time = time(17)
    days: Workdays = MONDAY_TO_FRIDAY

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("business hours begin before they end, on the same day")

    def open(self, shown: datetime) -> bool:
        """Whether people work when the clock shows that day and time."""
        return self.days.open(shown.date()) and self.start <= shown.time() < self.end


def next_change(after: datetime, until: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant after one, up to and including another (at most a day or so later), at which the zone's clock is put forward or back."""
    offset = after.astimezone(zone).utcoffset()
    if until.astimezone(zone).utcoffset() == offset:
        return None
    early, late = after.astimezone(UTC).replace(microsecond=0), until.astimezone(UTC)
    if late.microsecond:
        late = late.replace(microsecond=0) + _SECOND
    while late - early > _SECOND:
        middle = early + timedelta(seconds=(late - early) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late


def first_at(day: date, hour: time, zone: ZoneInfo) -> datetime | None:
    """The first instant of a day at which the clock shows the hour or a later one; `None` if there is none.

    An hour that the clock passes over is thus the end of the gap; of one that it shows twice it is the first.
    """
    wall = datetime.combine(day, hour)
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None, fold=0) != wall:
        before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
        found = next_change(before, found, zone) or found
    return found if local_date(found, zone) == day else None


def earliest_at(instant: datetime, hour: time, zone: ZoneInfo, days: Workdays = EVERY_DAY) -> datetime:
    """The earliest instant, from one on, that is the first of a business day at which the clock shows the hour or a later one.

    A day on which the clock never shows it (the evening is passed over, or the day as a whole) is passed over too.

    Raises:
        ValueError: there is no such day in the next ten years.
    """
    day = local_date(instant, zone)
    for _ in range(_FARTHEST):
        found = first_at(day, hour, zone) if days.open(day) else None
        if found is not None and found >= instant:
            return found
        day += _DAY
    raise ValueError("there is no business day in the next ten years")


def later(instant: datetime, span: Span, zone: ZoneInfo, days: Workdays | None = None) -> datetime:
    """The instant that lies a span after one; if `days` are given, days of the span are counted in these.

    So many business days later is the same local time on the so manieth business day after the local day of `instant`; weeks, months,
    years and hours stay as long as they are.

    Raises:
        ValueError: there are not that many business days in the next ten years.
    """
    if days is None or span.unit is not Unit.DAYS or not span.count:
        return span.after(instant, zone)
    shown = instant.astimezone(zone)
    day, left = shown.date(), span.count
    for _ in range(_FARTHEST):
        day += _DAY
        found = first_at(day, shown.time().replace(fold=0), zone) if days.open(day) else None
        left -= found is not None
        if found is not None and not left:
            return found
    raise ValueError(f"there are not {span.count} business days in the next ten years")


def next_allowed(
    instant: datetime, zone: ZoneInfo, quiet: QuietHours | None = None, days: Workdays = EVERY_DAY
) -> datetime:
    """The earliest instant, from one on, that is on a business day and in no quiet hours.

    Raises:
        ValueError: there is none in the next years.
    """
    marks = (_MIDNIGHT,) if quiet is None else (_MIDNIGHT, quiet.start, quiet.end)
    return _earliest(
        instant,
        zone,
        marks,
        lambda shown: days.open(shown.date()) and (quiet is None or not quiet.hold(shown.time())),
    )


def due(instant: datetime, work: timedelta, hours: BusinessHours, zone: ZoneInfo) -> datetime:
    """The earliest instant by which business hours have gone on for as long as `work` since `instant`.

    Raises:
        ValueError: there are not that many in the next years.
    """
    at, left = instant.astimezone(UTC), work
    marks = (_MIDNIGHT, hours.start, hours.end)
    for _ in range(_FARTHEST):
        if left <= timedelta(0):
            return at
        at = _earliest(at, zone, marks, hours.open)
        until = min(_next_mark(at, zone, marks), at + left)
        left -= until - at
        at = until
    raise ValueError(f"business hours do not come to {work} in the next years")


def _earliest(
    instant: datetime, zone: ZoneInfo, marks: tuple[time, ...], fits: Callable[[datetime], bool]
) -> datetime:
    """The earliest instant, from one on, whose local time fits; that changes at the marks alone, or with the clock."""
    at = instant.astimezone(UTC)
    for _ in range(_FARTHEST):
        if fits(at.astimezone(zone)):
            return at
        at = _next_mark(at, zone, marks)
    raise ValueError("there is no time that is allowed in the next years")


def _next_mark(at: datetime, zone: ZoneInfo, marks: tuple[time, ...]) -> datetime:
    """The next instant at which the clock shows one of the marks, or is put forward or back."""
    shown = at.astimezone(zone)
    of_day = _since_midnight(shown.time())
    ahead = min((_since_midnight(mark) - of_day) % _DAY or _DAY for mark in marks)
    reached = at.astimezone(UTC) + ahead
    return next_change(at, reached, zone) or reached


def _since_midnight(shown: time) -> timedelta:
    return timedelta(
        hours=shown.hour, minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond
    )
