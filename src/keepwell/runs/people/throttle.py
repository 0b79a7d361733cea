"""Guessing becomes slow: who fails often waits, longer each time. Neither others nor a user elsewhere wait with them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from keepwell.errors import UserError
from keepwell.runs.people import tokens
from keepwell.store import attempts
from keepwell.store.engine import Connection

FREE = {"pair": 5, "user": 50, "address": 50}
"""How many attempts may fail before somebody waits: of a user from one address, of a user from anywhere, from one address."""

SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


class Held(UserError):
    """Too many attempts have failed; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("too many attempts have failed", do=f"try again in {_told(seconds)}")


def subjects(user: str, address: str) -> Mapping[str, str]:
    """What attempts are counted by, of somebody who says to be `user`: digests, so that nobody reads who tried."""
    return {
        "pair": tokens.digest(f"pair {user} {address}"),
        "user": tokens.digest(f"user {user}"),
        "address": tokens.digest(f"address {address}"),
    }


def reserve(connection: Connection, by: Mapping[str, str], at: datetime) -> bool:
    """Counts an attempt as failed before it is judged, so that many at once gain nothing; whether it is the last before a wait.

    Raises:
        Held: somebody has to wait.
    """
    attempts.clean(connection, at - FORGOTTEN_AFTER)
    for kind, subject in by.items():
        known = attempts.get(connection, subject)
        if known is not None:
            _wait(kind, *known, at)
    last = False
    for kind, subject in by.items():
        known = attempts.get(connection, subject)
        failures = 1 if known is None else known[0] + 1
        attempts.count(connection, subject, failures, at)
        last = last or failures == FREE[kind]
    return last


def succeeded(connection: Connection, by: Mapping[str, str]) -> None:
    """Takes back what was counted: the attempt was right. What failed from elsewhere stays counted."""
    attempts.forget(connection, by["pair"])
    for kind in ("user", "address"):
        known = attempts.get(connection, by[kind])
        if known is not None:
            attempts.count(connection, by[kind], known[0] - 1, known[1])


def pause(kind: str, failures: int) -> timedelta:
    """How long somebody waits after so many failures."""
    over = failures - FREE[kind]
    return timedelta() if over < 0 else min(SHORTEST * 2 ** min(over, 10), LONGEST)


def _wait(kind: str, failures: int, last: datetime, at: datetime) -> None:
    whole = pause(kind, failures)
    left = min(last + whole - at, whole)  # no longer than that, whatever a clock that was set back says
    if left > timedelta():
        raise Held(max(1, round(left.total_seconds())))


def _told(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 120 else f"{-(-seconds // 60)} minutes"
