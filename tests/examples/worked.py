"""Running a worked project of `examples/` through the real command, and working its scores out again without Keepwell."""

import json
import os
import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cli.run import keepwell

ROOT = Path(__file__).parents[2]
DATASETS = Path(os.environ.get("KEEPWELL_DATASETS", ROOT.parent / "shared" / "datasets"))
TOLERANCE = 1e-6

Mark = float | None


@dataclass(frozen=True)
class Worked:
    """A project that was loaded and scored: what the load said, and scores and signals by account."""

    folder: Path
    data: Path
    load: dict[str, Any]
    scores: Mapping[str, dict[str, Any]]
    signals: Mapping[str, dict[str, Any]]

    def run(self, *arguments: str) -> Any:
        """What a command prints as JSON."""
        return told(self.folder, *arguments)

    def source(self, name: str) -> dict[str, Any]:
        """What the load said of a source."""
        found: dict[str, Any] = next(each for each in self.load["sources"] if each["source"] == name)
        return found

    def values(self, signal: str) -> dict[str, Any]:
        """A signal of every account that has it."""
        return {account: each[signal] for account, each in self.signals.items() if each[signal] is not None}


def worked(name: str, folder: Path, dataset: str = "") -> Worked:
    """Loads, scores and measures a copy of a worked project. Skips the test where its data is not there.

    The data lies in a folder of the project's name, unless another is said.
    """
    data = DATASETS / (dataset or name)
    if not data.is_dir():
        pytest.skip(
            f"the data set {data.name} is not in {DATASETS}; set KEEPWELL_DATASETS to the folder that holds it"
        )
    project = folder / name
    shutil.copytree(ROOT / "examples" / name, project, ignore=shutil.ignore_patterns(".keepwell"))
    load = told(project, "load", "--json")
    scores = told(project, "score", "--format", "json")
    signals = told(project, "signals", "--json")
    return Worked(
        project,
        data,
        load,
        {each["account_id"]: each for each in scores},
        {each["account_id"]: each["signals"] for each in signals},
    )


def told(folder: Path, *arguments: str) -> Any:
    """What `keepwell ARGUMENTS` prints in a project's folder, as JSON."""
    done = keepwell(*arguments, cwd=folder, environment={"KEEPWELL_DATASETS": str(DATASETS)})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def query(statement: str, **tables: str) -> list[tuple[Any, ...]]:
    """The rows of a query over files; each of `tables` is a view of that name, by its own query."""
    with duckdb.connect() as connection:
        for name, text in tables.items():
            connection.execute(f"CREATE VIEW {name} AS {text}")
        rows: list[tuple[Any, ...]] = connection.execute(statement).fetchall()
        return rows


def pairs(statement: str, **tables: str) -> dict[str, Any]:
    """The rows (account, value) of a query, without those whose value is unknown."""
    return {account: value for account, value in query(statement, **tables) if value is not None}


def line(value: float | None, knots: Mapping[float, float]) -> Mark:
    """The mark that a scale gives a value: straight between the knots, flat beyond them."""
    if value is None:
        return None
    places = sorted(knots)
    if value <= places[0]:
        return knots[places[0]]
    for low, high in pairwise(places):
        if value <= high:
            return knots[low] + (knots[high] - knots[low]) * (value - low) / (high - low)
    return knots[places[-1]]


@dataclass(frozen=True)
class Peers:
    """What a percentile scale compares with: the peers' known values."""

    values: Sequence[float]

    @classmethod
    def of(cls, values: Sequence[float | None]) -> "Peers":
        """Peers of whom some may be unknown."""
        return cls(sorted(float(value) for value in values if value is not None))

    def below(self, value: float | None) -> Mark:
        """The share (0–100) of peers below a value, those who equal it counted half."""
        if value is None:
            return None
        return 50 * (bisect_left(self.values, value) + bisect_right(self.values, value)) / len(self.values)


def weighed(*dimensions: tuple[float, Sequence[tuple[float, Mark]]]) -> tuple[float | None, float]:
    """The score of a scorecard by hand, and its coverage: of each dimension the weight, and (weight, mark) of its measures.

    What is unknown hands its weight to the other measures of its dimension, a dimension without any to the others.
    """
    covered = sum(
        weight * sum(own for own, mark in measures if mark is not None) / sum(own for own, _ in measures)
        for weight, measures in dimensions
    )
    heard = [
        (weight, [(own, mark) for own, mark in measures if mark is not None])
        for weight, measures in dimensions
    ]
    total = sum(weight for weight, measures in heard if measures)
    if not total:
        return None, 0.0
    score = sum(
        weight / total * sum(own * mark for own, mark in measures) / sum(own for own, _ in measures)
        for weight, measures in heard
        if measures
    )
    return score, covered / sum(weight for weight, _ in dimensions)


def assert_same(found: Mapping[str, Any], expected: Mapping[str, Any], tolerance: float = TOLERANCE) -> None:
    """Both know the same accounts, and the values are the same."""
    assert found.keys() == expected.keys()
    astray = {
        account: (found[account], value)
        for account, value in expected.items()
        if abs(float(found[account]) - float(value)) > tolerance
    }
    assert not astray, dict(list(astray.items())[:5])


def assert_adds_up(scores: Mapping[str, dict[str, Any]]) -> None:
    """Baseline and all reasons are the score; who has no score is told why."""
    for account, score in scores.items():
        if score["score"] is None:
            assert score["band"] is None
            assert score["why_not"], account
        else:
            whole = score["baseline"] + sum(reason["points"] for reason in score["reasons"])
            assert whole == pytest.approx(score["score"], abs=TOLERANCE), account
            assert all(reason["text"] for reason in score["reasons"]), account


def assert_explained(done: Worked, account: str) -> None:
    """An account's explanation agrees with its score, and its moves are the whole way from the earlier one."""
    explanation = done.run("explain", account, "--json")
    assert explanation["score"].items() <= done.scores[account].items()
    assert explanation["since"] is not None
    moved = sum(move["points"] for move in explanation["moves"])
    assert explanation["since"]["score"] + moved == pytest.approx(
        explanation["score"]["score"], abs=TOLERANCE
    )


def share_lost(scores: Mapping[str, dict[str, Any]], lost: set[str]) -> dict[str, float]:
    """By band, the share of scored accounts that are among the lost."""
    bands: dict[str, list[bool]] = {}
    for account, score in scores.items():
        if score["band"] is not None:
            bands.setdefault(score["band"], []).append(account in lost)
    return {band: sum(each) / len(each) for band, each in bands.items()}
