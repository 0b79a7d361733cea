"""Timing that can be trusted on a shared machine: every run in a process of its own, the two sides in turn, medians of both.

A *case* is a module-level function of `benchmarks.cases` that prepares, then returns the callable to time.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Run:
    """One timed run: seconds by the wall clock, seconds of processor time, and the process's peak memory in bytes."""

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The runs of one case."""

    runs: tuple[Run, ...]

    @property
    def wall(self) -> float:
        """The median of the runs, in seconds."""
        return median(run.wall for run in self.runs)

    @property
    def peak(self) -> float:
        """The largest peak memory, in GB (10^9 bytes)."""
        return max(run.peak for run in self.runs) / 1e9


def once(case: str, *arguments: object) -> Run:
    """Runs a case once, in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.child", case, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def side_by_side(*cases: tuple[object, ...], times: int = 5, warm_up: int = 1) -> list[Measured]:
    """Runs the cases in turn, A B A B …, `times` each after the warm-ups, so that a drift of the machine meets them all."""
    runs: list[list[Run]] = [[] for _ in cases]
    for round_ in range(times + warm_up):
        for place, (case, *arguments) in enumerate(cases):
            run = once(str(case), *arguments)
            if round_ >= warm_up:
                runs[place].append(run)
    return [Measured(tuple(each)) for each in runs]


def ratio(one: Measured, other: Measured) -> tuple[float, float, float]:
    """How many times longer `one` took, run by run: the least, the median, the most."""
    pairs = sorted(a.wall / b.wall for a, b in zip(one.runs, other.runs, strict=True))
    return pairs[0], median(pairs), pairs[-1]
