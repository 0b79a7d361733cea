"""A small firm whose facts are written by hand, and its project."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa

from keepwell.project.project import Project
from keepwell.scoring.scorecard import Bands, Dimension, Line, Measure, Scorecard
from keepwell.signals.definition import Aggregate, How, Signal
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit, Window
from keepwell.sources.source import Rates
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
WEEK = Window(Span(7, Unit.DAYS))
LOGINS = Signal("logins", Aggregate(How.COUNT, "events", window=WEEK), label="Logins", missing=0)
NPS = Signal("nps", Aggregate(How.LAST, "surveys", column=parse("score")), label="NPS")
SEATS = Line(((0, 0), (10, 100)))


def card(name: str = "default", **fields: Any) -> Scorecard:
    """Logins of the last week and the last NPS, by halves; ten of each are full marks."""
    dimensions = (
        Dimension("adoption", 1, (Measure("logins", 1, SEATS),)),
        Dimension("voice", 1, (Measure("nps", 1, SEATS),)),
    )
    return Scorecard(
        name, **{"dimensions": dimensions, "bands": Bands(70, 40, 3), "min_coverage": 0.5, **fields}
    )


def project(*cards: Scorecard, **fields: Any) -> Project:
    """A project of logins and NPS."""
    made: dict[str, Any] = {
        "folder": Path("."),
        "name": "firm",
        "zone": ZoneInfo("Europe/Berlin"),
        "currency": "EUR",
        "warehouse": Path("warehouse.duckdb"),
        "as_of": AS_OF,
        "history": 10,
        "simulated": False,
        "value": parse("account.seats * 100"),
        "rates": Rates(),
        "databases": {},
        "sources": (),
        "signals": (LOGINS, NPS),
        "segments": (("big", parse("account.seats >= 50")), ("small", None)),
        "stages": (),
        "scorecards": cards or (card(),),
        "feeds": (),
    }
    return Project(**(made | fields))


class Firm:
    """A warehouse that facts can be added to, load by load."""

    def __init__(self, folder: Path) -> None:
        self.warehouse: Warehouse = open_warehouse(folder / "warehouse.duckdb")
        for table in ("events", "surveys"):
            self.warehouse.create_facts(table, {})
        self._facts = 0
        self._load = 0

    def __enter__(self) -> "Firm":
        return self

    def __exit__(self, *exception: object) -> None:
        self.warehouse.close()

    def account(self, number: int, began: datetime, known: datetime | None = None, **columns: Any) -> None:
        """An account; `parent` is another's number."""
        self.facts("accounts", [{"account": number, "occurred_at": began, **columns}], known)
        row = {"account": [number], "account_id": [f"A{number}"], "name": [f"Firm {number}"]}
        self.warehouse.append("directory.accounts", pa.table(row))

    def logins(self, account: int, *at: datetime, known: datetime | None = None) -> None:
        """Logins of an account, known as they happened unless said otherwise."""
        self.facts(
            "events", [{"account": account, "occurred_at": each, "name": "login"} for each in at], known
        )

    def survey(self, account: int, at: datetime, score: float) -> None:
        """An answer to a survey."""
        self.facts("surveys", [{"account": account, "occurred_at": at, "score": score}])

    def facts(self, table: str, rows: Sequence[Mapping[str, Any]], known: datetime | None = None) -> None:
        """One load of facts into a table."""
        self.warehouse.create_facts(table, {})
        self._load += 1
        full = []
        for row in rows:
            self._facts += 1
            key = row.get("key", str(UUID(int=self._facts)))
            full.append(
                {name: _stored(value) for name, value in row.items()}
                | {
                    "key": key,
                    "known_at": _stored(known or row["occurred_at"]),
                    "occurred_on": row["occurred_at"].date(),
                    "source": table,
                    "load": self._load,
                }
            )
        columns = {name: [row.get(name) for row in full] for name in {k: None for row in full for k in row}}
        self.warehouse.append(f"facts.{table}", pa.table(columns))


def _stored(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def ago(days: float) -> datetime:
    """An instant so many days before the project's."""
    return AS_OF - timedelta(days=days)


def every_day(count: int, first: float, last: float) -> list[datetime]:
    """So many logins a day, shortly before noon, from `first` to `last` days ago."""
    days = range(int(last), int(first) + 1)
    return [ago(day) - timedelta(hours=1, minutes=n) for day in days for n in range(count)]
