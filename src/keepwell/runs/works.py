"""The pieces of work that a server does at set times, each as it is typed on the command line, with what came of it in numbers."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from keepwell import clock
from keepwell.channels import mail
from keepwell.project.project import Project
from keepwell.project.schedule import Work
from keepwell.runs import digesting, ingest, monitor, score
from keepwell.runs.score import Progress
from keepwell.scoring.bands import BY_CODE, NO_BAND
from keepwell.store import engine
from keepwell.store.address import address
from keepwell.warehouse.protocol import Warehouse

Outcome = Mapping[str, Any]


def do(work: Work, project: Project, warehouse: Warehouse, progress: Progress) -> Outcome:
    """Does a piece of work, and says what came of it.

    Raises:
        UserError: it cannot be done.
    """
    return _WORKS[work](project, warehouse, progress)


def _load(project: Project, warehouse: Warehouse, progress: Progress) -> Outcome:
    report = ingest.load(project, warehouse, now=clock.now(), progress=progress)
    counted = ("read", "kept", "revised", "repeated", "left_out", "rejected", "dropped")
    totals = {name: sum(getattr(source, name) for source in report.sources) for name in counted}
    silent = {source.source: source.silent_since for source in report.sources if source.silent_since}
    return {"load": report.load, **totals, "silent": {name: at.isoformat() for name, at in silent.items()}}


def _score(project: Project, warehouse: Warehouse, progress: Progress) -> Outcome:
    found = score.score(project, warehouse, progress=progress)
    return {
        scores.purpose: {"as_of": scores.observed.as_of.isoformat(), "bands": _counted(scores.bands.tolist())}
        for scores in found
    }


def _counted(codes: list[int]) -> dict[str, int]:
    counted = Counter("none" if code == NO_BAND else str(BY_CODE[code]) for code in codes)
    return dict(sorted(counted.items()))


def _monitor(project: Project, warehouse: Warehouse, progress: Progress) -> Outcome:
    found = monitor.monitor(project, warehouse, progress=progress)
    return {
        each.purpose: {
            "breaches": each.breaches,
            "silent": len(each.feeds),
            "review_due": each.review_due is not None,
        }
        for each in found
    }


def _digest(project: Project, warehouse: Warehouse, _progress: Progress) -> Outcome:
    store = engine.made(address(project.folder))
    return asdict(digesting.send(project, warehouse, store, mail.declared()))


_WORKS: Mapping[Work, Callable[[Project, Warehouse, Progress], Outcome]] = {
    Work.LOAD: _load,
    Work.SCORE: _score,
    Work.MONITOR: _monitor,
    Work.DIGEST: _digest,
}
