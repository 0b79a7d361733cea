"""The canonical tables hold together."""

import pytest

from keepwell.signals.tables import CANONICAL, TABLES, Kind, Table

ENDED = {
    "accounts",
    "contacts",
    "subscriptions",
    "invoices",
    "offers",
    "tickets",
    "milestones",
    "consents",
    "suppressions",
}


@pytest.mark.parametrize("table", CANONICAL, ids=lambda table: table.name)
class TestEveryTable:
    def test_has_distinct_columns(self, table: Table) -> None:
        names = [column.name for column in table.columns]
        assert len(names) == len(set(names))

    def test_says_when_it_occurred_in_an_instant(self, table: Table) -> None:
        column = table.column(table.occurred)
        assert column is not None
        assert column.kind is Kind.INSTANT
        assert column.visible_from is None

    def test_shows_its_end_only_once_it_has_come(self, table: Table) -> None:
        if table.end:
            column = table.column(table.end)
            assert column is not None
            assert (column.kind, column.visible_from) == (Kind.INSTANT, table.end)

    def test_hides_columns_behind_instants_that_hide_themselves(self, table: Table) -> None:
        for column in table.columns:
            if column.visible_from:
                shown = table.column(column.visible_from)
                assert shown is not None
                assert (shown.kind, shown.visible_from) == (Kind.INSTANT, shown.name)

    def test_reads_no_name_in_two_ways(self, table: Table) -> None:
        ways = [name for column in table.columns for name in (column.name, *column.aliases)]
        assert len(ways) == len(set(ways))

    def test_never_changes_if_it_is_immutable_and_so_has_no_end(self, table: Table) -> None:
        assert not (table.immutable and table.end)


def test_the_tables_are_found_by_name() -> None:
    assert [table.name for table in CANONICAL] == list(TABLES)
    assert {table.name for table in CANONICAL if table.end} == ENDED
    assert TABLES["events"].column("feature") is not None
    assert TABLES["events"].column("colour") is None
