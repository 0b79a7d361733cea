"""DKIM: a signature under an e-mail by which its receiver sees that the domain sent just this (RFC 6376), by RSA and SHA-256.

Header and body are canonicalised `relaxed`: what mail servers do to white space on the way does not break it.
"""

import base64
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from keepwell.errors import UserError
from keepwell.outreach.rules import Signing

KEY_VARIABLE = "KEEPWELL_DKIM_KEY"
"""The environment variable that holds the private key as PEM, or names the file that does."""

LEAST_BITS = 1024
"""RSA keys below are not taken by anybody (RFC 8301)."""

SIGNED = (
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Auto-Submitted", "Feedback-ID",
)  # fmt: skip
"""The headers that a signature covers, as far as a message has them; RFC 8058 asks for the two of the list."""

OVERSIGNED = ("From", "To", "Subject", "Date", "Message-ID", "Reply-To")
"""Headers of which none can be added without breaking the signature."""

_SPACES = re.compile(rb"[ \t]+")
_FOLDS = re.compile(rb"\r\n(?=[ \t])")


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """What signs: a domain, a selector, and the private key."""

    signing: Signing
    private: RSAPrivateKey

    def signed(self, message: bytes, at: datetime) -> bytes:
        """The message, its lines ended by CRLF, with a signature on top."""
        head, _, body = message.partition(b"\r\n\r\n")
        headers = _headers(head)
        names = _covered([name for name, _ in headers])
        digest = base64.b64encode(hashlib.sha256(_body(body)).digest()).decode()
        value = (
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={self.signing.domain}; s={self.signing.selector}; "
            f"t={int(at.timestamp())}; h={':'.join(names)}; bh={digest}; b="
        )
        hashed = _hashed(headers, names) + _header(b"DKIM-Signature", value.encode()).removesuffix(b"\r\n")
        signature = base64.b64encode(self.private.sign(hashed, PKCS1v15(), SHA256())).decode()
        pieces = [signature[at : at + 70] for at in range(0, len(signature), 70)]
        folded = value.replace("; ", ";\r\n ") + "\r\n ".join(pieces)
        return b"DKIM-Signature: " + folded.encode() + b"\r\n" + message


def declared(signing: Signing | None) -> Key | None:
    """The key by which a project's e-mails are signed; `None`: the project does not sign.

    Raises:
        UserError: the project signs, and the environment holds no key that can.
    """
    if signing is None:
        return None
    said = os.environ.get(KEY_VARIABLE, "")
    do = f"set {KEY_VARIABLE} to the private key as PEM, or to the path of its file; or remove `dkim:` from outreach.yml"
    if not said:
        raise UserError(f"e-mails are to be signed, and {KEY_VARIABLE} is not set", do=do)
    try:
        text = said.encode() if "-----BEGIN" in said else _read(said)
        private = load_pem_private_key(text.replace(b"\\n", b"\n"), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UserError(f"{KEY_VARIABLE} holds no private key, and names no file that does", do=do) from error
    if isinstance(private, RSAPrivateKey) and private.key_size >= LEAST_BITS:
        return Key(signing, private)
    raise UserError(
        f"{KEY_VARIABLE} holds a key that cannot sign e-mails",
        do=f"make one of RSA with 2048 bits: openssl genrsa -out dkim.pem 2048; then {do}",
    )


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _headers(head: bytes) -> list[tuple[bytes, bytes]]:
    lines = _FOLDS.sub(b"", head).split(b"\r\n")
    return [(name, value) for name, _, value in (line.partition(b":") for line in lines)]


def _covered(there: Sequence[bytes]) -> list[str]:
    """The names that the signature covers; those of `OVERSIGNED` once more than they are there."""
    known = {name.decode("ascii", "replace").lower() for name in there}
    return [*(name for name in SIGNED if name.lower() in known), *OVERSIGNED]


def _hashed(headers: Sequence[tuple[bytes, bytes]], names: Sequence[str]) -> bytes:
    """The covered headers, each name taking the last one of its kind that was not taken yet, and none where there is none left."""
    left: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        left.setdefault(name.strip().lower(), []).append(value)
    taken = [(name.encode(), left.get(name.lower().encode(), [])) for name in names]
    return b"".join(_header(name, values.pop()) for name, values in taken if values)


def _header(name: bytes, value: bytes) -> bytes:
    """RFC 6376, 3.4.2: the name in small letters, the value on one line, each run of white space one blank."""
    return name.strip().lower() + b":" + _SPACES.sub(b" ", value).strip() + b"\r\n"


def _body(body: bytes) -> bytes:
    """RFC 6376, 3.4.4: no white space at the ends of lines, one blank for each run of it, no empty lines at the end."""
    lines = [_SPACES.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)
