"""Where one column's value comes from: a raw column, an expression, a constant, or a lookup in another source."""

from dataclasses import dataclass

from keepwell.project.reading.zones import zone
from keepwell.project.report import Place, Report, hint
from keepwell.project.shape.compound import Fields
from keepwell.signals.expression import Expression
from keepwell.signals.tables import Kind
from keepwell.sources.lookups import calls
from keepwell.sources.source import Attribute, ColumnFrom, Computed, Constant, Lookup, Rates, Take


@dataclass(frozen=True, slots=True)
class Money:
    """The project's currency, and the rates into it."""

    currency: str
    rates: Rates

    def check(self, code: str, kind: Kind, place: Place, report: Report) -> None:
        """Notes a currency on what is no money, or one without a rate."""
        if kind is not Kind.MONEY:
            report.add(
                place,
                f"a currency stands with a column of kind {kind}",
                "remove it; only money has a currency",
            )
        elif code != self.currency and code not in self.rates.fixed and self.rates.file is None:
            report.add(
                place,
                f"there is no rate from {code} into the project's currency, {self.currency}",
                f"add to keepwell.yml `rates: {{{code}: ...}}`, what 1 {code} is worth in {self.currency}",
            )


@dataclass(frozen=True, slots=True)
class Around:
    """What an origin can refer to: the names of all sources, and the currencies."""

    sources: tuple[str, ...]
    money: Money
    report: Report


def origin(said: str | Fields, kind: Kind, around: Around) -> ColumnFrom | None:
    """Where a column of that kind comes from; `None` if what is said is incomplete, which the report then holds."""
    if isinstance(said, str):
        return Take(said)
    report = around.report
    if "currency" in said:
        around.money.check(said["currency"], kind, said.at("currency"), report)
    if "currency_column" in said and "currency" in said:
        report.add(
            said.at("currency_column"), "both `currency` and `currency_column` are said", "keep one of them"
        )
    if "currency_column" in said and kind is not Kind.MONEY:
        report.add(
            said.at("currency_column"),
            f"a currency stands with a column of kind {kind}",
            "only money has a currency",
        )
    if "zone" in said:
        zone(said["zone"], said.at("zone"), report)
    form = next((form for form in ("column", "expression", "constant", "lookup") if said.said(form)), None)
    if form is None or form not in said:
        return None
    return _formed(form, said, around)


def _formed(form: str, said: Fields, around: Around) -> ColumnFrom | None:
    currency, column = said.get("currency"), said.get("currency_column")
    match form:
        case "column":
            return Take(said["column"], currency, column, said.get("dates"), said.get("zone"))
        case "expression":
            expression = said["expression"].expression
            check_lookups(expression, said.at("expression"), around)
            return Computed(expression, currency, column)
        case "constant":
            return Constant(said["constant"], currency)
        case _:
            source = said["lookup"]
            if source not in around.sources:
                around.report.add(
                    said.at("lookup"),
                    f"there is no source {source!r} to look up in",
                    hint(source, around.sources),
                )
                return None
            if not {"match", "to", "take"} <= set(said):
                return None
            return Lookup(source, said["match"], said["to"], said["take"])


def check_lookups(expression: Expression, place: Place, around: Around) -> None:
    """Notes lookups, in an expression over raw columns, that cannot be made."""
    for call in calls(expression):
        if call is None:
            around.report.add(
                place,
                "lookup takes the names of a source and of two of its columns as plain texts",
                "type, for example, lookup('contacts', contact_no, 'number', 'account')",
            )
        elif call.source not in around.sources:
            around.report.add(
                place, f"there is no source {call.source!r} to look up in", hint(call.source, around.sources)
            )


def attribute(said: str | Fields, name: str, around: Around) -> Attribute | None:
    """A kept column: `name: kind`, or its origin with a kind."""
    if isinstance(said, str):
        return Attribute(Kind(said), Take(name))
    if "kind" not in said:
        return None
    kind = Kind(said["kind"])
    value = origin(said, kind, around)
    return Attribute(kind, value) if value is not None else None
