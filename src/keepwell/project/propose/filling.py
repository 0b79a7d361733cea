"""Where the canonical columns come from, which others are kept, and which are left out."""

import pyarrow.compute as pc

from keepwell.project.catalog import PHYSICAL, mappable
from keepwell.project.propose.fitting import Fit, currency, is_day
from keepwell.project.propose.guess import Holds
from keepwell.project.propose.heads import Column
from keepwell.project.propose.mapped import Line, Mapped, quoted, raw_name
from keepwell.project.propose.vocabulary import OUTCOME, PRIVATE
from keepwell.signals.tables import Kind, Table

FIRST_DAY = 19723
"""The day, counted from 1970-01-01, that stands for day 0 where a file counts days from some start: 2024-01-01."""

_KINDS = {
    Holds.BOOLEAN: "boolean",
    Holds.INTEGER: "integer",
    Holds.NUMBER: "number",
    Holds.DATE: "instant",
    Holds.TEXT: "text",
}


def columns(source: Mapped, found: Fit, used: set[str]) -> None:
    """Maps what fits the canonical columns, but for the raw columns `used` already."""
    allowed = mappable(source.table)
    for canonical in source.table.columns:
        match = found.matches.get(canonical.name)
        if match is None or match.column.name in used or match.column.filled == 0:
            continue
        used.add(match.column.name)
        comment = f"{match.sure:.0%}: {match.why}"
        if allowed[canonical.name] is Kind.INSTANT:
            dated(source, canonical.name, match.column, comment)
        else:
            code = currency(match.column) if allowed[canonical.name] is Kind.MONEY else None
            said = f", in {code}" if code else ""
            source.columns[canonical.name] = Line(quoted(match.column.name), comment + said, match.column)


def dated(source: Mapped, canonical: str, column: Column, comment: str) -> None:
    """Maps an instant, written as the column writes its dates."""
    if is_day(column):
        source.columns[canonical] = Line(
            f'{{expression: "({FIRST_DAY} + number({raw_name(column)})) * 86400"}}', comment, column
        )
        source.dates = "epoch_seconds"
        doubt = (
            "dates are counted in days from some start: 2024-01-01 is taken for day 0; put in the true one"
        )
        if doubt not in source.doubts:
            source.doubts.append(doubt)
        return
    dates = column.guess.dates
    source.dates = source.dates or dates
    if column.guess.doubt:
        source.doubts.append(f"{column.name}: {column.guess.doubt}")
    own = f"{{column: {quoted(column.name)}, dates: {quoted(dates)}}}"
    source.columns[canonical] = Line(quoted(column.name) if dates == source.dates else own, comment, column)


def without_start(source: Mapped) -> None:
    """Says when accounts began although no column does: by their tenure, or by a constant."""
    tenure = next((c for c in source.head.columns if c.plain in ("tenure", "tenure_months", "months")), None)
    if tenure is not None and tenure.guess.holds is Holds.INTEGER:
        raw = raw_name(tenure)
        source.columns["began_at"] = Line(
            f'{{expression: "({FIRST_DAY} - number({raw}) * 30) * 86400"}}',
            f"60%: {tenure.name} as months before 2024-01-01",
            tenure,
        )
        source.dates = "epoch_seconds"
        source.doubts.append(
            "the file has no dates: 2024-01-01 is taken for the day of the export; put in the true one"
        )
        return
    source.columns["began_at"] = Line("{constant: 2023-01-01}", "a guess: nothing says when an account began")
    source.doubts.append("nothing says when an account began: all are taken to have begun on 2023-01-01")


def attributes(source: Mapped) -> None:
    """Keeps what no canonical column takes, but for outcomes, private and free text, and what says nothing."""
    used = {line.raw.name for line in source.columns.values() if line.raw is not None}
    taken = {*mappable(source.table), *PHYSICAL, source.table.occurred}
    for column in source.head.columns:
        if column.name in used:
            continue
        why = _why_not(column, source.table)
        if why:
            source.left_out.append(f"{column.name} ({why})")
            continue
        name = column.plain if column.plain not in taken else f"{column.plain}_there"
        taken.add(name)
        kind = _KINDS[column.guess.holds]
        dates = (
            f", dates: {quoted(column.guess.dates)}"
            if kind == "instant" and column.guess.dates != source.dates
            else ""
        )
        plain = name == column.name and not dates
        origin = kind if plain else f"{{column: {quoted(column.name)}, kind: {kind}{dates}}}"
        source.attributes[name] = Line(origin, "", column)


def _why_not(column: Column, table: Table) -> str:
    if column.distinct <= 1:
        return "the same wherever it is filled" if column.distinct else "empty"
    if OUTCOME.search(column.plain):
        return "speaks of the outcome: as an input it would leak"
    if PRIVATE.search(column.plain):
        return "private"
    if column.guess.holds is Holds.TEXT:
        lengths = pc.mean(pc.utf8_length(column.values)).as_py() or 0
        if lengths > 40 or "text" in column.plain or "comment" in column.plain:
            return "free text"
    if column.plain.endswith("_id") and table.name == "accounts":
        return "an identifier"
    return ""
