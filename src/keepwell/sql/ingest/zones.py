"""When the clocks of a zone are put back, so that local times occur twice."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_FROM, _TO = 1970, 2100


@dataclass(frozen=True, slots=True)
class Folds:
    """The local months and hours in which a zone has ever put its clocks back, and by how many minutes."""

    months: tuple[int, ...]
    hours: tuple[int, ...]
    minutes: tuple[int, ...]


@lru_cache
def folds(zone: str) -> Folds:
    """The folds of an IANA zone from 1970 to 2100."""
    rules = ZoneInfo(zone)
    day = timedelta(days=1)
    months, hours, minutes = set(), set(), set()
    before = datetime(_FROM, 1, 1, tzinfo=UTC)
    while before.year < _TO:
        after = before + day
        back = _offset(before, rules) - _offset(after, rules)
        if back > timedelta(0):
            change = _change(before, after, rules)
            begins = (change + _offset(after, rules)).replace(tzinfo=None)
            for passed in range(0, int(back.total_seconds() // 60), 30):
                local = begins + timedelta(minutes=passed)
                months.add(local.month)
                hours.add(local.hour)
            last = begins + back - timedelta(minutes=1)
            months.add(last.month)
            hours.add(last.hour)
            minutes.add(int(back.total_seconds() // 60))
        before = after
    return Folds(tuple(sorted(months)), tuple(sorted(hours)), tuple(sorted(minutes, reverse=True)))


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant, to the minute, with the later offset."""
    later = _offset(after, zone)
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        if _offset(middle, zone) == later:
            after = middle
        else:
            before = middle
    return (after + timedelta(seconds=30)).replace(second=0, microsecond=0)
