"""How the data below the scores are: what the last loads brought and refused, and which feeds have gone silent."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlglot import exp

from keepwell.project.project import Project
from keepwell.runs.rejects import Tally, tallies
from keepwell.signals.definition import Feed
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named


@dataclass(frozen=True, slots=True)
class LoadLine:
    """One source's part in the last load that read any of its rows: rows read, facts new or revised, rows rejected."""

    source: str
    table: str
    loaded_at: datetime
    read: int
    kept: int
    rejected: int


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A source's freshness: its `last` fact, and whether it is `silent`, older than `fresh_within` allows."""

    source: str
    table: str
    last: datetime | None
    fresh_within: str
    silent: bool


@dataclass(frozen=True, slots=True)
class DataHealth:
    """What is known of the data below the scores."""

    loads: tuple[LoadLine, ...] = ()
    rejects: tuple[Tally, ...] = ()
    feeds: tuple[FeedLine, ...] = ()

    @property
    def rejected(self) -> int:
        """How many rows of the files as they stand were refused."""
        return sum(tally.rows for tally in self.rejects)

    @property
    def silent(self) -> tuple[FeedLine, ...]:
        """The feeds that have gone silent."""
        return tuple(feed for feed in self.feeds if feed.silent)


def data_health(project: Project, warehouse: Warehouse, as_of: datetime) -> DataHealth:
    """The last load of each of the project's sources, and the freshness of its feeds as of an instant."""
    known = {source.name for source in project.sources}
    refused = tuple(tally for tally in tallies(warehouse) if tally.source in known)
    return DataHealth(_last_loads(project, warehouse), refused, feeds(project, warehouse, as_of))


def feeds(project: Project, warehouse: Warehouse, as_of: datetime) -> tuple[FeedLine, ...]:
    """The freshness of the project's feeds as of an instant."""
    return tuple(_feed_lines(project, warehouse, as_of))


def _last_loads(project: Project, warehouse: Warehouse) -> tuple[LoadLine, ...]:
    at = {row["load"]: row["at"] for row in _rows(warehouse, "ingest.loads", "load", "at")}
    counts = _rows(warehouse, "ingest.counts", "load", "source", "outcome", "rows")
    last: dict[str, int] = {}
    for row in counts:
        last[row["source"]] = max(row["load"], last.get(row["source"], 0))
    sums: Counter[tuple[str, str]] = Counter()
    for row in counts:
        if row["load"] == last[row["source"]]:
            sums[row["source"], row["outcome"]] += row["rows"]
    return tuple(
        LoadLine(
            source=source.name,
            table=source.table,
            loaded_at=at[last[source.name]].replace(tzinfo=UTC),
            read=sums[source.name, "read"],
            kept=sums[source.name, "kept"] + sums[source.name, "revised"],
            rejected=sums[source.name, "rejected"],
        )
        for source in project.sources
        if source.name in last
    )


def _rows(warehouse: Warehouse, table: str, *columns: str) -> list[dict[str, Any]]:
    query = exp.select(*(exp.column(name, quoted=True) for name in columns)).from_(table_named(table))
    rows: list[dict[str, Any]] = warehouse.query(query).to_pylist()
    return rows


def _feed_lines(project: Project, warehouse: Warehouse, as_of: datetime) -> Iterator[FeedLine]:
    tables = warehouse.tables()
    for feed in project.feeds:
        last = _last_fact(feed, warehouse, as_of) if feed.table in tables else None
        silent = last is None or last < feed.fresh_within.before(as_of, project.zone)
        yield FeedLine(feed.source, feed.table, last, str(feed.fresh_within), silent)


def _last_fact(feed: Feed, warehouse: Warehouse, as_of: datetime) -> datetime | None:
    occurred, known = (exp.column(name, quoted=True) for name in ("occurred_at", "known_at"))
    instant = exp.cast(
        exp.Literal.string(as_of.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")), "timestamp"
    )
    query = (
        exp.select(exp.alias_(exp.Max(this=occurred), "last"))
        .from_(table_named(f"facts.{feed.table}"))
        .where(
            exp.EQ(this=exp.column("source", quoted=True), expression=exp.convert(feed.source)),
            exp.LT(this=occurred.copy(), expression=instant),
            exp.LT(this=known, expression=instant.copy()),
        )
    )
    last: datetime | None = warehouse.query(query)["last"][0].as_py()
    return None if last is None else last.replace(tzinfo=UTC)
