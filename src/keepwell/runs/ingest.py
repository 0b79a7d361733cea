"""Loads the sources' changed files into the warehouse: all of it, or none."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import duckdb
from sqlglot import exp

from keepwell.errors import LoadError, SourceError
from keepwell.runs.merging import Currencies, Ground, Outcome, merge_source
from keepwell.runs.staging import Staged, Stager, scratch_folder
from keepwell.signals.tables import Kind
from keepwell.sources import files
from keepwell.sources.plan import RawColumns, mapped
from keepwell.sources.raw import Raw, suggestion
from keepwell.sources.readers import open_file
from keepwell.sources.scans import relation
from keepwell.sources.source import Check, Files, Lookup, Policy, Rates, Reading, Source
from keepwell.sql.ingest.lookup import KNOWN_ACCOUNTS, rate_rows
from keepwell.warehouse import loads
from keepwell.warehouse.duckdb import DuckDBWarehouse
from keepwell.warehouse.loads import Known, Seen

_LIFTABLE = frozenset({"unknown_account", "unmatched", "in_future", "no_rate", "before_account", "before"})
"""Rules whose verdict other data, or time, may change: a file with such rows is read again when that has happened."""


class Inputs(Protocol):
    """What a load needs of a project."""

    @property
    def folder(self) -> Path: ...
    @property
    def sources(self) -> tuple[Source, ...]: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def currency(self) -> str: ...
    @property
    def rates(self) -> Rates: ...
    @property
    def databases(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a rule met in a field."""

    rule: str
    field: str
    rows: int


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of one source's rows.

    `read` = `kept` (new facts) + `revised` (new revisions) + `repeated` (already there) + `left_out` (by `where`) +
    `rejected`. `files` were read, `unchanged` ones were not. `dropped` facts are gone because a new definition refuses
    their rows. `silent_since` is the last fact of a feed that has gone silent (aware, UTC; `None`: it lives).
    """

    source: str
    table: str
    files: tuple[str, ...] = ()
    unchanged: int = 0
    read: int = 0
    kept: int = 0
    revised: int = 0
    repeated: int = 0
    left_out: int = 0
    dropped: int = 0
    rejects: tuple[Count, ...] = ()
    warnings: tuple[Count, ...] = ()
    silent_since: datetime | None = None

    @property
    def rejected(self) -> int:
        """How many rows were rejected."""
        return sum(each.rows for each in self.rejects)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did. `load` is its number, `None` if nothing had changed; `at` its instant (aware, UTC)."""

    load: int | None
    at: datetime
    sources: tuple[SourceReport, ...]


@dataclass
class _Work:
    """One source's part of a load."""

    source: Source
    definition: str
    seen: list[Seen]
    paths: list[Path]
    changed: list[Path]
    restates: bool
    prints: dict[Path, files.Fingerprint]
    known: Known | None
    raws: list[Raw] | None = None
    lookups: dict[str, str] | None = None
    staged: Staged | None = None

    @property
    def to_do(self) -> bool:
        return bool(self.changed) or not isinstance(self.source.origin, Files)


def _quiet(_: str, __: float) -> None:
    return


def load(
    inputs: Inputs,
    warehouse: DuckDBWarehouse,
    *,
    now: datetime,
    progress: Callable[[str, float], None] = _quiet,
) -> LoadReport:
    """Loads what is new in the sources. `now` is aware; `progress` is told what is being done, and the share done (0–1).

    Files that are as they were are passed over. Everything is one transaction: whatever stops it, the warehouse is as it was.

    Raises:
        SourceError: a file or database cannot be read as declared.
        LoadError: a source has more rejects than it may have, has gone silent where that is refused, or the disk is full.
    """
    if now.tzinfo is None:
        raise ValueError("a load's now is aware")
    instant = now.astimezone(UTC).replace(tzinfo=None)
    ordered = sorted(inputs.sources, key=lambda source: _rank(source.table))
    try:
        works = _survey(inputs, warehouse, ordered)
        with scratch_folder(warehouse.path) as scratch:
            try:
                return _load(inputs, warehouse, works, instant, progress=progress, scratch=scratch)
            finally:
                warehouse.drop_temporary()
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException | duckdb.FatalException | duckdb.OutOfMemoryException):
            raise LoadError(
                f"the load failed, and the warehouse is as it was: {str(error).splitlines()[0]}",
                do="free some disk space or memory, and load again",
            ) from error
        raise
    except OSError as error:
        raise LoadError(
            f"the load failed, and the warehouse is as it was: {error}",
            do="free some disk space, and load again",
        ) from error


