"""What a source looks up in the rows of others: as a column's origin, or within an expression."""

from collections.abc import Iterator
from dataclasses import dataclass

from keepwell.signals.expression import Call, Expression, Literal, children
from keepwell.sources.source import Computed, Lookup, Source


@dataclass(frozen=True, slots=True)
class Sought:
    """`lookup('source', value, 'to', 'take')` in an expression, whatever the value is."""

    source: str
    to: str
    take: str


def sought(source: Source) -> tuple[Sought, ...]:
    """What the source's expressions look up, each once."""
    found: dict[Sought, None] = {}
    origins = [*source.columns.values(), *(attribute.origin for attribute in source.attributes.values())]
    expressions = [origin.expression for origin in origins if isinstance(origin, Computed)]
    for expression in [*expressions, *([source.where] if source.where is not None else [])]:
        found.update(dict.fromkeys(each for each in calls(expression) if each is not None))
    return tuple(found)


def calls(expression: Expression) -> Iterator[Sought | None]:
    """Every lookup in an expression, the inner ones first; `None` stands for one whose names are no plain texts."""
    for child in children(expression):
        yield from calls(child)
    if isinstance(expression, Call) and expression.function == "lookup":
        match expression.arguments:
            case (Literal(str() as source), _, Literal(str() as to), Literal(str() as take)):
                yield Sought(source, to, take)
            case _:
                yield None


def sources_of(source: Source) -> frozenset[str]:
    """The names of the sources whose rows it looks up in."""
    origins = [*source.columns.values(), *(attribute.origin for attribute in source.attributes.values())]
    plain = {origin.source for origin in origins if isinstance(origin, Lookup)}
    return frozenset(plain | {each.source for each in sought(source)})
