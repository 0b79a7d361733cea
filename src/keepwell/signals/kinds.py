"""Which expressions make sense, and what kind of value each gives: checked before anything runs.

Numbers of any kind go together; text, truth values, instants and contacts each go only with their own.
"""

import difflib
from collections.abc import Callable, Mapping, Sequence

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
    Scalar,
)
from keepwell.signals.tables import NUMERIC, Kind

Kinds = Mapping[str, Kind]

AS_OF = "as_of"
"""The name by which an expression reads the instant D that it is computed for."""

_WORDS = {
    Kind.TEXT: "text",
    Kind.INTEGER: "a number",
    Kind.NUMBER: "a number",
    Kind.MONEY: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.INSTANT: "an instant",
    Kind.CONTACT: "a contact",
}
_UNORDERED = (Kind.BOOLEAN, Kind.CONTACT)


def kind_of(expression: Expression, kinds: Kinds) -> Kind | None:
    """The kind of an expression's value, `kinds` giving that of every name it may use; `None` if it is always unknown.

    Whole numbers stay whole under `+ - *`; other arithmetic gives a number, and so does a choice between unlike numbers.

    Raises:
        ExpressionError: it uses a name there is not, or brings together kinds that do not go together.
    """
    match expression:
        case Literal(value):
            return _of_scalar(value)
        case Name(path):
            return _of_name(path, kinds)
        case Negative(operand):
            return _numeric(operand, kinds, "-")
        case Arithmetic(sign, left, right):
            both = {_numeric(left, kinds, sign), _numeric(right, kinds, sign)}
            return Kind.INTEGER if sign != "/" and both == {Kind.INTEGER} else Kind.NUMBER
        case Comparison(sign, left, right):
            kind = _common((left, right), kinds)
            if sign not in ("==", "!=") and kind in _UNORDERED:
                raise ExpressionError(
                    f"{written(left)} is {_WORDS[kind]}, which has no order: compare it with == or !="
                )
            return Kind.BOOLEAN
        case Membership(operand, options):
            for option in options:
                _common((operand, Literal(option)), kinds)
            return Kind.BOOLEAN
        case Logic(word, parts):
            for part in parts:
                _expect(part, kinds, Kind.BOOLEAN, f"`{word}`")
            return Kind.BOOLEAN
        case Not(operand):
            _expect(operand, kinds, Kind.BOOLEAN, "`not`")
            return Kind.BOOLEAN
        case Call(function, arguments):
            if function not in _CALLS:
                raise ExpressionError(f"{function} cannot be used here")
            return _CALLS[function](function, arguments, kinds)


def _of_scalar(value: Scalar) -> Kind | None:
    match value:
        case bool():
            return Kind.BOOLEAN
        case int():
            return Kind.INTEGER
        case float():
            return Kind.NUMBER
        case str():
            return Kind.TEXT
        case None:
            return None


def _of_name(path: str, kinds: Kinds) -> Kind:
    if path in kinds:
        return kinds[path]
    close = difflib.get_close_matches(path, kinds, n=1)
    raise ExpressionError(f"there is no {path!r} here" + (f"; did you mean {close[0]!r}?" if close else ""))


def _expect(expression: Expression, kinds: Kinds, wanted: Kind, by: str) -> None:
    kind = kind_of(expression, kinds)
    if kind not in (wanted, None):
        raise ExpressionError(f"{by} takes {_WORDS[wanted]}, and {written(expression)} is {_WORDS[kind]}")


def _numeric(expression: Expression, kinds: Kinds, by: str) -> Kind | None:
    kind = kind_of(expression, kinds)
    if kind is not None and kind not in NUMERIC:
        hint = "; use days_between or hours_between" if kind is Kind.INSTANT else ""
        raise ExpressionError(f"{by} takes numbers, and {written(expression)} is {_WORDS[kind]}{hint}")
    return kind