def _rank(table: str) -> int:
    return {"accounts": 0, "contacts": 1}.get(table, 2)


def _survey(inputs: Inputs, warehouse: DuckDBWarehouse, sources: Sequence[Source]) -> list[_Work]:
    seen, known = loads.files_seen(warehouse), loads.sources_known(warehouse)
    works: list[_Work] = []
    changed_tables: set[str] = set()
    changed_sources: set[str] = set()
    for source in sources:
        work = _look(inputs, source, seen, known.get(source.name))
        works.append(work)
        if work.to_do:
            changed_tables.add(source.table)
            changed_sources.add(source.name)
    for work in works:
        for path in work.paths:
            if path in work.changed:
                continue
            before = seen[work.source.name, files.display(path, inputs.folder)]
            if before.waits_for & _lifted(work.source, before, works, seen):
                work.changed.append(path)
        work.changed.sort()
    return works


def _look(inputs: Inputs, source: Source, seen: Mapping[tuple[str, str], Seen], known: Known | None) -> _Work:
    definition = _definition(inputs, source)
    mine = [each for (name, _), each in seen.items() if name == source.name]
    work = _Work(source, definition, mine, [], [], False, {}, known)
    if not isinstance(source.origin, Files):
        return work
    work.paths = files.find(inputs.folder, source.origin.globs, f"sources.yml:{source.name}:files")
    same = True
    for path in work.paths:
        before = seen.get((source.name, files.display(path, inputs.folder)))
        size, modified = files.touched(path)
        if before is not None and (before.size, before.modified) == (size, modified):
            work.prints[path] = files.Fingerprint(size, modified, before.digest)
        else:
            work.prints[path] = files.fingerprint(path)
        as_it_was = before is not None and before.digest == work.prints[path].digest
        if before is None or not as_it_was or before.definition != definition:
            work.changed.append(path)
            same = same and as_it_was
    work.restates = bool(work.changed) and same and known is not None
    return work


def _lifted(
    source: Source, before: Seen, works: Sequence[_Work], seen: Mapping[tuple[str, str], Seen]
) -> frozenset[str]:
    """The rules whose verdict on a file may have changed since it was loaded."""
    lifted = {"in_future", "no_rate"}
    later = {each.source for each in seen.values() if each.load > before.load}
    later |= {work.source.name for work in works if work.to_do}
    if any(work.source.table == "accounts" and work.source.name in later for work in works):
        lifted |= {"unknown_account", "before_account"}
    looked_up = {origin.source for _, origin in mapped(source).values() if isinstance(origin, Lookup)}
    if looked_up & later:
        lifted |= {"unmatched", "unknown_account"}
    if {each.of for each in source.before} & later:
        lifted.add("before")
    return frozenset(lifted)


def _definition(inputs: Inputs, source: Source) -> str:
    """A hash of what decides how a source's rows become facts."""
    deciding = replace(source, fresh_within=None, max_rejects=None)
    text = repr((deciding, inputs.zone.key, inputs.currency, sorted(inputs.rates.fixed.items())))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _load(
    inputs: Inputs,
    warehouse: DuckDBWarehouse,
    works: Sequence[_Work],
    now: datetime,
    *,
    progress: Callable[[str, float], None],
    scratch: Path,
) -> LoadReport:
    busy = [work for work in works if work.to_do]
    steps = 2 * len(busy) + 1
    stager = Stager(warehouse, inputs.folder, inputs.zone.key, inputs.databases, scratch)
    currencies = _currencies(inputs, warehouse, scratch)
    for step, work in enumerate(busy):
        progress(f"reading {work.source.name}", step / steps)
        _stage(stager, work, works, now)
    outcomes: dict[str, Outcome] = {}
    number = loads.next_load(warehouse)
    with warehouse.transaction():
        warehouse.create_facts("accounts", {})
        warehouse.execute(KNOWN_ACCOUNTS)
        for step, work in enumerate(busy):
            progress(f"merging {work.source.name}", (len(busy) + step) / steps)
            outcomes[work.source.name] = _merge(
                inputs, warehouse, work, now, number=number, currencies=currencies
            )
        reports = [_report(inputs, warehouse, work, outcomes.get(work.source.name), now) for work in works]
        if busy:
            loads.remember_load(warehouse, number, now)
        progress("writing", (steps - 1) / steps)
    progress("done", 1.0)
    at = now.replace(tzinfo=UTC)
    return LoadReport(number if busy else None, at, tuple(reports))


