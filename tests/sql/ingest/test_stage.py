"""The statement that stages a file, and those that resolve and merge it, as people read them."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from keepwell.signals.expression import parse
from keepwell.signals.tables import Kind
from keepwell.sources.columns import RawColumns
from keepwell.sources.plan import stage_of
from keepwell.sources.raw import Delimited, Raw, numbered
from keepwell.sources.source import RAW_FUNCTIONS, Attribute, Files, Source, Take
from keepwell.sql.ingest.merge import Merge, insert_new
from keepwell.sql.ingest.resolve import Money, Resolution, resolved
from keepwell.sql.ingest.revisions import fresh, insert_fresh
from keepwell.sql.ingest.stage import Stage, records, stage_columns, stage_statement
from tests.sql.golden import matches
from tests.sql.ingest.engine import rows

NOW = datetime(2025, 7, 1)  # noqa: DTZ001 - naive UTC
INVOICES = Source(
    "invoices",
    "invoices",
    Files(("invoices.csv",)),
    {
        "account_id": Take("customer"),
        "invoice_id": Take("no"),
        "issued_at": Take("issued"),
        "amount": Take("sum", currency="USD"),
        "status": Take("state"),
    },
    attributes={"note": Attribute(Kind.TEXT, Take("note"))},
    zone="Europe/Berlin",
    dates="day-month-year",
    where=parse("state != 'draft'", RAW_FUNCTIONS),
)
NAMES = ("no", "customer", "issued", "sum", "state", "note")


def _stage(path: Path) -> Stage:
    raw = Raw("invoices.csv", numbered(NAMES), Delimited(path, ",", True, 0, ("",)), first_row=2)
    return stage_of(
        INVOICES, RawColumns(raw, "invoices.csv"), zone="UTC", now=NOW, number=1, content=(), batches=""
    )


RESOLUTION = Resolution(
    "stage_1",
    ["amount", "status", "note"],
    monies=[Money("amount", "sum", "USD", None)],
    rates={"EUR": Decimal(1), "USD": Decimal("0.92")},
    own_currency="EUR",
    account_label="customer",
)
MERGE = Merge(
    table="invoices",
    stage="stage_1",
    source="invoices",
    load=2,
    now=NOW,
    columns=["account", "amount", "status", "note"],
    others=["due_at"],
    known=False,
    first=False,
    restates=False,
    frozen=False,
    keyed=True,
    last=False,
    delay=timedelta(days=1),
)


def test_staging_reads_well() -> None:
    matches("ingest_stage", stage_statement(_stage(Path("/exports/invoices.csv"))))


def test_resolving_reads_well() -> None:
    matches("ingest_resolved", resolved(RESOLUTION))


def test_merging_reads_well() -> None:
    matches("ingest_fresh", fresh(MERGE))
    matches("ingest_insert_fresh", insert_fresh(MERGE))
    matches("ingest_insert_new", insert_new(replace(MERGE, first=True), some_facts=True))


def test_a_staged_row_is_typed_checked_and_kept_as_it_came_if_it_is_wanting(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(",".join(NAMES) + "\n1,a,05.01.2025,9.5,paid,x\n2,a,soon,9.5,draft,\n")
    stage = _stage(path)
    staged = [dict(zip(stage_columns(stage), row, strict=True)) for row in rows(stage_statement(stage))]
    assert [(row["_taken"], row["_rejected"], row["amount"]) for row in staged] == [
        (True, False, Decimal("9.5")),
        (False, True, Decimal("9.5")),
    ]
    assert staged[0]["occurred_at"] == datetime(2025, 1, 4, 23)  # noqa: DTZ001 - naive UTC
    assert staged[0]["_record"] is None
    assert '"issued":"soon"' in staged[1]["_record"]
    assert [place for place, _ in rows(records(stage, "stage_1", 0))] == [0, 1]
