"""A project's files that have a meaning, by their names: those of a folder as they are now, or a copy of them that was kept."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

PARTS = (
    "keepwell.yml",
    "sources.yml",
    "signals.yml",
    "segments.yml",
    "outcomes.yml",
    "governance.yml",
    "outreach.yml",
    "scorecards/*.yml",
    "models/*.yml",
    "models/*.fitted.json",
    "journeys/*.yml",
    "templates/*/*.liquid",
)
"""Which files have a meaning, as globs over names relative to the project's folder."""


class Files(Protocol):
    """The files of a project. Names are relative to its folder: `scorecards/default.yml`."""

    @property
    def folder(self) -> Path:
        """The project's folder, from which paths in definitions (data, warehouse) start."""

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""

    def content(self, name: str) -> bytes:
        """What the file holds.

        Raises:
            OSError: it cannot be read.
        """

    def matching(self, glob: str) -> list[str]:
        """The names that match a glob, in order; `*` spans no `/`."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a folder, as they are now."""

    folder: Path

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return (self.folder / name).is_file()

    def content(self, name: str) -> bytes:
        """What the file holds."""
        return (self.folder / name).read_bytes()

    def matching(self, glob: str) -> list[str]:
        """The names that match a glob, in order."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.glob(glob))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a project's files: their texts by name. Paths in definitions start from `folder` all the same."""

    folder: Path
    texts: Mapping[str, str]

    @property
    def id(self) -> str:
        """The SHA-256, as hexadecimal digits, of the names and texts: the same copy always has the same id."""
        return identity(digests(self))

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return name in self.texts

    def content(self, name: str) -> bytes:
        """What the file holds.

        Raises:
            FileNotFoundError: there is none of that name.
        """
        if name not in self.texts:
            raise FileNotFoundError(name)
        return self.texts[name].encode()

    def matching(self, glob: str) -> list[str]:
        """The names that match a glob, in order."""
        depth = len(PurePosixPath(glob).parts)
        names = (PurePosixPath(name) for name in self.texts)
        return sorted(str(name) for name in names if len(name.parts) == depth and name.match(glob))


def meant(files: Files) -> Iterator[str]:
    """The names of the files that have a meaning."""
    for glob in PARTS:
        yield from (name for name in files.matching(glob) if files.has(name))


def digests(files: Files) -> dict[str, str]:
    """The SHA-256 of each file that has a meaning, whether or not it can be read as text."""
    return {name: hashlib.sha256(files.content(name)).hexdigest() for name in meant(files)}


def identity(digests_by_name: Mapping[str, str]) -> str:
    """The id of the snapshot whose files have those digests."""
    lines = "".join(f"{name}\0{digest}\n" for name, digest in sorted(digests_by_name.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def taken(files: Files) -> Snapshot:
    """A copy of the files that have a meaning.

    Raises:
        UnicodeDecodeError: a file is not UTF-8; a project that could be read has none such.
    """
    return Snapshot(files.folder, {name: files.content(name).decode() for name in meant(files)})


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The names of the files whose digests differ, or that are only on one side, in order."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
