"""What an expression over raw columns means in SQL. Raw values are text; where a number is needed, it is read from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlglot import exp

from keepwell.signals.expression import Call, Expression, Literal
from keepwell.signals.tables import NUMERIC, Kind
from keepwell.sql.duckdb import call, try_cast
from keepwell.sql.expressions import Translator, Typed


class UnknownColumn(ValueError):
    """An expression names a raw column that is not there; `name` is it."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


Find: TypeAlias = Callable[[exp.Expr, str, str, str], exp.Expr]
"""What `lookup` finds for a value's text: (value, source, to, take) → the text that is taken."""


def nothing_to_find(_value: exp.Expr, source: str, _to: str, _take: str) -> exp.Expr:
    """Where lookups have no place."""
    raise ValueError(f"nothing can be looked up in {source} here")


def translator(
    columns: Mapping[str, exp.Expr], decimal: str, find: Find = nothing_to_find
) -> "RawTranslator":
    """A translator over raw columns (name → its text). `decimal` is the mark in numbers, `find` what `lookup` does."""

    def lookup(name: str) -> Typed:
        if name not in columns:
            raise UnknownColumn(name)
        return Typed(columns[name].copy(), Kind.TEXT)

    def day(instant: exp.Expr) -> exp.Expr:
        return try_cast(instant, "date")

    return RawTranslator(lookup=lookup, day=day, decimal=decimal, find=find)


@dataclass(frozen=True)
class RawTranslator(Translator):
    """The `Translator` of expressions over text, with the functions that only raw columns have."""

    decimal: str = field(default=".")
    find: Find = field(default=nothing_to_find)

    def typed(self, expression: Expression) -> Typed:
        """The expression with its kind."""
        if isinstance(expression, Call):
            own = self._own(expression.function, expression.arguments)
            if own is not None:
                return own
        return super().typed(expression)

    def _own(self, function: str, arguments: tuple[Expression, ...]) -> Typed | None:
        match function, arguments:
            case "number", (text,):
                return Typed(self._number(text), Kind.NUMBER)
            case "concat", _:
                return Typed(call("concat", *(self._text(each) for each in arguments)), Kind.TEXT)
            case "replace", (text, old, new):
                return Typed(call("replace", *map(self._text, (text, old, new))), Kind.TEXT)
            case "trim", (text,):
                return Typed(call("trim", self._text(text)), Kind.TEXT)
            case "upper", (text,):
                return Typed(exp.Upper(this=self._text(text)), Kind.TEXT)
            case "part", (text, separator, place):
                parts = call("string_split", self._text(text), self._text(separator))
                return Typed(
                    call("list_extract", parts, exp.cast(self.typed(place).sql, "bigint")), Kind.TEXT
                )
            case "column", (Literal(str() as name),):
                return self.lookup(name)
            case "lookup", (Literal(str() as source), value, Literal(str() as to), Literal(str() as take)):
                return Typed(self.find(self._text(value), source, to, take), Kind.TEXT)
            case "days_after", (date, days):
                whole = try_cast(self._number(days), "integer")
                return Typed(
                    exp.paren(exp.Add(this=self._instant(date), expression=call("to_days", whole))),
                    Kind.INSTANT,
                )
        return None

    def _text(self, expression: Expression) -> exp.Expr:
        typed = self.typed(expression)
        return typed.sql if typed.kind is Kind.TEXT else exp.cast(typed.sql, "varchar", dialect="duckdb")

    def _instant(self, expression: Expression) -> exp.Expr:
        typed = self.typed(expression)
        return typed.sql if typed.kind is Kind.INSTANT else try_cast(self._text(expression), "timestamp")

    def _number(self, expression: Expression) -> exp.Expr:
        typed = self.typed(expression)
        if typed.kind is not Kind.TEXT:
            return exp.cast(typed.sql, "double")
        text = typed.sql
        if self.decimal == ",":
            text = call("replace", call("replace", text, ".", ""), ",", ".")
        return try_cast(text, "double")

    def _comparison(self, operator: str, left: Expression, right: Expression) -> Typed:
        kinds = {self.typed(left).kind, self.typed(right).kind}
        if Kind.TEXT in kinds and kinds & set(NUMERIC):
            left, right = (
                Call("number", (each,)) if self.typed(each).kind is Kind.TEXT else each
                for each in (left, right)
            )
        return super()._comparison(operator, left, right)
