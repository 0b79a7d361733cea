"""Aggregates, functions, tables and columns: all of them are in the docs, and nothing else is."""

from pathlib import Path

import pytest

import reference
from keepwell import project
from keepwell.project.declared.journeys import TRIGGER
from keepwell.project.declared.signals import SIGNAL
from keepwell.project.declared.steps import STEP
from keepwell.project.playbooks import EXAMPLES as EXAMPLES_OF_PLAYBOOKS
from keepwell.signals.definition import Aggregate, How, Signal
from keepwell.signals.expression import FUNCTIONS
from keepwell.signals.tables import CANONICAL, TABLES
from keepwell.sources.source import DEFAULT_CHECKS, RAW_FUNCTIONS, Check
from tests.docs import acme
from tests.docs.pages import DOCS, first_names, read, sections, table_rows

SIGNALS = DOCS / "signals.md"
DATA = DOCS / "data.md"
TABLES_PAGE = DOCS / "definitions" / "tables.md"

EXAMPLES = {
    row[0].strip("`"): row[2].strip("`")
    for row in table_rows(sections(SIGNALS)["Aggregates"])
    if row[0].startswith("`")
}


def test_every_aggregate_is_told_in_order() -> None:
    assert list(EXAMPLES) == [str(how) for how in How]


@pytest.mark.parametrize("how", list(How))
def test_an_aggregates_example_is_a_signal_of_that_kind(how: How, tmp_path: Path) -> None:
    acme.write(tmp_path, "signals.yml", f"signals: {{example: {EXAMPLES[how]}}}")
    found: Signal = project.load(tmp_path).signal("example")
    assert isinstance(found.meaning, Aggregate)
    assert found.meaning.how is how


def test_every_form_of_a_signal_is_told() -> None:
    forms = {
        row[0].strip("`").partition(":")[0] for row in table_rows(sections(SIGNALS)["From other signals"])
    }
    assert forms - {"form"} == set(SIGNAL.forms) - {"from"}


def test_every_function_is_told_and_no_other() -> None:
    assert first_names(read(SIGNALS).partition("### Functions")[2].partition("\n## ")[0]) == list(FUNCTIONS)
    raw = first_names(sections(DATA)["Where a column comes from"])
    assert [name for name in raw if name in RAW_FUNCTIONS] == [
        name for name in RAW_FUNCTIONS if name not in FUNCTIONS
    ]


def test_every_check_of_rows_is_told_with_what_happens_if_nothing_is_said() -> None:
    rows = {
        row[0].strip("`"): row[2].strip("`")
        for row in table_rows(sections(DATA)["Rows that cannot be used"])
        if row[0].startswith("`")
    }
    assert rows == {str(check): str(DEFAULT_CHECKS[check]) for check in Check}
    assert set(reference.CHECKED) == set(Check)


def test_every_table_is_told_and_no_other() -> None:
    assert list(sections(TABLES_PAGE)) == [table.name for table in CANONICAL]


@pytest.mark.parametrize("name", TABLES)
def test_a_tables_columns_are_told_and_no_others(name: str) -> None:
    table = TABLES[name]
    told = first_names(sections(TABLES_PAGE)[name])
    owned = [] if name == "context" else ["account_id"]
    key = [] if name == "accounts" else [table.key]
    assert sorted(told) == sorted([*key, *owned, *(column.name for column in table.columns)])


def test_every_playbook_is_told_with_the_example_it_fits() -> None:
    rows = table_rows(sections(DOCS / "journeys.md")["Begin with a worked one"])
    assert {row[0].strip("`"): row[2] for row in rows if row[0].startswith("`")} == EXAMPLES_OF_PLAYBOOKS


def test_every_kind_of_step_and_trigger_is_told() -> None:
    page = sections(DOCS / "journeys.md")
    triggers = " ".join(row[0] for row in table_rows(page["What begins it"]))
    assert all(f"`{name}: " in triggers for name in TRIGGER.forms)
    steps = " ".join(row[0] for row in table_rows(page["Steps"]))
    assert all(f"`{name}: " in steps for name in STEP.forms)
