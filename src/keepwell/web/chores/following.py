"""Scores follow what people say."""

from datetime import timedelta

from keepwell import clock
from keepwell.project.schedule import Work
from keepwell.runs import following
from keepwell.store import runs
from keepwell.store.runs import State
from keepwell.web.server.serving import Serving

PATIENCE = timedelta(minutes=10)
"""So long after a failure nothing is begun: somebody has to mend something first. One that the clock dates later than now is not waited for."""


def follow(served: Serving) -> None:
    """Begins a run of scores, if people have said something that the last ones do not know; not while one is under way."""
    now = clock.now()
    with served.warehouse.reading() as warehouse:
        due = following.due(warehouse, now)
    if not due:
        return
    with served.store.reading() as connection:
        last = next((run for run in runs.latest(connection) if run.work == Work.SCORE), None)
    if last is None or last.state is not State.FAILED or not timedelta() <= now - last.begun_at < PATIENCE:
        served.runs.due(Work.SCORE, now)
