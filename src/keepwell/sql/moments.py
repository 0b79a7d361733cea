"""The instants a statement speaks of: written as literals for one point, read from a `points` relation for many."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.signals.window import Span, Window, local_date
from keepwell.sql.naming import column, relation

POINTS = "points"


@dataclass(frozen=True, slots=True)
class Point:
    """One instant to compute signals for: windows end at `as_of`; facts count if both their clocks are before `horizon`.

    The two differ only to ask what a score would be by ageing alone; `horizon` is never after `as_of`.
    """

    as_of: datetime
    horizon: datetime

    @classmethod
    def at(cls, as_of: datetime) -> "Point":
        """The point whose facts are all those known before it."""
        return cls(as_of, as_of)


def instant(value: datetime) -> exp.Expr:
    """An aware instant as a naive UTC timestamp."""
    naive = value.astimezone(UTC).replace(tzinfo=None)
    return _literal(naive.isoformat(sep=" "), exp.DType.TIMESTAMP)


def day(value: date) -> exp.Expr:
    """A calendar day."""
    return _literal(value.isoformat(), exp.DType.DATE)


def _literal(text: str, kind: exp.DType) -> exp.Expr:
    """A grid writes thousands of these; to have the type's name parsed for each took longer than all else about its text."""
    return exp.Cast(this=exp.Literal.string(text), to=exp.DataType(this=kind))


@dataclass(slots=True)
class Moments:
    """The instants of one statement, by name. With one point they are literals; with more, columns of `points`."""

    points: Sequence[Point]
    zone: ZoneInfo
    _instants: dict[str, tuple[datetime, ...]] = field(default_factory=dict)
    _days: dict[str, tuple[date, ...]] = field(default_factory=dict)

    @property
    def single(self) -> bool:
        """Whether there is just one point, so that no relation of points is needed."""
        return len(self.points) == 1

    def as_of(self) -> exp.Expr:
        """D: where windows end."""
        return self._instant("as_of", tuple(point.as_of for point in self.points))

    def horizon(self) -> exp.Expr:
        """Before when a fact must have occurred and been known."""
        return self._instant("horizon", tuple(point.horizon for point in self.points))

    def today(self) -> exp.Expr:
        """The calendar day of D in the zone."""
        return self._day("today", tuple(local_date(point.as_of, self.zone) for point in self.points))

    def first_day(self, window: Window) -> exp.Expr:
        """The calendar day, in the zone, on which a window begins."""
        starts = (window.start.before(point.as_of, self.zone) for point in self.points)
        return self._day(f"day_{_ago(window.start)}", tuple(local_date(start, self.zone) for start in starts))

    def before(self, span: Span) -> exp.Expr:
        """The instant a span before D."""
        return self._instant(_ago(span), tuple(span.before(point.as_of, self.zone) for point in self.points))

    def within(self, at: exp.Expr, window: Window | None) -> list[exp.Expr]:
        """The conditions under which an instant lies in a window as of D; without one, before D."""
        if window is None:
            return [exp.LT(this=at, expression=self.as_of())]
        end = self.as_of() if window.end is None else self.before(window.end)
        return [
            exp.GTE(this=at, expression=self.before(window.start)),
            exp.LT(this=at.copy(), expression=end),
        ]

    def relation(self) -> exp.Select:
        """The `points` relation: a row per point, a column per instant asked for so far."""
        instants = {name: [instant(value) for value in values] for name, values in self._instants.items()}
        days = {name: [day(value) for value in values] for name, values in self._days.items()}
        columns = {**instants, **days}
        rows = [
            exp.Tuple(expressions=[exp.convert(number), *(values[number] for values in columns.values())])
            for number in range(len(self.points))
        ]
        alias = exp.TableAlias(
            this=relation(POINTS).this, columns=[exp.to_identifier(name) for name in ("point", *columns)]
        )
        return exp.select("*").from_(exp.Values(expressions=rows, alias=alias))

    def _day(self, name: str, days: tuple[date, ...]) -> exp.Expr:
        if self.single:
            return day(days[0])
        self._days[name] = days
        return column(name, POINTS)

    def _instant(self, name: str, values: tuple[datetime, ...]) -> exp.Expr:
        if self.single:
            return instant(values[0])
        self._instants[name] = values
        return column(name, POINTS)


def _ago(span: Span) -> str:
    return f"{str(span).replace(' ', '_')}_ago"
