"""Where something stands in the project's files, and the list of everything found wrong."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from keepwell.errors import DefinitionError, Problem


@dataclass(frozen=True, slots=True)
class Place:
    """A line (from 1) of a file, and the key that stands there, dotted from the file's root."""

    file: str
    line: int
    key: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f":{self.key}" if self.key else "")

    def child(self, key: str) -> "Place":
        """The same line, one key deeper: for a key that should stand there and does not."""
        return Place(self.file, self.line, f"{self.key}.{key}".lstrip("."))


@dataclass(slots=True)
class Report:
    """All that is wrong with a project, gathered so that it can be told at once."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, place: Place, what: str, do: str = "") -> None:
        """Notes one problem: `what` is wrong, and what to type (`do`)."""
        problem = Problem(str(place), what, do)
        if problem not in self.problems:
            self.problems.append(problem)

    def close(self, files: Iterable[str]) -> None:
        """Ends the reading; the problems are told in the order of `files`, then of lines.

        Raises:
            DefinitionError: at least one problem was noted.
        """
        if self.problems:
            order = {file: index for index, file in enumerate(files)}
            raise DefinitionError(sorted(self.problems, key=lambda problem: _position(problem, order)))


def _position(problem: Problem, order: dict[str, int]) -> tuple[int, str, int]:
    file, _, rest = problem.where.partition(":")
    number = re.match(r"\d+", rest)
    return order.get(file, len(order)), file, int(number[0]) if number else 0


def nearest(word: str, options: Iterable[str], synonyms: dict[str, str] | None = None) -> str | None:
    """The option that was probably meant by `word`, if one is close enough."""
    known = list(options)
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    if synonyms and synonyms.get(plain) in known:
        return synonyms[plain]
    by_plain = {option.lower(): option for option in known}
    found = get_close_matches(plain, by_plain, n=1, cutoff=0.6)
    return by_plain[found[0]] if found else None


def listed(options: Iterable[str], most: int = 12) -> str:
    """The options in words: `a, b or c`; of very many only the first."""
    known = [str(option) for option in options]
    if len(known) > most:
        return ", ".join(known[:most]) + f" or another of {len(known)}"
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} or {known[-1]}" if known else "nothing"


def hint(word: str, options: Iterable[str], synonyms: dict[str, str] | None = None) -> str:
    """What to type instead of an unknown word: the nearest option, else the list of them."""
    known = list(options)
    near = nearest(word, known, synonyms)
    if near is not None:
        return f"did you mean {near!r}?"
    return f"use {listed(known)}" if known else ""
