"""Consents and suppressions on a terminal: what is on record, and what came of a file of them."""

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.outreach.consent import Consent
from keepwell.runs import figures
from keepwell.runs.outreach.importing import Imported
from keepwell.runs.outreach.on_file import OnFile

REFUSED = 20
"""So many refused rows are shown."""


def screen(rows: tuple[OnFile, ...], most: int) -> list[RenderableType]:
    """What is on record, at most so many rows."""
    if not rows:
        return [Text("Nothing is on record: keepwell consents import FILE brings what you have.")]
    consents = sum(isinstance(each.record, Consent) for each in rows)
    table = strokes.table(
        ["recipient", "channel", "what", "since", "until", "category", "source"],
        [_row(each) for each in rows[:most]],
        wraps=6,
    )
    told = f"On record: {consents:,} consents, {len(rows) - consents:,} suppressions"
    more = f"; the first {most} are shown, --json has all." if len(rows) > most else "."
    return [table, Text(""), Text(told + more)]


def imported_screen(found: Imported, file: str) -> list[RenderableType]:
    """What came of a file."""
    told = (
        f"{found.rows:,} rows; new: {found.consents:,} consents, {found.suppressions:,} suppressions; "
        f"refused: {len(found.refused):,} rows."
    )
    if not found.refused:
        return [Text(told)]
    parts: list[RenderableType] = [Text(told), Text("")]
    for each in found.refused[:REFUSED]:
        where = ":".join(part for part in (figures.plain(file), str(each.line), each.column) if part)
        parts.append(strokes.verbatim(f"{where}: {figures.plain(each.what)}"))
    if len(found.refused) > REFUSED:
        parts.append(Text(f"The first {REFUSED} are shown; --json has all."))
    return parts


def _row(each: OnFile) -> strokes.Row:
    record = each.record
    if isinstance(record, Consent):
        what, since, until, source = str(record.basis), record.granted_at, record.withdrawn_at, record.source
    else:
        what, since, until, source = f"not: {record.cause}", record.since, record.until, ""
    return [
        figures.plain(each.recipient),
        each.channel,
        what,
        f"{since:%Y-%m-%d}",
        f"{until:%Y-%m-%d}" if until else "",
        figures.plain(record.category or "all"),
        figures.plain(source),
    ]
