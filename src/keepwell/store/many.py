"""Many rows at a time, as a driver takes and gives them: what repeats among them, such as an instant, is converted once.

Through SQLAlchemy's own conversions a row takes several times as long; these are the same, asked once for each value.
"""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

Converter = Callable[[Any], Any]

MOST = 20_000
"""So many different values of a column are remembered; after that it is forgotten what was."""


def bound(connection: Connection, column: sa.Column[Any]) -> Converter:
    """What makes a value of a column what the driver takes; values are hashable, or dictionaries of such."""
    dialect = connection.dialect
    return _remembering(column.type.dialect_impl(dialect).bind_processor(dialect))


def read(connection: Connection, column: sa.Column[Any]) -> Converter:
    """What makes a value that the driver gives that of a column."""
    dialect = connection.dialect
    impl = column.type.dialect_impl(dialect)
    return _remembering(impl.result_processor(dialect, None))


def execute(
    connection: Connection, statement: sa.UpdateBase, rows: Sequence[Sequence[Any]], names: Sequence[str]
) -> None:
    """Runs a statement for many rows, the values of each in the order of `names`, which are the statement's parameters, converted already."""
    if not rows:
        return
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(names))
    order = compiled.positiontup
    if order is None:
        values: list[Any] = [dict(zip(names, row, strict=True)) for row in rows]
    else:
        places = [names.index(name) for name in order]
        values = [tuple(row[place] for place in places) for row in rows]
    connection.exec_driver_sql(str(compiled), values)


def raw(columns: Sequence[sa.Column[Any]]) -> list[sa.ColumnElement[Any]]:
    """The columns as the driver gives them."""
    return [sa.type_coerce(column, sa.types.NullType()).label(column.name) for column in columns]


def _remembering(convert: Converter | None) -> Converter:
    if convert is None:
        return _as_it_is
    known: dict[Any, Any] = {}

    def converted(value: Any) -> Any:
        key = tuple(value.items()) if isinstance(value, dict) else value
        if key in known:
            return known[key]
        if len(known) >= MOST:
            known.clear()
        made = known[key] = convert(value)
        return made

    return converted


def _as_it_is(value: Any) -> Any:
    return value
