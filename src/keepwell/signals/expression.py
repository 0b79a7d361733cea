"""Small, safe expressions over named values: `open_tickets / max(seats, 1)`, `escalated and priority in ['high']`.

The grammar is a part of Python's, parsed by Python and then reduced to the nodes below; nothing else is ever evaluated.
An unknown value (`None`) makes what is computed from it unknown; `and`, `or` and `not` follow three-valued logic.
`signals.meaning` says what each node means; `sql.expressions` says the same in SQL.
"""

import ast
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Scalar: TypeAlias = "float | int | str | bool | None"


class ExpressionError(ValueError):
    """An expression that cannot be read; the message says what is wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, truth value or `None` (unknown)."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Name:
    """A value looked up by name: a column, a signal, or an account's attribute as `account.plan`."""

    path: str


@dataclass(frozen=True, slots=True)
class Negative:
    """The operand with its sign changed."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+ - * /` of two numbers. Division is never integer division; by zero it is unknown."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`== != < <= > >=` of two values."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a value is one of the listed scalars."""

    operand: "Expression"
    options: tuple[Scalar, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or` of two or more conditions."""

    operator: str
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """One of `FUNCTIONS`, applied."""

    function: str
    arguments: tuple["Expression", ...]


Expression: TypeAlias = Literal | Name | Negative | Arithmetic | Comparison | Membership | Logic | Not | Call

FUNCTIONS: dict[str, tuple[int, int, str]] = {
    "min": (2, 9, "the least of the known values"),
    "max": (2, 9, "the greatest of the known values"),
    "abs": (1, 1, "the value without its sign"),
    "ln": (1, 1, "the natural logarithm; unknown for zero and below"),
    "coalesce": (2, 9, "the first known value"),
    "when": (3, 3, "when(condition, a, b): a where the condition holds, else b"),
    "known": (1, 1, "whether the value is known"),
    "unknown": (1, 1, "whether the value is unknown"),
    "days_between": (2, 2, "days_between(later, earlier): calendar days in the project's zone"),
    "hours_between": (2, 2, "hours_between(later, earlier): elapsed hours"),
    "lower": (1, 1, "the text in lower case"),
    "contains": (2, 2, "contains(text, part): whether the part, as written, stands in the text"),
    "starts_with": (2, 2, "starts_with(text, part): whether the text begins with the part, as written"),
}
"""Name → (fewest arguments, most arguments, meaning)."""

_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISON = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_MOST_NODES = 500


Functions: TypeAlias = "Mapping[str, tuple[int, int, str]]"


def parse(text: str, functions: Functions = FUNCTIONS) -> Expression:
    """Reads an expression that may call the given functions.

    Raises:
        ExpressionError: it is no expression, or uses what expressions do not offer.
    """
    source = str(text).strip()
    if len(source) > 10_000:
        raise ExpressionError("the expression is longer than 10,000 characters")
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ExpressionError(f"{source!r} cannot be read as an expression") from error
    if sum(1 for _ in ast.walk(tree)) > _MOST_NODES:
        raise ExpressionError("the expression is too long; split it into several signals")
    return _Reader(functions).convert(tree.body)


@dataclass(frozen=True, slots=True)
class _Reader:
    functions: Functions

    def convert(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant(value=None | bool() | int() | float() | str() as value):
                return Literal(_bounded(value))
            case ast.Name(id="true" | "false" as word):
                return Literal(word == "true")
            case ast.Name(id="null"):
                return Literal(None)
            case ast.Name(id=name):
                return Name(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                return Name(f"{owner}.{name}")
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)) if (
                not isinstance(number, bool)
            ):
                return Literal(-_bounded(number))  # type: ignore[operator]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.convert(operand))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.convert(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.convert(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return Arithmetic(_ARITHMETIC[type(op)], self.convert(left), self.convert(right))
            case ast.BoolOp(op=op, values=values):
                return Logic(
                    "and" if isinstance(op, ast.And) else "or", tuple(self.convert(value) for value in values)
                )
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
        raise ExpressionError(f"{ast.unparse(node)!r} is not something an expression can hold")

    def _comparison(self, node: ast.Compare) -> Expression:
        operands = [node.left, *node.comparators]
        parts: list[Expression] = []
        for left, op, right in zip(operands, node.ops, operands[1:], strict=False):
            if isinstance(op, ast.In | ast.NotIn):
                parts.append(Membership(self.convert(left), self._options(right), isinstance(op, ast.NotIn)))
            elif type(op) in _COMPARISON:
                parts.append(Comparison(_COMPARISON[type(op)], self.convert(left), self.convert(right)))
            else:
                raise ExpressionError(
                    "use == and != to compare, known(x) and unknown(x) to ask whether a value is there"
                )
        return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))

    def _options(self, node: ast.expr) -> tuple[Scalar, ...]:
        if not isinstance(node, ast.List | ast.Tuple | ast.Set) or not node.elts:
            raise ExpressionError("after `in` comes a list such as ['high', 'urgent']")
        options = [self.convert(element) for element in node.elts]
        if not all(isinstance(option, Literal) and option.value is not None for option in options):
            raise ExpressionError("the list after `in` holds plain numbers or texts")
        return tuple(option.value for option in options if isinstance(option, Literal))

    def _call(self, node: ast.Call) -> Expression:
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if name not in self.functions:
            raise ExpressionError(f"there is no function {name!r}; there are {', '.join(self.functions)}")
        fewest, most, meaning = self.functions[name]
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise ExpressionError(f"{name} takes plain values only: {meaning}")
        if not fewest <= len(node.args) <= most:
            raise ExpressionError(
                f"{name} takes {fewest if fewest == most else f'{fewest} to {most}'} values: {meaning}"
            )
        return Call(name, tuple(self.convert(argument) for argument in node.args))


def _bounded(value: Scalar) -> Scalar:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        raise ExpressionError(f"{value} is too large a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("a number must be finite")
    return value


def children(expression: Expression) -> tuple[Expression, ...]:
    """The nodes directly below an expression."""
    match expression:
        case Negative(operand) | Not(operand) | Membership(operand):
            return (operand,)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Logic(_, parts):
            return parts
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def names(expression: Expression) -> Iterator[str]:
    """Every name an expression uses, in reading order, repeats included."""
    if isinstance(expression, Name):
        yield expression.path
    for child in children(expression):
        yield from names(child)
