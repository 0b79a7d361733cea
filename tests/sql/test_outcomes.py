"""When what happened, as statements: what they read like."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from keepwell.proof.outcome import Dated, Event, Gap, Inactive, Moved, Renewal
from keepwell.signals.expression import parse
from keepwell.signals.tables import TABLES
from keepwell.signals.window import Span
from keepwell.sql.outcomes import happenings_statement
from tests.sql.golden import matches

MONTH = Span.parse("30 days")
EVENTS: dict[str, Event] = {
    "dated": Dated("outcomes", None, parse("kind == 'churned'"), parse("amount"), parse("voluntary")),
    "gap": Gap("subscriptions", MONTH),
    "inactive": Inactive("orders", Span.parse("3 months")),
    "renewal": Renewal("subscriptions", Span.parse("7 days")),
    "moved": Moved("subscriptions", "amount", up=False, by=0.1, grace=MONTH),
}


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_reads_well(name: str) -> None:
    kinds = {table.name: {column.name: column.kind for column in table.columns} for table in TABLES.values()}
    through = datetime(2025, 7, 1, tzinfo=UTC)
    matches(f"outcome_{name}", happenings_statement(EVENTS[name], kinds, ZoneInfo("UTC"), through))
