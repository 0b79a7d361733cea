"""What every node of an expression means, exactly, for one row of values: the meaning that its SQL is proven equal to.

A value is a number (`int`, `float`, or `Decimal` for money), text, a truth value, an aware instant, or `None`: unknown.
What is computed from an unknown value is unknown; `and`, `or` and `not` follow three-valued logic (Kleene's): an unknown
part leaves the whole unknown unless the other parts decide it. A condition holds only if it is `True`.

`signals.kinds` says which expressions make sense at all; `evaluate` expects one that does.
"""

import math
import operator
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from keepwell.signals.expression import (
    Arithmetic,
    Call,
    Comparison,
    Expression,
    ExpressionError,
    Literal,
    Logic,
    Membership,
    Name,
    Negative,
    Not,
)
from keepwell.signals.kinds import kind_of
from keepwell.signals.window import local_date

__all__ = ["Lookup", "Value", "evaluate", "holds", "kind_of"]

Value: TypeAlias = float | int | str | bool | Decimal | datetime | None
Number: TypeAlias = float | int | Decimal
Lookup: TypeAlias = Callable[[str], Value]

_ARITHMETIC: dict[str, Callable[[Any, Any], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_COMPARISON: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(expression: Expression, lookup: Lookup, zone: ZoneInfo) -> Value:
    """The value of an expression, `lookup` giving that of each name; days are calendar days in `zone`.

    Raises:
        ExpressionError: it calls a function that has no meaning here.
    """

    def value(part: Expression) -> Value:
        return evaluate(part, lookup, zone)

    match expression:
        case Literal(constant):
            return constant
        case Name(path):
            return lookup(path)
        case Negative(operand):
            return negative(value(operand))
        case Arithmetic(sign, left, right):
            return arithmetic(sign, value(left), value(right))
        case Comparison(sign, left, right):
            return compare(sign, value(left), value(right))
        case Membership(operand, options, negated):
            return membership(value(operand), options, negated=negated)
        case Logic("and", parts):
            return conjunction([value(part) for part in parts])
        case Logic(_, parts):
            return disjunction([value(part) for part in parts])
        case Not(operand):
            return opposite(value(operand))
        case Call(function, arguments):
            return call(function, [value(argument) for argument in arguments], zone)


def holds(condition: Expression | None, lookup: Lookup, zone: ZoneInfo) -> bool:
    """Whether a condition is `True`; an unknown one does not hold, an absent one always does."""
    return condition is None or evaluate(condition, lookup, zone) is True


def negative(value: Value) -> Value:
    """The number with its sign changed."""
    return None if value is None else _bounded(-_number(value))


def arithmetic(sign: str, left: Value, right: Value) -> Value:
    """`+ - *` of two whole numbers is exact, and unknown beyond 64 bits; anything else is done in floats.

    `/` is always a float, and unknown if the divisor is zero.
    """
    if left is None or right is None:
        return None
    if sign == "/":
        return None if right == 0 else _bounded(_float(left) / _float(right))
    if isinstance(left, int) and isinstance(right, int):
        return _bounded(_ARITHMETIC[sign](left, right))
    return _bounded(_ARITHMETIC[sign](_float(left), _float(right)))


def compare(sign: str, left: Value, right: Value) -> bool | None:
    """Whether the comparison is true: text by code point, instants in time, money against a fraction as floats."""
    if left is None or right is None:
        return None
    return _COMPARISON[sign](*_alike([left, right]))


def membership(value: Value, options: Sequence[Value], *, negated: bool = False) -> bool | None:
    """Whether a known value equals one of the options."""
    if value is None:
        return None
    return any(compare("==", value, option) for option in options) is not negated


def conjunction(parts: Sequence[Value]) -> bool | None:
    """False if any part is, else unknown if any part is, else true."""
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def disjunction(parts: Sequence[Value]) -> bool | None:
    """True if any part is, else unknown if any part is, else false."""
    if any(part is True for part in parts):
        return True
    return None if any(part is None for part in parts) else False


def opposite(value: Value) -> bool | None:
    """False for true, true for false; unknown stays unknown."""
    return None if value is None else not value


def call(function: str, arguments: Sequence[Value], zone: ZoneInfo) -> Value:
    """One of `expression.FUNCTIONS` applied to values.

    Raises:
        ExpressionError: there is no such function.
    """
    match function, arguments:
        case "min", values:
            return min(_alike(known), default=None) if (known := _known(values)) else None
        case "max", values:
            return max(_alike(known), default=None) if (known := _known(values)) else None
        case "coalesce", values:
            return next(iter(_known(values)), None)
        case "when", [condition, value, otherwise]:
            return value if condition is True else otherwise
        case "known", [value]:
            return value is not None
        case "unknown", [value]:
            return value is None
    if any(argument is None for argument in arguments):
        return None
    match function, arguments:
        case "abs", [value]:
            number = _number(value)
            return negative(number) if number < 0 else number
        case "ln", [value]:
            return math.log(_number(value)) if _number(value) > 0 else None
        case "days_between", [datetime() as later, datetime() as earlier]:
            return (local_date(later, zone) - local_date(earlier, zone)).days
        case "hours_between", [datetime() as later, datetime() as earlier]:
            return (later.astimezone(UTC) - earlier.astimezone(UTC)).total_seconds() / 3600
        case "lower", [str() as text]:
            return lower(text)
        case "contains", [str() as text, str() as part]:
            return part in text
        case "starts_with", [str() as text, str() as part]:
            return text.startswith(part)
    raise ExpressionError(f"{function} of {', '.join(map(repr, arguments))} has no meaning")


def lower(text: str) -> str:
    """The text with each code point in its simple lower case, whatever stands around it: `Σ` is `σ` also at the end."""
    return "".join(point.lower()[0] for point in text)


def _known(values: Sequence[Value]) -> list[Value]:
    return [value for value in values if value is not None]


def _alike(values: Sequence[Value]) -> list[Any]:
    """The values in forms that compare: instants in UTC; where one is a float, so is money: 9.99 equals 9.99."""
    if any(isinstance(value, float) for value in values):
        return [float(value) if isinstance(value, Decimal) else value for value in values]
    return [value.astimezone(UTC) if isinstance(value, datetime) else value for value in values]


def _number(value: Value) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ExpressionError(f"{value!r} is not a number")
    return value


def _float(value: Value) -> float:
    return float(_number(value))


def _bounded(value: Number) -> Number | None:
    """The number, or unknown if it is infinite, not a number, or a whole one beyond 64 bits."""
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else None
    return value if math.isfinite(value) else None
