"""What each aggregate makes of an account's facts that count, one small function each. There is at least one such fact."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import TypeAlias
from zoneinfo import ZoneInfo

from keepwell.signals.definition import Aggregate, How
from keepwell.signals.facts import Fact
from keepwell.signals.meaning import Value
from keepwell.signals.tables import TABLES
from keepwell.signals.window import Span, Unit, local_date


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where and when values are computed: windows end at `as_of`, facts must be known before `horizon`."""

    as_of: datetime
    horizon: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The calendar day of `as_of`."""
        return local_date(self.as_of, self.zone)


@dataclass(frozen=True, slots=True)
class Counted:
    """A fact that counts: its `at` instant, and the value of the aggregate's column (`None` if it reads none)."""

    fact: Fact
    at: datetime
    value: Value


Rows: TypeAlias = Sequence[Counted]


def _numbers(rows: Rows) -> list[float | int | Decimal]:
    return [
        row.value
        for row in rows
        if isinstance(row.value, int | float | Decimal) and not isinstance(row.value, bool)
    ]


def _days(rows: Rows, occasion: Occasion) -> list[date]:
    """The distinct calendar days of the facts' instants, in order."""
    return sorted({local_date(row.at, occasion.zone) for row in rows})


def count(rows: Rows, _how: Aggregate, _occasion: Occasion) -> int:
    """How many facts count."""
    return len(rows)


def total(rows: Rows, _how: Aggregate, _occasion: Occasion) -> Value:
    """The sum: exact for whole numbers and money."""
    numbers = _numbers(rows)
    if any(isinstance(number, float) for number in numbers):
        return math.fsum(numbers)
    return sum(numbers)


def mean(rows: Rows, _how: Aggregate, _occasion: Occasion) -> float:
    """The mean, a float."""
    return math.fsum(_numbers(rows)) / len(rows)


def middle(rows: Rows, _how: Aggregate, _occasion: Occasion) -> float:
    """The median, a float: of an even count, the mean of the middle two."""
    return float(median(float(number) for number in _numbers(rows)))


def least(rows: Rows, _how: Aggregate, _occasion: Occasion) -> Value:
    """The smallest value; of texts the first by code point."""
    return min(row.value for row in rows)  # type: ignore[type-var]


def greatest(rows: Rows, _how: Aggregate, _occasion: Occasion) -> Value:
    """The largest value; of texts the last by code point."""
    return max(row.value for row in rows)  # type: ignore[type-var]


def last(rows: Rows, _how: Aggregate, _occasion: Occasion) -> Value:
    """The value of the latest fact, by its `at` instant, then by when it was known, then by key."""
    return max(rows, key=lambda row: (row.at, row.fact.known_at, row.fact.key)).value


def distinct(rows: Rows, _how: Aggregate, _occasion: Occasion) -> int:
    """How many different values there are."""
    return len({row.value for row in rows})


def active_days(rows: Rows, _how: Aggregate, occasion: Occasion) -> int:
    """On how many calendar days something happened."""
    return len(_days(rows, occasion))


def days_since_last(rows: Rows, _how: Aggregate, occasion: Occasion) -> int:
    """Calendar days from the latest fact to D."""
    return (occasion.today - _days(rows, occasion)[-1]).days


def days_until(rows: Rows, _how: Aggregate, occasion: Occasion) -> Value:
    """Calendar days from D to the nearest instant in `column` that is not before D."""
    ahead = [row.value for row in rows if isinstance(row.value, datetime) and row.value >= occasion.as_of]
    return min(((local_date(at, occasion.zone) - occasion.today).days for at in ahead), default=None)


def duration(rows: Rows, how: Aggregate, _occasion: Occasion) -> float:
    """The mean of `column`, or of the elapsed time from `occurred` to `end` in days of 24 hours, or in hours."""
    if how.column is not None:
        return math.fsum(_numbers(rows)) / len(rows)
    end = TABLES[how.table].end or ""
    ends = [(row.fact.occurred_at, row.fact.values.get(end)) for row in rows]
    seconds = [(to - since).total_seconds() for since, to in ends if isinstance(to, datetime)]
    return math.fsum(seconds) / len(seconds) / (3600 if how.hours else 86400)


def rate(rows: Rows, how: Aggregate, _occasion: Occasion) -> Value:
    """The count per period: the count over (the window's length / the period's length), months counted as 30 days."""
    if how.window is None or how.per is None:
        return None
    return len(rows) * how.per.days / how.window.days


def gap_ratio(rows: Rows, _how: Aggregate, occasion: Occasion) -> Value:
    """Days since the last fact over the median gap between consecutive active days; unknown with fewer than two."""
    days = _days(rows, occasion)
    gaps = [(later - earlier).days for earlier, later in itertools.pairwise(days)]
    return (occasion.today - days[-1]).days / median(gaps) if gaps else None


def trend(rows: Rows, how: Aggregate, occasion: Occasion) -> Value:
    """The least-squares slope, per bucket, of the count (or the sum of `column`) in buckets of `per`, oldest first.

    Bucket `i` is `[D - (i + 1)·per, D - i·per)`; those that lie wholly in the window, by length, are used, and an empty
    one counts 0. Unknown with fewer than two buckets, or if no fact lies in any.
    """
    buckets = list(trend_buckets(how))
    heights = []
    fallen = 0
    for bucket in reversed(buckets):
        start, end = (_times(how.per, n).before(occasion.as_of, occasion.zone) for n in (bucket + 1, bucket))
        inside = [row for row in rows if start <= row.at < end]
        fallen += len(inside)
        heights.append(math.fsum(_numbers(inside)) if how.column is not None else float(len(inside)))
    return slope(heights) if len(heights) >= 2 and fallen else None


def trend_buckets(how: Aggregate) -> range:
    """The numbers `i` of a trend's buckets: those that lie wholly in the window, a month being 30 days long."""
    if how.window is None or how.per is None or not how.per.count:
        return range(0)
    per, start = _hours(how.per), _hours(how.window.start)
    end = _hours(how.window.end) if how.window.end else 0
    return range(-(-end // per), start // per)


def _hours(span: Span) -> int:
    return (
        span.count
        * {Unit.HOURS: 1, Unit.DAYS: 24, Unit.WEEKS: 168, Unit.MONTHS: 720, Unit.YEARS: 8760}[span.unit]
    )


def _times(span: Span | None, count: int) -> Span:
    return Span(span.count * count, span.unit) if span else Span(0, Unit.DAYS)


def slope(heights: Sequence[float]) -> float:
    """The ordinary least-squares slope of two or more values at x = 0, 1, 2, ..."""
    centre = (len(heights) - 1) / 2
    level = math.fsum(heights) / len(heights)
    across = math.fsum((x - centre) * (height - level) for x, height in enumerate(heights))
    return across / math.fsum((x - centre) ** 2 for x in range(len(heights)))


MEANINGS: dict[How, Callable[[Rows, Aggregate, Occasion], Value]] = {
    How.COUNT: count,
    How.SUM: total,
    How.MEAN: mean,
    How.MEDIAN: middle,
    How.MIN: least,
    How.MAX: greatest,
    How.LAST: last,
    How.DISTINCT: distinct,
    How.ACTIVE_DAYS: active_days,
    How.DAYS_SINCE_LAST: days_since_last,
    How.DAYS_UNTIL: days_until,
    How.OPEN: count,
    How.DURATION: duration,
    How.RATE: rate,
    How.GAP_RATIO: gap_ratio,
    How.TREND: trend,
}
"""What each aggregate makes of the facts that count, of which there is at least one."""
