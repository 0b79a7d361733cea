"""A signal measured in a table: what each aggregate needs, and what the column it reads must be."""

from dataclasses import dataclass

from keepwell.project.catalog import Catalog
from keepwell.project.reading.conditions import condition
from keepwell.project.reading.expressions import Rows
from keepwell.project.report import Place, Report
from keepwell.project.shape.compound import Fields
from keepwell.project.shape.formula import Written
from keepwell.signals.aggregates import trend_buckets
from keepwell.signals.definition import Aggregate, How, State
from keepwell.signals.expression import Expression, Name
from keepwell.signals.tables import NUMERIC, TABLES, Kind
from keepwell.signals.window import Span, Window

_ORDERED = (*NUMERIC, Kind.TEXT, Kind.INSTANT)
_ANY = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Takes:
    """What an aggregate takes: the kinds of its column (none: it reads no column), and which keys it must have."""

    kinds: tuple[Kind, ...] = ()
    column: bool = False
    needs: tuple[str, ...] = ()


TAKES: dict[How, Takes] = {
    How.COUNT: Takes(),
    How.SUM: Takes(NUMERIC, column=True),
    How.MEAN: Takes(NUMERIC, column=True),
    How.MEDIAN: Takes(NUMERIC, column=True),
    How.MIN: Takes(_ORDERED, column=True),
    How.MAX: Takes(_ORDERED, column=True),
    How.LAST: Takes(_ANY, column=True),
    How.DISTINCT: Takes(_ANY),
    How.ACTIVE_DAYS: Takes(),
    How.DAYS_SINCE_LAST: Takes(),
    How.DAYS_UNTIL: Takes((Kind.INSTANT,), column=True),
    How.OPEN: Takes(),
    How.DURATION: Takes(NUMERIC),
    How.RATE: Takes(needs=("per", "window")),
    How.GAP_RATIO: Takes(),
    How.TREND: Takes(NUMERIC, needs=("per", "window")),
}
_EXAMPLES = {"per": "per: 7 days", "window": "window: 28 days"}


def aggregate(fields: Fields, catalog: Catalog, report: Report) -> Aggregate | None:
    """The aggregate that the fields say; `None` once the report says why there is none."""
    if "from" not in fields:
        return None
    table = fields["from"]
    mistake = catalog.table(table)
    if mistake is not None:
        report.add(fields.at("from"), mistake.what, mistake.do)
        return None
    where = condition(fields, Rows(table, catalog, report))
    window = _window(fields, report)
    if "aggregate" not in fields:
        return None
    how = How(fields["aggregate"])
    column = _column(how, fields, Rows(table, catalog, report))
    _needed(how, fields, report)
    _ends(how, table, fields, report)
    _at(table, catalog, fields, report)
    found = Aggregate(
        how,
        table,
        where=where,
        column=column,
        window=window,
        at=fields.get("at"),
        state=State(fields["state"]) if "state" in fields else None,
        per=fields.get("per"),
        hours=how is How.DURATION and fields.get("unit") == "hours",
    )
    _periods(found, fields, report)
    return found


def _window(fields: Fields, report: Report) -> Window | None:
    said = fields.get("window")
    if isinstance(said, Span):
        return Window(said)
    if said is None or "from" not in said:
        return None
    start: Span = said["from"]
    end: Span | None = said.get("to")
    if end is not None and end.count == 0:
        end = None
    if end is not None and start.days <= end.days:
        report.add(
            said.at("from"), f"the window begins {start} ago and ends {end} ago: it ends before it begins",
            f"type {{from: {end} ago, to: {start} ago}}" if start.days < end.days else "let it begin earlier",
        )  # fmt: skip
    return Window(start, end)


def _column(how: How, fields: Fields, over: Rows) -> Expression | None:
    said: Written | None = fields.get("column")
    takes = TAKES[how]
    if said is None:
        if takes.column and not fields.said("column"):
            over.report.add(
                fields.at("aggregate"), f"`{how}` needs to know of which column", _offer(how, over)
            )
        elif how is How.DISTINCT and not fields.said("column"):
            _contact(fields, over)
        return None
    if not takes.kinds:
        over.report.add(
            fields.at("column"), f"`{how}` reads no column", "remove it; `where:` says which facts count"
        )
        return None
    if how is How.DAYS_UNTIL and not isinstance(said.expression, Name):
        over.report.add(fields.at("column"), "`days_until` reads one instant column", "type its name alone")
        return None
    count = len(over.report.problems)
    kind = over.kind(said.expression, fields.at("column"))
    if kind is not None and kind not in takes.kinds and len(over.report.problems) == count:
        over.report.add(
            fields.at("column"),
            f"`{how}` takes {_wanted(takes.kinds)}, and {said.text} is {kind}",
            _offer(how, over),
        )
    return said.expression


