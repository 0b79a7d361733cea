"""When accounts were reached: what the statement reads like, and what it finds."""

from datetime import UTC, datetime
from pathlib import Path

from keepwell.sql.contacts import contacts_statement
from tests.runs.firm import Firm, ago
from tests.sql.golden import matches


def test_nothing_can_tell_without_messages_and_interactions() -> None:
    assert contacts_statement({"accounts", "events"}) is None


def test_it_reads_well() -> None:
    statement = contacts_statement({"messages", "interactions"})
    assert statement is not None
    matches("contacts", statement)


def test_messages_count_when_they_are_sent_and_meetings_always(tmp_path: Path) -> None:
    with Firm(tmp_path) as firm:
        firm.account(1, ago(400))
        firm.facts(
            "messages",
            [
                {"account": 1, "occurred_at": ago(9), "action": "sent"},
                {"account": 1, "occurred_at": ago(8), "action": "opened"},
            ],
        )
        firm.facts("interactions", [{"account": 1, "occurred_at": ago(3), "kind": "call"}])
        statement = contacts_statement(firm.warehouse.tables())
        assert statement is not None
        found = firm.warehouse.query(statement).to_pylist()
    at = sorted(row["at"].replace(tzinfo=UTC) for row in found)
    assert at == [ago(9), ago(3)]
    assert all(isinstance(instant, datetime) for instant in at)
