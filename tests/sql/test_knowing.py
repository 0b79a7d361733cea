"""Whether facts can have been known when they are said to have been, and who said what, as statements: what they read like."""

from zoneinfo import ZoneInfo

import pytest

from keepwell.signals.tables import TABLES
from keepwell.sql.knowing import endings_statement, knowing_statement
from keepwell.sql.opinions import opinions_statement
from tests.sql.golden import matches

TICKETS = TABLES["tickets"]
KINDS = {column.name: column.kind for column in TICKETS.columns}


def test_when_facts_became_known_reads_well() -> None:
    matches("known", knowing_statement("events", ["crm", "billing"]))


def test_what_is_filled_in_at_the_end_reads_well() -> None:
    matches("known_endings", endings_statement(TICKETS, KINDS, ["category", "resolution"]))


def test_facts_without_an_end_have_nothing_filled_in_there() -> None:
    with pytest.raises(ValueError, match="events have no end"):
        endings_statement(TABLES["events"], {}, ["name"])


def test_opinions_read_well() -> None:
    kinds = {column.name: column.kind for column in TABLES["pulses"].columns}
    matches("opinions", opinions_statement("pulses", kinds, ["score", "author", "team"], ZoneInfo("UTC")))
