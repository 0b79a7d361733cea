"""Waits for what a server does beside answering, as long as it may take and no longer."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(asked: Callable[[], T], within_s: float = 20) -> T:
    """What is asked for, once there is any; what there was in the end, if there never is."""
    deadline = time.monotonic() + within_s
    while not (found := asked()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found
