"""What an expression means in SQL: the same as `signals.meaning` says of one value, for whole columns.

Arithmetic is done on doubles; a division by zero is unknown; text compares by code point.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from keepwell.signals.expression import (
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Literal,
    Logic,
    Membership,
    Name,
    Negative,
    Not,
    Scalar,
)
from keepwell.signals.tables import NUMERIC, Kind


@dataclass(frozen=True, slots=True)
class Typed:
    """A SQL expression and the kind of value it gives."""

    sql: exp.Expr
    kind: Kind


Lookup = Callable[[str], Typed]
Day = Callable[[exp.Expr], exp.Expr]

_COMPARE = {"==": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
_COMPUTE = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div}


def double(value: exp.Expr) -> exp.Expr:
    """The value as a double."""
    return exp.cast(value, "double")


def literal(value: Scalar) -> Typed:
    """A constant."""
    match value:
        case None:
            return Typed(exp.null(), Kind.NUMBER)
        case bool():
            return Typed(exp.convert(value), Kind.BOOLEAN)
        case int():
            return Typed(exp.convert(value), Kind.INTEGER)
        case float():
            return Typed(double(exp.convert(value)), Kind.NUMBER)
        case _:
            return Typed(exp.convert(value), Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Translator:
    """Turns expressions into SQL, looking names up with `lookup` and dating instants with `day` (in the project's zone)."""

    lookup: Lookup
    day: Day

    def condition(self, expression: Expression) -> exp.Expr:
        """The expression as a condition; unknown does not hold wherever a condition stands."""
        return self.typed(expression).sql

    def typed(self, expression: Expression) -> Typed:
        """The expression with its kind."""
        match expression:
            case Literal(value):
                return literal(value)
            case Name(path):
                return self.lookup(path)
            case Negative(operand):
                opposite = self.typed(operand)
                return Typed(exp.Neg(this=exp.paren(opposite.sql)), opposite.kind)
            case Arithmetic(operator, left, right):
                return self._arithmetic(operator, left, right)
            case Comparison(operator, left, right):
                return self._comparison(operator, left, right)
            case Membership(operand, options, negated):
                return self._membership(operand, options, negated)
            case Logic(operator, parts):
                join = exp.and_ if operator == "and" else exp.or_
                return Typed(exp.paren(join(*(self.condition(part) for part in parts))), Kind.BOOLEAN)
            case Not(operand):
                return Typed(exp.paren(exp.not_(exp.paren(self.condition(operand)))), Kind.BOOLEAN)
            case Call(function, arguments):
                return self._call(function, arguments)

    def _number(self, expression: Expression) -> exp.Expr:
        return double(self.typed(expression).sql)

    def _arithmetic(self, operator: str, left: Expression, right: Expression) -> Typed:
        first, second = self._number(left), self._number(right)
        if operator == "/":
            second = exp.func("NULLIF", second, exp.convert(0))
        return Typed(exp.paren(_COMPUTE[operator](this=first, expression=second)), Kind.NUMBER)

    def _comparable(self, expression: Expression) -> exp.Expr:
        typed = self.typed(expression)
        return double(typed.sql) if typed.kind in (Kind.MONEY, Kind.NUMBER) else typed.sql

    def _comparison(self, operator: str, left: Expression, right: Expression) -> Typed:
        compare = _COMPARE[operator]
        return Typed(
            exp.paren(compare(this=self._comparable(left), expression=self._comparable(right))), Kind.BOOLEAN
        )

    def _membership(self, operand: Expression, options: tuple[Scalar, ...], negated: bool) -> Typed:
        within = exp.In(
            this=self._comparable(operand), expressions=[literal(option).sql for option in options]
        )
        return Typed(exp.paren(exp.not_(within) if negated else within), Kind.BOOLEAN)

    def _call(self, function: str, arguments: tuple[Expression, ...]) -> Typed:
        match function, arguments:
            case (("min" | "max" | "coalesce"), _):
                return self._choice(function, arguments)
            case "abs", (value,):
                number = self.typed(value)
                return Typed(exp.Abs(this=number.sql), number.kind)
            case "ln", (value,):
                double_value = self._number(value)
                positive = exp.case().when(
                    exp.GT(this=double_value, expression=exp.convert(0)), double_value.copy()
                )
                return Typed(exp.Ln(this=positive), Kind.NUMBER)
            case "when", (condition, first, second):
                one, other = self._alike(first, second)
                return Typed(exp.case().when(self.condition(condition), one.sql).else_(other.sql), one.kind)
            case "known", (value,):
                return Typed(
                    exp.not_(exp.Is(this=self.typed(value).sql, expression=exp.null())), Kind.BOOLEAN
                )
            case "unknown", (value,):
                unknown = exp.Is(this=self.typed(value).sql, expression=exp.null())
                return Typed(exp.paren(unknown), Kind.BOOLEAN)
            case "days_between", (later, earlier):
                days = exp.DateDiff(
                    this=self.day(self.typed(later).sql),
                    expression=self.day(self.typed(earlier).sql),
                    unit=exp.var("DAY"),
                )
                return Typed(days, Kind.INTEGER)
            case "hours_between", (later, earlier):
                return Typed(elapsed(self.typed(later).sql, self.typed(earlier).sql, hours=True), Kind.NUMBER)
            case "lower", (text,):
                return Typed(exp.Lower(this=self.typed(text).sql), Kind.TEXT)
            case "contains", (text, part):
                found = exp.StrPosition(this=self.typed(text).sql, substr=self.typed(part).sql)
                return Typed(exp.paren(exp.GT(this=found, expression=exp.convert(0))), Kind.BOOLEAN)
            case "starts_with", (text, part):
                return Typed(
                    exp.StartsWith(this=self.typed(text).sql, expression=self.typed(part).sql), Kind.BOOLEAN
                )
        raise ValueError(f"{function} has no meaning in SQL")

    def _alike(self, *expressions: Expression) -> tuple[Typed, ...]:
        typed = tuple(self.typed(expression) for expression in expressions)
        kinds = {each.kind for each in typed if not isinstance(each.sql, exp.Null)}
        if len(kinds) > 1 and all(kind in NUMERIC for kind in kinds):
            return tuple(Typed(double(each.sql), Kind.NUMBER) for each in typed)
        kind = next(iter(kinds), Kind.NUMBER)
        return tuple(Typed(each.sql, kind) for each in typed)

    def _choice(self, function: str, arguments: tuple[Expression, ...]) -> Typed:
        typed = self._alike(*arguments)
        sql = [each.sql for each in typed]
        call: dict[str, type[exp.Func]] = {"min": exp.Least, "max": exp.Greatest, "coalesce": exp.Coalesce}
        ignore = {} if function == "coalesce" else {"ignore_nulls": True}
        return Typed(call[function](this=sql[0], expressions=sql[1:], **ignore), typed[0].kind)


def elapsed(later: exp.Expr, earlier: exp.Expr, *, hours: bool) -> exp.Expr:
    """The elapsed time between two instants, in hours or in days of 24 hours, as a double."""
    microseconds = exp.DateDiff(this=later, expression=earlier, unit=exp.var("MICROSECOND"))
    divisor = 3_600_000_000.0 if hours else 86_400_000_000.0
    return exp.paren(exp.Div(this=double(microseconds), expression=double(exp.convert(divisor))))
