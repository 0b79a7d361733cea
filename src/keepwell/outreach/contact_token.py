"""Tokens by which a customer's page shows the messages of one contact: the firm's own server makes them, with a secret that it shares with Keepwell.

`CONTACT.EXPIRES.SIGNATURE`: the contact's id in base64url without padding, the instant at which the token ends in seconds since 1970, and
HMAC-SHA256 of what stands before the last dot in hexadecimal digits, so that it is made in a line of any language.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

LEAST_SECRET = 32
"""So many bytes the secret has at least."""

LONGEST = timedelta(days=7)
"""No token lasts longer than this: a page that is left open asks for another one."""


def token(secret: bytes, contact: str, expires_at: datetime) -> str:
    """The token of a contact."""
    named = base64.urlsafe_b64encode(contact.encode()).decode().rstrip("=")
    said = f"{named}.{int(expires_at.timestamp())}"
    return f"{said}.{_signature(secret, said)}"


def contact_of(secret: bytes, token: str, now: datetime) -> str | None:
    """The contact whose token it is; `None`: it was not made with the secret, is over, or would last too long."""
    said, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_signature(secret, said).encode(), signature.encode()):
        return None
    named, _, seconds = said.partition(".")
    try:
        expires_at = datetime.fromtimestamp(int(seconds), UTC)
        contact = base64.urlsafe_b64decode(named + "=" * (-len(named) % 4)).decode()
    except (ValueError, OverflowError, OSError):
        return None
    return contact if contact and now < expires_at <= now + LONGEST else None


def _signature(secret: bytes, said: str) -> str:
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()
