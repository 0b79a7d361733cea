"""Makes a delimited file readable for an engine, whatever its lines are like: a copy without those that are broken."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from keepwell.errors import SourceError
from keepwell.sources.inspection import Inspection, inspect
from keepwell.sources.raw import Delimited, Raw
from keepwell.sources.text import opened

_CHUNK_BYTES = 1 << 22


def mended(raw: Raw, scratch: Path) -> tuple[Raw, Inspection]:
    """The file's sound lines, and what an inspection found of the others. Only delimited text is looked at.

    A file that is not sound is copied to `scratch`, in bounded memory.

    Raises:
        SourceError: it cannot be read, or its header is broken.
    """
    scan = raw.scan
    if not isinstance(scan, Delimited):
        return raw, Inspection()
    with opened(scan.path) as text:
        found = inspect(text, scan.delimiter, len(raw.columns), header=scan.header, skip=scan.skip)
    if found.header is not None:
        raise SourceError(
            "the header has a quote that is not closed",
            where=f"{raw.file}:{found.header.line}",
            do="mend that line",
        )
    if found.sound:
        return raw, found
    scratch.mkdir(parents=True, exist_ok=True)
    with (
        opened(scan.path) as text,
        tempfile.NamedTemporaryFile(dir=scratch, suffix=".sound", delete=False) as copy,
    ):
        for piece in _with_one_line_end(_without(text, [(0, found.begins), *found.gaps])):
            copy.write(piece)
    return replace(raw, scan=replace(scan, path=Path(copy.name), skip=0, compression="none")), found


def _without(text: IO[bytes], gaps: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    """The text without byte ranges, which are in order."""
    offset, left = 0, list(reversed(gaps))
    while chunk := text.read(_CHUNK_BYTES):
        place, end = offset, offset + len(chunk)
        while left and left[-1][0] < end:
            first, last = left[-1]
            yield chunk[place - offset : max(first, place) - offset]
            place = min(max(last, place), end)
            if last > end:
                break
            left.pop()
        yield chunk[place - offset :]
        offset = end


def _with_one_line_end(pieces: Iterator[bytes]) -> Iterator[bytes]:
    held = b""
    for piece in pieces:
        whole = held + piece
        held = b"\r" if whole.endswith(b"\r") else b""
        yield whole.removesuffix(b"\r").replace(b"\r\n", b"\n")
    yield held
