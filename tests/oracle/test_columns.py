"""The tests' fact tables are laid out as the warehouse lays them out."""

import pytest

from keepwell.signals.tables import CANONICAL, Table
from keepwell.warehouse.schema import BOOKKEEPING, fact_columns
from keepwell.warehouse.schema import TYPES as STORED
from tests.oracle.columns import ATTRIBUTES, TYPES, physical
from tests.oracle.warehouse import ALWAYS


@pytest.mark.parametrize("table", CANONICAL, ids=lambda table: table.name)
def test_the_columns_are_those_of_the_warehouse(table: Table) -> None:
    attributes = ATTRIBUTES.get(table.name, {})
    assert physical(table.name) == fact_columns(table) | dict(attributes)


def test_the_types_are_those_of_the_warehouse() -> None:
    assert {kind: sql.replace(" ", "") for kind, sql in STORED.items()} == TYPES
    assert {name: sql for name, (sql, _) in ALWAYS.items()} == BOOKKEEPING
