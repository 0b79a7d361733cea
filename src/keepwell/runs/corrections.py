"""The overrides that people have given, read from the facts."""

from datetime import UTC, datetime

import pyarrow as pa
from sqlglot import exp

from keepwell.scoring.overrides import USUAL_PURPOSE, Override
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named

_COLUMNS = (
    "account",
    "key",
    "occurred_at",
    "known_at",
    "until_at",
    "purpose",
    "target",
    "value",
    "author",
    "reason",
)


def overrides(warehouse: Warehouse, load: int | None = None) -> tuple[Override, ...]:
    """Every revision of every override, whenever it became known; those without a target or a value are left out.

    With `load` only those that came with that load or an earlier one.
    """
    if "overrides" not in warehouse.tables():
        return ()
    columns = [exp.column(name, quoted=True) for name in _COLUMNS]
    query = exp.select(*columns).from_(table_named("facts.overrides"))
    if load is not None:
        query = query.where(exp.LTE(this=exp.column("load", quoted=True), expression=exp.convert(load)))
    rows = warehouse.query(query)
    rows = rows.set_column(1, "key", rows["key"].cast(pa.string()))
    return tuple(
        Override(
            account=row["account"],
            target=row["target"],
            value=min(max(float(row["value"]), 0.0), 100.0),
            since=_aware(row["occurred_at"]),
            known_at=_aware(row["known_at"]),
            key=row["key"],
            until=None if row["until_at"] is None else _aware(row["until_at"]),
            purpose=row["purpose"] or USUAL_PURPOSE,
            author=row["author"] or "",
            reason=row["reason"] or "",
        )
        for row in rows.to_pylist()
        if row["account"] is not None and row["target"] and row["value"] is not None
    )


def _aware(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)
