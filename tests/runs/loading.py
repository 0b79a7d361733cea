"""A small project's worth of inputs, for tests that load."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from keepwell.runs.ingest import LoadReport, SourceReport, load
from keepwell.sources.source import ColumnFrom, Files, Rates, Reading, Source, Take
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse

NOW = datetime(2025, 7, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Inputs:
    """What a load needs, without a project around it."""

    folder: Path
    sources: tuple[Source, ...]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    currency: str = "EUR"
    rates: Rates = field(default_factory=Rates)
    databases: Mapping[str, str] = field(default_factory=dict)


def taking(**columns: str | ColumnFrom) -> dict[str, ColumnFrom]:
    """A mapping of columns in which a plain text is the raw column's name."""
    return {name: Take(each) if isinstance(each, str) else each for name, each in columns.items()}


def files(*globs: str, **reading: Any) -> Files:
    """Files by glob, and how they are read."""
    return Files(globs, Reading(**reading))


ACCOUNTS = Source(
    "accounts",
    "accounts",
    files("accounts.csv"),
    taking(account_id="id", began_at="began", plan="plan", name="name"),
)
EVENTS = Source(
    "events",
    "events",
    files("events.csv"),
    taking(account_id="account", event_id="id", occurred_at="at", name="event", contact="user"),
)
ACCOUNT_ROWS = "id,began,plan,name\na,2024-01-01,basic,Alpha\nb,2024-02-01,pro,Beta\n"
EVENT_ROWS = (
    "id,account,at,event,user\n"
    "1,a,2025-01-05 10:00:00,login,u1\n"
    "2,a,2025-01-06 11:30:00,export,u2\n"
    "3,b,2025-01-07 12:00:00,login,u3\n"
)


def write(folder: Path, **texts: str) -> None:
    """Writes CSV files by name."""
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)


def warehouse_in(folder: Path) -> Warehouse:
    """The warehouse of the tests' project."""
    return open_warehouse(folder / "warehouse.duckdb")


def loaded(
    warehouse: Warehouse, folder: Path, *sources: Source, now: datetime = NOW, **inputs: Any
) -> dict[str, SourceReport]:
    """Loads sources, and gives the reports by source."""
    report = reported(warehouse, folder, *sources, now=now, **inputs)
    return {each.source: each for each in report.sources}


def reported(
    warehouse: Warehouse, folder: Path, *sources: Source, now: datetime = NOW, **inputs: Any
) -> LoadReport:
    """Loads sources, and gives the whole report."""
    return load(Inputs(folder, sources, **inputs), warehouse, now=now)


def counts(report: SourceReport) -> dict[str, int]:
    """What was rejected, by rule."""
    found: dict[str, int] = {}
    for each in report.rejects:
        found[each.rule] = found.get(each.rule, 0) + each.rows
    return found


def rows(warehouse: Warehouse, statement: str) -> list[tuple[Any, ...]]:
    """The rows of a query as tuples."""
    found = warehouse.query(statement)
    return list(zip(*(column.to_pylist() for column in found.columns), strict=True))


def utc(text: str) -> datetime:
    """An instant as the warehouse gives it: naive, UTC."""
    return datetime.fromisoformat(text)
