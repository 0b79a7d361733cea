"""What is timed. Each function prepares, and returns the callable whose time counts."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks import advancing, proving, signals
from keepwell.warehouse.duckdb import open_warehouse

Timed = Callable[[], object]

_INTO_TABLE = "CREATE TEMP TABLE measured AS "


def _scratch() -> Path:
    """A folder that goes when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="keepwell-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def keepwell(path: str, weeks: str) -> Timed:
    """Keepwell's statement, compiled and run into a table, at one as_of or over a weekly grid."""
    warehouse = open_warehouse(Path(path), read_only=True)
    return lambda: warehouse.compute(_INTO_TABLE + signals.statement(warehouse.tables(), int(weeks)))


def by_hand(path: str) -> Timed:
    """The hand-written statement, run into a table with the same settings."""
    warehouse = open_warehouse(Path(path), read_only=True)
    return lambda: warehouse.compute(_INTO_TABLE + signals.by_hand())


def backtested(path: str) -> Timed:
    """Keepwell's backtest: scores at 52 as_ofs, and a certificate with intervals, slices, bands over time and baselines."""
    from keepwell.runs.as_ofs import Rhythm
    from keepwell.runs.backtest import backtest

    instants = proving.instants()
    warehouse = open_warehouse(Path(path), read_only=True)
    project, rhythm = proving.project(Path(path)), Rhythm(first=instants[0], last=instants[-1])
    return lambda: backtest(project, warehouse, rhythm=rhythm, daily=False)


def looped(path: str) -> Timed:
    """The loop over dates, and scikit-learn's figures, without intervals."""
    warehouse = open_warehouse(Path(path), read_only=True)
    return lambda: proving.loop(warehouse)


def advanced(folder: str, count: str) -> Timed:
    """So many enrollments advance by their first steps, from one store and back into it."""
    return advancing.prepared(Path(folder), int(count), _scratch())


def load_files(pattern: str) -> Timed:
    """Keepwell's load of event files into an empty warehouse, all checks included."""
    from benchmarks.loading import project_over
    from keepwell import project
    from keepwell.runs import ingest

    folder = _scratch()
    project_over(folder, Path(pattern))
    loaded = project.load(folder)
    warehouse = open_warehouse(folder / "warehouse.duckdb")
    return lambda: ingest.load(loaded, warehouse, now=datetime(2025, 6, 30, tzinfo=UTC))


def read_files(pattern: str) -> Timed:
    """DuckDB's own reader of the same files into a table, types detected."""
    folder = _scratch()
    connection = duckdb.connect(folder / "plain.duckdb")
    connection.execute("SET threads = 2")
    reader = "read_parquet" if pattern.endswith(".parquet") else "read_csv"
    return lambda: connection.execute(f"CREATE TABLE events AS FROM {reader}('{pattern}')")


def sent(count: str, signed: str) -> Timed:
    """Messages that wait in the ledger, written and handed over to a mail server on this machine, with or without DKIM."""
    from benchmarks.posting import sending

    return sending(_scratch(), int(count), signed=signed == "signed")


def with_pandas(path: str) -> Timed:
    """The same signals with pandas, from facts already in a frame."""
    from benchmarks.frames import events_frame, pandas_signals

    events, accounts = events_frame(path)
    return lambda: pandas_signals(events, accounts)


def with_featuretools(path: str) -> Timed:
    """Those of the signals that featuretools offers, from facts already in a frame."""
    from benchmarks.frames import events_frame, featuretools_signals

    events, accounts = events_frame(path)
    return lambda: featuretools_signals(events, accounts)
