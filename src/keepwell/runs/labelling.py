"""What really happened, from the facts: happenings for labels, and the instant up to which they are known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof.labels import Happenings
from keepwell.proof.outcome import Cause, Dated, Event, Gap, Inactive, Moved, Outcome, Renewal, Snapshot
from keepwell.scoring.observed import Bools, Floats, Ints, Trits
from keepwell.signals.definition import ACCOUNT
from keepwell.signals.expression import Expression, names
from keepwell.signals.tables import TABLES, Kind
from keepwell.signals.window import NO_TIME, Span, midnight
from keepwell.sql.outcomes import first_statement, happenings_statement, last_statement, snapshot_statement
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """To which accounts it has happened, where data has no dates: 1 it has, 0 it has not, -1 nobody knows."""

    account: Ints
    happened: Trits


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the data tell of an outcome: `end` is where they end, `through` up to when it is known what happened (both UTC). Between the two
    lies the grace within which a gap may still close or a renewal be made good."""

    end: datetime
    through: datetime


def extent(project: Project, warehouse: Warehouse, outcome: Outcome) -> Extent:
    """How far the data tell of an outcome: to be asked once, since every fact is looked at.

    Raises:
        UserError: nothing has been loaded, or not what the outcome needs.
    """
    end = reached(project, warehouse, outcome)
    return Extent(end, _grace(outcome.event).before(end, project.zone))


def happenings(
    project: Project, warehouse: Warehouse, outcome: Outcome, known: Extent | None = None
) -> Happenings:
    """Everything that happened, as the facts are known today, whichever as_ofs will be asked about.

    An end counts if it is of the outcome's cause; one of which the cause is unknown is of neither. `known` is the extent, if that has been
    asked already.

    Raises:
        UserError: a table or column that the outcome needs has not been loaded; or the outcome is a snapshot.
    """
    rows = _rows(project, warehouse, outcome, known)
    voluntary = rows["voluntary"].cast(pa.int8()).fill_null(-1).to_numpy()
    return Happenings.of(
        rows["account"].to_numpy().astype(np.int64),
        rows["at"].to_numpy().astype("datetime64[us]"),
        _floats(rows["amount"]),
        _counts(voluntary, outcome.cause),
    )


def _counts(voluntary: Trits, cause: Cause | None) -> Bools:
    if cause is None:
        return np.ones(len(voluntary), dtype=np.bool_)
    return np.asarray(voluntary == (1 if cause is Cause.VOLUNTARY else 0))


def causes(project: Project, warehouse: Warehouse, outcome: Outcome) -> Mapping[str, int]:
    """How many happenings were voluntary, how many failed payments, and of how many the cause is unknown."""
    found = _rows(project, warehouse, outcome)["voluntary"].cast(pa.int8()).fill_null(-1).to_numpy()
    return {
        str(Cause.VOLUNTARY): int(np.sum(found == 1)),
        str(Cause.PAYMENT_FAILURE): int(np.sum(found == 0)),
        "unknown": int(np.sum(found == -1)),
    }


def snapshot(project: Project, warehouse: Warehouse, outcome: Outcome) -> Snapped:
    """To which accounts an outcome without dates has happened, by account.

    Raises:
        UserError: an attribute that it needs has not been loaded; or the outcome has dates.
    """
    if not isinstance(outcome.event, Snapshot):
        raise UserError(
            f"the outcome {outcome.name} has dates; it is no snapshot",
            where=project.where.get(f"outcome:{outcome.name}", ""),
        )
    tables = _loaded(project, warehouse, outcome)
    rows = warehouse.query(snapshot_statement(outcome.event, tables["accounts"], project.zone))
    return Snapped(
        rows["account"].to_numpy().astype(np.int64),
        rows["happened"].cast(pa.int8()).fill_null(-1).to_numpy(),
    )


