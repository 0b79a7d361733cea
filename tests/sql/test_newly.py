"""What one run knows and the one before did not: the SQL against a slow meaning that looks at one fact after the other."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.signals.expression import parse
from keepwell.signals.window import Span
from keepwell.sql.newly import Between, facts_statement, missed_statement, renewals_statement
from keepwell.warehouse.protocol import Warehouse
from tests.runs.firm import Firm

BEGIN = datetime(2025, 6, 1, tzinfo=UTC)
BEFORE, AFTER = BEGIN + timedelta(days=10), BEGIN + timedelta(days=12)
BETWEEN = Between(BEFORE, AFTER, 5, ZoneInfo("UTC"))
SOURCES = {"old": 1, "new": 7}
WITHIN, LATE = Span.parse("3 days"), Span.parse("1 days")

days = st.integers(0, 14)
facts = st.fixed_dictionaries(
    {
        "key": st.integers(1, 4),
        "occurred": days,
        "known": days,
        "load": st.integers(1, 8),
        "source": st.sampled_from(sorted(SOURCES)),
        "priority": st.sampled_from(["low", "high"]),
        "due": days,
        "end": st.none() | days,
    }
)
Fact = Mapping[str, Any]


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with Firm(tmp_path_factory.mktemp("newly")) as made:
        for table in ("tickets", "events", "subscriptions", "milestones"):
            made.warehouse.create_facts(table, {})
        for source, first in SOURCES.items():
            made.warehouse.execute(
                f"INSERT INTO ingest.sources (source, first_load) VALUES ('{source}', {first})"
            )
        yield made


def at(day: int) -> datetime:
    return (BEGIN + timedelta(days=day)).replace(tzinfo=None)


def written(warehouse: Warehouse, table: str, rows: list[Fact], columns: Mapping[str, str]) -> None:
    """The facts as the only ones of a table; one revision of a key at an instant."""
    warehouse.execute(f'DELETE FROM facts."{table}"')
    for row in {(row["key"], row["known"]): row for row in rows}.values():
        values = {
            "account": row["key"] % 2 + 1,
            "key": f"'{UUID(int=row['key'])}'",
            "occurred_at": f"TIMESTAMP '{at(row['occurred'])}'",
            "known_at": f"TIMESTAMP '{at(row['known'])}'",
            "source": f"'{row['source']}'",
            "load": row["load"],
        }
        for name, column in columns.items():
            said = row[name]
            text = (
                "NULL"
                if said is None
                else f"'{said}'"
                if isinstance(said, str)
                else f"TIMESTAMP '{at(said)}'"
            )
            values[column] = text
        names = ", ".join(f'"{each}"' for each in values)
        warehouse.execute(
            f'INSERT INTO facts."{table}" ({names}) VALUES ({", ".join(map(str, values.values()))})'
        )


def revisions(rows: list[Fact]) -> list[Fact]:
    return list({(row["key"], row["known"]): row for row in rows}.values())


def visible(rows: list[Fact], day: int, *, earlier: bool) -> dict[int, Fact]:
    """What a run could read of each key; the earlier run of what its loads had brought, or of sources that were new later."""
    found: dict[int, Fact] = {}
    for row in sorted(revisions(rows), key=lambda row: int(row["known"])):
        there = not earlier or row["load"] <= BETWEEN.load or SOURCES[row["source"]] > BETWEEN.load
        if there and row["known"] < day:
            found[row["key"]] = row
    return {key: row for key, row in found.items() if row["occurred"] < day}


def keys(warehouse: Warehouse, statement: Any) -> set[int]:
    return {UUID(str(key)).int for key in warehouse.query(statement)["key"].to_pylist()}


@settings(max_examples=40)
@given(rows=st.lists(facts, max_size=8))
def test_revisions_that_come_to_meet_a_condition(firm: Firm, rows: list[Fact]) -> None:
    written(firm.warehouse, "tickets", rows, {"priority": "priority"})
    met = [
        {key for key, row in visible(rows, day, earlier=earlier).items() if row["priority"] == "high"}
        for day, earlier in ((12, False), (10, True))
    ]
    kinds = firm.warehouse.tables()["tickets"]
    assert (
        keys(firm.warehouse, facts_statement("tickets", kinds, BETWEEN, parse("priority == 'high'")))
        == met[0] - met[1]
    )


@settings(max_examples=40)
@given(rows=st.lists(facts, max_size=6, unique_by=lambda row: row["key"]))
def test_facts_that_never_change_and_have_become_known(firm: Firm, rows: list[Fact]) -> None:
    written(firm.warehouse, "events", rows, {"priority": "name"})
    seen = [set(visible(rows, day, earlier=earlier)) for day, earlier in ((12, False), (10, True))]
    kinds = firm.warehouse.tables()["events"]
    assert keys(firm.warehouse, facts_statement("events", kinds, BETWEEN, None)) == seen[0] - seen[1]


@settings(max_examples=40)
@given(rows=st.lists(facts, max_size=8))
def test_renewals_that_come_near(firm: Firm, rows: list[Fact]) -> None:
    written(firm.warehouse, "subscriptions", rows, {"due": "renews_at", "end": "ended_at"})

    def near(day: int, *, earlier: bool) -> set[tuple[int, int]]:
        return {
            (key, row["due"])
            for key, row in visible(rows, day, earlier=earlier).items()
            if day <= row["due"] <= day + 3 and (row["end"] is None or row["end"] >= day)
        }

    statement = renewals_statement(firm.warehouse.tables()["subscriptions"], BETWEEN, WITHIN)
    found = {
        (UUID(str(row["key"])).int, (row["at"].replace(tzinfo=UTC) - BEGIN).days)
        for row in firm.warehouse.query(statement).to_pylist()
    }
    assert found == near(12, earlier=False) - near(10, earlier=True)


@settings(max_examples=40)
@given(rows=st.lists(facts, max_size=8), name=st.none() | st.just("high"))
def test_milestones_that_are_missed(firm: Firm, rows: list[Fact], name: str | None) -> None:
    columns = {"priority": "name", "due": "due_at", "end": "reached_at"}
    written(firm.warehouse, "milestones", rows, columns)

    def missed(day: int, *, earlier: bool) -> set[int]:
        return {
            key
            for key, row in visible(rows, day, earlier=earlier).items()
            if row["due"] < day - 1
            and (row["end"] is None or row["end"] >= day)
            and name in (None, row["priority"])
        }

    statement = missed_statement(firm.warehouse.tables()["milestones"], BETWEEN, name, LATE)
    assert keys(firm.warehouse, statement) == missed(12, earlier=False) - missed(10, earlier=True)
