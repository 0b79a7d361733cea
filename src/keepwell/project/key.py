"""The one secret of a project, from which all others are derived: those of the server, and that of lots."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

KEY_FILE = ".keepwell/key"
"""Where it stands; whoever needs it first makes it, and only its user may read it."""


def secret(folder: Path, name: str) -> bytes:
    """A secret of 32 bytes for one use, such as `sessions`: always the same, and worthless for every other use."""
    return derived(kept(folder), name)


def derived(key: bytes, name: str) -> bytes:
    """What `secret` gives, from the key itself."""
    return hmac.digest(key, f"keepwell {name}".encode(), hashlib.sha256)


def kept(folder: Path) -> bytes:
    """The key of the project in a folder."""
    path = folder / KEY_FILE
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_bytes(32)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(made)
    return made
