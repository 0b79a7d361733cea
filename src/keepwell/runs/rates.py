"""The rates that a load converts amounts with."""

from decimal import Decimal
from pathlib import Path

from sqlglot import exp

from keepwell.errors import SourceError
from keepwell.runs.declaring import Currencies
from keepwell.runs.surveying import Inputs
from keepwell.sources.columns import RawColumns
from keepwell.sources.readers import open_file
from keepwell.sources.scans import relation
from keepwell.sources.source import Reading
from keepwell.sql.ingest.lookup import rate_rows
from keepwell.warehouse.protocol import Warehouse


def currencies(inputs: Inputs, warehouse: Warehouse, scratch: Path) -> Currencies:
    """The project's rates; those of a file go to a temporary table.

    Raises:
        SourceError: the file of rates is not there, or cannot be read.
    """
    own = inputs.currency.upper()
    fixed = {currency.upper(): rate for currency, rate in inputs.rates.fixed.items()} | {own: Decimal(1)}
    if inputs.rates.file is None:
        return Currencies(own, fixed, dated=False)
    path = inputs.folder / inputs.rates.file
    if not path.is_file():
        raise SourceError(f"there is no file of rates {path}", where="keepwell.yml:rates", do="put it there")
    raw = open_file(path, inputs.rates.file, Reading(), scratch)
    columns = RawColumns(raw, inputs.rates.file)
    for name in ("date", "currency", "rate"):
        columns.text(name)
    physical = [
        exp.column(columns.taken[name].physical, quoted=True) for name in ("date", "currency", "rate")
    ]
    scanned = relation(raw, list(columns.taken.values()), "malformed_rates", "")
    rows = rate_rows(scanned, *physical)
    warehouse.execute(
        exp.Create(
            this=exp.to_table("rates"),
            kind="TABLE",
            replace=True,
            expression=rows,
            properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        )
    )
    unreadable = warehouse.query(
        "SELECT count(*) AS n FROM rates WHERE from_day IS NULL OR currency IS NULL OR rate IS NULL"
    )["n"][0].as_py()
    if unreadable:
        raise SourceError(
            f"{unreadable} rows hold no date, currency and rate",
            where=inputs.rates.file,
            do="write dates as 2025-06-30, currencies as USD, rates as 0.92",
        )
    return Currencies(own, fixed, dated=True)
