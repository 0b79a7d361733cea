"""What a journey's conditions can ask besides signals and attributes: the account's standing, and what came back.

A condition is written `opened(micro_guide)`, and read as the value of that name. So whoever hands in what is known of an account hands in
the answers too, true or false by `opened(micro_guide)`, for each of `reads.questions`; without one nobody knows, and neither it nor its opposite holds.
"""

from keepwell.signals.expression import (
    FUNCTIONS,
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Functions,
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


def question(function: str, template: str) -> str:
    """The name under which an answer is known: `opened(micro_guide)`."""
    return f"{function}({template})"


def template_of(name: str) -> str | None:
    """The template of which a name asks; `None`: it is no question."""
    function, bracket, rest = name.partition("(")
    return rest.removesuffix(")") if bracket and function in CAME_BACK else None


def looked_up(expression: Expression) -> Expression:
    """The expression with every question as the name of its answer."""
    match expression:
        case Call(function, (Name(template),)) if function in CAME_BACK:
            return Name(question(function, template))
        case Call(function, arguments):
            return Call(function, tuple(map(looked_up, arguments)))
        case Logic(operator, parts):
            return Logic(operator, tuple(map(looked_up, parts)))
        case Comparison(operator, left, right):
            return Comparison(operator, looked_up(left), looked_up(right))
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, looked_up(left), looked_up(right))
        case Membership(operand, options, negated):
            return Membership(looked_up(operand), options, negated)
        case Not(operand):
            return Not(looked_up(operand))
        case Negative(operand):
            return Negative(looked_up(operand))
        case _:
            return expression
