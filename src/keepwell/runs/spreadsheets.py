"""Scores for spreadsheets: CSV and Excel, in which no text from data can become a formula."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from keepwell.errors import UserError
from keepwell.runs.portfolio import costs, told
from keepwell.runs.records import of_reason, record
from keepwell.scoring.score import Score

REASON_COLUMNS = ("measure", "points", "text", "step", "dimension", "value", "scaled", "weight", "advice")

TOP = 3
"""How many of the costliest reasons get columns of their own in CSV and Excel."""

_FLAT = (
    "account_id",
    "name",
    "as_of",
    "purpose",
    "score",
    "band",
    "previous_band",
    "days_in_band",
    "coverage",
    "segment",
    "stage",
    "owner",
    "value",
    "value_at_risk",
    "risk_basis",
    "computed_score",
    "baseline",
    "scorecard",
    "version",
    "why_not",
)


def _flat(score: Score) -> list[Any]:
    shown = record(score)
    tops = costs(score, TOP)
    lines = [f"{told(reason)} ({reason.points:+.1f})" for reason in tops] + [""] * (TOP - len(tops))
    return [shown[name] for name in _FLAT] + lines


_COLUMNS = [*_FLAT, *(f"reason_{place}" for place in range(1, TOP + 1))]
_STARTS_A_FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d.,]*\Z")


def harmless(text: str) -> str:
    """Text that a spreadsheet will not run: an apostrophe goes before what would begin a formula."""
    if text.lstrip(" ").startswith(_STARTS_A_FORMULA) and not _PLAIN_NUMBER.match(text):
        return "'" + text
    return text


def write_csv(scores: Iterable[Score], stream: BinaryIO, simulated: bool) -> None:
    """Writes a line per score: its fields, its costliest reasons in words, all reasons as JSON. No cell begins a formula."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_COLUMNS, "reasons", *(["simulated"] if simulated else [])])
    for score in scores:
        cells = [harmless(cell) if isinstance(cell, str) else cell for cell in _flat(score)]
        reasons = json.dumps([of_reason(reason) for reason in score.reasons], ensure_ascii=False)
        writer.writerow([*cells, reasons, *(["true"] if simulated else [])])
    text.flush()
    text.detach()


_WIDTHS = {"account_id": 16, "name": 28, "as_of": 18, "why_not": 30, "version": 14}
_BAND_COLOURS = {
    "green": ("#14532d", "#dcfce7"),
    "yellow": ("#713f12", "#fef3c7"),
    "red": ("#7f1d1d", "#fee2e2"),
}


def write_xlsx(scores: Sequence[Score], stream: BinaryIO, simulated: bool) -> None:
    """Writes a workbook: a sheet of scores, a sheet of all their reasons. Texts are texts, never formulas.

    Raises:
        UserError: there are more rows than a sheet can hold.
    """
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    import xlsxwriter

    book = xlsxwriter.Workbook(stream, options)
    if simulated:
        book.set_properties({"comments": "Simulated data: no real customers."})
        book.set_custom_property("simulated", True)
    rows = [[*_flat(score), *([True] if simulated else [])] for score in scores]
    as_of = _FLAT.index("as_of")
    for row, score in zip(rows, scores, strict=True):
        row[as_of] = score.as_of
    names = [*_COLUMNS, *(["simulated"] if simulated else [])]
    sheet = _sheet(book, "Scores", names, rows)
    column = _FLAT.index("band")
    for band, (ink, paper) in _BAND_COLOURS.items():
        colours = book.add_format({"font_color": ink, "bg_color": paper})
        rule = {"type": "cell", "criteria": "==", "value": f'"{band}"', "format": colours}
        sheet.conditional_format(1, column, max(1, len(rows)), column, rule)
    names = ["account_id", "name", *REASON_COLUMNS, *(["simulated"] if simulated else [])]
    flags = [True] if simulated else []
    _sheet(
        book,
        "Reasons",
        names,
        [
            [score.account_id, score.name, *of_reason(reason).values(), *flags]
            for score in scores
            for reason in score.reasons
        ],
    )
    book.close()


_MOST_ROWS = 1_048_575


def _sheet(book: Any, title: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    if len(rows) > _MOST_ROWS:
        raise UserError(
            f"{len(rows):,} rows of {title.lower()} do not fit into an Excel sheet",
            do="type --format parquet",
        )
    sheet = book.add_worksheet(title)
    sheet.write_row(0, 0, names, book.add_format({"bold": True, "bottom": 1}))
    sheet.freeze_panes(1, 2)
    for column, name in enumerate(names):
        wide = name == "text" or name.startswith("reason_")
        sheet.set_column(column, column, 52 if wide else _WIDTHS.get(name, 12))
    for row, cells in enumerate(rows, start=1):
        sheet.write_row(row, 0, cells)
    sheet.autofilter(0, 0, max(1, len(rows)), len(names) - 1)
    return sheet
