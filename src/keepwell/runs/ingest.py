"""Loads the sources' changed files into the warehouse: all of it, or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from sqlglot import exp

from keepwell.errors import LoadError, SourceError
from keepwell.runs.declaring import Currencies, Ground
from keepwell.runs.merging import Outcome, merge_source
from keepwell.runs.rates import currencies
from keepwell.runs.staging import Stager, scratch_folder
from keepwell.runs.surveying import LIFTABLE, Inputs, Work, survey
from keepwell.signals.tables import Kind
from keepwell.sources import files
from keepwell.sources.lookups import sought
from keepwell.sources.plan import mapped
from keepwell.sources.raw import suggestion
from keepwell.sources.source import Check, Lookup, Policy, Source
from keepwell.sql.ingest.lookup import KNOWN_ACCOUNTS
from keepwell.warehouse import loads
from keepwell.warehouse.loads import Known, Seen
from keepwell.warehouse.protocol import Warehouse


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


def _quiet(_: str, __: float) -> None:
    return


def load(
    inputs: Inputs,
    warehouse: Warehouse,
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
    try:
        with warehouse.turn(), scratch_folder(warehouse.path) as scratch:
            works = survey(inputs, warehouse)
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


def _load(
    inputs: Inputs,
    warehouse: Warehouse,
    works: Sequence[Work],
    now: datetime,
    *,
    progress: Callable[[str, float], None],
    scratch: Path,
) -> LoadReport:
    busy = [work for work in works if work.to_do]
    steps = 2 * len(busy) + 1
    stager = Stager(warehouse, inputs.folder, inputs.zone.key, inputs.databases, scratch)
    rates = currencies(inputs, warehouse, scratch)
    for step, work in enumerate(busy):
        progress(f"reading {work.source.name}", step / steps)
        _stage(stager, work, works, now)
    outcomes: dict[str, Outcome] = {}
    number = loads.next_load(warehouse)
    with warehouse.transaction():
        if busy:
            warehouse.create_facts("accounts", {})
            warehouse.execute(KNOWN_ACCOUNTS)
        for step, work in enumerate(busy):
            progress(f"merging {work.source.name}", (len(busy) + step) / steps)
            outcomes[work.source.name] = _merge(inputs, warehouse, work, now, number=number, rates=rates)
        reports = [_report(inputs, warehouse, work, outcomes.get(work.source.name), now) for work in works]
        if busy:
            loads.remember_load(warehouse, number, now)
        progress("writing", (steps - 1) / steps)
    progress("done", 1.0)
    at = now.replace(tzinfo=UTC)
    return LoadReport(number if busy else None, at, tuple(reports))


def _stage(stager: Stager, work: Work, works: Sequence[Work], now: datetime) -> None:
    source = work.source
    work.raws = stager.open(source, work.changed)
    columns = frozenset(column.name for raw in work.raws for column in raw.columns)
    if work.known is None:
        work.known = Known(source.name, 0, tuple(column.name for column in work.raws[0].columns))
    tables = {
        each: _lookup(stager, works, source, each.source, (each.to, each.take, Kind.TEXT))
        for each in sought(source)
    }
    work.staged = stager.stage(
        source,
        work.raws,
        columns=columns | set(work.known.key_columns),
        content=work.known.key_columns,
        now=now,
        tables=tables,
    )
    work.lookups = {}
    for name, (kind, origin) in mapped(source).items():
        if isinstance(origin, Lookup):
            work.lookups[name] = _lookup(stager, works, source, origin.source, (origin.to, origin.take, kind))
    for place, before in enumerate(source.before):
        asked = (before.to, before.column, Kind.INSTANT)
        work.lookups[f"before {place}"] = _lookup(stager, works, source, before.of, asked)


def _lookup(
    stager: Stager, works: Sequence[Work], source: Source, of: str, asked: tuple[str, str, Kind]
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
    warehouse: Warehouse,
    work: Work,
    now: datetime,
    *,
    number: int,
    rates: Currencies,
) -> Outcome:
    if work.staged is None or work.known is None:
        raise ValueError(f"{work.source.name} is merged before it is staged")
    first = work.known.first_load == 0
    ground = Ground(number, now, rates, first, work.restates, work.lookups or {})
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
                outcome.waits & LIFTABLE,
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
    inputs: Inputs, warehouse: Warehouse, work: Work, outcome: Outcome | None, now: datetime
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


def _silent_since(inputs: Inputs, warehouse: Warehouse, source: Source, now: datetime) -> datetime | None:
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
