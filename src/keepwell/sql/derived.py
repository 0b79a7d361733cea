"""Signals computed from signals, and what is asked of them: conditions, numbers, choices."""

from collections.abc import Iterator

from sqlglot import exp

from keepwell.signals.definition import ACCOUNT, Aggregate, Change, Formula, Ratio, Signal, needs
from keepwell.signals.expression import Expression
from keepwell.signals.graph import tables as tables_below
from keepwell.signals.kinds import AS_OF
from keepwell.signals.tables import TABLES, Kind
from keepwell.sql.expressions import Translator, Typed, double
from keepwell.sql.facts import calendar_day
from keepwell.sql.feeds import ALIVE
from keepwell.sql.naming import alias, column, described
from keepwell.sql.request import Request

_TYPES = {
    Kind.TEXT: "varchar",
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "double",
    Kind.MONEY: "decimal(38, 4)",
    Kind.BOOLEAN: "boolean",
    Kind.INSTANT: "timestamp",
    Kind.CONTACT: "bigint",
}


class Derivation:
    """Adds to the counted signals those that are computed from them, level by level, and then the rest of the request."""

    def __init__(self, request: Request, signals: tuple[Signal, ...]) -> None:
        self._request = request
        self._signals = signals
        self._kinds = request.kinds()
        self._below = tables_below(signals)
        self._fed = tuple(dict.fromkeys(feed.table for feed in request.feeds))
        self._translator = Translator(self._lookup, lambda value: calendar_day(value, str(request.zone)))

    def fixed(self, who: str, fed: bool) -> list[exp.Expr]:
        """The columns that every level carries: the account, the point, its attributes, and which feeds are alive."""
        names = ["account", "point", AS_OF, "population", "parent"]
        names += [ACCOUNT + name for name in self._request.account_columns()]
        alive = [ALIVE + table for table in self._fed] if fed else []
        return [*(column(name, who) for name in names), *(column(name, "feeds") for name in alive)]

    def settled(self, signal: Signal, value: exp.Expr | None, feeds: str | None = None) -> exp.Expr:
        """A signal's value after the rule for missing values: unknown under a silent feed, else `missing` if declared."""
        kind = self._kinds[signal.name]
        settled = value if value is not None else exp.cast(exp.null(), _TYPES[kind])
        if signal.missing is not None:
            instead: exp.Expr = exp.convert(signal.missing)
            if kind is Kind.NUMBER:
                settled, instead = double(settled), double(instead)
            settled = exp.func("COALESCE", settled, instead)
        silent = [table for table in self._fed if table in self._below[signal.name]]
        if silent:
            alive = exp.and_(*(column(ALIVE + table, feeds) for table in silent))
            settled = exp.case().when(alive, settled)
        return settled

    def levels(self, below: str) -> Iterator[tuple[str, exp.Select]]:
        """A subquery per level of signals that are computed from others, each reading the one before."""
        depth: dict[str, int] = {}
        for signal in self._signals:
            counted = isinstance(signal.meaning, Aggregate)
            depth[signal.name] = 0 if counted else 1 + max((depth[name] for name in needs(signal)), default=0)
        for level in range(1, max(depth.values(), default=0) + 1):
            added = [
                alias(self.settled(signal, self._derived(signal)), signal.name)
                for signal in self._signals
                if depth[signal.name] == level
            ]
            query = exp.select("*", *added).from_(below)
            below = f"derived_{level}"
            yield below, described(query, "signals computed from those before")

    def final(self, below: str) -> exp.Select:
        """The statement's own columns."""
        request = self._request
        columns: list[exp.Expr] = [column(name) for name in ("account", "point", "population", "parent")]
        columns += [column(signal.name) for signal in self._signals]
        columns += [
            alias(self._translator.condition(each), name) for name, each in request.conditions.items()
        ]
        columns += [alias(self._number(each), name) for name, each in request.numbers.items()]
        columns += [alias(self._choice(cases), name) for name, cases in request.choices.items()]
        columns += [column(ACCOUNT + name) for name in request.attributes]
        query = exp.select(*columns).from_(below)
        return described(query, "every signal of every account, and what is asked of them")

    def _lookup(self, path: str) -> Typed:
        if path == ACCOUNT + TABLES["accounts"].occurred:
            return Typed(column(path), Kind.INSTANT)
        return Typed(column(path), self._kinds[path])

    def _number(self, expression: Expression) -> exp.Expr:
        return double(self._translator.typed(expression).sql)

    def _choice(self, cases: tuple[tuple[str, Expression | None], ...]) -> exp.Expr:
        choice, otherwise = exp.case(), "any"
        for name, condition in cases:
            if condition is None:
                otherwise = name
                break
            choice = choice.when(self._translator.condition(condition), exp.Literal.string(name))
        return (
            choice.else_(exp.Literal.string(otherwise))
            if choice.args.get("ifs")
            else exp.Literal.string(otherwise)
        )

    def _derived(self, signal: Signal) -> exp.Expr:
        match signal.meaning:
            case Change(of, against):
                base = double(column(against))
                change = exp.Sub(this=double(column(of)), expression=base)
                return exp.Div(
                    this=exp.paren(change), expression=exp.func("NULLIF", base.copy(), exp.convert(0))
                )
            case Ratio(of, to):
                whole = exp.func("NULLIF", double(column(to)), exp.convert(0))
                return exp.Div(this=double(column(of)), expression=whole)
            case Formula(expression):
                return self._translator.typed(expression).sql
        raise ValueError(f"{signal.name} is counted, not computed")
