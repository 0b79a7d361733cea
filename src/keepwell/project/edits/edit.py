"""Edits to a project's YAML that leave everything else, comments among it, as it was."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class AddKey:
    """Adds `key: value` to the mapping at `path` (its keys from the root) of a file."""

    file: str
    path: tuple[str, ...]
    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.file}: {'.'.join((*self.path, self.key))}: {self.value}"


@dataclass(frozen=True, slots=True)
class SetValue:
    """Replaces the value at `path` (its keys from the root) of a file by `value`, YAML of one line.

    `because` becomes a comment at the end of the line where there is none yet.
    """

    file: str
    path: tuple[str, ...]
    value: str
    because: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {'.'.join(self.path)}: {self.value}"


@dataclass(frozen=True, slots=True)
class NewFile:
    """Writes a file that is not there."""

    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: a new file"


Edit: TypeAlias = AddKey | SetValue | NewFile
