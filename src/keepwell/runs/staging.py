"""Brings a source's files, as typed and checked rows, into a temporary table of the warehouse."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
from sqlglot import exp

from keepwell.errors import SourceError
from keepwell.runs.misfits import Misfits, Refused
from keepwell.signals.expression import names
from keepwell.signals.tables import Kind
from keepwell.sources.columns import RawColumns
from keepwell.sources.database import open_query
from keepwell.sources.files import display
from keepwell.sources.inspection import Inspection
from keepwell.sources.lookups import Sought
from keepwell.sources.mending import mended
from keepwell.sources.plan import field_of, mapped, stage_of
from keepwell.sources.raw import Batches, Delimited, Raw
from keepwell.sources.readers import open_file
from keepwell.sources.scans import relation
from keepwell.sources.source import Computed, Files, Lookup, Source, Take
from keepwell.sql.ingest.lookup import first_of_each, lookup_rows
from keepwell.sql.ingest.stage import records, stage_statement
from keepwell.warehouse.protocol import Warehouse


@dataclass
class StagedFile:
    """A file in the stage: its name for people, its number, the stage's row number of its first row, and its rows.

    `records` gives what each row says (place, record), its place counted from 0.
    """

    file: str
    number: int
    base: int
    first_row: int
    rows: int
    records: exp.Select


@dataclass
class Staged:
    """A source's files in the stage: the temporary table, and the lines that could not be taken apart."""

    table: str
    files: list[StagedFile] = field(default_factory=list)
    misfits: Misfits = field(default_factory=Misfits)


class Stager:
    """Stages the files of sources. Copies that reading needs are made beside the warehouse and removed at the end."""

    def __init__(
        self, warehouse: Warehouse, folder: Path, zone: str, databases: Mapping[str, str], scratch: Path
    ) -> None:
        self._warehouse = warehouse
        self._folder = folder
        self._zone = zone
        self._databases = databases
        self._scratch = scratch
        self._numbers = iter(range(1, 2**31))
        self._mended: dict[Path, tuple[Raw, Inspection]] = {}

    def open(self, source: Source, paths: Sequence[Path]) -> list[Raw]:
        """The source's files (or its query), opened: their columns are known, their rows still unread."""
        where = f"sources.yml:{source.name}"
        if not isinstance(source.origin, Files):
            return [open_query(source.origin, self._databases, self._folder, where)]
        wanted = frozenset(_wanted(source))
        return [
            open_file(path, display(path, self._folder), source.origin.reading, self._scratch, wanted)
            for path in paths
        ]

    def stage(
        self,
        source: Source,
        raws: Sequence[Raw],
        *,
        columns: frozenset[str],
        content: Sequence[str],
        now: datetime,
        tables: Mapping[Sought, str],
    ) -> Staged:
        """Stages opened files. `columns` are all those that any of the source's files has; `content` stands for a key.

        `tables` are the lookup tables of the source's expressions.

        Raises:
            SourceError: a file cannot be read as declared.
        """
        staged = Staged(f"stage_{next(self._numbers)}")
        base = 0
        for opened in raws:
            raw, inspection = self._sound(opened)
            number = next(self._numbers)
            taken = RawColumns(raw, f"{raw.file} (source {source.name})", columns, tables=tables)
            with self._batches(raw) as batches:
                plan = stage_of(
                    source,
                    taken,
                    zone=self._zone,
                    now=now,
                    number=number,
                    content=content,
                    batches=batches,
                )
                rows = self._fill(staged.table, stage_statement(plan), raw.file)
            staged.misfits.add(number, raw, inspection, list(self._refused(number)))
            again = records(plan, staged.table, base)
            staged.files.append(StagedFile(raw.file, number, base, raw.first_row, rows, again))
            base += rows
        return staged

    def _fill(self, table: str, statement: exp.Select, file: str) -> int:
        target = exp.to_table(table)
        try:
            if self._warehouse.has(f"main.{table}"):
                return self._warehouse.execute(exp.Insert(this=target, expression=statement))
            temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
            return self._warehouse.execute(
                exp.Create(this=target, kind="TABLE", expression=statement, properties=temporary)
            )
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            raise SourceError(f"the file cannot be read: {str(error).splitlines()[0]}", where=file) from error

    @contextmanager
    def _batches(self, raw: Raw) -> Iterator[str]:
        """The rows that come in batches, under a name that the engine reads them by, once."""
        if not isinstance(raw.scan, Batches):
            yield ""
            return
        name = f"batches_{next(self._numbers)}"
        with self._warehouse.lent(name, raw.scan.read()):
            yield name

    def _sound(self, raw: Raw) -> tuple[Raw, Inspection]:
        """The file's sound lines, and what is to be said of the others."""
        if not isinstance(raw.scan, Delimited):
            return raw, Inspection()
        path = raw.scan.path
        if path not in self._mended:
            self._mended[path] = mended(raw, self._scratch)
        return self._mended[path]

    def _refused(self, number: int) -> Iterator[Refused]:
        table = f"malformed_{number}"
        if not self._warehouse.has(f"main.{table}"):
            return
        found = self._warehouse.query(
            exp.select("line", "error_type::VARCHAR AS error", "csv_line AS text").from_(table)
        )
        yield from (Refused(**row) for row in found.to_pylist())

    def lookup(self, source: Source, raws: Sequence[Raw], to: str, take: str, kind: Kind) -> str:
        """Makes a temporary table (match, take) of the first `take` that each `to` has in the files of a source."""
        rows, table = f"lookup_rows_{next(self._numbers)}", f"lookup_{next(self._numbers)}"
        for opened in raws:
            raw, _ = self._sound(opened)
            columns = RawColumns(raw, f"{raw.file} (source {source.name})")
            match = columns.identity(to)
            taken = field_of("value", (kind, Take(take)), source, columns, self._zone)
            if kind in (Kind.TEXT, Kind.CONTACT):
                taken = field_of("account_id", (Kind.TEXT, Take(take)), source, columns, self._zone)
            with self._batches(raw) as batches:
                physical = {
                    f"raw {name}": exp.column(each.physical, quoted=True)
                    for name, each in columns.taken.items()
                }
                scanned = relation(
                    raw, list(columns.taken.values()), f"malformed_{next(self._numbers)}", batches
                )
                self._fill(rows, lookup_rows(scanned, physical, match, taken), raw.file)
        self._fill(table, first_of_each(rows), source.name)
        return table


def _wanted(source: Source) -> Iterator[str]:
    """The raw columns that a source's declaration names."""
    for _, origin in mapped(source).values():
        match origin:
            case Take(column):
                yield column
            case Lookup(_, match):
                yield match
            case Computed(expression):
                yield from names(expression)
        if isinstance(origin, Take | Computed) and origin.currency_column:
            yield origin.currency_column
    key = source.columns.get(source.canonical.key)
    if isinstance(key, Take):
        yield key.column
    if isinstance(key, Computed):
        yield from names(key.expression)
    if source.where is not None:
        yield from names(source.where)
    if source.known_at is not None:
        yield source.known_at
    yield from (before.match for before in source.before)


@contextmanager
def scratch_folder(warehouse: Path) -> Iterator[Path]:
    """A folder beside the warehouse for copies, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"{warehouse.name}.load-", dir=warehouse.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
