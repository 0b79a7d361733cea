"""Files of events for the load, and the smallest project that reads them."""

from pathlib import Path

import duckdb

from benchmarks.firm import events_sql

_SETTINGS = "project: loading\nwarehouse: warehouse.duckdb\n"
_SOURCES = """sources:
  accounts:
    files: {accounts}
    table: accounts
    columns: {{account_id: account_id, began_at: began_at}}
  events:
    files: {events}
    table: events
    columns:
      event_id: event_id
      account_id: account_id
      occurred_at: occurred_at
      name: name
      contact: contact
      feature: feature
      quantity: quantity
      value: value
      duration: duration
"""
_SIGNALS = "signals:\n  events_28: {from: events, aggregate: count, window: 28 days, missing: zero}\n"
_SCORECARD = """scorecard: default
dimensions:
  adoption:
    weight: 1
    measures:
      events_28: {weight: 1, scale: {0: 0, 20: 100}}
"""


def write_files(folder: Path, accounts: int, events: int) -> dict[str, Path]:
    """The same events as CSV and as Parquet, and the accounts; what is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {kind: folder / f"events_{events}.{kind}" for kind in ("csv", "parquet")}
    if not all(path.exists() for path in paths.values()):
        connection = duckdb.connect()
        connection.execute("CREATE SCHEMA facts")
        connection.execute(
            "CREATE TABLE facts.events (account INTEGER, key UUID, occurred_at TIMESTAMP, known_at TIMESTAMP,"
            " occurred_on DATE, source VARCHAR, load INTEGER, name VARCHAR, contact BIGINT, feature VARCHAR,"
            " channel VARCHAR, quantity BIGINT, value DOUBLE, duration DOUBLE)"
        )
        connection.execute(events_sql(accounts, events))
        rows = (
            "SELECT key::VARCHAR AS event_id, 'A' || account AS account_id, occurred_at, name,"
            " 'U' || contact AS contact, feature, quantity, value, duration FROM facts.events ORDER BY occurred_at"
        )
        connection.execute(f"COPY ({rows}) TO '{paths['csv']}' (HEADER)")
        connection.execute(f"COPY ({rows}) TO '{paths['parquet']}' (FORMAT parquet)")
        listed = (
            f"SELECT 'A' || i AS account_id, DATE '2023-01-01' AS began_at FROM range({accounts}) AS each(i)"
        )
        connection.execute(f"COPY ({listed}) TO '{folder / 'accounts.csv'}' (HEADER)")
    return paths


def project_over(folder: Path, events: Path) -> None:
    """A project that maps these files and little else."""
    (folder / "scorecards").mkdir(parents=True, exist_ok=True)
    texts = {
        "keepwell.yml": _SETTINGS,
        "sources.yml": _SOURCES.format(accounts=events.parent / "accounts.csv", events=events),
        "signals.yml": _SIGNALS,
        "scorecards/default.yml": _SCORECARD,
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
