"""Brings a staged source into the facts, within a transaction, and says what became of its rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
from sqlglot import exp

from keepwell.runs.declaring import Ground, job_of, label_of, resolution
from keepwell.runs.staging import Staged
from keepwell.signals.tables import Kind
from keepwell.sources.plan import mapped, policies
from keepwell.sources.source import Check, Policy, Source, Take
from keepwell.sql.ingest import directory, merge, outcome, repeats, revisions
from keepwell.sql.ingest.lookup import KNOWN_ACCOUNTS
from keepwell.sql.ingest.resolve import resolved
from keepwell.warehouse.protocol import Warehouse


@dataclass
class Outcome:
    """What became of a source's rows. `rejected` and `warned` count by (rule, field)."""

    read: int = 0
    kept: int = 0
    revised: int = 0
    repeated: int = 0
    left_out: int = 0
    dropped: int = 0
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    warned: Counter[tuple[str, str]] = field(default_factory=Counter)
    waits: frozenset[str] = frozenset()


def merge_source(warehouse: Warehouse, source: Source, staged: Staged, ground: Ground) -> Outcome:
    """Merges a staged source into the facts. Call it within a transaction."""
    attributes = {name: attribute.kind for name, attribute in source.attributes.items()}
    warehouse.create_facts(source.table, attributes)
    _surrogates(warehouse, source, staged.table, ground)
    plan = resolution(source, staged.table, ground)
    _temporary(warehouse, merge.RESOLVED, resolved(plan), "VIEW")
    _tell_load(warehouse, source, staged, ground)
    warehouse.execute(outcome.BAD)
    job = job_of(warehouse, source, staged, ground)
    doubled = _temporary(warehouse, merge.REPEATS, repeats.repeats(job), "TABLE")
    _temporary(warehouse, merge.CHOSEN, repeats.chosen(job, doubled > 0), "VIEW")
    result = Outcome()
    _recall(warehouse, staged)
    _merge(warehouse, job, result)
    _count(warehouse, staged, result)
    if source.table == "accounts":
        warehouse.execute(KNOWN_ACCOUNTS)
    return result


def _recall(warehouse: Warehouse, staged: Staged) -> None:
    """Reads once more what the rows say that were found wanting only now."""
    warehouse.execute(outcome.UNRECORDED)
    warehouse.execute(outcome.NO_RECORDS)
    concerned = set(warehouse.query("SELECT DISTINCT _file FROM unrecorded")["_file"].to_pylist())
    for file in staged.files:
        if file.number in concerned:
            warehouse.execute(outcome.record(file.records, file.number, file.base))


def _temporary(warehouse: Warehouse, name: str, select: exp.Select, kind: str) -> int:
    return warehouse.execute(
        exp.Create(
            this=exp.to_table(name),
            kind=kind,
            expression=select,
            replace=True,
            properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        )
    )


def _surrogates(warehouse: Warehouse, source: Source, stage: str, ground: Ground) -> None:
    columns = mapped(source)
    creates = source.table == "accounts" or source.policy(Check.UNKNOWN_ACCOUNT) is not Policy.REJECT
    if "account_id" in columns and creates:
        warehouse.execute(directory.add_ids("account", _ids(stage, "account_id", ground)))
    for name, (kind, _) in columns.items():
        if kind is Kind.CONTACT:
            warehouse.execute(directory.add_ids("contact", _ids(stage, name, ground)))
    what, id_column = ("account", "account_id") if source.table == "accounts" else ("contact", "contact")
    named = [name for name in ("name", "email") if name in columns]
    if source.table in ("accounts", "contacts") and named:
        warehouse.execute(directory.rename(what, stage, id_column, named))
    if source.table == "accounts":
        warehouse.execute(KNOWN_ACCOUNTS)


def _ids(stage: str, name: str, ground: Ground) -> exp.Select:
    if name in ground.lookups:
        return directory.looked_up_ids(stage, name, ground.lookups[name])
    return directory.stage_ids(stage, name)


def _tell_load(warehouse: Warehouse, source: Source, staged: Staged, ground: Ground) -> None:
    """Makes the small temporary tables that the statements of `outcome` read."""
    duplicates = policies(source)["duplicate_key"] if source.keep is None else None
    key = source.columns.get(source.canonical.key)
    said = {
        "load": pa.array([ground.load], pa.int32()),
        "source": [source.name],
        "duplicates": pa.array([duplicates], pa.bool_()),
        "key_field": [label_of(key) if isinstance(key, Take) else source.canonical.key],
    }
    files = {
        "number": pa.array([each.number for each in staged.files], pa.int32()),
        "file": pa.array([each.file for each in staged.files], pa.string()),
        "base": pa.array([each.base for each in staged.files], pa.int64()),
        "first_row": pa.array([each.first_row for each in staged.files], pa.int64()),
    }
    for name, rows in (
        ("this_load", pa.table(said)),
        ("staged_files", pa.table(files)),
        ("misfits", staged.misfits.table),
        ("line_jumps", staged.misfits.jumps),
    ):
        with warehouse.lent("told", rows):
            _temporary(warehouse, name, exp.select("*").from_("told"), "TABLE")


def _merge(warehouse: Warehouse, job: merge.Merge, result: Outcome) -> None:
    some_facts = _one(warehouse, exp.select("count(*)").from_(job.target)) > 0
    simple = job.frozen or (not some_facts and not job.known)
    if simple and not (job.restates and some_facts):
        result.kept = warehouse.execute(merge.insert_new(job, some_facts=some_facts))
        return
    _temporary(warehouse, merge.FRESH, revisions.fresh(job), "TABLE")
    counted = warehouse.query(
        "SELECT count(*) AS n, count(*) FILTER (existed OR lag_at IS NOT NULL) AS revised,"
        " count(*) FILTER (replaces) AS replacing FROM fresh"
    ).to_pylist()[0]
    if counted["replacing"]:
        warehouse.execute(revisions.delete_replaced(job))
    warehouse.execute(revisions.insert_fresh(job))
    if job.restates:
        result.dropped = warehouse.execute(revisions.delete_dropped(job))
    result.kept, result.revised = counted["n"] - counted["revised"], counted["revised"]


def _one(warehouse: Warehouse, select: exp.Select) -> int:
    value = warehouse.query(select).column(0)[0].as_py()
    return int(value or 0)


def _count(warehouse: Warehouse, staged: Staged, result: Outcome) -> None:
    seen = warehouse.query(
        exp.select(
            "count(*) FILTER (_taken IS NOT NULL) AS read", "count(*) FILTER (NOT _taken) AS left_out"
        ).from_(staged.table)
    ).to_pylist()[0]
    result.left_out = seen["left_out"]
    result.read = seen["read"] + len(staged.misfits)
    counts: Sequence[dict[str, object]] = warehouse.query(outcome.COUNTS).to_pylist()
    for row in counts:
        counter = result.rejected if row["outcome"] == "rejected" else result.warned
        counter[str(row["rule"]), str(row["field"])] += int(str(row["rows"]))
    result.waits = frozenset(rule for rule, _ in (*result.rejected, *result.warned))
    rejected = result.rejected.total()
    result.repeated = result.read - result.left_out - rejected - result.kept - result.revised
    warehouse.execute(outcome.FORGET)
    warehouse.execute(outcome.REJECTS)
