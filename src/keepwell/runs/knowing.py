"""Facts that cannot have been known when they are said to have been, and columns that are only filled in at the end."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from keepwell.project.project import Project
from keepwell.proof.leaks import Leak, Sign
from keepwell.runs.reads import Reads
from keepwell.signals.tables import TABLES
from keepwell.sql.knowing import (
    ENDED,
    ENDED_KNOWN,
    MOMENTS,
    OPEN,
    OPEN_KNOWN,
    endings_statement,
    knowing_statement,
)
from keepwell.warehouse.protocol import Warehouse

ACCOUNTS = "accounts"

MIN_FACTS = 20
"""The least number of facts of which anything is said."""

MANY_EARLY = 0.01
"""From this share on (0–1), facts known before they occurred are no slip of a clock, and block."""

NEARLY_ALL = 0.95
"""Facts that became known in one instant: from this share on."""

LONG = timedelta(days=30)
"""Facts of a time at least this long do not become known in one instant as they occur."""

USUAL = 0.5
"""What is only filled in at the end is filled in for at least this share (0–1) of what has ended."""


def knowing_leaks(project: Project, warehouse: Warehouse, reads: Reads) -> Iterator[Leak]:
    """What cannot be true of when facts were known, in every table that is read."""
    loaded = warehouse.tables()
    for table, columns in reads.tables().items():
        if table in loaded:
            yield from _instants(project, warehouse, table)
            present = sorted(columns.intersection(loaded[table]))
            yield from _endings(project, warehouse, table, present)


def _instants(project: Project, warehouse: Warehouse, table: str) -> Iterator[Leak]:
    """What sources that say themselves when facts were known have to say; of others Keepwell knows it by itself."""
    mapped = [each.name for each in project.sources if each.table == table and each.known_at is not None]
    if not mapped:
        return
    for row in warehouse.query(knowing_statement(table, mapped)).to_pylist():
        where = project.where.get(f"source:{row['source']}", "")
        if table in MOMENTS and row["early"]:
            share = row["early"] / row["facts"]
            evidence = f"{row['early']:,} of {row['facts']:,} facts ({share:.1%}) are said to have been known before they occurred"
            yield Leak(f"{table}.known_at", Sign.KNOWN_TOO_EARLY, evidence, where, share >= MANY_EARLY)
        if _at_once(row):
            evidence = (
                f"{row['at_once']:,} of {row['facts']:,} facts became known at {row['at']:%Y-%m-%d %H:%M}, "
                f"though they occurred from {row['first']:%Y-%m-%d} to {row['last']:%Y-%m-%d}"
            )
            yield Leak(f"{table}.known_at", Sign.KNOWN_AT_ONCE, evidence, where, blocks=False)


def _at_once(row: Mapping[str, Any]) -> bool:
    enough = row["facts"] >= MIN_FACTS and row["at_once"] >= NEARLY_ALL * row["facts"]
    return bool(enough and row["last"] - row["first"] >= LONG)


def _endings(project: Project, warehouse: Warehouse, name: str, columns: list[str]) -> Iterator[Leak]:
    """Columns that no open fact has filled in, and most ended ones have, though they were said to be known from the beginning."""
    table, kinds = TABLES[name], warehouse.tables()[name]
    readable = [
        column for column in columns if not _waits(name, column) and column not in (table.occurred, table.end)
    ]
    if table.end is None or table.end not in kinds or not readable:
        return
    for row in warehouse.query(endings_statement(table, kinds, readable)).to_pylist():
        if min(row[OPEN], row[ENDED]) < MIN_FACTS:
            continue
        for column in readable:
            if not row[OPEN_KNOWN + column] and row[ENDED_KNOWN + column] >= USUAL * row[ENDED]:
                evidence = (
                    f"filled in for {row[ENDED_KNOWN + column]:,} of {row[ENDED]:,} facts that have ended and for none of {row[OPEN]:,} open ones, "
                    "but read as if known from the beginning"
                )
                where = project.where.get(f"source:{row['source']}", "")
                what = f"account.{column}" if name == ACCOUNTS else f"{name}.{column}"
                yield Leak(what, Sign.FILLED_AT_THE_END, evidence, where)


def _waits(table: str, name: str) -> bool:
    """Whether a column is unknown until the end anyway."""
    column = TABLES[table].column(name)
    return column is not None and column.visible_from is not None
