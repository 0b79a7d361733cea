"""An expression as text: what `expression.parse` reads as the same expression again."""

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

_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _SIGN, _ATOM = range(8)
"""How tightly each form binds, the loosest first."""


def written(expression: Expression) -> str:
    """The expression as one would type it, with no more brackets than it needs."""
    return _text(expression)[0]


def _text(expression: Expression) -> tuple[str, int]:
    """The text, and how tightly it binds."""
    match expression:
        case Literal(value):
            negative = isinstance(value, int | float) and not isinstance(value, bool) and value < 0
            return _scalar(value), _SIGN if negative else _ATOM
        case Name(path):
            return path, _ATOM
        case Negative(operand):
            return f"-{_within(operand, _ATOM)}", _SIGN
        case Arithmetic(operator, left, right):
            level = _ADD if operator in "+-" else _MULTIPLY
            return f"{_within(left, level)} {operator} {_within(right, level + 1)}", level
        case Comparison(operator, left, right):
            return f"{_within(left, _ADD)} {operator} {_within(right, _ADD)}", _COMPARE
        case Membership(operand, options, negated):
            listed = ", ".join(map(_scalar, options))
            return f"{_within(operand, _ADD)} {'not in' if negated else 'in'} [{listed}]", _COMPARE
        case Logic(operator, parts):
            level = _OR if operator == "or" else _AND
            return f" {operator} ".join(_within(part, level + 1) for part in parts), level
        case Not(operand):
            return f"not {_within(operand, _NOT)}", _NOT
        case Call(function, arguments):
            return f"{function}({', '.join(map(written, arguments))})", _ATOM


def _within(expression: Expression, level: int) -> str:
    text, binds = _text(expression)
    return text if binds >= level else f"({text})"


def _scalar(value: Scalar) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value)
        case _:
            return repr(value)
