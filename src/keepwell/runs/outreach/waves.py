"""Waves: the live runs of scores of one instant, one for each purpose, and what scores were the latest by then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from keepwell.runs.changing import Run, live_runs
from keepwell.warehouse.protocol import Warehouse

CURSOR = "journeys"
"""Under which name the store keeps how far waves were taken: the number of the last run."""


@dataclass(frozen=True, slots=True)
class Wave:
    """The runs of one instant. `runs` are those that it consists of, by purpose; `shown` the latest of every purpose by then, them among these.

    `number` is that of its last run; it became known at `made_at`, and knew loads up to `load`.
    """

    number: int
    as_of: datetime
    made_at: datetime
    load: int
    runs: Mapping[str, Run]
    shown: Mapping[str, Run]


def waves(warehouse: Warehouse) -> tuple[Wave, ...]:
    """All waves, the oldest first. Replays are no live runs, and in none of them."""
    found: list[Wave] = []
    for run in live_runs(warehouse):
        last = found[-1] if found else None
        if last is not None and _together(last, run):
            found[-1] = _wave(run, {**last.runs, run.purpose: run}, last.shown)
        else:
            found.append(_wave(run, {run.purpose: run}, {} if last is None else last.shown))
    return tuple(found)


def _together(wave: Wave, run: Run) -> bool:
    same = wave.as_of == run.as_of and wave.load == run.load
    return same and run.purpose not in wave.runs


def _wave(run: Run, runs: Mapping[str, Run], shown: Mapping[str, Run]) -> Wave:
    return Wave(run.number, run.as_of, run.made_at, run.load, runs, {**shown, run.purpose: run})
