"""The small firm of the commands' tests as a loaded folder, whose definitions tests change."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from keepwell.project import Project, load
from keepwell.runs.ingest import load as ingest
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse
from tests.cli.test_commands import make

NOW = datetime(2025, 7, 1, 9, tzinfo=UTC)
CARD = "scorecards/default.yml"
VOICE = (CARD, "weight: 60", "weight: 20", "weight: 40", "weight: 80")
"""An edit after which voice counts for 80%: A1 92, A2 20 and A3 74 instead of 96, 20 and 62, so that A3 turns green."""


def loaded(folder: Path) -> Path:
    """The firm with its facts in the warehouse."""
    make(folder)
    project = load(folder)
    with open_warehouse(project.warehouse) as warehouse:
        ingest(project, warehouse, now=NOW)
    return folder


def copied(folder: Path, to: Path) -> Path:
    """Another folder with the same project and facts."""
    shutil.copytree(folder, to)
    return to


def edit(folder: Path, name: str, *pairs: str) -> None:
    """Replaces texts in a file: right, other, right, other, ..."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    for right, other in zip(pairs[::2], pairs[1::2], strict=True):
        assert right in text, f"{right!r} does not stand in {name}"
        text = text.replace(right, other, 1)
    path.write_text(text, encoding="utf-8")


@contextmanager
def standing(project: Project) -> Iterator[Warehouse]:
    """The project's warehouse, open."""
    with open_warehouse(project.warehouse) as warehouse:
        yield warehouse
