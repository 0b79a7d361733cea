"""Where a source's raw rows are, and how they are read."""

from pathlib import Path

from keepwell.project.reading.settings import Settings
from keepwell.project.report import Place, Report, hint
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Fields
from keepwell.sources.files import format_of
from keepwell.sources.source import Encoding, Files, Format, Origin, Query, Reading

_ONLY = {
    "delimiter": (Format.CSV, Format.TSV),
    "widths": (Format.FIXED,),
    "sheet": (Format.XLSX,),
    "header": (Format.CSV, Format.TSV, Format.ALIGNED, Format.FIXED, Format.XLSX),
    "names": (Format.CSV, Format.TSV, Format.ALIGNED, Format.FIXED, Format.XLSX),
    "skip": (Format.CSV, Format.TSV, Format.ALIGNED, Format.FIXED, Format.XLSX),
    "encoding": (Format.CSV, Format.TSV, Format.ALIGNED, Format.FIXED, Format.JSONL),
}
_OF_FILES = (*_ONLY, "format")


def rows(fields: Fields, settings: Settings, report: Report) -> Origin | None:
    """The files or the query that hold the rows; `None` if neither is said, which the report then holds."""
    if fields.said("files") and fields.said("database"):
        report.add(fields.at("database"), "both `files` and `database` are said", "keep one of them")
    if fields.said("files"):
        return Files(fields["files"], _reading(fields, report)) if "files" in fields else None
    if fields.said("database") or fields.said("query"):
        return _query(fields, settings, report)
    report.add(
        fields.place,
        "nothing says where the rows are",
        "add `files: data/*.csv`, or `database:` with `query:`",
    )
    return None


def _query(fields: Fields, settings: Settings, report: Report) -> Query | None:
    for key in _OF_FILES:
        if fields.said(key):
            report.add(fields.at(key), f"`{key}` is for files, and this source reads a database", "remove it")
    for key, example in (("database", "crm"), ("query", "select * from customers")):
        if not fields.said(key):
            report.add(
                fields.place, f"a source of a database needs `{key}`", f"add, for example, `{key}: {example}`"
            )
    if "database" not in fields or "query" not in fields:
        return None
    name = fields["database"]
    if name not in settings.databases:
        report.add(
            fields.at("database"),
            f"keepwell.yml names no database {name!r}",
            hint(name, settings.databases)
            if settings.databases
            else f"add to keepwell.yml `databases: {{{name}: {name.upper()}_URL}}`",
        )
    return Query(name, fields["query"])


def _reading(fields: Fields, report: Report) -> Reading:
    formats = {format_of(Path(glob)) for glob in fields["files"]}
    said = Format(fields["format"]) if "format" in fields else None
    known = said or (next(iter(formats)) if len(formats) == 1 else None)
    if said is None and not fields.said("format") and None in formats:
        report.add(
            fields.at("files"),
            f"the ending of {fields['files'][0]!r} does not tell how it is laid out",
            f"add `format:` with {', '.join(Format)}",
        )
    for key, allowed in _ONLY.items():
        if known is not None and fields.said(key) and known not in allowed:
            report.add(fields.at(key), f"`{key}` says nothing about a file of format {known}", "remove it")
    widths = _widths(fields, report)
    if known is Format.FIXED and not fields.said("widths"):
        report.add(
            fields.place,
            "a fixed-width file needs `widths`",
            "add, for example, `widths: {id: 1-6, date: 8-15}`",
        )
    if fields.get("header") is False and not fields.said("names") and known is not Format.FIXED:
        report.add(
            fields.at("header"),
            "without a header nothing names the columns",
            "add `names: [first, second, ...]`",
        )
    names = fields.get("names", ())
    _twice(names, fields.at("names"), report)
    return Reading(
        format=said,
        encoding=Encoding(fields.get("encoding", "utf-8")),
        delimiter=fields["delimiter"].replace("\\t", "\t") if "delimiter" in fields else None,
        header=fields.get("header", True),
        skip=fields.get("skip", 0),
        sheet=fields.get("sheet"),
        widths=widths,
        names=names,
        nulls=fields.get("nulls", ("",)),
    )


def _widths(fields: Fields, report: Report) -> dict[str, tuple[int, int]]:
    found = {}
    for entry in fields.get("widths", ()):
        if entry.value is BROKEN:
            continue
        first, last = (int(part) for part in entry.value.split("-"))
        if first < 1 or last < first:
            report.add(
                entry.place, f"{entry.value} is no stretch of places", "type first-last, counted from 1"
            )
        found[entry.name] = (first, last)
    return found


def _twice(names: tuple[str, ...], place: Place, report: Report) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        report.add(place, f"the name {name!r} stands here twice", "give each column its own name")
