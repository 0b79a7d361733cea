"""The facts of an immutable table, each in the segment of a lattice that it belongs to, and those that came too late for it."""

from collections.abc import Sequence

from sqlglot import exp

from keepwell.sql.among import among
from keepwell.sql.facts import FACTS, Seen
from keepwell.sql.grid.lattice import Lattice, Piece, days
from keepwell.sql.moments import day, instant
from keepwell.sql.naming import alias, column, described, relation


class Placed:
    """A table's facts by segment.

    A fact that was known before its segment's instant counts from then on: it is *placed*. One that became known later is
    *late*; it is rare, and is counted at each instant by itself.
    """

    def __init__(self, seen: Seen, lattice: Lattice, pieces: Sequence[Piece]) -> None:
        self.seen = seen
        self.lattice = lattice
        self.pieces = pieces
        self.name = f"{seen.table.name}_placed"
        self.late = f"{seen.table.name}_late"
        self.before = False  # whether facts before the first segment are read as well, in segment -1
        self._calendar = f"{seen.table.name}_calendar"
        self._cut = any(len(rows) > 1 for rows in self._by_day().values())
        self._flags = sorted({flag for piece in pieces for flag in piece.flags})

    def _by_day(self) -> dict[object, list[Piece]]:
        found: dict[object, list[Piece]] = {}
        for piece in self.pieces:
            for first in days(piece):
                found.setdefault(first, []).append(piece)
        return found

    def queries(self) -> list[tuple[str, exp.Select, bool]]:
        """The subqueries, once all columns have been asked for: the calendar, the placed facts, the late ones."""
        return [
            (self._calendar, self._calendar_rows(), True),
            (self.name, self._placed(), False),
            (self.late, self._late(), True),
        ]

    def _calendar_rows(self) -> exp.Select:
        names = ["day", *(["since", "until"] if self._cut else []), "segment", "piece", "due", *self._flags]
        rows = []
        for first, pieces in self._by_day().items():
            for piece in pieces:
                values: list[exp.Expr] = [day(first.date())]  # type: ignore[attr-defined]
                if self._cut:
                    values += [instant(piece.since), instant(piece.until)]
                values += [exp.convert(piece.segment), exp.convert(piece.number), instant(piece.due)]
                values += [exp.convert(flag in piece.flags) for flag in self._flags]
                rows.append(exp.Tuple(expressions=values))
        columns = [exp.to_identifier(name, quoted=True) for name in names]
        table = exp.Values(
            expressions=rows, alias=exp.TableAlias(this=exp.to_identifier("each"), columns=columns)
        )
        return described(
            exp.select("*").from_(table), "which segment each day belongs to, and until when it was due"
        )

    def _joined(self, *, outer: bool = False) -> exp.Select:
        fact, calendar = "fact", self._calendar
        at = column("occurred_at", fact)
        same: list[exp.Expr] = [exp.EQ(this=exp.cast(at, "date"), expression=_of(calendar, "day"))]
        if self._cut:
            same.append(exp.GTE(this=at.copy(), expression=_of(calendar, "since")))
            same.append(exp.LT(this=at.copy(), expression=_of(calendar, "until")))
        source = exp.alias_(relation(self.seen.table.name, FACTS), fact, table=True)
        query = exp.select().from_(source)
        query = query.join(relation(calendar), on=exp.and_(*same), join_type="left" if outer else "inner")
        return query.where(*self._bounds(outer))

    def _bounds(self, outer: bool) -> list[exp.Expr]:
        at, edges = column("occurred_at", "fact"), self.lattice.edges
        bounds: list[exp.Expr] = [exp.LT(this=at, expression=instant(edges[-1]))]
        if not outer:
            bounds.append(exp.GTE(this=at.copy(), expression=instant(edges[0])))
        chosen = among(column("account", "fact"), self.seen.accounts)
        if chosen is not None:
            bounds.append(chosen)
        return bounds

    def _placed(self) -> exp.Select:
        place = ["segment", "piece", *self._flags]
        due: exp.Expr = _of(self._calendar, "due")
        chosen = [
            exp.alias_(_of(self._calendar, name), exp.to_identifier(name, quoted=True)) for name in place
        ]
        if self.before:
            due = exp.func("COALESCE", due, instant(self.lattice.points[0].as_of))
            for number, name in enumerate(("segment", "piece")):
                chosen[number] = exp.alias_(
                    exp.func("COALESCE", _of(self._calendar, name), exp.convert(-1)),
                    exp.to_identifier(name, quoted=True),
                )
        query = self._joined(outer=self.before).select(column("account", "fact"), *chosen, *self._columns())
        query = query.where(exp.LT(this=column("known_at", "fact"), expression=due))
        return described(query, f"{self.seen.table.name} in the segments of the grid, those known in time")

    def _late(self) -> exp.Select:
        due: exp.Expr = _of(self._calendar, "due")
        if self.before:
            due = exp.func("COALESCE", due, instant(self.lattice.points[0].as_of))
        query = self._joined(outer=self.before).select("fact.*")
        query = query.where(
            exp.GTE(this=column("known_at", "fact"), expression=due),
            exp.LT(this=column("known_at", "fact"), expression=instant(self.lattice.edges[-1])),
        )
        return described(query, f"{self.seen.table.name} that became known too late for their own segment")

    def _columns(self) -> list[exp.Expr]:
        return [alias(column(name, "fact"), name) for name in self.seen.used()]


def _of(table: str, name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=table)


def placed_column(name: str) -> exp.Column:
    """A column that says where a fact is placed: `segment`, `piece`, or a part's flag."""
    return exp.column(exp.to_identifier(name, quoted=True))
