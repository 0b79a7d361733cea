"""What fitted models say of accounts that have been measured: rows of a statement become probabilities."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.errors import UserError
from keepwell.models.definition import Holds, Input, Kind
from keepwell.models.fitted import FittedModel, load
from keepwell.models.purchases import INPUTS
from keepwell.models.table import NO_LABEL, Column, Labels, Table
from keepwell.scoring.definition import Definition
from keepwell.scoring.observed import Floats
from keepwell.sql.purchases import ORDERS, purchases_statement
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse


def models(definition: Definition) -> dict[str, FittedModel]:
    """The fitted models that a definition depends on, by name.

    Raises:
        UserError: the text of one of them cannot be read.
    """
    return {each.name: load(each.content) for each in definition.predictions}


def table(rows: pa.Table, inputs: Sequence[Input]) -> Table:
    """The inputs among the columns of a statement's rows; what is not among them is unknown."""
    present = [one for one in inputs if one.name in rows.column_names]
    return Table({one.name: _column(rows[one.name], one.holds) for one in present}, len(rows))


def _column(values: pa.ChunkedArray, holds: Holds) -> Column:
    if holds is Holds.LABEL:
        if not pa.types.is_dictionary(values.type):
            values = pc.dictionary_encode(values.cast(pa.string()))
        whole = values.unify_dictionaries().combine_chunks()
        whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
        codes = whole.indices.fill_null(NO_LABEL).to_numpy(zero_copy_only=False).astype(np.int64)
        return Labels(tuple(whole.dictionary.cast(pa.string()).to_pylist()), codes)
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    numbers: Floats = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def inputs_of(
    model: FittedModel, rows: pa.Table, warehouse: Warehouse, points: Sequence[Point], zone: ZoneInfo
) -> Table:
    """What a model reads of the rows of a statement over those points: columns of theirs, or the orders themselves."""
    if model.kind is not Kind.PURCHASES:
        return table(rows, model.inputs)
    return bought(rows["account"], rows["point"], warehouse, points, zone)


def bought(
    account: pa.ChunkedArray,
    point: pa.ChunkedArray,
    warehouse: Warehouse,
    points: Sequence[Point],
    zone: ZoneInfo,
) -> Table:
    """How the accounts of some rows have bought as of each point; all of it is unknown for who has never bought.

    Raises:
        UserError: no orders have been loaded.
    """
    tables = warehouse.tables()
    if ORDERS not in tables:
        raise UserError(
            "a model of purchases reads orders, and none have been loaded",
            do="load them first: keepwell load",
        )
    found = warehouse.compute(purchases_statement(tables[ORDERS], points, zone))
    wide = (
        int(max(pc.max(account).as_py() or 0, pc.max(found["account"]).as_py() or 0)) + 1
        if len(account)
        else 1
    )
    keys = found["point"].to_numpy().astype(np.int64) * wide + found["account"].to_numpy()
    wanted = point.to_numpy().astype(np.int64) * wide + account.to_numpy()
    place = np.searchsorted(keys, wanted)
    there = np.zeros(len(wanted), dtype=np.bool_)
    if len(keys):
        place = np.minimum(place, len(keys) - 1)
        there = keys[place] == wanted
    columns: dict[str, Column] = {}
    for one in INPUTS:
        values = np.full(len(wanted), np.nan)
        values[there] = found[one.name].to_numpy(zero_copy_only=False)[place[there]]
        columns[one.name] = values
    return Table(columns, len(wanted))


def by_facts(fitted: Mapping[str, FittedModel]) -> dict[str, Callable[[Mapping[str, Any]], float | None]]:
    """Each model as a function of one account's facts, for what would follow if some of them were others.

    A purchases model is left out: no signal that could change is among what it reads.
    """
    return {name: _by_facts(model) for name, model in fitted.items() if model.kind is not Kind.PURCHASES}


def _by_facts(model: FittedModel) -> Callable[[Mapping[str, Any]], float | None]:
    def says(facts: Mapping[str, Any]) -> float | None:
        columns: dict[str, Column] = {}
        for one in model.inputs:
            value = facts.get(one.name)
            if one.holds is Holds.LABEL:
                columns[one.name] = Labels.of([None if value is None else str(value)])
            else:
                columns[one.name] = np.array([np.nan if value is None else float(value)])
        said = float(model.probability(Table(columns, 1))[0])
        return None if np.isnan(said) else said

    return says
