"""The shape of sources.yml."""

from keepwell.project.catalog import mappable
from keepwell.project.declared.names import COLUMN, IDENTIFIER, LABEL, PLAIN, ZONE
from keepwell.project.declared.settings import CURRENCY
from keepwell.project.shape.base import JsonSchema
from keepwell.project.shape.compound import Each, Key, Named, Record
from keepwell.project.shape.forms import Either, Forms
from keepwell.project.shape.formula import Formula
from keepwell.project.shape.number import Number
from keepwell.project.shape.scalar import Choice, Flag, Length, Text
from keepwell.signals.tables import TABLES, Kind
from keepwell.sources.source import DATES, RAW_FUNCTIONS, Check, Encoding, Format, Keep, Policy

RAW = Text("a raw column's name, as the file has it")
DATE_FORMAT = Text(
    f"one of {', '.join(DATES)}, or a strptime pattern", rf"^({'|'.join(DATES)}|.*%.*)$", "day-month-year"
)
RAW_EXPRESSION = Formula(
    "an expression over raw columns", RAW_FUNCTIONS, example="number(licences) + number(extra)"
)
POLICY = Choice(
    tuple(str(policy) for policy in Policy),
    {"error": "reject", "warning": "warn", "none": "ignore", "off": "ignore"},
)
KIND = Choice(
    tuple(str(kind) for kind in Kind),
    {
        "string": "text", "str": "text", "varchar": "text", "int": "integer", "bigint": "integer", "float": "number",
        "double": "number", "decimal": "money", "bool": "boolean", "date": "instant", "datetime": "instant",
        "timestamp": "instant", "person": "contact", "amount": "money", "currency": "money",
    },
)  # fmt: skip

_MONEY = {
    "currency": Key(CURRENCY, "the currency the amount is in"),
    "currency_column": Key(RAW, "the raw column that says which currency the amount is in"),
}
_READ = {
    "dates": Key(DATE_FORMAT, "how this column writes dates, where it differs from the source"),
    "zone": Key(ZONE, "the zone of this column's instants, where it differs from the source"),
}


def _origins(**common: Key) -> Forms:
    return Forms(
        "a column",
        common,
        {
            "column": {"column": Key(RAW, "the raw column"), **_MONEY, **_READ},
            "expression": {"expression": Key(RAW_EXPRESSION, "an expression over raw columns"), **_MONEY},
            "constant": {
                "constant": Key(Text("a value"), "the same value in every row"),
                "currency": Key(CURRENCY, "the currency the amount is in"),
            },
            "lookup": {
                "lookup": Key(LABEL, "the source in whose rows the value is looked up"),
                "match": Key(RAW, "this source's raw column", required=True),
                "to": Key(RAW, "the other source's raw column that it equals", required=True),
                "take": Key(RAW, "the other source's raw column whose value is taken", required=True),
            },
        },
        synonyms={
            "from": "column",
            "field": "column",
            "value": "constant",
            "on": "match",
            "get": "take",
            "type": "kind",
        },
    )


ORIGIN = Either((RAW, _origins()))
ATTRIBUTE = Either((KIND, _origins(kind=Key(KIND, "what the column holds", required=True))))
BEFORE = Record(
    "before",
    {
        "of": Key(LABEL, "the source in whose row the start stands", required=True),
        "column": Key(RAW, "that source's raw column with the start", required=True),
        "match": Key(RAW, "this source's raw column that finds the row; that of its lookup if not said"),
        "to": Key(RAW, "the other source's raw column that it equals; that of the lookup if not said"),
        "policy": Key(POLICY, "what happens with such rows; warn if not said"),
    },
)


class _Source(Record):
    """A source; editors learn which columns its table has."""

    def schema(self) -> JsonSchema:
        """The record, with the columns' names by table."""
        by_table = [
            {
                "if": {"properties": {"table": {"const": table.name}}, "required": ["table"]},
                "then": {"properties": {"columns": {"propertyNames": {"enum": list(mappable(table))}}}},
            }
            for table in TABLES.values()
        ]
        return super().schema() | {"allOf": by_table}


