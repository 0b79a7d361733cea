"""Aggregates over a regular grid: facts are counted once per account and segment, then segments are added up into windows."""

from dataclasses import dataclass, field

from sqlglot import exp

from keepwell.signals.window import Window
from keepwell.sql.lattice import Cover, Lattice, Part
from keepwell.sql.naming import described, relation
from keepwell.sql.partial import Fold, State
from keepwell.sql.placed import Placed, placed_column


@dataclass(slots=True)
class Panes:
    """The states of a table's aggregates by account and segment, and over the windows of every instant."""

    placed: Placed
    covers: dict[Window, Cover]
    _columns: dict[str, tuple[str, exp.Expr, Fold]] = field(default_factory=dict)
    _frames: dict[str, exp.Expr] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The canonical table's name."""
        return self.placed.seen.table.name

    @property
    def name(self) -> str:
        """The subquery that holds a row per account and point."""
        return f"{self.table}_windows"

    def window(self, state: State) -> exp.Expr:
        """A state over its window at each point, as a column of the windows subquery; NULL or 0 where nothing counts."""
        name = f"{self._column(state, None)}_{_named(state.window)}"
        if name not in self._frames:
            self._frames[name] = self._over(state)
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
            return _frame(self._column(state, None), state.fold, None, 0)
        cover = self.covers[state.window]
        terms: list[exp.Expr] = []
        if cover.first is not None:
            terms.append(_frame(self._column(state, None), state.fold, cover.first, cover.last))
        terms += [_frame(self._column(state, part), state.fold, part.back, part.back) for part in cover.parts]
        return combined(state.fold, terms)

    def queries(self) -> list[tuple[str, exp.Select, bool]]:
        """The subqueries, once every window has been asked for: the panes, and the windows over them."""
        return [(f"{self.table}_panes", self._panes(), True), (self.name, self._windows(), True)]

    def _panes(self) -> exp.Select:
        keys = [exp.column("account"), placed_column("segment")]
        columns = [exp.alias_(folded, name) for name, folded, _ in self._columns.values()]
        query = exp.select(*keys, *columns).from_(self.placed.name).group_by(*keys)
        return described(query, f"{self.table}, counted once per account and segment")

    def _windows(self) -> exp.Select:
        lattice: Lattice = self.placed.lattice
        first = -1 if self.placed.before else 0
        rows = [exp.Tuple(expressions=[exp.convert(number)]) for number in range(first, lattice.segments)]
        named = exp.TableAlias(
            this=exp.to_identifier("each"), columns=[exp.to_identifier("segment", quoted=True)]
        )
        segments = exp.select("*").from_(exp.Values(expressions=rows, alias=named))
        everyone = exp.select("account").distinct().from_(f"{self.table}_panes")
        same = exp.and_(
            exp.column("account", "pane").eq(exp.column("account", "everyone")),
            exp.column(exp.to_identifier("segment", quoted=True), "pane").eq(
                exp.column(exp.to_identifier("segment", quoted=True), "every")
            ),
        )
        frames = [
            exp.alias_(frame, exp.to_identifier(name, quoted=True)) for name, frame in self._frames.items()
        ]
        dense = (
            exp.select(
                exp.column("account", "everyone"),
                exp.column(exp.to_identifier("segment", quoted=True), "every"),
                *(exp.column(name, "pane") for name, _, _ in self._columns.values()),
            )
            .from_(everyone.subquery("everyone"))
            .join(segments.subquery("every"), join_type="cross")
            .join(exp.alias_(relation(f"{self.table}_panes"), "pane", table=True), on=same, join_type="left")
        )
        over = exp.select("account", placed_column("segment"), *frames).from_(dense.subquery("dense"))
        point = exp.Sub(this=placed_column("segment"), expression=exp.convert(lattice.ahead))
        names = [exp.column(exp.to_identifier(name, quoted=True)) for name in self._frames]
        query = (
            exp.select("account", exp.alias_(point, "point"), *names)
            .from_(over.subquery("over_segments"))
            .where(exp.GTE(this=placed_column("segment"), expression=exp.convert(lattice.ahead)))
        )
        return described(query, f"{self.table}: segments added up into the windows of every instant")


def combined(fold: Fold, terms: list[exp.Expr]) -> exp.Expr:
    """Several states as one; NULL only where all are."""
    if len(terms) == 1:
        return terms[0]
    if fold is Fold.SUM:
        total: exp.Expr = exp.func("COALESCE", terms[0], exp.convert(0))
        for term in terms[1:]:
            total = exp.Add(this=total, expression=exp.func("COALESCE", term, exp.convert(0)))
        nothing = exp.and_(*(exp.Is(this=term.copy(), expression=exp.null()) for term in terms))
        return exp.case().when(nothing, exp.null()).else_(total)
    kind = exp.Least if fold is Fold.MIN else exp.Greatest
    return kind(this=terms[0], expressions=terms[1:], ignore_nulls=True)


_CALLS = {Fold.SUM: exp.Sum, Fold.MIN: exp.Min, Fold.MAX: exp.Max}


def _frame(name: str, fold: Fold, first: int | None, last: int) -> exp.Expr:
    """A state folded over the segments from `first` to `last` back (`None`: from the very first)."""

    def bound(back: int) -> dict[str, object]:
        return {"": "CURRENT ROW"} if back == 0 else {"": exp.convert(back), "side": "PRECEDING"}

    start = {"": "UNBOUNDED", "side": "PRECEDING"} if first is None else bound(first)
    end = bound(last)
    spec = exp.WindowSpec(
        kind="ROWS",
        start=start[""],
        start_side=start.get("side"),
        end=end[""],
        end_side=end.get("side"),
    )
    return exp.Window(
        this=_CALLS[fold](this=exp.column(name)),
        partition_by=[exp.column("account")],
        order=exp.Order(expressions=[exp.Ordered(this=placed_column("segment"), desc=False)]),
        spec=spec,
    )


def _named(window: Window | None) -> str:
    return "ever" if window is None else str(window).replace(" ", "_")
