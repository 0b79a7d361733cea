"""Different values over a grid: for each value a bit mask of the stretches of time it was seen in, tested against windows.

One pass gives, per account and value, a bit for each piece of the lattice in which the value occurred. Whether a window
saw the value is then one bitwise test, so that a user is not written out once for every instant that counts them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from sqlglot import exp

from keepwell.signals.window import Window
from keepwell.sql.grid.lattice import Cover, Piece
from keepwell.sql.grid.placed import Placed, placed_column
from keepwell.sql.naming import described, relation

WORD = 60
"""How many bits a mask holds, so that it stays a positive 64-bit number."""

VALUE = "different"


@dataclass(slots=True)
class Masks:
    """The masks of one column's different values, and the counts per window that come of them."""

    placed: Placed
    covers: Mapping[Window, Cover]
    value: exp.Expr
    number: int
    _conditions: dict[str, tuple[str, exp.Expr]] = field(default_factory=dict)
    _counts: dict[str, tuple[str, Window | None]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The subquery with a list of counts per account: one count per point."""
        return f"{self._base}_counts"

    @property
    def _base(self) -> str:
        return f"{self.placed.seen.table.name}_different_{self.number}"

    @property
    def late(self) -> str:
        """The subquery that counts, per account and point, what only late facts show."""
        return f"{self._base}_late"

    def add(self, signal: str, condition: exp.Expr, window: Window | None) -> None:
        """Asks for a signal's count; the condition leaves the window out."""
        if window is None:
            self.placed.before = True
        mask, _ = self._conditions.setdefault(
            condition.sql(), (f"seen_{len(self._conditions) + 1}", condition)
        )
        self._counts[signal] = (mask, window)

    def queries(
        self, late_values: exp.Select, flags: Mapping[str, exp.Expr]
    ) -> list[tuple[str, exp.Select, bool]]:
        """The subqueries: masks, counts, and the late facts' values that no mask holds.

        `late_values` has `account`, `point`, the value as `different` and, per signal, whether a late fact shows it.
        """
        return [
            (self._base, self._masks(), True),
            (self.name, self._lists(), True),
            (f"{self._base}_windows", self._windows(), True),
            (self.late, self._late(late_values, flags), True),
        ]

    @property
    def _place(self) -> str:
        """What a bit stands for: a segment where every window covers whole ones, else a piece of one."""
        windows = [window for _, window in self._counts.values() if window is not None]
        return (
            "piece"
            if any(self.covers[window].parts for window in windows if window in self.covers)
            else "segment"
        )

    @property
    def _number(self) -> Callable[[Piece], int]:
        """Which bit a piece is."""
        return attrgetter("number" if self._place == "piece" else "segment")

    @property
    def _words(self) -> list[int]:
        """The first place of each word, from the earliest that a window reaches; -1 stands for all before the lattice."""
        windows = [window for _, window in self._counts.values()]
        pieces, number = self.placed.pieces, self._number
        if None in windows:
            first = -1
        else:
            lattice = self.placed.lattice
            as_of = lattice.points[0].as_of
            reach = min(window.bounds(as_of, lattice.zone)[0] for window in windows if window is not None)
            first = number(pieces[bisect_right(pieces, reach, key=_until)])
        return list(range(first, number(pieces[-1]) + 1, WORD))

    def _masks(self) -> exp.Select:
        columns = []
        for mask, condition in self._conditions.values():
            for number, first in enumerate(self._words):
                mask_of = bits_where(condition, placed_column(self._place), first)
                columns.append(exp.alias_(mask_of, f"{mask}_{number}"))
        keys: list[exp.Expr] = [exp.column("account"), exp.alias_(self.value.copy(), VALUE)]
        some = exp.or_(*(exp.paren(condition.copy()) for _, condition in self._conditions.values()))
        query = exp.select(*keys, *columns).from_(self.placed.name).where(some)
        query = query.group_by(exp.column("account"), exp.column(VALUE))
        return described(query, f"when each {self.value.sql()} was seen, as bits")

    def bits(self, window: Window | None, point: int) -> list[int]:
        """The bits of each word that a window covers as of a point."""
        lattice = self.placed.lattice
        as_of = lattice.points[point].as_of
        since, until = window.bounds(as_of, lattice.zone) if window else (lattice.edges[0], as_of)
        pieces = self.placed.pieces
        inside = pieces[bisect_left(pieces, since, key=_since) : bisect_right(pieces, until, key=_until)]
        numbers = set(map(self._number, inside)) | ({-1} if window is None else set())
        return [
            sum(1 << (number - first) for number in numbers if first <= number < first + WORD)
            for first in self._words
        ]

    def _lists(self) -> exp.Select:
        columns = []
        for signal, (mask, window) in self._counts.items():
            counts = []
            for point in range(len(self.placed.lattice.points)):
                tests = [
                    shares(exp.column(f"{mask}_{number}"), exp.convert(bits))
                    for number, bits in enumerate(self.bits(window, point))
                    if bits
                ]
                seen = exp.or_(*tests) if tests else exp.false()
                counts.append(exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=seen)))
            columns.append(exp.alias_(exp.Array(expressions=counts), exp.to_identifier(signal, quoted=True)))
        query = exp.select("account", *columns).from_(self._base).group_by("account")
        return described(
            query, f"how many different {self.value.sql()} each window saw: a list, one per point"
        )

    def _windows(self) -> exp.Select:
        """The bits of each window as of each point, for the late facts' sake."""
        names = [f"{signal}|{number}" for signal in self._counts for number in range(len(self._words))]
        rows = []
        for point in range(len(self.placed.lattice.points)):
            bits = [each for _, window in self._counts.values() for each in self.bits(window, point)]
            rows.append(
                exp.Tuple(
                    expressions=[
                        exp.convert(point),
                        *(exp.cast(exp.convert(each), "bigint") for each in bits),
                    ]
                )
            )
        columns = [exp.to_identifier(name, quoted=True) for name in ("point", *names)]
        table = exp.Values(
            expressions=rows, alias=exp.TableAlias(this=exp.to_identifier("each"), columns=columns)
        )
        return described(exp.select("*").from_(table), "the pieces of each window, as bits")

    def _late(self, late_values: exp.Select, flags: Mapping[str, exp.Expr]) -> exp.Select:
        columns = []
        for signal, (mask, _) in self._counts.items():
            tests = [
                shares(
                    exp.column(f"{mask}_{number}", self._base),
                    exp.column(exp.to_identifier(f"{signal}|{number}", quoted=True), f"{self._base}_windows"),
                )
                for number in range(len(self._words))
            ]
            columns.append(only_late(signal, flags[signal], tests))
        keys = [exp.column("account", "late"), exp.column("point", "late")]
        held = exp.and_(
            exp.column("account", self._base).eq(exp.column("account", "late")),
            exp.column(VALUE, self._base).eq(exp.column(VALUE, "late")),
        )
        same_point = exp.column("point", f"{self._base}_windows").eq(exp.column("point", "late"))
        query = (
            exp.select(*keys, *columns)
            .from_(late_values.subquery("late"))
            .join(relation(f"{self._base}_windows"), on=same_point, join_type="inner")
            .join(relation(self._base), on=held, join_type="left")
            .group_by(*(key.copy() for key in keys))
        )
        return described(query, "values that only late facts show")


