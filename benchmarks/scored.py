"""A large firm with two years of daily scores: the last days and the wide rows scored for real, the days before them drawn."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import proving
from benchmarks.firm import LAST_DAY
from keepwell.project.project import Project
from keepwell.runs.score import score
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse

EVENTS = 10_000_000
DAYS = 730
REAL_DAYS = 7
LAST = datetime.fromisoformat(LAST_DAY).replace(tzinfo=UTC)

_MORE = """INSERT INTO facts.{table} BY NAME
    SELECT i::INTEGER % {accounts} AS account, md5('{table}' || i)::UUID AS key, happened AS occurred_at, happened AS known_at,
        happened::DATE AS occurred_on, 'crm' AS source, 1 AS load, {columns}
    FROM (SELECT i, TIMESTAMP '2023-07-01' + to_hours((hash(i * 17 + {salt}) % 17520)::INTEGER) AS happened FROM range({rows}) AS each(i))"""

_TABLES = {
    "tickets": (500_000, "'high' AS priority, 'question' AS category, hash(i) % 9 = 0 AS escalated"),
    "surveys": (300_000, "'nps' AS kind, (hash(i) % 11)::DOUBLE AS score"),
    "interactions": (400_000, "'call' AS kind, 'kim' AS author"),
    "subscriptions": (
        100_000,
        "happened + INTERVAL 730 DAY AS renews_at, 'basic' AS plan, 10 AS seats, 100.0 AS amount",
    ),
}
"""How many rows each further table has, and its columns."""

_DRAWN = """INSERT INTO scores.days BY NAME
    WITH day AS (SELECT TIMESTAMP '{first}' + to_days(n::INTEGER) AS as_of, n FROM range({days}) AS each(n)),
    scored AS (
        SELECT as_of, account::INTEGER AS account,
            round(50 + 35 * sin(account + n / 60.0) + (hash(account * 1000 + n) % 100) / 10.0, 6) AS score
        FROM day, range({accounts}) AS every(account))
    SELECT {run} AS run, as_of, account, score, band, band AS held,
        (as_of::DATE - DATE '0001-01-01')::INTEGER - account % 20 AS since
    FROM (SELECT *, (CASE WHEN score >= 60 THEN 2 WHEN score >= 40 THEN 1 ELSE 0 END)::TINYINT AS band FROM scored)
    ORDER BY as_of, account"""


def firm(path: Path, accounts: int) -> tuple[Path, Project]:
    """The warehouse of that size, built if it is not there, and its project."""
    project = proving.project(path)
    if path.exists():
        return path, project
    unfinished = path.with_suffix(".making")
    unfinished.unlink(missing_ok=True)
    proving.firm(unfinished, accounts, EVENTS)
    with open_warehouse(unfinished) as warehouse:
        for salt, (table, (rows, columns)) in enumerate(_TABLES.items()):
            warehouse.create_facts(table, {})
            warehouse.execute(
                _MORE.format(table=table, columns=columns, accounts=accounts, rows=rows, salt=salt)
            )
        warehouse.execute("UPDATE facts.accounts SET owner = 'owner' || account % 200 || '@firm.example'")
        _score(warehouse, project, accounts)
    unfinished.rename(path)
    return path, project


def _score(warehouse: Warehouse, project: Project, accounts: int) -> None:
    from dataclasses import replace

    short = replace(project, history=REAL_DAYS)
    for day in range(REAL_DAYS, -1, -1):
        score(short, warehouse, LAST - timedelta(days=day))
    version = warehouse.query(
        "SELECT version, min(first) AS first FROM scores.grids GROUP BY version"
    ).to_pylist()[0]
    first = version["first"] - timedelta(days=DAYS - REAL_DAYS)
    days = (version["first"] - first).days
    warehouse.execute(_DRAWN.format(first=first, days=days, accounts=accounts, run=0))
    warehouse.execute(
        f"INSERT INTO scores.grids BY NAME SELECT 0 AS run, '{version['version']}' AS version, TIMESTAMP '{first}' AS first,"
        f" TIMESTAMP '{version['first'] - timedelta(days=1)}' AS last, 1 AS load, TIMESTAMP '{LAST_DAY}' AS at"
    )
