"""The one statement that computes every signal for every account, at one instant or over a grid of them."""

from collections.abc import Sequence

from sqlglot import exp

from keepwell.signals.definition import Aggregate, How
from keepwell.signals.tables import TABLES
from keepwell.sql.accounts import Spine, accounts_at
from keepwell.sql.aggregates import counted
from keepwell.sql.among import Accounts
from keepwell.sql.counting import Counting, keys
from keepwell.sql.derived import Derivation
from keepwell.sql.distinct import counts_different, distinct
from keepwell.sql.facts import Seen
from keepwell.sql.feeds import alive
from keepwell.sql.gaps import gap_ratio
from keepwell.sql.grid.lattice import Lattice
from keepwell.sql.grid.reading import Grid, suits
from keepwell.sql.moments import POINTS, Moments, Point
from keepwell.sql.naming import alias, column, described, relation
from keepwell.sql.request import Request

__all__ = ["Point", "Request", "signals_statement"]

CONTEXT = "context"


def signals_statement(
    request: Request, points: Sequence[Point], accounts: Accounts = None, *, in_order: bool = True
) -> exp.Select:
    """The statement: a row per account with any fact in `accounts`, and per point, ordered by point and account unless that is not wanted.

    Its columns are `account`, `point` (the index into `points`), `population` (`active`, `ended` or `not begun`),
    `parent`, then one per signal, condition, number, choice and attribute. `accounts` restricts it to some.
    """
    if not points:
        raise ValueError("a statement needs at least one point")
    return _Builder(request, Moments(points, request.zone), accounts).statement(in_order)


