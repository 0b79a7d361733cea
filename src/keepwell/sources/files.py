"""Which files a source has, what their endings say, and whether they have changed."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from glob import escape, glob
from pathlib import Path

from keepwell.errors import SourceError
from keepwell.sources.source import Format

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
FORMATS = {
    ".csv": Format.CSV,
    ".tsv": Format.TSV,
    ".tab": Format.TSV,
    ".txt": Format.ALIGNED,
    ".dat": Format.ALIGNED,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.JSONL,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
    ".xlsx": Format.XLSX,
    ".xlsm": Format.XLSX,
    ".xls": Format.XLSX,
    ".ods": Format.XLSX,
}


_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file was when it was looked at: bytes, instant of change (ns), and a digest of its content."""

    size: int
    modified: int
    digest: str


def compression(path: Path) -> str:
    """`gzip`, `zstd` or `none`, by the file's last ending."""
    return COMPRESSIONS.get(path.suffix.lower(), "none")


def format_of(path: Path) -> Format | None:
    """The format that the file's ending tells, compression aside."""
    bare = path.with_suffix("") if compression(path) != "none" else path
    return FORMATS.get(bare.suffix.lower())


def find(folder: Path, globs: Sequence[str], where: str) -> list[Path]:
    """The files of a source's globs, each once, in the order of their names. `${NAME}` is the environment variable NAME.

    Raises:
        SourceError: a glob matches nothing, or an environment variable is not set.
    """
    found: dict[Path, None] = {}
    for written in globs:
        sought = os.path.join(escape(str(folder)), _filled(written, where, escaped=True))
        matches = sorted(Path(match) for match in glob(sought, recursive=True))
        pattern = _filled(written, where)
        files = [match for match in matches if match.is_file()]
        if not files:
            raise SourceError(
                f"no file matches {pattern!r} in {folder}", where=where, do=_nearby(folder, pattern)
            )
        found.update(dict.fromkeys(files))
    return list(found)


def _filled(pattern: str, where: str, *, escaped: bool = False) -> str:
    """The glob with each `${NAME}` replaced by what the environment variable NAME holds."""

    def value(variable: re.Match[str]) -> str:
        name = variable[1]
        held = os.environ.get(name)
        if not held:
            raise SourceError(
                f"{pattern!r} needs the environment variable {name}, which is not set",
                where=where,
                do=f"type, for example, `export {name}=/the/folder/that/is/meant`",
            )
        return escape(held) if escaped else held

    return _VARIABLE.sub(value, pattern)


def _nearby(folder: Path, pattern: str) -> str:
    parent = (folder / pattern).parent
    if "*" in str(parent) or not parent.is_dir():
        return "put the file there, or mend `files:`"
    names = sorted(
        entry.name for entry in parent.iterdir() if entry.is_file() and not entry.name.startswith(".")
    )
    if not names:
        return f"{parent} holds no files: put the file there, or mend `files:`"
    listed = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
    return f"{parent} holds {listed}; mend `files:`"


def display(path: Path, folder: Path) -> str:
    """A file's name for people: relative to the project where it lies within."""
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def touched(path: Path) -> tuple[int, int]:
    """A file's size in bytes and its instant of change in nanoseconds."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def digest(path: Path) -> str:
    """A digest of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def fingerprint(path: Path) -> Fingerprint:
    """What the file is now. Reads all of it."""
    return Fingerprint(*touched(path), digest(path))
