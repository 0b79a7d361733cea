"""Secrets that we make: links, sessions and keys. Whoever reads the store finds only their digests."""

import hashlib
import secrets

BYTES = 32
"""Of chance in a token: 256 bits, so that nobody guesses one and a plain digest keeps it safe."""


def made() -> str:
    """A new token, in letters that an address can hold."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> str:
    """What the store keeps of a token: its SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