SOURCE = _Source(
    "a source",
    {
        "files": Key(Each(PLAIN, single=True), "files by glob, relative to the project; ${NAME} is an environment variable"),
        "database": Key(IDENTIFIER, "a database that keepwell.yml names under `databases:`"),
        "query": Key(PLAIN, "the query whose rows are taken"),
        "format": Key(
            Choice(tuple(str(one) for one in Format), {"excel": "xlsx", "xls": "xlsx", "json": "jsonl", "ndjson": "jsonl",
                                                       "tab": "tsv", "txt": "aligned", "text": "aligned"}),
            "how the files are laid out; by their ending if not said",
        ),
        "encoding": Key(
            Choice(tuple(str(one) for one in Encoding), {"utf8": "utf-8", "utf_8": "utf-8", "latin1": "latin-1",
                                                         "iso_8859_1": "latin-1", "cp1252": "latin-1", "utf16": "utf-16"}),
            "how the files spell characters; utf-8 if not said",
        ),
        "delimiter": Key(Text("one character", r"^(.|\\t|\t)$", '";"', empty=False), "what parts the columns"),
        "header": Key(Flag(), "whether the first line holds the columns' names; true if not said"),
        "skip": Key(Number(low=0, whole=True), "how many lines to pass over before the header"),
        "sheet": Key(PLAIN, "the workbook's sheet; the first if not said"),
        "widths": Key(
            Named(Text("the first and last place of a column", r"^\d+\s*-\s*\d+$", "1-6"), RAW, "column"),
            "fixed width only: each column's first and last place, counted from 1",
        ),
        "names": Key(Each(RAW), "the columns' names where there is no header"),
        "nulls": Key(Each(Text(empty=True), single=True), 'texts that stand for "unknown"; the empty text if not said'),
        "table": Key(Choice(tuple(TABLES)), "the canonical table that the rows become facts of", required=True),
        "zone": Key(ZONE, "the zone of instants without an offset; the project's if not said"),
        "dates": Key(DATE_FORMAT, "how dates are written; year-month-day if not said"),
        "decimal": Key(Choice((".", ",")), "the decimal mark; a point if not said"),
        "delay": Key(Length(positive=False), "how long after it occurred a fact was known, on the first load"),
        "known_at": Key(RAW, "the raw column that says when a row was known"),
        "fresh_within": Key(Length(), "within what time a living feed brings something new; then zero means zero"),
        "max_rejects": Key(
            Either((Text("a share such as 1%, or a number of rows", r"^\d+(\.\d+)?\s*%?$", "1%"),)),
            "more rejected rows than this, a number or a share such as 1%, refuse the whole load",
        ),
        "where": Key(RAW_EXPRESSION, "which rows to take: an expression over raw columns"),
        "keep": Key(Choice(tuple(str(keep) for keep in Keep)), "which row of a repeated key is taken without complaint"),
        "columns": Key(
            Named(ORIGIN, COLUMN, "canonical column"), "where each canonical column, account_id and the key come from",
            required=True,
        ),
        "attributes": Key(
            Named(ATTRIBUTE, COLUMN, "attribute", empty=True), "further columns to keep, and what they hold"
        ),
        "history": Key(Flag(), "false if the source holds only the present state, so that its past is unknown"),
        "checks": Key(
            Record(
                "checks",
                {
                    **{str(check): Key(POLICY, f"what happens with rows that fail `{check}`") for check in Check},
                    "before": Key(Each(BEFORE, single=True), "facts must not occur before a row they belong to began"),
                },
            ),
            "what happens with rows that fail a check: reject, warn or ignore",
        ),
    },
    synonyms={
        "file": "files", "path": "files", "glob": "files", "type": "format", "separator": "delimiter", "sep": "delimiter",
        "timezone": "zone", "tz": "zone", "date_format": "dates", "dateformat": "dates", "na": "nulls", "null": "nulls",
        "null_values": "nulls", "filter": "where", "mapping": "columns", "fields": "columns", "map": "columns",
        "extra": "attributes", "sql": "query", "db": "database", "lag": "delay", "freshness": "fresh_within", "to": "table",
    },
)  # fmt: skip

SOURCES = Record(
    "sources.yml",
    {"sources": Key(Named(SOURCE, LABEL, "source"), "every source by its name", required=True)},
    about="Where a company's data comes from, and how it becomes facts",
)
"""sources.yml."""