def _common(expressions: Sequence[Expression], kinds: Kinds) -> Kind | None:
    """The kind that holds all of them: their own if they share it, a number if all are numbers."""
    found: Kind | None = None
    first: Expression = expressions[0]
    for expression in expressions:
        kind = kind_of(expression, kinds)
        if kind is None or kind is found:
            continue
        if found is None:
            found, first = kind, expression
        elif kind in NUMERIC and found in NUMERIC:
            found = Kind.NUMBER
        else:
            raise ExpressionError(
                f"{written(first)} is {_WORDS[found]} and {written(expression)} is {_WORDS[kind]}: "
                "they do not go together"
            )
    return found


def _extreme(function: str, arguments: Sequence[Expression], kinds: Kinds) -> Kind | None:
    kind = _common(arguments, kinds)
    if kind in _UNORDERED:
        raise ExpressionError(
            f"{function} takes what has an order, and {written(arguments[0])} is {_WORDS[kind]}"
        )
    return kind


def _alike(_function: str, arguments: Sequence[Expression], kinds: Kinds) -> Kind | None:
    return _common(arguments, kinds)


def _choice(function: str, arguments: Sequence[Expression], kinds: Kinds) -> Kind | None:
    _expect(arguments[0], kinds, Kind.BOOLEAN, f"{function}'s condition")
    return _common(arguments[1:], kinds)


def _magnitude(function: str, arguments: Sequence[Expression], kinds: Kinds) -> Kind | None:
    return _numeric(arguments[0], kinds, function)


def _logarithm(function: str, arguments: Sequence[Expression], kinds: Kinds) -> Kind:
    _numeric(arguments[0], kinds, function)
    return Kind.NUMBER


def _asked(_function: str, arguments: Sequence[Expression], kinds: Kinds) -> Kind:
    kind_of(arguments[0], kinds)
    return Kind.BOOLEAN


def _of_each(wanted: Kind, result: Kind) -> "_Check":
    def check(function: str, arguments: Sequence[Expression], kinds: Kinds) -> Kind:
        for argument in arguments:
            _expect(argument, kinds, wanted, function)
        return result

    return check


_Check = Callable[[str, Sequence[Expression], Kinds], Kind | None]
_CALLS: dict[str, _Check] = {
    "min": _extreme,
    "max": _extreme,
    "abs": _magnitude,
    "ln": _logarithm,
    "coalesce": _alike,
    "when": _choice,
    "known": _asked,
    "unknown": _asked,
    "days_between": _of_each(Kind.INSTANT, Kind.INTEGER),
    "hours_between": _of_each(Kind.INSTANT, Kind.NUMBER),
    "lower": _of_each(Kind.TEXT, Kind.TEXT),
    "contains": _of_each(Kind.TEXT, Kind.BOOLEAN),
    "starts_with": _of_each(Kind.TEXT, Kind.BOOLEAN),
}


def written(expression: Expression) -> str:
    """The expression as a person would write it, with every pair of brackets that might be needed."""

    def within(part: Expression) -> str:
        text = written(part)
        return text if isinstance(part, Literal | Name | Call) else f"({text})"

    match expression:
        case Literal(value):
            return _scalar(value)
        case Name(path):
            return path
        case Negative(operand):
            return f"-{within(operand)}"
        case Arithmetic(sign, left, right) | Comparison(sign, left, right):
            return f"{within(left)} {sign} {within(right)}"
        case Membership(operand, options, negated):
            listed = ", ".join(written(Literal(option)) for option in options)
            return f"{within(operand)} {'not in' if negated else 'in'} [{listed}]"
        case Logic(word, parts):
            return f" {word} ".join(within(part) for part in parts)
        case Not(operand):
            return f"not {within(operand)}"
        case Call(function, arguments):
            return f"{function}({', '.join(written(argument) for argument in arguments)})"


def _scalar(value: Scalar) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else repr(value)