def _stage(stager: Stager, work: _Work, works: Sequence[_Work], now: datetime) -> None:
    source = work.source
    work.raws = stager.open(source, work.changed)
    columns = frozenset(column.name for raw in work.raws for column in raw.columns)
    if work.known is None:
        work.known = Known(source.name, 0, tuple(column.name for column in work.raws[0].columns))
    work.staged = stager.stage(
        source,
        work.raws,
        columns=columns | set(work.known.key_columns),
        content=work.known.key_columns,
        now=now,
    )
    work.lookups = {}
    for name, (kind, origin) in mapped(source).items():
        if isinstance(origin, Lookup):
            work.lookups[name] = _lookup(stager, works, source, origin.source, (origin.to, origin.take, kind))
    for place, before in enumerate(source.before):
        asked = (before.to, before.column, Kind.INSTANT)
        work.lookups[f"before {place}"] = _lookup(stager, works, source, before.of, asked)


def _lookup(
    stager: Stager, works: Sequence[_Work], source: Source, of: str, asked: tuple[str, str, Kind]
) -> str:
    other = next((work for work in works if work.source.name == of), None)
    if other is None:
        raise SourceError(
            f"there is no source {of!r} to look up in",
            where=f"sources.yml:{source.name}:columns",
            do=suggestion(of, [work.source.name for work in works]),
        )
    return stager.lookup(other.source, stager.open(other.source, other.paths), *asked)


def _merge(
    inputs: Inputs,
    warehouse: DuckDBWarehouse,
    work: _Work,
    now: datetime,
    *,
    number: int,
    currencies: Currencies,
) -> Outcome:
    if work.staged is None or work.known is None:
        raise ValueError(f"{work.source.name} is merged before it is staged")
    first = work.known.first_load == 0
    ground = Ground(number, now, currencies, first, work.restates, work.lookups or {})
    outcome = merge_source(warehouse, work.source, work.staged, ground)
    most, rejected = work.source.max_rejects, outcome.rejected.total()
    if most is not None and most.exceeded(rejected, outcome.read):
        reasons = ", ".join(f"{rows:,} {rule}" for (rule, _), rows in outcome.rejected.most_common(5))
        raise LoadError(
            f"{rejected:,} of {outcome.read:,} rows were rejected ({reasons}); it may have {most}. Nothing was loaded",
            where=f"sources.yml:{work.source.name}:max_rejects",
            do="mend the data or the mapping, or allow more rejects",
        )
    if first:
        loads.remember_source(warehouse, replace(work.known, first_load=number))
    loads.remember_files(
        warehouse,
        [
            Seen(
                number,
                work.source.name,
                files.display(path, inputs.folder),
                work.prints[path].size,
                work.prints[path].modified,
                work.prints[path].digest,
                work.definition,
                outcome.waits & _LIFTABLE,
            )
            for path in work.changed
        ],
    )
    loads.remember_counts(warehouse, _count_rows(work.source.name, number, outcome))
    return outcome


