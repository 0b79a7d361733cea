"""What each aggregate is in SQL, over the visible facts of one table: the same as `signals.aggregates` says in Python."""

from collections.abc import Callable

from sqlglot import exp

from keepwell.signals.aggregates import trend_buckets
from keepwell.signals.definition import How
from keepwell.signals.tables import Kind
from keepwell.signals.window import Span, local_date
from keepwell.sql.counting import Counting
from keepwell.sql.expressions import Typed, double, elapsed

MASK = 60
"""How many calendar days one bit mask holds, so that it stays a positive 64-bit number."""
MASKS = 8
"""How many masks an aggregate of active days may take; a wider window counts different days instead."""


def counted(counting: Counting) -> exp.Expr:
    """The aggregate over the facts that count; NULL where none does.

    Those that need the facts in order (`gap_ratio`) or once per value (`distinct`) are subqueries of their own.
    """
    return _BUILDERS[counting.how.how](counting, counting.condition())


def _filtered(call: exp.Expr, condition: exp.Expr) -> exp.Expr:
    if isinstance(condition, exp.Boolean) and condition.this:
        return call
    return exp.Filter(this=call, expression=exp.Where(this=condition))


def _value(counting: Counting) -> Typed:
    value = counting.value
    if value is None:
        raise ValueError(f"{counting.how.how} needs a column")
    return value


def _count(_counting: Counting, condition: exp.Expr) -> exp.Expr:
    return exp.func("NULLIF", _filtered(exp.Count(this=exp.Star()), condition), exp.convert(0))


def _sum(counting: Counting, condition: exp.Expr) -> exp.Expr:
    value = _value(counting)
    total = _filtered(exp.Sum(this=value.sql), condition)
    return exp.cast(total, "bigint") if value.kind is Kind.INTEGER else total


def _mean(counting: Counting, condition: exp.Expr) -> exp.Expr:
    return _filtered(exp.Avg(this=double(_value(counting).sql)), condition)


def _median(counting: Counting, condition: exp.Expr) -> exp.Expr:
    return _filtered(exp.Median(this=double(_value(counting).sql)), condition)


def _min(counting: Counting, condition: exp.Expr) -> exp.Expr:
    return _filtered(exp.Min(this=_value(counting).sql), condition)


def _max(counting: Counting, condition: exp.Expr) -> exp.Expr:
    return _filtered(exp.Max(this=_value(counting).sql), condition)


def _last(counting: Counting, condition: exp.Expr) -> exp.Expr:
    newest = exp.Tuple(expressions=[counting.at, counting.seen.keep("known_at"), counting.seen.keep("key")])
    return _filtered(exp.ArgMax(this=_value(counting).sql, expression=newest), condition)


def spanned(counting: Counting) -> int | None:
    """How many calendar days the window may touch; `None` if that is too many for masks, or all of the past."""
    window, moments = counting.how.window, counting.seen.moments
    if window is None:
        return None
    bounds = [window.bounds(point.as_of, moments.zone) for point in moments.points]
    days = max(
        (local_date(to, moments.zone) - local_date(since, moments.zone)).days + 1 for since, to in bounds
    )
    return days if days <= MASK * MASKS else None


def _active_days(counting: Counting, condition: exp.Expr) -> exp.Expr:
    """The calendar days as bits, counted from the window's first day."""
    days, window = spanned(counting), counting.how.window
    if days is None or window is None:
        raise ValueError("active days over so long a window are counted as different days")
    first = counting.seen.carried(counting.seen.moments.first_day(window))
    offset = days_between(counting.seen.day(counting.at), first)
    masks: list[exp.Expr] = []
    for start in range(0, days, MASK):
        place = exp.paren(exp.Sub(this=offset, expression=exp.convert(start))) if start else offset
        bit = exp.BitwiseLeftShift(this=exp.cast(exp.convert(1), "bigint"), expression=place)
        low, high = exp.convert(start), exp.convert(start + MASK - 1)
        held = exp.case().when(exp.Between(this=offset.copy(), low=low, high=high), exp.paren(bit))
        mask = _filtered(exp.BitwiseOrAgg(this=held), condition.copy())
        masks.append(exp.func("COALESCE", exp.BitwiseCount(this=mask), exp.convert(0)))
    total = masks[0]
    for mask in masks[1:]:
        total = exp.Add(this=total, expression=mask)
    return exp.cast(exp.func("NULLIF", total, exp.convert(0)), "bigint")


