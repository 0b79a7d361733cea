"""Work on things that come in order, done a little ahead of whoever takes them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pyarrow as pa

T = TypeVar("T")
R = TypeVar("R")

MOST = 3
"""So many are worked on at once, besides the one that has been taken: large arrays are worked on without Python's lock."""


def ahead(things: Iterable[T], work: Callable[[T], R]) -> Iterator[tuple[T, R]]:
    """Each thing with what the work makes of it, in their order; what the work raises is raised where its result would come."""
    settle()
    with ThreadPoolExecutor(MOST) as pool:
        coming: deque[tuple[T, Future[R]]] = deque()
        for thing in things:
            coming.append((thing, pool.submit(work, thing)))
            if len(coming) > MOST:
                first, done = coming.popleft()
                yield first, done.result()
        while coming:
            first, done = coming.popleft()
            yield first, done.result()


def settle() -> None:
    """Where pandas is installed, pyarrow imports it at the first conversion, and fails if another thread does so too just then: that is
    done here, before there are threads."""
    pa.array([None, 1]).fill_null(0)
