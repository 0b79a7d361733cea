"""What each aggregate is in SQL, over the visible facts of one table: the same as `signals.aggregates` says in Python."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from keepwell.signals.aggregates import trend_buckets
from keepwell.signals.definition import Aggregate, How, State, contact
from keepwell.signals.expression import Expression
from keepwell.signals.tables import Kind
from keepwell.signals.window import Span, local_date
from keepwell.sql.expressions import Typed, double, elapsed
from keepwell.sql.facts import Seen
from keepwell.sql.naming import column, described

MASK = 60
"""How many calendar days one bit mask holds, so that it stays a positive 64-bit number."""
MASKS = 8
"""How many masks an aggregate of active days may take; a wider window counts different days instead."""


@dataclass(frozen=True, slots=True)
class Counting:
    """An aggregate over a table's visible facts: which of them count, and the value they are read for."""

    how: Aggregate
    seen: Seen

    @property
    def at(self) -> exp.Expr:
        """The instant that the window looks at."""
        return self.seen.lookup(self._at).sql

    @property
    def _at(self) -> str:
        table = self.seen.table
        if self.how.at:
            return self.how.at
        return table.end if self.how.how is How.DURATION and table.end else table.occurred

    @property
    def value(self) -> Typed | None:
        """The column or expression that is aggregated."""
        wanted: Expression | None = self.how.column or (contact() if self.how.how is How.DISTINCT else None)
        return self.seen.translator.typed(wanted) if wanted is not None else None

    def condition(self, *, windowed: bool = True, known: bool = True) -> exp.Expr:
        """When a visible fact counts; on request whether or not it lies in the window, or its value is known."""
        conditions: list[exp.Expr] = []
        if self.how.where is not None:
            conditions.append(self.seen.translator.condition(self.how.where))
        conditions += self._state()
        at = self.at
        if self._at != self.seen.table.occurred:
            conditions.append(_known(at))
        if windowed:
            conditions += self.seen.within(at, self.how.window)
        value = self.value
        if value is not None and known:
            conditions.append(_known(value.sql))
        return exp.and_(*conditions) if conditions else exp.true()

    def _state(self) -> list[exp.Expr]:
        state, end = self.how.state, self.seen.table.end
        if self.how.how in (How.OPEN, How.DAYS_UNTIL) and state is None and end:
            state = State.OPEN
        if self.how.how is How.DURATION and self.how.column is None:
            state = State.ENDED
        if state is None:
            return []
        if end is None:
            return [] if state is State.OPEN else [exp.false()]
        ended = self.seen.lookup(end).sql
        return [_known(ended) if state is State.ENDED else exp.Is(this=ended, expression=exp.null())]


def _known(value: exp.Expr) -> exp.Expr:
    return exp.not_(exp.Is(this=value, expression=exp.null()))


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


def gap_ratio(name: str, counting: Counting, source: str, keys: list[exp.Expr]) -> exp.Select:
    """A gap ratio: from the distinct days, the gaps between them; then days since the last day over the median gap."""
    today = counting.seen.carried(counting.seen.moments.today())
    days = (
        exp.select(*keys, exp.alias_(counting.seen.day(counting.at), "happened"), exp.alias_(today, "now"))
        .distinct()
        .from_(source)
        .where(counting.condition())
    )
    order = exp.Order(expressions=[exp.Ordered(this=exp.column("happened"), desc=False)])
    before = exp.Window(
        this=exp.func("LAG", exp.column("happened"), dialect="duckdb"),
        partition_by=[key.copy() for key in keys],
        order=order,
    )
    gaps = exp.select(
        *keys, "happened", "now", exp.alias_(days_between(exp.column("happened"), before), "gap")
    ).from_(days.subquery("days"))
    since = days_between(exp.func("ANY_VALUE", exp.column("now")), exp.Max(this=exp.column("happened")))
    ratio = exp.Div(this=double(since), expression=double(exp.Median(this=double(exp.column("gap")))))
    result = exp.select(*keys, exp.alias_(ratio, exp.to_identifier(name, quoted=True))).from_(
        gaps.subquery("gaps")
    )
    return described(result.group_by(*keys), "days since the last, over the account's own median gap")


def keys(single: bool) -> list[exp.Expr]:
    """What the subqueries are grouped and joined by."""
    return [column("account")] if single else [column("account"), column("point")]
