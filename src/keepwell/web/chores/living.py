"""Journeys live beside the server's other work."""

from functools import lru_cache
from pathlib import Path

from keepwell import clock
from keepwell.runs.outreach.live import LOTS, Memory, step
from keepwell.web.server.serving import Serving


def live(served: Serving) -> None:
    """Takes one step: new runs of scores put accounts into journeys, those under way advance, tasks and the like are made."""
    with served.warehouse.reading() as warehouse:
        step(
            served.project(),
            served.store,
            warehouse,
            served.secret(LOTS),
            clock.now(),
            memory=_memory(served.folder),
        )


@lru_cache(maxsize=8)
def _memory(_folder: Path) -> Memory:
    """What the process keeps between steps, of each project that it serves."""
    return Memory()
