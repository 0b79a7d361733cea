"""Begins work when the project's schedule wants it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from keepwell import clock
from keepwell.project.schedule import Timing, Work
from keepwell.runs.running import Runs

LATE = timedelta(minutes=10)
"""How much later than it was due work is still begun. What was due while no server ran, or the machine slept, is not made up for."""

Schedule = Mapping[Work, Timing]


class Scheduler:
    """Has `runs` begin what is due, whenever it is told to look at the clock."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._looked = clock.now()

    def look(self, schedule: Schedule) -> None:
        """Begins what has come due by a schedule since the clock was last looked at."""
        now = clock.now()
        for work, at in due(schedule, self._looked, now):
            self._runs.due(work, at)
        self._looked = now


def due(schedule: Schedule, looked: datetime, now: datetime) -> list[tuple[Work, datetime]]:
    """What has come due since the clock was `looked` at last, each work once, for the last of its times; nothing if the clock went back."""
    found = []
    for work, timing in schedule.items():
        last, at = None, timing.after(max(looked, now - LATE))
        while at <= now:
            last, at = at, timing.after(at)
        if last is not None:
            found.append((work, last))
    return found
