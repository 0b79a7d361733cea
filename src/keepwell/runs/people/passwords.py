"""Passwords: which are good enough, and how they are kept (argon2id, RFC 9106) and compared."""

import re
from collections.abc import Iterable
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from keepwell.errors import UserError

SHORTEST, LONGEST = 12, 128
"""How many characters a password has."""

STRENGTH = 4
"""What zxcvbn must say of it, of 0 to 4: more than 10**10 guesses."""

_LOOKED_AT = 72
_OWN_LEAVES = 8
_ADVICE = "take three or four unrelated words, or let a password manager make one"

hasher = PasswordHasher()
"""The costs of RFC 9106's second choice: 64 MiB, three passes, four lanes; some 50 ms, at most four at once."""

_one_of_few = BoundedSemaphore(4)


def check(password: str, own: Iterable[str] = ()) -> None:
    """Sees to it that a password is long, and hard to guess for those who know `own` (names, addresses).

    Raises:
        UserError: it is too short, too long or too easily guessed.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise UserError(
            f"a password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}",
            where="password",
            do=_ADVICE,
        )
    from zxcvbn import zxcvbn

    words = [word for text in (*own, "keepwell") for word in re.findall(r"\w{3,}", text.casefold())]
    left = password.casefold()
    for word in words:
        left = left.replace(word, "")
    weak = zxcvbn(password[:_LOOKED_AT], user_inputs=words)["score"] < STRENGTH
    if weak or len(left) < min(_OWN_LEAVES, len(password)):
        raise UserError("this password is too easily guessed", where="password", do=_ADVICE)


def hashed(password: str) -> str:
    """What is kept of a password: argon2id with a salt of its own, and its costs."""
    with _one_of_few:
        return hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; takes as long if none was, so that nobody learns who has one."""
    with _one_of_few:
        try:
            hasher.verify(kept or _nobodys(), password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether a hash was made with other costs than today's, and should be made anew."""
    return hasher.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return hasher.hash("nobody has this password")
