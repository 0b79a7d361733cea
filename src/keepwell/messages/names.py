"""Which values a template names, and where, without filling it in."""

from collections.abc import Iterator
from dataclasses import dataclass

from liquid import Environment
from liquid.exceptions import LiquidError

from keepwell.messages.sandbox import UnfilledError, mistake


@dataclass(frozen=True, slots=True)
class Named:
    """A value that a template names: `signals.active_days` as its parts, and the line (from 1) on which it does."""

    parts: tuple[str, ...]
    line: int


def named(text: str) -> Iterator[Named]:
    """Every value from outside that the text names, in the order of the file; what it sets itself is none.

    Raises:
        UnfilledError: the text is no template.
    """
    wrong = mistake(text)
    if wrong is not None:
        raise wrong
    environment = Environment()
    try:
        found = environment.from_string(text).analyze(include_partials=False)
    except LiquidError as error:
        raise UnfilledError(str(error)) from error
    for name, spans in found.filters.items():
        if name not in environment.filters:
            raise UnfilledError(f"there is no filter {name!r}", _line(text, spans[0].index))
    places = [
        (one.span.index, tuple(map(str, one.segments))) for each in found.globals.values() for one in each
    ]
    for index, parts in sorted(places):
        yield Named(parts, _line(text, index))


def _line(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1
