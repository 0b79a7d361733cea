"""What happens, as an outcome says it: checked against the tables that are fed, and against the outcome's kind."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from keepwell.project.catalog import Catalog
from keepwell.project.reading.conditions import condition
from keepwell.project.reading.expressions import OverSignals, Rows
from keepwell.project.report import Place, Report
from keepwell.project.shape.compound import Fields
from keepwell.project.shape.formula import Written
from keepwell.proof.outcome import Dated, Event, Gap, Inactive, Kind, Moved, Renewal, Snapshot
from keepwell.signals.definition import ACCOUNT
from keepwell.signals.expression import Expression, Name, names
from keepwell.signals.kinds import AS_OF
from keepwell.signals.tables import NUMERIC, TABLES
from keepwell.signals.tables import Kind as Holds
from keepwell.signals.window import NO_TIME

FORMS = ("event", "lapse", "inactive", "renewal", "moved", "snapshot")
"""The keys of which an outcome has one."""

MEANT: Mapping[str, tuple[Kind, ...]] = {
    "lapse": (Kind.CHURNED,),
    "inactive": (Kind.CHURNED,),
    "renewal": (Kind.RENEWED,),
}
"""What the forms that can mean only one kind mean."""


@dataclass(frozen=True, slots=True)
class Happens:
    """What the keys of an event are read with."""

    fields: Fields
    over: OverSignals
    kind: Kind | None

    @property
    def table(self) -> str:
        """The table that the event is read from."""
        name: str = self.fields["from"]
        return name

    @property
    def report(self) -> Report:
        """Where mistakes are told."""
        return self.over.report

    @property
    def catalog(self) -> Catalog:
        """Which tables and columns there are."""
        return self.over.catalog

    @property
    def rows(self) -> Rows:
        """Checks expressions over the table's columns."""
        return Rows(self.table, self.catalog, self.report)

    def where(self) -> Expression | None:
        """Which facts count."""
        return self.timeless("where", condition(self.fields, self.rows))

    def timeless(self, key: str, expression: Expression | None) -> Expression | None:
        """The expression, once it is told if it reads `as_of`."""
        if expression is not None and AS_OF in names(expression):
            self.report.add(
                self.fields.at(key),
                "as_of means nothing here: what happened, happened whichever day is judged",
                "say among whom it is looked for under `at_risk:`",
            )
        return expression

    def column(self, name: str, key: str, wanted: tuple[Holds, ...], words: str) -> None:
        """Notes what is wrong with a column that the event reads."""
        mistake = self.catalog.column(self.table, name)
        holds = self.catalog.columns[self.table].get(name)
        if mistake is not None:
            self.report.add(self.fields.at(key), mistake.what, mistake.do)
        elif holds is not None and holds not in wanted:
            fitting = sorted(self._fitting(wanted))
            self.report.add(
                self.fields.at(key),
                f"{self.table}.{name} is {holds}, not {words}",
                f"type one of {', '.join(fitting)}" if fitting else "",
            )

    def _fitting(self, wanted: tuple[Holds, ...]) -> Iterator[str]:
        columns = self.catalog.columns[self.table]
        yield from (name for name in self.catalog.filled[self.table] if columns.get(name) in wanted)

    def lasting(self) -> bool:
        """Whether the table's rows end; if not, that is told."""
        if TABLES[self.table].end is None:
            lasting = ", ".join(one.name for one in TABLES.values() if one.end)
            self.report.add(
                self.fields.at("from"), f"a row of {self.table} has no end, so that nothing can lapse or move there",
                f"use a table whose rows last: {lasting}",
            )  # fmt: skip
            return False
        end = TABLES[self.table].end or ""
        self.column(end, "from", (Holds.INSTANT,), "an instant")
        return True


def event(fields: Fields, kind: Kind | None, over: OverSignals) -> Event | None:
    """What happens; `None` once the report says why it cannot be read."""
    form = next((name for name in FORMS if fields.said(name)), None)
    if form is None or form not in fields:
        return None
    _kind(form, kind, fields, over.report)
    if form == "snapshot":
        return _snapshot(fields[form], fields.at(form), over)
    said: Fields = fields[form]
    if "from" not in said:
        return None
    happens = Happens(said, over, kind)
    mistake = over.catalog.table(happens.table)
    if mistake is not None:
        over.report.add(said.at("from"), mistake.what, mistake.do)
        return None
    if happens.table == "context":
        over.report.add(
            said.at("from"), "a row of context belongs to no account, so that it happens to none", "use another table"
        )  # fmt: skip
        return None
    return _READ[form](happens)


