"""Aggregates over a regular grid: facts are counted once per account and segment, then segments are added up into windows."""

from dataclasses import dataclass, field

from sqlglot import exp

from keepwell.signals.window import Window
from keepwell.sql.accounts import everyone
from keepwell.sql.grid.lattice import Cover, Part
from keepwell.sql.grid.partial import Fold, State
from keepwell.sql.grid.placed import Placed, placed_column
from keepwell.sql.naming import described, relation

SHORT = 4
"""Up to how many segments are added one by one; more are added by the database, as a frame."""


@dataclass(slots=True)
class Panes:
    """The states of a table's aggregates by account and segment, and over the windows of every instant."""

    placed: Placed
    covers: dict[Window, Cover]
    _columns: dict[str, tuple[str, exp.Expr, Fold]] = field(default_factory=dict)
    _behind: dict[str, exp.Expr] = field(default_factory=dict)
    _windowed: dict[str, exp.Expr] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The canonical table's name."""
        return self.placed.seen.table.name

    @property
    def name(self) -> str:
        """The subquery that holds a row per account and point."""
        return f"{self.table}_windows"

    def window(self, state: State) -> exp.Expr:
        """A state over its window at each point, as a column of the windows subquery; a sum of nothing is 0."""
        name = f"{self._column(state, None)}_{_named(state.window)}"
        if name not in self._windowed:
            self._windowed[name] = self._over(state)
        return exp.column(exp.to_identifier(name, quoted=True), table=self.name)

    def _column(self, state: State, part: Part | None) -> str:
        """The panes' column for a state's values, all of a segment's or those within a part of it."""
        key = f"{state.key}|{part.name if part else ''}"
        if key not in self._columns:
            also = placed_column(part.name) if part else None
            self._columns[key] = (f"state_{len(self._columns) + 1}", state.folded(also), state.fold)
        return self._columns[key][0]

    def _over(self, state: State) -> exp.Expr:
        if state.window is None:
            self.placed.before = True
            return self._frame(self._column(state, None), state.fold, None, 0)
        cover = self.covers[state.window]
        terms: list[exp.Expr] = []
        if cover.first is not None:
            whole = self._column(state, None)
            if cover.first - cover.last < SHORT:
                terms += [self._back(whole, state.fold, back) for back in range(cover.last, cover.first + 1)]
            else:
                terms.append(self._frame(whole, state.fold, cover.first, cover.last))
        terms += [self._back(self._column(state, part), state.fold, part.back) for part in cover.parts]
        return combined(state.fold, terms)

    def _back(self, name: str, fold: Fold, back: int) -> exp.Expr:
        """A column as it was some segments back."""
        if back == 0:
            return exp.column(name)
        nothing = exp.convert(0) if fold is Fold.SUM else exp.null()
        lag = exp.Lag(this=exp.column(name), offset=exp.convert(back), default=nothing)
        return self._computed(f"{name}_{back}_back", exp.Window(this=lag, **_by_account()))

    def _frame(self, name: str, fold: Fold, first: int | None, last: int) -> exp.Expr:
        """A column folded over the segments from `first` to `last` back (`None`: from the very first)."""
        start = {"start": "UNBOUNDED"} if first is None else {"start": exp.convert(first)}
        end = {"end": "CURRENT ROW"} if last == 0 else {"end": exp.convert(last), "end_side": "PRECEDING"}
        spec = exp.WindowSpec(kind="ROWS", start_side="PRECEDING", **start, **end)
        call = _CALLS[fold](this=exp.column(name))
        return self._computed(
            f"{name}_{first}_to_{last}_back", exp.Window(this=call, spec=spec, **_by_account())
        )

    def _computed(self, name: str, value: exp.Expr) -> exp.Expr:
        self._behind[name] = value
        return exp.column(name)

    @property
    def windows(self) -> tuple[str, ...]:
        """The columns of the windows subquery that were asked for."""
        return tuple(self._windowed)

    def queries(self) -> list[tuple[str, exp.Select, bool]]:
        """The subqueries, once every window has been asked for: the panes, and the windows over them."""
        return [(f"{self.table}_panes", self._panes(), True), (self.name, self._windows(), True)]

    def _panes(self) -> exp.Select:
        keys = [exp.column("account"), placed_column("segment")]
        columns = [exp.alias_(folded, name) for name, folded, _ in self._columns.values()]
        query = exp.select(*keys, *columns).from_(self.placed.name).group_by(*keys)
        return described(query, f"{self.table}, counted once per account and segment")

    def _windows(self) -> exp.Select:
        ahead = self.placed.lattice.ahead
        columns = [exp.column(name) for name, _, _ in self._columns.values()]
        behind = [exp.alias_(value, name) for name, value in self._behind.items()]
        over = exp.select("account", placed_column("segment"), *columns, *behind).from_(
            self._dense().subquery("dense")
        )
        point = exp.Sub(this=placed_column("segment"), expression=exp.convert(ahead))
        windows = [
            exp.alias_(value, exp.to_identifier(name, quoted=True)) for name, value in self._windowed.items()
        ]
        query = exp.select("account", exp.alias_(point, "point"), *windows).from_(
            over.subquery("over_segments")
        )
        query = query.where(exp.GTE(this=placed_column("segment"), expression=exp.convert(ahead)))
        return described(query, f"{self.table}: segments added up into the windows of every instant")

    def _dense(self) -> exp.Select:
        """A row for every account and segment, also where nothing happened."""
        first = -1 if self.placed.before else 0
        rows = [
            exp.Tuple(expressions=[exp.convert(number)])
            for number in range(first, self.placed.lattice.segments)
        ]
        named = exp.TableAlias(
            this=exp.to_identifier("each"), columns=[exp.to_identifier("segment", quoted=True)]
        )
        segments = exp.select("*").from_(exp.Values(expressions=rows, alias=named))
        segment = exp.to_identifier("segment", quoted=True)
        same = exp.and_(
            exp.column("account", "pane").eq(exp.column("account", "everyone")),
            exp.column(segment, "pane").eq(exp.column(segment.copy(), "every")),
        )
        states = []
        for name, _, fold in self._columns.values():
            value: exp.Expr = exp.column(name, "pane")
            if fold is Fold.SUM:
                value = exp.func("COALESCE", value, exp.convert(0))
            states.append(exp.alias_(value, name))
        return (
            exp.select(exp.column("account", "everyone"), exp.column(segment.copy(), "every"), *states)
            .from_(everyone(self.placed.seen.accounts).subquery("everyone"))
            .join(segments.subquery("every"), join_type="cross")
            .join(exp.alias_(relation(f"{self.table}_panes"), "pane", table=True), on=same, join_type="left")
        )


def combined(fold: Fold, terms: list[exp.Expr]) -> exp.Expr:
    """Several states as one; sums are known throughout, of the rest the unknown are passed over."""
    if len(terms) == 1:
        return terms[0]
    if fold is not Fold.SUM:
        kind = exp.Least if fold is Fold.MIN else exp.Greatest
        return kind(this=terms[0], expressions=terms[1:], ignore_nulls=True)
    total = terms[0]
    for term in terms[1:]:
        total = exp.Add(this=total, expression=term)
    return exp.paren(total)


_CALLS = {Fold.SUM: exp.Sum, Fold.MIN: exp.Min, Fold.MAX: exp.Max}


def _by_account() -> dict[str, object]:
    order = exp.Order(expressions=[exp.Ordered(this=placed_column("segment"), desc=False)])
    return {"partition_by": [exp.column("account")], "order": order}


def _named(window: Window | None) -> str:
    return "ever" if window is None else str(window).replace(" ", "_")