def _days_since_last(counting: Counting, condition: exp.Expr) -> exp.Expr:
    newest = _filtered(exp.Max(this=counting.seen.day(counting.at)), condition)
    return days_between(_today(counting), newest)


def _days_until(counting: Counting, condition: exp.Expr) -> exp.Expr:
    scheduled = _value(counting).sql
    ahead = exp.GTE(this=scheduled, expression=counting.seen.carried(counting.seen.moments.as_of()))
    nearest = exp.Min(this=counting.seen.day(scheduled.copy()))
    return days_between(_filtered(nearest, exp.and_(condition, ahead)), _today(counting))


def _duration(counting: Counting, condition: exp.Expr) -> exp.Expr:
    if counting.how.column is not None:
        return _mean(counting, condition)
    table = counting.seen.table
    since, to = counting.seen.lookup(table.occurred).sql, counting.seen.lookup(table.end or "").sql
    return _filtered(exp.Avg(this=elapsed(to, since, hours=counting.how.hours)), condition)


def _rate(counting: Counting, condition: exp.Expr) -> exp.Expr:
    window, per = counting.how.window, counting.how.per
    if window is None or per is None or not window.days:
        return exp.cast(exp.null(), "double")
    count = double(_count(counting, condition))
    times = exp.Mul(this=count, expression=double(exp.convert(per.days)))
    return exp.Div(this=exp.paren(times), expression=double(exp.convert(window.days)))


def _trend(counting: Counting, condition: exp.Expr) -> exp.Expr:
    """The slope as one weighted sum: with x = 0..n-1, it is Σ (2x - (n - 1))·y · 6 / (n(n² - 1))."""
    buckets, per = trend_buckets(counting.how), counting.how.per
    count = len(buckets)
    if count < 2 or per is None:
        return exp.cast(exp.null(), "double")
    weight = exp.case()
    for x, bucket in reversed(list(enumerate(reversed(buckets)))):
        start = counting.seen.carried(counting.seen.moments.before(Span(per.count * (bucket + 1), per.unit)))
        weight = weight.when(
            exp.GTE(this=counting.at, expression=start), exp.convert(2 * x - (count - 1)), copy=False
        )
    value = counting.value
    height = exp.Mul(this=exp.paren(weight), expression=value.sql) if value else weight
    total = double(_filtered(exp.Sum(this=height), exp.and_(condition, *_in_buckets(counting, buckets, per))))
    return exp.Mul(this=total, expression=double(exp.convert(6 / (count * (count * count - 1)))))


def _in_buckets(counting: Counting, buckets: range, per: Span) -> list[exp.Expr]:
    """That a fact lies in one of the buckets, which need not fill the window."""
    carried, moments = counting.seen.carried, counting.seen.moments
    first = carried(moments.before(Span(per.count * buckets.stop, per.unit)))
    after = carried(moments.before(Span(per.count * buckets.start, per.unit)))
    return [exp.GTE(this=counting.at, expression=first), exp.LT(this=counting.at, expression=after)]


def _today(counting: Counting) -> exp.Expr:
    return (
        exp.func("ANY_VALUE", counting.seen.carried(counting.seen.moments.today()))
        if (not counting.seen.moments.single)
        else counting.seen.moments.today()
    )


def days_between(later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
    """Calendar days from one date to another."""
    return exp.DateDiff(this=later, expression=earlier, unit=exp.var("DAY"))


_Builder = Callable[[Counting, exp.Expr], exp.Expr]
_BUILDERS: dict[How, _Builder] = {
    How.COUNT: _count,
    How.SUM: _sum,
    How.MEAN: _mean,
    How.MEDIAN: _median,
    How.MIN: _min,
    How.MAX: _max,
    How.LAST: _last,
    How.ACTIVE_DAYS: _active_days,
    How.DAYS_SINCE_LAST: _days_since_last,
    How.DAYS_UNTIL: _days_until,
    How.OPEN: _count,
    How.DURATION: _duration,
    How.RATE: _rate,
    How.TREND: _trend,
}