def through(project: Project, warehouse: Warehouse, outcome: Outcome) -> datetime:
    """The instant (UTC) up to which it is known what happened: a horizon that ends by then can be judged.

    It is where the data ends, less the grace within which a gap may still close or a renewal be made good.

    Raises:
        UserError: nothing has been loaded.
    """
    return extent(project, warehouse, outcome).through


def reached(project: Project, warehouse: Warehouse, outcome: Outcome) -> datetime:
    """Where the data ends: the end of the day that the outcome declares, or else the last instant at which any fact occurred.

    For an outcome that reads another date of a fact, such as `ended_at`, that date counts too. What lies in the future by the
    clock, such as a renewal to come, does not. `context` speaks of days, also of days to come, and is left out.

    Raises:
        UserError: nothing has been loaded, or not what the outcome needs.
    """
    now = clock.now()
    tables = _loaded(project, warehouse, outcome)
    if outcome.until is not None:
        over = midnight(date.fromisoformat(outcome.until) + timedelta(days=1), project.zone)
        return min(over, now)
    dated = outcome.event if isinstance(outcome.event, Dated) else None
    row = warehouse.query(last_statement(tables, dated, now)).to_pylist()[0]
    if row["last"] is None:
        raise UserError("there are no facts in the warehouse", do="load the data first: keepwell load")
    last: datetime = row["last"].replace(tzinfo=UTC)
    return last


def began(warehouse: Warehouse) -> datetime | None:
    """From when on (UTC) there is data to score accounts by: the first instant at which anything occurred to one; `None`: never."""
    row = warehouse.query(first_statement(warehouse.tables())).to_pylist()[0]
    return None if row["first"] is None else row["first"].replace(tzinfo=UTC)


def _grace(event: Event) -> Span:
    return event.grace if isinstance(event, Gap | Renewal) else NO_TIME


def _rows(project: Project, warehouse: Warehouse, outcome: Outcome, known: Extent | None = None) -> pa.Table:
    if isinstance(outcome.event, Snapshot):
        raise UserError(
            f"the outcome {outcome.name} is a snapshot: nobody knows when it happened, so that nothing can be judged point in time",
            where=project.where.get(f"outcome:{outcome.name}", ""),
            do="name a date under `event:`, or judge it by k-fold",
        )
    tables = _loaded(project, warehouse, outcome)
    end = known.end if known is not None else reached(project, warehouse, outcome)
    return warehouse.query(happenings_statement(outcome.event, tables, project.zone, end)).combine_chunks()


def _loaded(project: Project, warehouse: Warehouse, outcome: Outcome) -> Mapping[str, Mapping[str, Kind]]:
    """The tables of the warehouse, once it is sure that they hold what the outcome needs."""
    tables = warehouse.tables()
    table = "accounts" if isinstance(outcome.event, Snapshot) else outcome.event.table
    missing = sorted(set(_columns(outcome.event)) - {*tables.get(table, ()), TABLES[table].occurred})
    if table not in tables or missing:
        what = f"the table {table}" if table not in tables else f"{table}.{missing[0]}"
        raise UserError(
            f"the outcome {outcome.name} needs {what}, which has not been loaded",
            where=project.where.get(f"outcome:{outcome.name}", ""),
            do="load the data first: keepwell load",
        )
    return tables


def _columns(event: Event) -> Iterator[str]:
    """The columns that an event reads."""
    match event:
        case Dated():
            yield from () if event.at is None else (event.at,)
            yield from _read(event.where, event.amount, event.voluntary)
        case Gap() | Inactive():
            yield from _read(event.where)
        case Renewal():
            yield "renews_at"
            yield from _read(event.where)
        case Moved():
            yield event.column
            yield from _read(event.where)
        case Snapshot():
            yield from (name.removeprefix(ACCOUNT) for name in _read(event.holds))


def _read(*expressions: Expression | None) -> Iterator[str]:
    for expression in expressions:
        yield from names(expression) if expression is not None else ()


def _floats(column: pa.ChunkedArray) -> Floats:
    numbers: Floats = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers
