"""The chain of the audit: it holds, and whatever is done to it is found."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from keepwell.store import audit
from keepwell.store.audit import ORIGIN, Event, Flaw
from keepwell.store.engine import Store
from tests.store.made import NOON


@pytest.fixture
def told(store: Store) -> Store:
    """A store of whose audit there are four entries."""
    with store.writing() as connection:
        for place in range(4):
            at = NOON + timedelta(minutes=place, microseconds=place)
            audit.note(connection, Event.PLAN_MADE, f"plan {place}", "kim", at, why=f"Größe {place}")
    return store


def _flaws(store: Store) -> list[Flaw]:
    with store.reading() as connection:
        return list(audit.flaws(connection))


def _touch(store: Store, *statements: str) -> None:
    """What somebody with the database's own tools could do."""
    with store.writing() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER audit_no_{verb}"))
        else:
            connection.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(sa.text(statement))


def test_each_entry_is_chained_to_the_one_before(told: Store) -> None:
    assert _flaws(told) == []
    with told.reading() as connection:
        entries = audit.entries(connection)
    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous for entry in entries] == [ORIGIN, *(entry.hash for entry in entries[:-1])]
    assert entries[3].at == NOON + timedelta(minutes=3, microseconds=3)
    assert entries[0].detail == '{"why": "Größe 0"}'


def test_the_latest_are_the_last(told: Store) -> None:
    with told.reading() as connection:
        assert [entry.about for entry in audit.entries(connection, 2)] == ["plan 2", "plan 3"]


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'ravi'",
        "about = 'plan 9'",
        "event = 'plan:rejected'",
        "detail = '{}'",
        "at = (SELECT at FROM audit WHERE number = 1)",
        f"previous = '{ORIGIN}'",
    ],
)
def test_a_changed_entry_is_found(told: Store, change: str) -> None:
    _touch(told, f"UPDATE audit SET {change} WHERE number = 3")
    assert Flaw(3, "the entry is not what was written") in _flaws(told)


def test_a_gap_is_found(told: Store) -> None:
    _touch(told, "DELETE FROM audit WHERE number IN (2, 3)")
    assert _flaws(told) == [Flaw(4, "the entries 2 to 3 are missing")]


def test_a_beginning_that_is_gone_is_found(told: Store) -> None:
    _touch(told, "DELETE FROM audit WHERE number = 1")
    assert _flaws(told) == [Flaw(2, "the entries 1 to 1 are missing")]


def test_an_entry_that_was_written_anew_with_a_right_hash_is_found(told: Store) -> None:
    with told.reading() as connection:
        second = audit.entries(connection)[1]
    forged = audit.Entry(2, second.at, "ravi", second.event, second.about, second.detail, second.previous, "")
    _touch(told, f"UPDATE audit SET actor = 'ravi', hash = '{forged.expected}' WHERE number = 2")
    assert _flaws(told) == [Flaw(3, "the entry before it is not the one that was there")]
