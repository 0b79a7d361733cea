"""Sights: what was measured at one instant, as arrays; and an answer over many instants taken apart into one for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.runs.ahead import ahead
from keepwell.scoring.observed import Floats, Groups, Ints, Observed
from keepwell.signals.definition import ACCOUNT
from keepwell.sql.statement import Point

SEGMENT, STAGE, WORTH = "its segment", "its stage", "its value"
"""Columns of the statement that no signal can be called by."""

FIXED = frozenset({"account", "point", "population", "parent", SEGMENT, STAGE, WORTH})

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Sight:
    """What was measured at one point: arrays for scoring, and the rows themselves, with texts and attributes."""

    point: Point
    observed: Observed
    rows: pa.Table

    def facts(self, position: int) -> dict[str, Any]:
        """Everything that is known of one account, by name: signals, and attributes as `account.NAME`; instants are aware."""
        known = {name: self.rows[name][position].as_py() for name in self.rows.column_names}
        return {
            name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
            for name, value in known.items()
        }

    @property
    def owners(self) -> Sequence[str]:
        """Who looks after each account; empty where nobody is named."""
        name = ACCOUNT + OWNER
        if name not in self.rows.column_names:
            return [""] * len(self.observed)
        return [owner or "" for owner in self.rows[name].cast(pa.string()).to_pylist()]


def sights(rows: pa.Table, points: Sequence[Point]) -> Iterator[Sight]:
    """The rows of an answer over several points, apart: in the points' order, and each ordered by account.

    The rows need no order. They are put in one piece by piece, since to order them as a whole would copy all of them at once.
    """
    if len(points) == 1:
        yield _sight(points[0], rows)
        return
    pieces = [(batch, *_sorted(batch["point"].to_numpy(), len(points))) for batch in rows.to_batches()]

    def taken(place: int) -> pa.Table:
        its = [batch.take(pa.array(order[edges[place] : edges[place + 1]])) for batch, order, edges in pieces]
        found = pa.Table.from_batches(its, rows.schema).combine_chunks()
        return found.take(pa.array(np.argsort(found["account"].to_numpy())))

    for place, found in ahead(range(len(points)), taken):
        yield _sight(points[place], found)


def _sorted(point: Ints, points: int) -> tuple[Ints, Ints]:
    """Where the rows of each point stand, point after point, and where each point's begin and end in that."""
    order = np.argsort(point, kind="stable")
    return order, np.searchsorted(point[order], np.arange(points + 1))


def _sight(point: Point, rows: pa.Table) -> Sight:
    names = [name for name in rows.column_names if name not in FIXED]
    unknown = np.full(len(rows), np.nan)
    observed = Observed(
        as_of=point.as_of,
        accounts=rows["account"].to_numpy().astype(np.int64),
        population=_groups(rows["population"]),
        parents=rows["parent"].fill_null(-1).to_numpy().astype(np.int64),
        segments=_groups(rows[SEGMENT]),
        stages=_groups(rows[STAGE]),
        values={name: _numbers(rows[name]) for name in names if _is_number(rows[name].type)},
        conditions={
            name: rows[name].cast(pa.int8()).fill_null(-1).to_numpy()
            for name in names
            if pa.types.is_boolean(rows[name].type)
        },
        worth=_numbers(rows[WORTH]) if WORTH in rows.column_names else unknown,
    )
    return Sight(point, observed, rows)


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_null(kind)
    )


def _numbers(column: pa.ChunkedArray) -> Floats:
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    numbers: Floats = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def _groups(column: pa.ChunkedArray) -> Groups:
    encoded = column.combine_chunks()
    encoded = pc.dictionary_encode(encoded) if not pa.types.is_dictionary(encoded.type) else encoded
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return Groups(tuple(encoded.dictionary.to_pylist()), encoded.indices.to_numpy().astype(np.int64))
