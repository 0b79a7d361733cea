"""Secrets that have to be read again are enciphered (AES-256-GCM) with a key that is kept apart from the store."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keepwell.errors import StoreError

_NONCE = 12


class Cipher:
    """What hides secrets and shows them again, by a key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._sealed = AESGCM(key)

    def hide(self, secret: str) -> str:
        """A secret as it is kept: different each time, and of no use without the key."""
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + self._sealed.encrypt(nonce, secret.encode(), None)).decode()

    def show(self, kept: str) -> str:
        """The secret that was hidden.

        Raises:
            StoreError: it was hidden by another key, or somebody has touched it.
        """
        raw = base64.b64decode(kept)
        try:
            return self._sealed.decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
        except InvalidTag as error:
            raise StoreError(
                "a second factor in the store was enciphered with another key",
                do="restore .keepwell/key beside the store, or take it away: keepwell people remove-factor EMAIL",
            ) from error
