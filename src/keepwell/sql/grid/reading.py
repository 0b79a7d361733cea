"""How the aggregates of an immutable table are read over a regular grid without reading a fact once per instant."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from keepwell.signals.definition import Aggregate, How
from keepwell.signals.expression import names
from keepwell.signals.kinds import AS_OF
from keepwell.signals.window import Window
from keepwell.sql.accounts import Spine, everyone
from keepwell.sql.counting import Counting, keys
from keepwell.sql.distinct import counted_once
from keepwell.sql.facts import Seen
from keepwell.sql.grid.daymasks import DayMasks, whole_days
from keepwell.sql.grid.lattice import Cover, Lattice
from keepwell.sql.grid.masks import VALUE, Masks
from keepwell.sql.grid.panes import Panes, combined
from keepwell.sql.grid.partial import Fold, Parted, State, parted
from keepwell.sql.grid.placed import Placed
from keepwell.sql.naming import alias, column, described, relation

_DIFFERENT = (How.DISTINCT, How.ACTIVE_DAYS)

Part = tuple[str, exp.Select, bool]


class Grid:
    """Some aggregates of one immutable table over a regular grid.

    `values` are their values where `who` is the account at a point; `joins` the subqueries to join for them, each with
    whether it has a row per point; `parts` the subqueries themselves. `missing` says what stands for nothing in a signal.
    """

    def __init__(
        self,
        signals: Sequence[tuple[str, Aggregate]],
        seen: Seen,
        lattice: Lattice,
        missing: Mapping[str, float | None],
    ) -> None:
        covers: dict[Window, Cover] = {}
        for window in _windows([how for _, how in signals], seen):
            cover = lattice.cover(window)
            if cover is not None:
                covers[window] = cover
        pieces = lattice.pieces(list(covers), [part for cover in covers.values() for part in cover.parts])
        placed_seen = Seen(seen.table, seen.kinds, seen.moments, seen.aggregates, accounts=seen.accounts)
        self._placed = Placed(placed_seen, lattice, pieces)
        self._late = Seen(seen.table, seen.kinds, seen.moments, facts=self._placed.late)
        self._panes = Panes(self._placed, covers)
        self._lattice = lattice
        self._masks: dict[str, tuple[Masks | DayMasks, list[tuple[str, Counting]]]] = {}
        self._late_states: dict[str, exp.Expr] = {}
        self.values: dict[str, exp.Expr] = {}
        self.joins: dict[str, bool] = {}
        self.parts: list[Part] = []
        for name, how in signals:
            if how.how in _DIFFERENT:
                self._count_different(name, how)
            else:
                self._add_up(name, how, missing.get(name))
        self._finish()

    @property
    def spine(self) -> Spine | None:
        """The windows, if any were asked for: they have a row for every account and point."""
        return Spine(self._panes.name, self._panes.windows) if self._panes.windows else None

    def _add_up(self, name: str, how: Aggregate, missing: float | None) -> None:
        here, there = (_parted(Counting(how, seen), missing) for seen in (self._placed.seen, self._late))
        values = []
        for state, late in zip(here.states, there.states, strict=True):
            values.append(_with_late(state, self._panes.window(state), self._late_state(late)))
        self.values[name] = here.finish(values)
        self.joins |= {self._panes.name: True, self._late_name: True}

    @property
    def _late_name(self) -> str:
        return f"{self._placed.late}_windows"

    def _late_state(self, state: State) -> exp.Expr:
        at = self._late.lookup("occurred_at").sql
        inside = self._late.within(at, state.window)
        folded = state.folded(exp.and_(*inside) if inside else None)
        name = next((known for known, each in self._late_states.items() if each == folded), None)
        if name is None:
            name = f"late_{len(self._late_states) + 1}"
            self._late_states[name] = folded
        return exp.column(name, table=self._late_name)

    def _count_different(self, name: str, how: Aggregate) -> None:
        counting = Counting(how, self._placed.seen)
        condition = counting.condition(windowed=False)
        masks: Masks | DayMasks
        if how.how is How.ACTIVE_DAYS and whole_days(how.window, self._lattice):
            masks = DayMasks(self._placed, counted_once(counting))
        else:
            masks = Masks(self._placed, self._panes.covers, counted_once(counting), len(self._masks) + 1)
        key = f"{type(masks).__name__}|{counted_once(counting).sql()}"
        masks, group = self._masks.setdefault(key, (masks, []))
        masks.add(name, condition, how.window)
        group.append((name, Counting(how, self._late)))
        here, late = (column(name, part) for part in (self._counts, masks.late))
        total = exp.func("COALESCE", exp.Add(this=here, expression=late), here.copy(), late.copy())
        self.values[name] = exp.cast(exp.func("NULLIF", total, exp.convert(0)), "bigint")
        self.joins |= {self._counts: True, masks.late: True}

    @property
    def _counts(self) -> str:
        return f"{self._placed.seen.table.name}_counts"

    def _unnested(self) -> exp.Select:
        """A row per account and point of all that is kept as lists."""
        points = exp.Array(expressions=[exp.convert(number) for number in range(len(self._lattice.points))])
        columns = [exp.alias_(exp.func("UNNEST", points), "point")]
        query = exp.select(column("account", "everyone"))
        for masks, group in self._masks.values():
            columns += [alias(exp.func("UNNEST", column(name, masks.name)), name) for name, _ in group]
        query = query.select(*columns).from_(everyone(self._placed.seen.accounts).subquery("everyone"))
        for masks, _ in self._masks.values():
            same = exp.EQ(this=column("account", masks.name), expression=column("account", "everyone"))
            query = query.join(relation(masks.name), on=same, join_type="left")
        return described(query, "the lists of counts, a row per account and point")

    def _finish(self) -> None:
        parts: list[Part] = []
        if self._late_states:
            parts += self._panes.queries()
            columns = [exp.alias_(folded, name) for name, folded in self._late_states.items()]
            grouped = exp.select(*keys(False), *columns).from_(self._late.name).group_by(*keys(False))
            parts.append((self._late_name, described(grouped, "the same of what became known late"), True))
        for masks, group in self._masks.values():
            values, flags = self._late_values(group)
            parts += masks.queries(values, flags)
        if self._masks:
            parts.append((self._counts, self._unnested(), True))
        late = (self._late.name, self._late.query(), True)
        self.parts = [*self._placed.queries(), late, *parts]

    def _late_values(self, group: Sequence[tuple[str, Counting]]) -> tuple[exp.Select, dict[str, exp.Expr]]:
        """Per account, point and value of the late facts: whether each signal counts one of them."""
        conditions = {name: counting.condition() for name, counting in group}
        shown = [alias(exp.LogicalOr(this=condition), name) for name, condition in conditions.items()]
        value = counted_once(group[0][1])
        query = (
            exp.select(*keys(False), exp.alias_(value, VALUE), *shown)
            .from_(self._late.name)
            .where(exp.Not(this=exp.Is(this=exp.paren(value.copy()), expression=exp.null())))
            .group_by(*keys(False), exp.column(VALUE))
        )
        flags: dict[str, exp.Expr] = {
            name: exp.func("COALESCE", column(name, "late"), exp.false()) for name in conditions
        }
        return query, flags


def _with_late(state: State, value: exp.Expr, late: exp.Expr) -> exp.Expr:
    """A state over a window with what became known late added; NULL where the account has no facts at all."""
    if state.fold is not Fold.SUM:
        return combined(state.fold, [value, late])
    return exp.func("COALESCE", exp.Add(this=value, expression=late), value.copy(), late.copy())


def _parted(counting: Counting, missing: float | None = None) -> Parted:
    found = parted(counting, counting.condition(windowed=False, known=False), missing)
    if found is None:
        raise ValueError(f"{counting.how.how} cannot be taken apart")
    return found


def _windows(aggregates: Sequence[Aggregate], seen: Seen) -> list[Window]:
    """Every window that the aggregates' states look at."""
    found: dict[Window, None] = {}
    for how in aggregates:
        counting = Counting(how, seen)
        states = _parted(counting).states if how.how not in _DIFFERENT else ()
        for window in (how.window, *(state.window for state in states)):
            if window is not None:
                found[window] = None
    return list(found)


def suits(how: Aggregate, seen: Seen, lattice: Lattice) -> bool:
    """Whether an aggregate can be read over the lattice."""
    reads = [name for part in (how.where, how.column) if part is not None for name in names(part)]
    if seen.sector or how.state is not None or AS_OF in reads:
        return False
    if how.at not in (None, seen.table.occurred):
        return False
    if how.how in _DIFFERENT:
        return how.window is None or _reaches(how.window, lattice)
    counting = Counting(how, Seen(seen.table, seen.kinds, seen.moments))
    found = parted(counting, counting.condition(windowed=False, known=False))
    return found is not None and all(
        state.window is None
        or (
            _reaches(state.window, lattice)
            and lattice.cover(state.window)
            and _contained(how.window, state.window, lattice)
        )
        for state in found.states
    )


def _reaches(window: Window, lattice: Lattice) -> bool:
    """Whether the window, at every point, lies within the lattice and is not upside down."""
    bounds = [window.bounds(point.as_of, lattice.zone) for point in lattice.points]
    return all(
        lattice.edges[0] <= since < until <= point.as_of
        for (since, until), point in zip(bounds, lattice.points, strict=True)
    )


def _contained(outer: Window | None, inner: Window, lattice: Lattice) -> bool:
    """Whether a bucket lies within its window at every point."""
    if outer is None or outer == inner:
        return True
    for point in lattice.points:
        (first, last), (since, until) = (each.bounds(point.as_of, lattice.zone) for each in (outer, inner))
        if since < first or until > last:
            return False
    return True
