"""Text files: their bytes, encodings, headers, and how they become UTF-8 that an engine can scan."""

import codecs
import csv
import gzip
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import pyarrow as pa

from keepwell.errors import SourceError
from keepwell.sources.files import compression
from keepwell.sources.source import Encoding

HEAD_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 22
_CODECS = {Encoding.UTF_8: "utf-8-sig", Encoding.UTF_16: "utf-16", Encoding.LATIN_1: "latin-1"}


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file's bytes, decompressed.

    Raises:
        SourceError: it cannot be opened, or is not compressed as its ending says.
    """
    try:
        match compression(path):
            case "gzip":
                with gzip.open(path, "rb") as file:
                    yield cast(IO[bytes], file)
            case "zstd":
                with pa.CompressedInputStream(str(path), "zstd") as stream:
                    yield stream
            case _:
                with path.open("rb") as plain:
                    yield plain
    except (gzip.BadGzipFile, EOFError, pa.ArrowInvalid) as error:
        raise SourceError(
            f"the file is not what its ending says: {error}", where=str(path), do="mend or rename it"
        ) from error
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror or error}", where=str(path)) from error


def head(path: Path, encoding: Encoding, size: int = HEAD_BYTES) -> str:
    """The beginning of a text file, about `size` bytes of it, without a byte-order mark.

    Raises:
        SourceError: it is empty, or not in that encoding; the message says which one to declare.
    """
    with opened(path) as file:
        start = file.read(size)
    if not start:
        raise SourceError("the file is empty", where=str(path), do="remove it, or export it again")
    decoder = codecs.getincrementaldecoder(_codec(start, encoding, path))()
    try:
        return decoder.decode(start, final=False)
    except UnicodeDecodeError as error:
        line = start[: error.start].count(b"\n") + 1
        raise SourceError(
            f"line {line} is not {encoding.value} text",
            where=str(path),
            do=f"declare `encoding: {detect(start).value}`",
        ) from error


def _codec(start: bytes, encoding: Encoding, path: Path) -> str:
    if encoding is not Encoding.UTF_16:
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise SourceError(
                f"the file begins with a UTF-16 mark, but is declared {encoding.value}",
                where=str(path),
                do="declare `encoding: utf-16`",
            )
        return _CODECS[encoding]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros_at_odd, zeros_at_even = start[1::2].count(0), start[0::2].count(0)
    if max(zeros_at_odd, zeros_at_even) * 4 < len(start) // 2:
        raise SourceError(
            "the file is not utf-16 text", where=str(path), do=f"declare `encoding: {detect(start).value}`"
        )
    return "utf-16-le" if zeros_at_odd >= zeros_at_even else "utf-16-be"


def detect(start: bytes) -> Encoding:
    """The encoding that a file's first bytes speak for."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or start.count(0) * 4 > len(start):
        return Encoding.UTF_16
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start, final=False)
    except UnicodeDecodeError:
        return Encoding.LATIN_1
    return Encoding.UTF_8


def as_utf8(path: Path, encoding: Encoding, folder: Path) -> tuple[Path, str]:
    """A UTF-8 twin of the file and its compression: the file itself, or a copy in `folder` made in bounded memory.

    Raises:
        SourceError: it is not in that encoding.
    """
    if encoding is Encoding.UTF_8:
        return path, compression(path)
    folder.mkdir(parents=True, exist_ok=True)
    with opened(path) as file:
        start = file.read(HEAD_BYTES)
        decoder = codecs.getincrementaldecoder(_codec(start, encoding, path))()
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".utf8", delete=False) as copy:
            chunk = start
            while chunk:
                copy.write(_decoded(decoder, chunk, path, encoding, final=False))
                chunk = file.read(_CHUNK_BYTES)
            copy.write(_decoded(decoder, b"", path, encoding, final=True))
    return Path(copy.name), "none"


def _decoded(
    decoder: codecs.IncrementalDecoder, chunk: bytes, path: Path, encoding: Encoding, *, final: bool
) -> bytes:
    try:
        return decoder.decode(chunk, final).encode()
    except UnicodeDecodeError as error:
        raise SourceError(
            f"the file is not {encoding.value} text throughout ({error.reason})", where=str(path)
        ) from error


def header(start: str, delimiter: str, skip: int) -> list[str]:
    """The first record after `skip` lines of a delimited text."""
    stream = io.StringIO(start, newline="")
    for _ in range(skip):
        stream.readline()
    return next((row for row in csv.reader(stream, delimiter=delimiter) if row), [])
