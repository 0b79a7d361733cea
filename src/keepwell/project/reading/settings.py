"""keepwell.yml: the project's name, zone, currency, warehouse, rates and databases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from keepwell.project.reading import schedule
from keepwell.project.reading.zones import instant, zone
from keepwell.project.report import Place, Report
from keepwell.project.schedule import Timing, Work
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Fields
from keepwell.project.shape.formula import Written
from keepwell.signals.expression import Arithmetic, Expression, Literal
from keepwell.sources.source import Rates

UTC_ZONE = ZoneInfo("UTC")
WAREHOUSE = ".keepwell/warehouse.duckdb"


@dataclass(frozen=True, slots=True)
class Settings:
    """What keepwell.yml says. `value` is written as it stands; `value_rate` converts it into the project's currency."""

    name: str
    zone: ZoneInfo = UTC_ZONE
    currency: str = "USD"
    warehouse: Path = Path(WAREHOUSE)
    as_of: datetime | None = None
    history: int = 90
    simulated: bool = False
    value: Written | None = None
    value_place: Place | None = None
    value_rate: Decimal | None = None
    rates: Rates = field(default_factory=Rates)
    databases: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[tuple[str, Place], ...] = ()
    risk: str = ""
    schedule: Mapping[Work, Timing] = field(default_factory=dict)

    def worth(self) -> Expression | None:
        """The expression of an account's value in the project's currency."""
        if self.value is None or self.value_rate is None:
            return self.value.expression if self.value else None
        return Arithmetic("*", self.value.expression, Literal(float(self.value_rate)))


def read(fields: Fields, folder: Path, report: Report) -> Settings:
    """The settings, with defaults for what is not said or could not be read."""
    found = zone(fields["zone"], fields.at("zone"), report) if "zone" in fields else None
    within = found or UTC_ZONE
    currency = fields.get("currency", "USD")
    rates = _rates(fields, currency, report)
    value, place, rate = _value(fields, currency, rates, report)
    lint = fields.get("lint", {})
    return Settings(
        name=fields.get("project", folder.resolve().name),
        zone=within,
        currency=currency,
        warehouse=folder / fields.get("warehouse", WAREHOUSE),
        as_of=instant(fields["as_of"], within, fields.at("as_of"), report) if "as_of" in fields else None,
        history=fields.get("history", 90),
        simulated=fields.get("simulated", False),
        value=value,
        value_place=place,
        value_rate=rate,
        rates=rates,
        databases={
            entry.name: entry.value for entry in fields.get("databases", ()) if entry.value is not BROKEN
        },
        risk=fields.get("risk", ""),
        schedule=schedule.read(fields["schedule"], within, report) if "schedule" in fields else {},
        ignored=tuple((name, lint.at("ignore")) for name in lint.get("ignore", ())),
    )


def _rates(fields: Fields, currency: str, report: Report) -> Rates:
    said = fields.get("rates")
    if said is None:
        return Rates()
    if isinstance(said, Fields):
        return Rates(file=said.get("file"))
    for entry in said:
        if entry.name == currency and entry.value not in (BROKEN, 1):
            report.add(
                entry.place, f"{currency} is the project's own currency; its rate is 1", "remove the line"
            )
    return Rates({entry.name: Decimal(str(entry.value)) for entry in said if entry.value is not BROKEN})


def _value(
    fields: Fields, currency: str, rates: Rates, report: Report
) -> tuple[Written | None, Place | None, Decimal | None]:
    said = fields.get("value")
    if not isinstance(said, Fields):
        return said, fields.at("value"), None
    other = said.get("currency", currency)
    rate = None
    if other != currency:
        rate = rates.fixed.get(other)
        if rate is None:
            report.add(
                said.at("currency"),
                f"the value is in {other}, the project in {currency}, and there is no fixed rate between them",
                f"add `rates: {{{other}: ...}}`, what 1 {other} is worth in {currency}; "
                f"or remove the key, if the amounts are in {currency} already",
            )
    return said.get("expression"), said.at("expression"), rate
