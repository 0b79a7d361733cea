"""Whose turn it is to write, where several connections of a process work in one warehouse."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock

_PATIENCE_S = 0.5


class Abandoned(Exception):
    """Whoever waited for the turn has gone away."""


class Turn:
    """One writer at a time. The thread whose turn it is may take it again within."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._holder = ""

    @property
    def holder(self) -> str:
        """Who writes, in words; empty if nobody does."""
        return self._holder

    @contextmanager
    def taken(
        self,
        who: str,
        tell: Callable[[str], None] = lambda _: None,
        abandoned: Callable[[], bool] = lambda: False,
    ) -> Iterator[None]:
        """The turn, for as long as the block lasts, once the writer before has finished.

        While it waits, `tell` hears once who writes.

        Raises:
            Abandoned: `abandoned()` before the turn came.
        """
        self._wait(tell, abandoned)
        before, self._holder = self._holder, self._holder or who
        try:
            yield
        finally:
            self._holder = before
            self._lock.release()

    def _wait(self, tell: Callable[[str], None], abandoned: Callable[[], bool]) -> None:
        told = False
        while not self._lock.acquire(timeout=_PATIENCE_S):
            if abandoned():
                raise Abandoned
            if not told:
                tell(self._holder)
                told = True
