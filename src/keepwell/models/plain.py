"""Reading the JSON of a fitted model: every value of the kind it must be, every key known, nothing guessed."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from keepwell.errors import UserError
from keepwell.scoring.observed import Floats

V = TypeVar("V")


class Damaged(UserError):
    """The text is no fitted model that this version can read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the fitted model cannot be read: {what}", do="fit it again: keepwell fit MODEL")


class Reading:
    """An object of the JSON, taken apart key by key; `path` leads to it."""

    def __init__(self, plain: Any, path: str = "") -> None:
        if not isinstance(plain, Mapping):
            raise Damaged(f"{path or 'the whole'} is not an object")
        self._plain = plain
        self._path = path
        self._read: set[str] = set()

    def _get(self, key: str) -> Any:
        if key not in self._plain:
            raise Damaged(f"there is no {self.at(key)}")
        self._read.add(key)
        return self._plain[key]

    def at(self, key: str) -> str:
        """The key with the path that leads to it."""
        return f"{self._path}.{key}".lstrip(".")

    def text(self, key: str) -> str:
        """A text."""
        value = self._get(key)
        if not isinstance(value, str):
            raise Damaged(f"{self.at(key)} is not a text")
        return value

    def flag(self, key: str) -> bool:
        """A truth value."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise Damaged(f"{self.at(key)} is neither true nor false")
        return value

    def number(self, key: str) -> float:
        """A finite number."""
        return _number(self._get(key), self.at(key))

    def whole(self, key: str) -> int:
        """A whole number."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Damaged(f"{self.at(key)} is not a whole number")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(key)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Damaged(f"{self.at(key)} is not a list of texts")
        return tuple(value)

    def lists(self, key: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of texts."""
        value = self._get(key)
        if not isinstance(value, list) or not all(isinstance(one, list) for one in value):
            raise Damaged(f"{self.at(key)} is not a list of lists")
        if not all(isinstance(one, str) for line in value for one in line):
            raise Damaged(f"{self.at(key)} holds what is no text")
        return tuple(map(tuple, value))

    def numbers(self, key: str) -> Floats:
        """A list of finite numbers."""
        value = self._get(key)
        if not isinstance(value, list):
            raise Damaged(f"{self.at(key)} is not a list of numbers")
        return np.array([_number(one, self.at(key)) for one in value], dtype=np.float64)

    def grid(self, key: str) -> Floats:
        """A list of lists of finite numbers, all of one length."""
        value = self._get(key)
        if not isinstance(value, list) or not all(isinstance(line, list) for line in value):
            raise Damaged(f"{self.at(key)} is not a list of lists")
        if len({len(line) for line in value}) > 1:
            raise Damaged(f"the lines of {self.at(key)} differ in length")
        lines = [[_number(one, self.at(key)) for one in line] for line in value]
        return np.array(lines, dtype=np.float64).reshape(len(lines), len(lines[0]) if lines else 0)

    def choice(self, key: str, of: Callable[[str], V]) -> V:
        """One of an enumeration's words."""
        word = self.text(key)
        try:
            return of(word)
        except ValueError as error:
            raise Damaged(f"{self.at(key)} is {word!r}, which this version does not know") from error

    def perhaps(self, key: str, of: Callable[[str], V]) -> V | None:
        """One of an enumeration's words, or nothing."""
        return None if self._get(key) is None else self.choice(key, of)

    def inner(self, key: str) -> "Reading":
        """An object within."""
        return Reading(self._get(key), self.at(key))

    def each(self, key: str) -> tuple["Reading", ...]:
        """A list of objects."""
        value = self._get(key)
        if not isinstance(value, list):
            raise Damaged(f"{self.at(key)} is not a list")
        return tuple(Reading(one, f"{self.at(key)}[{index}]") for index, one in enumerate(value))

    def by_name(self, key: str) -> dict[str, str]:
        """An object whose values are texts."""
        value = self._get(key)
        if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
            raise Damaged(f"{self.at(key)} is not an object of texts")
        return dict(value)

    def done(self) -> None:
        """Refuses what has not been read: a key that this version does not know may change what the rest means."""
        unknown = sorted(set(self._plain) - self._read)
        if unknown:
            raise Damaged(f"this version does not know {', '.join(map(self.at, unknown))}")


def _number(value: Any, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not np.isfinite(value):
        raise Damaged(f"{where} holds what is no finite number")
    return float(value)


def agree(condition: bool, what: str) -> None:
    """Refuses a model whose parts do not fit together."""
    if not condition:
        raise Damaged(what)
