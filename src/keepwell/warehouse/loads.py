"""What the warehouse remembers of its loads: which files it has seen, as what, and what they wait for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import OTHER_TABLES


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was last loaded.

    `definition` is the hash of the source's definition then; `waits_for` the rules that refused rows for reasons which
    other data may lift.
    """

    load: int
    source: str
    file: str
    size: int
    modified: int
    digest: str
    definition: str
    waits_for: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """A source that has been loaded: in which load first, and which raw columns stand for its key."""

    source: str
    first_load: int
    key_columns: tuple[str, ...]


def files_seen(warehouse: Warehouse) -> dict[tuple[str, str], Seen]:
    """The files of all sources, by source and name, as they were last loaded."""
    rows = warehouse.query("SELECT * FROM ingest.files ORDER BY load").to_pylist()
    return {
        (row["source"], row["file"]): Seen(
            **{**row, "waits_for": frozenset(filter(None, row["waits_for"].split(",")))}
        )
        for row in rows
    }


def sources_known(warehouse: Warehouse) -> dict[str, Known]:
    """The sources that have been loaded, by name."""
    rows = warehouse.query("SELECT * FROM ingest.sources").to_pylist()
    return {
        row["source"]: Known(row["source"], row["first_load"], tuple(row["key_columns"] or ()))
        for row in rows
    }


def next_load(warehouse: Warehouse) -> int:
    """The number of the load to come."""
    return int(
        warehouse.query("SELECT coalesce(max(load), 0) + 1 AS load FROM ingest.loads")["load"][0].as_py()
    )


def remember_load(warehouse: Warehouse, load: int, at: datetime) -> None:
    """Writes a load down. `at` is naive UTC."""
    warehouse.append("ingest.loads", pa.table({"load": pa.array([load], pa.int32()), "at": [at]}))


def remember_source(warehouse: Warehouse, known: Known) -> None:
    """Writes a source's first load down."""
    row = {"source": known.source, "first_load": known.first_load, "key_columns": list(known.key_columns)}
    warehouse.append("ingest.sources", pa.Table.from_pylist([row]))


def remember_files(warehouse: Warehouse, files: Sequence[Seen]) -> None:
    """Writes files down as they were loaded."""
    rows = [
        {
            "load": each.load,
            "source": each.source,
            "file": each.file,
            "size": each.size,
            "modified": each.modified,
            "digest": each.digest,
            "definition": each.definition,
            "waits_for": ",".join(sorted(each.waits_for)),
        }
        for each in files
    ]
    if rows:
        warehouse.append("ingest.files", pa.Table.from_pylist(rows))


def remember_counts(warehouse: Warehouse, rows: Sequence[dict[str, object]]) -> None:
    """Writes down what became of a load's rows: load, source, file, outcome, rule, field, rows."""
    if rows:
        names = list(OTHER_TABLES["ingest.counts"])
        warehouse.append(
            "ingest.counts", pa.Table.from_pylist([{name: row[name] for name in names} for row in rows])
        )
