"""The files that browsers fetch for pages: styles, scripts, icons. Their address changes with their content, so they are fetched once."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file: its content, the same compressed, and what it is."""

    content: bytes
    packed: bytes
    media_type: str


@cache
def assets() -> dict[str, Asset]:
    """All files by their names, such as `vendor/htmx.js`."""
    return dict(_within(files("keepwell.web").joinpath("static"), ""))


def _within(folder: Traversable, prefix: str) -> list[tuple[str, Asset]]:
    found: list[tuple[str, Asset]] = []
    for each in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{prefix}{each.name}"
        if each.is_dir():
            found += _within(each, f"{name}/")
            continue
        kind = MEDIA_TYPES.get(name[name.rfind(".") :])
        if kind is not None:
            content = each.read_bytes()
            found.append((name, Asset(content, gzip.compress(content, 6, mtime=0), kind)))
    return found


@cache
def digest() -> str:
    """What all files together are, in a few letters: another one after any change."""
    sums = (
        hashlib.sha256(name.encode() + b"\0" + asset.content).digest() for name, asset in assets().items()
    )
    return hashlib.sha256(b"".join(sums)).hexdigest()[:12]


def address(name: str) -> str:
    """Where the browser finds a file.

    Raises:
        KeyError: there is none of that name.
    """
    assets()[name]
    return f"/static/{digest()}/{name}"
