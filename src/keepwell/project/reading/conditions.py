"""Conditions over a table's columns: as an expression, or in short, each column with a value, a list or bounds."""

from dataclasses import dataclass

from keepwell.project.catalog import Catalog
from keepwell.project.document import Scalar
from keepwell.project.reading.expressions import Rows
from keepwell.project.report import Place, Report
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields
from keepwell.project.shape.formula import Written
from keepwell.signals.expression import Call, Comparison, Expression, Literal, Logic, Membership, Name, Not
from keepwell.signals.expression import Scalar as Value
from keepwell.signals.graph import readable
from keepwell.signals.tables import NUMERIC, Kind

_WORDS = {Kind.INSTANT: "an instant", Kind.BOOLEAN: "true or false", Kind.CONTACT: "a contact"}
_SIGNS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


@dataclass(frozen=True, slots=True)
class _Tested:
    """A column under test, and where what is wrong with the test is told."""

    column: Name
    kind: Kind
    table: str
    report: Report

    @property
    def title(self) -> str:
        return f"{self.table}.{self.column.path}"


def condition(fields: Fields, over: Rows, key: str = "where") -> Expression | None:
    """The condition that the key says, however it is written; `None` if it says none, or once the report says what is wrong."""
    said = fields.get(key)
    if not isinstance(said, Written):
        return where(said or (), over.table, over.catalog, over.report)
    count = len(over.report.problems)
    kind = over.kind(said.expression, fields.at(key))
    if kind not in (Kind.BOOLEAN, None) and len(over.report.problems) == count:
        over.report.add(
            fields.at(key), f"this is no condition: it gives {kind}, not true or false",
            "compare it with something, such as quantity > 0",
        )  # fmt: skip
    return said.expression


def where(entries: tuple[Entry, ...], table: str, catalog: Catalog, report: Report) -> Expression | None:
    """All the conditions together; `None` once the report says why one of them cannot be read."""
    kinds = readable(table, catalog.columns)
    parts: list[Expression | None] = []
    for entry in entries:
        mistake = catalog.column(table, entry.name)
        if mistake is not None:
            report.add(entry.place, mistake.what, mistake.do)
            parts.append(None)
        elif entry.value is not BROKEN and entry.name in kinds:
            parts.extend(_tests(entry, _Tested(Name(entry.name), kinds[entry.name], table, report)))
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return known[0] if len(known) == 1 else Logic("and", tuple(known)) if known else None


def _tests(entry: Entry, tested: _Tested) -> list[Expression | None]:
    if isinstance(entry.value, Fields):
        if not entry.value:
            tested.report.add(entry.place, "the condition is empty", "write, for example, {at_least: 5}")
            return [None]
        return [_bound(tested, key, entry.value) for key in entry.value]
    return [_among(tested, entry.value, entry.place)]


def _bound(tested: _Tested, key: str, bounds: Fields) -> Expression | None:
    said, place, column = bounds[key], bounds.at(key), tested.column
    if key == "known":
        return Call("known" if said else "unknown", (column,))
    if key == "not":
        among = _among(tested, said, place)
        return None if among is None else _opposite(among)
    if tested.kind in _WORDS:
        do = "compare it with a value"
        if tested.kind is Kind.INSTANT:
            do = f"use an expression: `where: {column.path} < as_of`"
        tested.report.add(place, f"{tested.title} is {_WORDS[tested.kind]}, which `{key}` cannot compare", do)
        return None
    value = _value(said, tested, place)
    return None if value is None else Comparison(_SIGNS[key], column, Literal(value))


def _opposite(condition: Expression) -> Expression:
    match condition:
        case Membership(operand, options):
            return Membership(operand, options, negated=True)
        case Comparison("==", left, right):
            return Comparison("!=", left, right)
        case Call("unknown", arguments):
            return Call("known", arguments)
        case _:
            return Not(condition)


def _among(tested: _Tested, nodes: tuple[Scalar, ...], place: Place) -> Expression | None:
    empty = [node for node in nodes if node.value is None and not node.quoted]
    values = [_value(node, tested, place) for node in nodes if node not in empty]
    if None in values:
        return None
    unknown = Call("unknown", (tested.column,)) if empty else None
    if not values:
        return unknown
    test: Expression = (
        Comparison("==", tested.column, Literal(values[0]))
        if len(values) == 1
        else Membership(tested.column, tuple(values))
    )
    return Logic("or", (test, unknown)) if unknown else test


def _value(node: Scalar, tested: _Tested, place: Place) -> Value:
    """The scalar as the column's kind reads it: an unquoted number is text where the column is text."""
    value, kind = node.value, tested.kind
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind is Kind.TEXT and value is not None:
        return node.text
    if (kind in NUMERIC and number) or (kind is Kind.BOOLEAN and isinstance(value, bool)):
        return value
    if kind in (Kind.INSTANT, Kind.CONTACT):
        tested.report.add(
            place,
            f"{tested.title} is {_WORDS[kind]}, which cannot be compared with {node.text!r}",
            f"use an expression: `where: {tested.column.path} < as_of`"
            if kind is Kind.INSTANT
            else "ask `{known: true}`",
        )
        return None
    wanted = "true or false" if kind is Kind.BOOLEAN else "a number"
    tested.report.add(
        place, f"{tested.title} is {wanted}, and {node.text!r} is not", f"type {wanted}, without quotes"
    )
    return None
