"""When accounts were reached: what the statement reads like."""

from zoneinfo import ZoneInfo

from keepwell.proof.outreach import Outreach, Reach
from keepwell.signals.expression import parse
from keepwell.signals.tables import Kind
from keepwell.sql.contacts import contacts_statement
from tests.sql.golden import matches

TABLES = {
    "messages": {"action": Kind.TEXT, "campaign": Kind.TEXT},
    "interactions": {"kind": Kind.TEXT},
}


def test_where_nothing_counts_there_is_nothing_to_ask() -> None:
    assert contacts_statement(Outreach(), TABLES, ZoneInfo("UTC")) is None


def test_it_reads_well() -> None:
    outreach = Outreach(
        (Reach("messages", parse("action == 'sent' and campaign != 'news'")), Reach("interactions"))
    )
    statement = contacts_statement(outreach, TABLES, ZoneInfo("UTC"))
    assert statement is not None
    matches("contacts", statement)
