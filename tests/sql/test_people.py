"""The people at accounts: what the statements read like."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from keepwell.signals.tables import Kind
from keepwell.sql.people import attributes_statement, escalated_statement, people_statement, text
from tests.sql.golden import matches

NOON = datetime(2025, 6, 30, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
CONTACTS = {
    "contact": Kind.CONTACT,
    "role": Kind.TEXT,
    "zone": Kind.TEXT,
    "left_at": Kind.INSTANT,
    "phone": Kind.TEXT,
}
TICKETS = {"closed_at": Kind.INSTANT, "escalated": Kind.BOOLEAN, "escalated_at": Kind.INSTANT}


def test_they_read_well() -> None:
    tables = {"contacts": CONTACTS, "events": {"contact": Kind.CONTACT}}
    matches("people", people_statement(tables, NOON, ZONE, ["phone"]))
    matches("people_escalated", escalated_statement(TICKETS, NOON, ZONE))
    matches("people_attributes", attributes_statement({"owner": Kind.TEXT}, NOON, ZONE))


def test_without_events_nobody_uses_the_product() -> None:
    written = text(people_statement({"contacts": CONTACTS}, NOON, ZONE), [7, 12])
    assert "0 AS uses" in written
    assert "IN (7, 12)" in written
    assert "$" not in written
    with pytest.raises(KeyError):
        people_statement({}, NOON, ZONE)
