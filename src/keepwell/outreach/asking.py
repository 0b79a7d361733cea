"""What a journey's conditions can ask besides signals and attributes: the account's standing, and what came back."""

from collections.abc import Callable
from typing import TypeAlias

from keepwell.signals.expression import (
    FUNCTIONS,
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Functions,
    Literal,
    Logic,
    Membership,
    Name,
    Negative,
    Not,
)
from keepwell.signals.tables import Kind

CAME_BACK: Functions = {
    "opened": (1, 1, "opened(TEMPLATE): whether a message of this journey with that template was opened, or read in the app"),
    "clicked": (1, 1, "clicked(TEMPLATE): whether something in it was clicked"),
    "replied": (1, 1, "replied(TEMPLATE): whether somebody has replied to it"),
}  # fmt: skip
"""What only the steps of a journey may ask, each of a template by its name."""

ASKABLE: Functions = {**FUNCTIONS, **CAME_BACK}
"""Everything that a journey's steps, exits and goal may call."""

STANDING: dict[str, Kind] = {
    "score": Kind.NUMBER,
    "band": Kind.TEXT,
    "days_in_band": Kind.INTEGER,
    "value": Kind.NUMBER,
    "segment": Kind.TEXT,
    "stage": Kind.TEXT,
}
"""What a journey's conditions read of the account's health: its score, band, days in that band, worth, segment and stage."""


Answer: TypeAlias = Callable[[str, str], bool | None]
"""Whether something (`opened`, ...) came back from a template's message; `None`: nobody knows."""


def asked(expression: Expression) -> tuple[str, ...]:
    """The templates of which an expression asks what came back, in reading order."""
    found: list[str] = []

    def noted(_function: str, template: str) -> bool:
        found.append(template)
        return True

    answered(expression, noted)
    return tuple(found)


def answered(expression: Expression, answer: Answer) -> Expression:
    """The expression with the answer in the place of every question of what came back: one that `signals.meaning` can work out."""
    match expression:
        case Call(function, (Name(template),)) if function in CAME_BACK:
            return Literal(answer(function, template))
        case Call(function, arguments):
            return Call(function, tuple(answered(one, answer) for one in arguments))
        case Logic(operator, parts):
            return Logic(operator, tuple(answered(one, answer) for one in parts))
        case Comparison(operator, left, right):
            return Comparison(operator, answered(left, answer), answered(right, answer))
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, answered(left, answer), answered(right, answer))
        case Membership(operand, options, negated):
            return Membership(answered(operand, answer), options, negated)
        case Not(operand):
            return Not(answered(operand, answer))
        case Negative(operand):
            return Negative(answered(operand, answer))
        case _:
            return expression