def _kind(form: str, kind: Kind | None, fields: Fields, report: Report) -> None:
    meant = MEANT.get(form)
    if meant is not None and kind is not None and kind not in meant:
        report.add(
            fields.at("kind"), f"`{form}` means that accounts have {meant[0]}, and the kind is {kind}", f"type kind: {meant[0]}"
        )  # fmt: skip


def _dated(happens: Happens) -> Event | None:
    fields, table = happens.fields, TABLES[happens.table]
    at = fields.get("at")
    if at is not None:
        happens.column(at, "at", (Holds.INSTANT,), "an instant")
    elif not fields.said("at") and table.end is not None and happens.kind is Kind.CHURNED:
        happens.report.add(
            fields.at("from"), f"without `at` it happens at {table.name}.{table.occurred}, which is {_about(table.name)}",
            f"add `at: {table.end}`",
        )  # fmt: skip
    amount: Written | None = fields.get("amount")
    if amount is not None:
        _numeric(amount, happens)
    voluntary = condition(fields, happens.rows, "voluntary") if "voluntary" in fields else None
    if voluntary is None and happens.kind is Kind.CHURNED and _told_by_outcomes(happens):
        voluntary = Name("voluntary")
    return Dated(
        happens.table,
        at,
        happens.where(),
        happens.timeless("amount", amount.expression) if amount else None,
        happens.timeless("voluntary", voluntary),
    )


def _told_by_outcomes(happens: Happens) -> bool:
    return happens.table == "outcomes" and "voluntary" in happens.catalog.filled["outcomes"]


def _about(table: str) -> str:
    found = TABLES[table].column(TABLES[table].occurred)
    assert found is not None
    return found.about


def _numeric(amount: Written, happens: Happens) -> None:
    count = len(happens.report.problems)
    kind = happens.rows.kind(amount.expression, happens.fields.at("amount"))
    if kind not in (*NUMERIC, None) and len(happens.report.problems) == count:
        happens.report.add(
            happens.fields.at("amount"), f"`amount` is a number, and {amount.text} is {kind}",
            "type a column that holds what it was worth",
        )  # fmt: skip


def _lapse(happens: Happens) -> Event | None:
    if not happens.lasting():
        return None
    return Gap(happens.table, happens.fields.get("grace", NO_TIME), happens.where())


def _inactive(happens: Happens) -> Event | None:
    if "for" not in happens.fields:
        return None
    return Inactive(happens.table, happens.fields["for"], happens.where())


def _renewal(happens: Happens) -> Event | None:
    if TABLES[happens.table].column("renews_at") is None:
        happens.report.add(
            happens.fields.at("from"), f"a row of {happens.table} falls due at no date", "type from: subscriptions"
        )  # fmt: skip
        return None
    happens.column("renews_at", "from", (Holds.INSTANT,), "an instant")
    if not happens.lasting():
        return None
    return Renewal(happens.table, happens.fields.get("grace", NO_TIME), happens.where())


def _moved(happens: Happens) -> Event | None:
    fields, report = happens.fields, happens.report
    if fields.said("up") == fields.said("down"):
        what = "both up and down" if fields.said("up") else "neither up nor down"
        report.add(fields.place, f"the move goes {what}", "keep one, such as `up: 10%`")
        return None
    way = "up" if fields.said("up") else "down"
    kinds = (Kind.EXPANDED,) if way == "up" else (Kind.CONTRACTED,)
    if happens.kind is not None and happens.kind not in kinds:
        report.add(
            fields.at(way), f"a move {way} means that accounts have {kinds[0]}, and the kind is {happens.kind}", f"type kind: {kinds[0]}"
        )  # fmt: skip
    if way not in fields or "column" not in fields or not happens.lasting():
        return None
    happens.column(fields["column"], "column", NUMERIC, "a number")
    where, grace = happens.where(), fields.get("grace", NO_TIME)
    return Moved(happens.table, fields["column"], way == "up", fields[way], where, grace)


def _snapshot(said: Written, place: Place, over: OverSignals) -> Event:
    measured = [name for name in names(said.expression) if not name.startswith(ACCOUNT)]
    if measured:
        over.report.add(
            place, f"a snapshot reads only what is known of accounts, and {measured[0]} is something else",
            f"type account.{measured[0]}, if it is an attribute of accounts",
        )  # fmt: skip
    else:
        over.condition(said.expression, place)
    return Snapshot(said.expression)


_READ: Mapping[str, Callable[[Happens], Event | None]] = {
    "event": _dated,
    "lapse": _lapse,
    "inactive": _inactive,
    "renewal": _renewal,
    "moved": _moved,
}
