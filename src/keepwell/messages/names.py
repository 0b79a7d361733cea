"""Which values a template names, and where, without filling it in."""

from collections.abc import Iterator
from dataclasses import dataclass

from liquid import Environment

from keepwell.messages.sandbox import mistake


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
    found = Environment().from_string(text).analyze(include_partials=False).globals
    places = [(one.span.index, tuple(map(str, one.segments))) for each in found.values() for one in each]
    for index, parts in sorted(places):
        yield Named(parts, text.count("\n", 0, index) + 1)
