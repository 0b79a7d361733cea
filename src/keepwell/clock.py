"""The one clock. Everything that says "now" asks here, so that tests and pinned examples can set it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from keepwell.errors import UserError

_pinned: list[datetime] = []
_turned: list[timedelta] = []


def now() -> datetime:
    """The current instant: aware, UTC.

    A `pinned` instant wins, then the environment's `KEEPWELL_NOW` (ISO 8601 with an offset), then the system's clock, as far as it was `turn`ed.

    Raises:
        UserError: `KEEPWELL_NOW` is no instant with an offset.
    """
    if _pinned:
        return _pinned[-1]
    declared = os.environ.get("KEEPWELL_NOW")
    if declared is None:
        return datetime.now(UTC) + sum(_turned, timedelta())
    instant: datetime | None
    try:
        instant = datetime.fromisoformat(declared)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise UserError(
            f"KEEPWELL_NOW={declared!r} is not an instant",
            do="type, for example, KEEPWELL_NOW=2025-06-30T00:00:00Z",
        )
    return instant.astimezone(UTC)


def turn(by: timedelta) -> None:
    """Makes `now()` run ahead of the system's clock in this process by so much (negative: behind it; nothing: no more)."""
    _turned[:] = [by]


@contextmanager
def pinned(instant: datetime) -> Iterator[datetime]:
    """Makes `now()` answer `instant` (aware) within the block."""
    if instant.tzinfo is None:
        raise ValueError("the clock is pinned to an aware instant")
    _pinned.append(instant.astimezone(UTC))
    try:
        yield _pinned[-1]
    finally:
        _pinned.pop()
