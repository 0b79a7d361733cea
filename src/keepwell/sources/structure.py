"""The members of JSON Lines: a nested object's are named with dots."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from keepwell.errors import SourceError
from keepwell.sources.text import opened


def members(start: str, file: str) -> list[str]:
    """The names of the members in the lines of a JSON Lines text, in the order of first sight.

    A last line that is cut off, and lines that are no objects, are passed over.

    Raises:
        SourceError: no line is an object.
    """
    names: dict[str, None] = {}
    for line in start.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            names.update(dict.fromkeys(_names(row)))
    if not names:
        raise SourceError(
            "no line is a JSON object",
            where=file,
            do="JSON Lines hold one {...} per line; a single [...] array must be split into lines",
        )
    return list(names)


def _names(row: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for name, value in row.items():
        if isinstance(value, dict) and value:
            yield from _names(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def mentions(path: Path, name: str) -> bool:
    """Whether the file holds a member of that name anywhere."""
    sought = json.dumps(name.rpartition(".")[2], ensure_ascii=False).encode()
    kept = b""
    with opened(path) as file:
        while chunk := file.read(1 << 22):
            if sought in kept + chunk:
                return True
            kept = chunk[-len(sought) :]
    return False
