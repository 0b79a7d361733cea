"""Aggregates taken apart into states that add up: facts are counted once per stretch of time, and stretches combined."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from keepwell.signals.aggregates import trend_buckets
from keepwell.signals.definition import How
from keepwell.signals.tables import Kind
from keepwell.signals.window import Span, Window
from keepwell.sql.aggregates import days_between
from keepwell.sql.counting import Counting
from keepwell.sql.expressions import double


class Fold(StrEnum):
    """How two states become one."""

    SUM = "sum"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class State:
    """One state of an aggregate: `value` folded over the facts for which `condition` holds, in `window`.

    With no `value` it counts the facts, or those for which `of` is known. The condition leaves the window out; `window` is
    `None` for all of the past; `whole` says that the values are whole numbers.
    """

    fold: Fold
    value: exp.Expr | None
    condition: exp.Expr
    window: Window | None
    whole: bool = False
    of: exp.Expr | None = None

    @property
    def key(self) -> str:
        """Equal for states that fold the same values of the same facts, in whatever window."""
        value = self.value.sql() if self.value is not None else f"count {self.of.sql() if self.of else '*'}"
        return f"{self.fold}|{value}|{self.condition.sql()}"

    def folded(self, also: exp.Expr | None = None) -> exp.Expr:
        """The aggregate over facts; a sum of none is 0 or NULL, a least or greatest of none NULL. Counts are doubles."""
        conditions = [each for each in (self.condition, also) if each is not None and not _always(each)]
        if self.value is None:
            call: exp.Expr = exp.Count(this=self.of.copy() if self.of is not None else exp.Star())
        else:
            call = _CALLS[self.fold](this=self.value.copy())
        if conditions:
            together = exp.and_(*(each.copy() for each in conditions))
            call = exp.Filter(this=call, expression=exp.Where(this=together))
        return (
            exp.cast(call, "double")
            if self.value is None
            else exp.cast(call, "bigint")
            if self.whole
            else call
        )


_CALLS: dict[Fold, Callable[..., exp.Expr]] = {Fold.SUM: exp.Sum, Fold.MIN: exp.Min, Fold.MAX: exp.Max}


def _always(condition: exp.Expr) -> bool:
    return isinstance(condition, exp.Boolean) and bool(condition.this)


@dataclass(frozen=True, slots=True)
class Parted:
    """An aggregate as states, and how its value comes of them, given the states' combined values in order."""

    states: tuple[State, ...]
    finish: Callable[[Sequence[exp.Expr]], exp.Expr]


def parted(counting: Counting, condition: exp.Expr, missing: float | None = None) -> Parted | None:
    """The aggregate as states; `None` if it needs the facts themselves.

    `condition` leaves out the window, and that the value be known, which every fold but a count sees to itself.
    Where 0 stands for `missing`, a sum need not tell nothing from 0.
    """
    how = counting.how
    value = counting.value
    count = State(Fold.SUM, None, condition, how.window, of=value.sql if value is not None else None)
    match how.how:
        case How.COUNT:
            return Parted((count,), lambda states: exp.cast(_unless_zero(states[0]), "bigint"))
        case How.RATE if how.window is not None and how.per is not None and how.window.days:
            return Parted((count,), lambda states: _rate(states[0], counting))
        case How.SUM if value is not None:
            whole = value.kind is Kind.INTEGER
            total = State(Fold.SUM, value.sql, condition, how.window, whole)
            if missing == 0:
                return Parted((total,), lambda states: exp.cast(states[0], "bigint") if whole else states[0])
            return Parted((total, count), lambda states: _where_any(states[1], states[0], whole=whole))
        case How.MEAN if value is not None:
            total = State(Fold.SUM, double(value.sql), condition, how.window)
            return Parted(
                (total, count), lambda states: exp.Div(this=states[0], expression=_unless_zero(states[1]))
            )
        case How.MIN | How.MAX if value is not None:
            fold = Fold.MIN if how.how is How.MIN else Fold.MAX
            return Parted((State(fold, value.sql, condition, how.window),), lambda states: states[0])
        case How.DAYS_SINCE_LAST:
            newest = State(Fold.MAX, counting.seen.day(counting.at), condition, how.window)
            return Parted((newest,), lambda states: days_between(counting.seen.moments.today(), states[0]))
        case How.TREND:
            return _trend(counting, condition)
    return None


def _where_any(count: exp.Expr, total: exp.Expr, *, whole: bool) -> exp.Expr:
    """A total that is unknown where nothing was counted."""
    value = exp.cast(total, "bigint") if whole else total
    return exp.case().when(exp.GT(this=count, expression=exp.convert(0)), value)


def _unless_zero(count: exp.Expr) -> exp.Expr:
    return exp.func("NULLIF", count, exp.convert(0))


def _rate(count: exp.Expr, counting: Counting) -> exp.Expr:
    window, per = counting.how.window, counting.how.per
    if window is None or per is None:
        raise ValueError("a rate needs a window and a period")
    times = exp.Mul(this=double(_unless_zero(count)), expression=double(exp.convert(per.days)))
    return exp.Div(this=exp.paren(times), expression=double(exp.convert(window.days)))


def _trend(counting: Counting, condition: exp.Expr) -> Parted | None:
    """A state per bucket, and one that counts: with x = 0..n-1 the slope is Σ (2x - (n - 1))·y · 6 / (n(n² - 1))."""
    buckets, per, value = trend_buckets(counting.how), counting.how.per, counting.value
    count = len(buckets)
    if count < 2 or per is None:
        return None
    windows = [
        Window(
            Span(per.count * (bucket + 1), per.unit), Span(per.count * bucket, per.unit) if bucket else None
        )
        for bucket in reversed(buckets)
    ]
    height = value.sql if value is not None else None
    states = [State(Fold.SUM, height, condition, window) for window in windows]
    if height is not None:
        states += [State(Fold.SUM, None, condition, window, of=height) for window in windows]

    def finish(folded: Sequence[exp.Expr]) -> exp.Expr:
        weighted = [
            exp.Mul(this=exp.paren(double(each)), expression=exp.convert(2 * x - (count - 1)))
            for x, each in enumerate(folded[:count])
        ]
        weight = double(exp.convert(6 / (count * (count * count - 1))))
        slope = exp.Mul(this=exp.paren(_added(weighted)), expression=weight)
        fallen = exp.paren(_added([each.copy() for each in folded[-count:]]))
        return exp.case().when(exp.GT(this=fallen, expression=exp.convert(0)), slope)

    return Parted(tuple(states), finish)


def _added(terms: Sequence[exp.Expr]) -> exp.Expr:
    total = terms[0]
    for term in terms[1:]:
        total = exp.Add(this=total, expression=term)
    return total
