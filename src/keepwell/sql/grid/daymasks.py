"""Active days over a grid: one bit per account and calendar day, counted within each window."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from keepwell.signals.window import Window, local_date, midnight
from keepwell.sql.aggregates import days_between
from keepwell.sql.grid.lattice import Lattice
from keepwell.sql.grid.masks import VALUE, WORD, bits_where, in_word, only_late, shares
from keepwell.sql.grid.placed import Placed
from keepwell.sql.moments import day
from keepwell.sql.naming import described, relation


def whole_days(window: Window | None, lattice: Lattice) -> bool:
    """Whether a window begins and ends at midnight in the project's zone at every point, so that it covers whole days."""
    if window is None:
        return False
    instants = [instant for point in lattice.points for instant in window.bounds(point.as_of, lattice.zone)]
    return all(instant == midnight(local_date(instant, lattice.zone), lattice.zone) for instant in instants)


@dataclass(slots=True)
class DayMasks:
    """The days on which something happened, as bits counted from the lattice's first day."""

    placed: Placed
    day: exp.Expr
    _conditions: dict[str, tuple[str, exp.Expr]] = field(default_factory=dict)
    _counts: dict[str, tuple[str, Window]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The subquery with a list of counts per account: one count per point."""
        return f"{self._base}_counts"

    @property
    def late(self) -> str:
        """The subquery that counts, per account and point, the days that only late facts show."""
        return f"{self._base}_late"

    @property
    def _base(self) -> str:
        return f"{self.placed.seen.table.name}_days"

    @property
    def _first(self) -> date:
        return local_date(self.placed.lattice.edges[0], self.placed.lattice.zone)

    @property
    def _words(self) -> range:
        last = local_date(self.placed.lattice.edges[-1], self.placed.lattice.zone)
        return range(0, (last - self._first).days + 1, WORD)

    def add(self, signal: str, condition: exp.Expr, window: Window | None) -> None:
        """Asks for a signal's count; the condition leaves the window out, which covers whole days."""
        if window is None:
            raise ValueError("days of all the past are not whole days of a window")
        mask, _ = self._conditions.setdefault(
            condition.sql(), (f"days_{len(self._conditions) + 1}", condition)
        )
        self._counts[signal] = (mask, window)

    def queries(
        self, late_values: exp.Select, flags: Mapping[str, exp.Expr]
    ) -> list[tuple[str, exp.Select, bool]]:
        """The subqueries: the days' bits, the counts, and the days that only late facts show."""
        return [
            (self._base, self._masks(), True),
            (self.name, self._lists(), True),
            (self.late, self._late(late_values, flags), True),
        ]

    def _offset(self, value: exp.Expr) -> exp.Expr:
        """How many days after the lattice's first a day is: its place among the bits."""
        return days_between(value, day(self._first))

    def _masks(self) -> exp.Select:
        columns = []
        for mask, condition in self._conditions.values():
            for number, first in enumerate(self._words):
                bits = bits_where(condition, self._offset(self.day.copy()), first)
                columns.append(exp.alias_(bits, f"{mask}_{number}"))
        query = exp.select("account", *columns).from_(self.placed.name).group_by("account")
        return described(query, "the days on which something happened, as bits")

    def _lists(self) -> exp.Select:
        columns = []
        for signal, (mask, window) in self._counts.items():
            counts = [self._count(mask, window, point) for point in range(len(self.placed.lattice.points))]
            columns.append(exp.alias_(exp.Array(expressions=counts), exp.to_identifier(signal, quoted=True)))
        query = exp.select("account", *columns).from_(self._base)
        return described(query, "how many active days each window saw: a list, one per point")

    def _count(self, mask: str, window: Window, point: int) -> exp.Expr:
        lattice = self.placed.lattice
        since, until = window.bounds(lattice.points[point].as_of, lattice.zone)
        low, high = ((local_date(each, lattice.zone) - self._first).days for each in (since, until))
        total: exp.Expr | None = None
        for number, first in enumerate(self._words):
            bits = sum(1 << (offset - first) for offset in range(max(low, first), min(high, first + WORD)))
            if bits:
                within = exp.BitwiseAnd(this=exp.column(f"{mask}_{number}"), expression=exp.convert(bits))
                count = exp.cast(exp.BitwiseCount(this=exp.paren(within)), "integer")
                total = count if total is None else exp.Add(this=total, expression=count)
        return total if total is not None else exp.convert(0)

    def _late(self, late_values: exp.Select, flags: Mapping[str, exp.Expr]) -> exp.Select:
        columns = []
        for signal, (mask, _) in self._counts.items():
            tests = []
            for number, first in enumerate(self._words):
                inside, bit = in_word(self._offset(exp.column(VALUE, "late")), first)
                held = shares(exp.column(f"{mask}_{number}", self._base), bit)
                tests.append(exp.case().when(inside, held).else_(exp.false()))
            columns.append(only_late(signal, flags[signal], tests))
        keys = [exp.column("account", "late"), exp.column("point", "late")]
        same = exp.column("account", self._base).eq(exp.column("account", "late"))
        query = (
            exp.select(*keys, *columns)
            .from_(late_values.subquery("late"))
            .join(relation(self._base), on=same, join_type="left")
            .group_by(*(key.copy() for key in keys))
        )
        return described(query, "days that only late facts show")