def _count_rows(source: str, number: int, outcome: Outcome) -> list[dict[str, object]]:
    said = {"load": number, "source": source, "file": None, "rule": "", "field": ""}
    plain = {
        "read": outcome.read,
        "kept": outcome.kept,
        "revised": outcome.revised,
        "repeated": outcome.repeated,
        "left_out": outcome.left_out,
        "dropped": outcome.dropped,
    }
    rows = [{**said, "outcome": name, "rows": count} for name, count in plain.items() if count]
    for name, counter in (("rejected", outcome.rejected), ("warned", outcome.warned)):
        rows += [
            {**said, "outcome": name, "rule": rule, "field": field, "rows": count}
            for (rule, field), count in sorted(counter.items())
        ]
    return rows


def _report(
    inputs: Inputs, warehouse: DuckDBWarehouse, work: _Work, outcome: Outcome | None, now: datetime
) -> SourceReport:
    source = work.source
    silent = _silent_since(inputs, warehouse, source, now)
    if silent is not None and source.policy(Check.SILENT) is Policy.REJECT:
        raise LoadError(
            f"the last fact is of {silent:%Y-%m-%d %H:%M} UTC: silent for more than {source.fresh_within}. Nothing was loaded",
            where=f"sources.yml:{source.name}:fresh_within",
            do="mend the feed, or declare `checks: {silent: warn}`",
        )
    report = SourceReport(
        source.name, source.table, unchanged=len(work.paths) - len(work.changed), silent_since=silent
    )
    if outcome is None:
        return report
    read = [each.file for each in work.staged.files] if work.staged else []
    return replace(
        report,
        files=tuple(read),
        read=outcome.read,
        kept=outcome.kept,
        revised=outcome.revised,
        repeated=outcome.repeated,
        left_out=outcome.left_out,
        dropped=outcome.dropped,
        rejects=tuple(Count(rule, field, rows) for (rule, field), rows in outcome.rejected.most_common()),
        warnings=tuple(Count(rule, field, rows) for (rule, field), rows in outcome.warned.most_common()),
    )


def _silent_since(
    inputs: Inputs, warehouse: DuckDBWarehouse, source: Source, now: datetime
) -> datetime | None:
    if source.fresh_within is None or source.policy(Check.SILENT) is Policy.IGNORE:
        return None
    if source.table not in warehouse.tables():
        return None
    latest = exp.select(exp.Max(this=exp.column("occurred_at")).as_("latest")).from_(f"facts.{source.table}")
    own = exp.EQ(this=exp.column("source"), expression=exp.convert(source.name))
    last = warehouse.query(latest.where(own))["latest"][0].as_py()
    since = source.fresh_within.before(now.replace(tzinfo=UTC), inputs.zone).replace(tzinfo=None)
    if last is None or last >= since:
        return None
    silent: datetime = last.replace(tzinfo=UTC)
    return silent


def _currencies(inputs: Inputs, warehouse: DuckDBWarehouse, scratch: Path) -> Currencies:
    own = inputs.currency.upper()
    fixed = {currency.upper(): rate for currency, rate in inputs.rates.fixed.items()} | {own: Decimal(1)}
    if inputs.rates.file is None:
        return Currencies(own, fixed, dated=False)
    path = inputs.folder / inputs.rates.file
    if not path.is_file():
        raise SourceError(f"there is no file of rates {path}", where="keepwell.yml:rates", do="put it there")
    raw = open_file(path, inputs.rates.file, Reading(), scratch)
    columns = RawColumns(raw, inputs.rates.file)
    for name in ("date", "currency", "rate"):
        columns.text(name)
    physical = [
        exp.column(columns.taken[name].physical, quoted=True) for name in ("date", "currency", "rate")
    ]
    scanned = relation(raw, list(columns.taken.values()), "malformed_rates", "")
    rows = rate_rows(scanned, *physical)
    warehouse.execute(
        exp.Create(
            this=exp.to_table("rates"),
            kind="TABLE",
            replace=True,
            expression=rows,
            properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        )
    )
    unreadable = warehouse.query(
        "SELECT count(*) AS n FROM rates WHERE from_day IS NULL OR currency IS NULL OR rate IS NULL"
    )["n"][0].as_py()
    if unreadable:
        raise SourceError(
            f"{unreadable} rows hold no date, currency and rate",
            where=inputs.rates.file,
            do="write dates as 2025-06-30, currencies as USD, rates as 0.92",
        )
    return Currencies(own, fixed, dated=True)