class _Builder:
    """Collects the named subqueries of one statement, in the order in which they are read."""

    def __init__(self, request: Request, moments: Moments, accounts: Accounts) -> None:
        self.request = request
        self.moments = moments
        self.accounts = accounts
        self.signals = request.ordered()
        self.keys = keys(moments.single)
        self.parts: list[tuple[str, exp.Select, bool]] = []  # name, query, whether it may be kept as it is
        self.values: dict[str, exp.Expr] = {}  # each aggregate's value, once `joins` are joined
        self.joins: dict[str, bool] = {}  # the subqueries that hold them; whether these have a row per point
        self.spine: Spine | None = None

    def statement(self, in_order: bool) -> exp.Select:
        tables = self._by_table()
        for table, signals in tables.items():
            if table != CONTEXT:
                self._measure(table, signals)
        columns = self.request.account_columns()
        kinds = self.request.tables["accounts"]
        base = accounts_at(kinds, columns, self.moments, self.accounts, self.spine)
        self.parts.append(("accounts_at", base, True))
        if CONTEXT in tables:  # its facts find their accounts by what is known of these
            self._measure(CONTEXT, tables[CONTEXT])
        feeds = alive(self.request.feeds, self.request.tables, self.moments)
        self.parts += feeds
        derivation = Derivation(self.request, self.signals)
        self.parts.append(("measured", self._measured(derivation, bool(feeds)), False))
        for name, query in derivation.levels("measured"):
            self.parts.append((name, query, False))
        final = derivation.final(self.parts[-1][0])
        if in_order:
            final = final.order_by(column("point"), column("account"))
        if not self.moments.single:
            points = described(self.moments.relation(), "the instants, and where each window begins and ends")
            self.parts.insert(0, (POINTS, points, True))
        for name, query, kept in self.parts:
            final = final.with_(name, as_=query, materialized=None if kept else False, copy=False)
        return final

    def _by_table(self) -> dict[str, list[tuple[str, Aggregate]]]:
        tables: dict[str, list[tuple[str, Aggregate]]] = {}
        for signal in self.signals:
            if isinstance(signal.meaning, Aggregate) and signal.meaning.table in self.request.tables:
                tables.setdefault(signal.meaning.table, []).append((signal.name, signal.meaning))
        return tables

    def _measure(self, table: str, signals: Sequence[tuple[str, Aggregate]]) -> None:
        """The subqueries of one table's aggregates: its visible facts, then what is counted of them."""
        hows = [how for _, how in signals]
        seen = Seen(
            TABLES[table],
            self.request.tables[table],
            self.moments,
            hows,
            sector=table == CONTEXT,
            accounts=self.accounts,
        )
        signals = self._over_grid(signals, seen)
        if not signals:
            return
        counted_here = [(name, Counting(how, seen)) for name, how in signals]
        parts: list[tuple[str, exp.Select]] = []
        different = [each for each in counted_here if counts_different(each[1])]
        apart = {name for name, _ in different}
        plain = [
            each for each in counted_here if each[0] not in apart and each[1].how.how is not How.GAP_RATIO
        ]
        if plain:
            columns = [alias(counted(counting), name) for name, counting in plain]
            query = exp.select(*self.keys, *columns).from_(seen.name).group_by(*self.keys)
            parts.append((f"{table}_signals", described(query, f"what is counted of {table}, per account")))
            self._hold(f"{table}_signals", [name for name, _ in plain])
        for part, names, query in distinct(different, seen, self.keys):
            parts.append((part, query))
            self._hold(part, names)
        for name, counting in counted_here:
            if counting.how.how is How.GAP_RATIO:
                parts.append((f"{name}_gaps", gap_ratio(name, counting, seen.name, self.keys)))
                self._hold(f"{name}_gaps", [name])
        self.parts.append((seen.name, seen.query(), not seen.table.immutable))
        self.parts += [(name, query, True) for name, query in parts]

    def _hold(self, part: str, names: Sequence[str]) -> None:
        self.joins[part] = not self.moments.single
        self.values |= {name: column(name, part) for name in names}

    def _over_grid(
        self, signals: Sequence[tuple[str, Aggregate]], seen: Seen
    ) -> Sequence[tuple[str, Aggregate]]:
        """Reads what suits it over the lattice of a regular grid, and gives back the rest."""
        windows = [how.window for _, how in signals if how.window is not None]
        lattice = (
            Lattice.over(self.moments.points, self.moments.zone, windows) if seen.table.immutable else None
        )
        if lattice is not None and self._sparse(seen.table.name, lattice):
            return signals
        suiting = [each for each in signals if lattice is not None and suits(each[1], seen, lattice)]
        if lattice is None or not suiting:
            return signals
        missing = {signal.name: signal.missing for signal in self.signals}
        grid = Grid(suiting, seen, lattice, missing)
        self.parts += grid.parts
        if self.spine is None:
            self.spine = grid.spine
        self.values |= grid.values
        self.joins |= grid.joins
        rest = [each for each in signals if each not in suiting]
        seen.aggregates = [how for _, how in rest]
        return rest

    def _sparse(self, table: str, lattice: Lattice) -> bool:
        """Whether a table's facts are so few that they are sooner read at every instant than spread over all accounts and segments."""
        facts, accounts = (self.request.sizes.get(name, 0) for name in (table, "accounts"))
        return 0 < facts * len(lattice.points) <= accounts * lattice.segments

    def _carried(self, value: exp.Expr | None) -> exp.Expr | None:
        """A value in which what the accounts carry along from the spine is read from them."""
        if value is not None and self.spine is not None:
            for found in value.find_all(exp.Column):
                if found.table == self.spine.name:
                    found.set("table", exp.to_identifier("who"))
        return value

    def _measured(self, derivation: Derivation, fed: bool) -> exp.Select:
        """Every account with its aggregates, after the rule for missing values and silent feeds."""
        columns = derivation.fixed("who", fed)
        for signal in self.signals:
            if isinstance(signal.meaning, Aggregate):
                value = self._carried(self.values.get(signal.name))
                columns.append(alias(derivation.settled(signal, value, "feeds"), signal.name))
        query = exp.select(*columns).from_(exp.alias_(relation("accounts_at"), "who", table=True))
        for part, per_point in self.joins.items():
            if self.spine is not None and part == self.spine.name:
                continue
            names = ("account", "point") if per_point else ("account",)
            same = [exp.EQ(this=column(name, part), expression=column(name, "who")) for name in names]
            query = query.join(exp.to_table(part, quoted=True), on=exp.and_(*same), join_type="left")
        if any(
            found.table == POINTS for value in self.values.values() for found in value.find_all(exp.Column)
        ):
            here = exp.EQ(this=column("point", POINTS), expression=column("point", "who"))
            query = query.join(relation(POINTS), on=here, join_type="inner")
        if fed:
            same_point = exp.EQ(this=column("point", "feeds"), expression=column("point", "who"))
            query = query.join(relation("feeds"), on=same_point, join_type="inner")
        return described(
            query, "every account with what was counted; a silent feed leaves its signals unknown"
        )