def _contact(fields: Fields, over: Rows) -> None:
    if "contact" not in over.catalog.filled[over.table]:
        over.report.add(
            fields.at("aggregate"),
            f"`distinct` counts the contacts if no column is said, and no source fills {over.table}.contact",
            f"{_offer(How.DISTINCT, over)}; or map `contact:` in sources.yml",
        )


def _offer(how: How, over: Rows) -> str:
    kinds = over.catalog.columns[over.table]
    table = TABLES[over.table]
    fitting = sorted(
        name
        for name in over.catalog.filled[over.table]
        if name in kinds and kinds[name] in TAKES[how].kinds and name != table.occurred
    )
    if fitting:
        return f"add `column:` with {', '.join(fitting[:8])}"
    return f"the sources fill no column of {over.table} that is {_wanted(TAKES[how].kinds)}"


def _wanted(kinds: tuple[Kind, ...]) -> str:
    if kinds == NUMERIC:
        return "numbers"
    return (
        "instants"
        if kinds == (Kind.INSTANT,)
        else "numbers, texts or instants"
        if kinds == _ORDERED
        else "any column"
    )


def _needed(how: How, fields: Fields, report: Report) -> None:
    for key in TAKES[how].needs:
        if not fields.said(key):
            report.add(
                fields.at("aggregate"), f"`{how}` needs `{key}`", f"add, for example, `{_EXAMPLES[key]}`"
            )
    if fields.said("per") and "per" not in TAKES[how].needs:
        report.add(
            fields.at("per"), f"`{how}` has no period", "remove `per`, or use the aggregate rate or trend"
        )


def _ends(how: How, table: str, fields: Fields, report: Report) -> None:
    if TABLES[table].end is not None:
        _state(how, fields, report)
        return
    lasting = ", ".join(one.name for one in TABLES.values() if one.end)
    if how is How.OPEN or (how is How.DURATION and not fields.said("column")):
        report.add(
            fields.at("aggregate"), f"a row of {table} has no end, so that `{how}` means nothing there",
            f"measure in a table whose rows last: {lasting}",
        )  # fmt: skip
    if "state" in fields:
        report.add(
            fields.at("state"), f"a row of {table} has no end, so that it is never open", f"use {lasting}"
        )


def _state(how: How, fields: Fields, report: Report) -> None:
    """An aggregate that means open facts, or ended ones, goes with no other state."""
    only = {How.OPEN: State.OPEN, How.DURATION: State.ENDED}.get(how, fields.get("state"))
    if only is not None and fields.get("state", only) != only:
        what = "how many are open" if how is How.OPEN else "how long what ended took"
        report.add(
            fields.at("state"), f"`{how}` tells {what}, so that none is {fields['state']}",
            f"remove `state`, or use `aggregate: count` with `state: {fields['state']}`",
        )  # fmt: skip


def _at(table: str, catalog: Catalog, fields: Fields, report: Report) -> None:
    at = fields.get("at")
    if at is None:
        return
    mistake = catalog.column(table, at)
    kind = catalog.columns[table].get(at, Kind.INSTANT)
    if mistake is not None:
        report.add(fields.at("at"), mistake.what, mistake.do)
    elif kind is not Kind.INSTANT:
        report.add(
            fields.at("at"), f"{table}.{at} is {kind}, not an instant", f"type {TABLES[table].occurred}"
        )


def _periods(found: Aggregate, fields: Fields, report: Report) -> None:
    if found.window is None or found.per is None or found.window.days <= 0:
        return
    place: Place = fields.at("per")
    if found.how is How.TREND and len(trend_buckets(found)) < 2:
        report.add(
            place, f"a trend needs two steps or more, and {found.per} fits into the window fewer times",
            f"make the window longer, such as {found.per.count * 8} {found.per.unit}, or the period shorter",
        )  # fmt: skip
    if found.how is How.RATE and found.per.days > found.window.days:
        report.add(
            place, f"the window is shorter than {found.per}, so that the rate would tell of more than was seen",
            f"make the window {found.per} or longer, or the period shorter",
        )  # fmt: skip