_since, _until = attrgetter("since"), attrgetter("until")
"""Pieces follow one another, so that both are ascending."""


def shares(mask: exp.Expr, bits: exp.Expr) -> exp.Expr:
    """Whether a mask has any of the bits."""
    both = exp.paren(exp.BitwiseAnd(this=mask, expression=bits))
    return exp.NEQ(this=both, expression=exp.convert(0))


def in_word(place: exp.Expr, first: int) -> tuple[exp.Expr, exp.Expr]:
    """Whether a place belongs to the word that begins at place `first`, and its bit there."""
    inside = exp.Between(this=place, low=exp.convert(first), high=exp.convert(first + WORD - 1))
    within = exp.paren(exp.Sub(this=place.copy(), expression=exp.convert(first)))
    one = exp.cast(exp.convert(1), "bigint")
    return inside, exp.paren(exp.BitwiseLeftShift(this=one, expression=within))


def bits_where(condition: exp.Expr, place: exp.Expr, first: int) -> exp.Expr:
    """The bits, in the word that begins at place `first`, of the places of all facts for which a condition holds."""
    inside, bit = in_word(place, first)
    held = exp.case().when(exp.and_(condition.copy(), inside), bit)
    return exp.func("COALESCE", exp.BitwiseOrAgg(this=held), exp.convert(0))


def only_late(signal: str, flag: exp.Expr, tests: Sequence[exp.Expr]) -> exp.Expr:
    """How many values a signal counts of the late facts that no mask holds already; `tests` say whether one does."""
    already = exp.func("COALESCE", exp.paren(exp.or_(*tests)), exp.false())
    new = exp.and_(flag.copy(), exp.not_(already))
    count = exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=new))
    return exp.alias_(count, exp.to_identifier(signal, quoted=True))
