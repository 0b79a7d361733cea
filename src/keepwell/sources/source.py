"""What a source is, as data: where its rows are, how they are read, and how they become facts.

A source names files or a database query, a canonical table, and for each canonical column where its value comes from.
Everything is text until the load casts it. `sources.yml` is parsed into these classes; see each for its keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from keepwell.signals.expression import FUNCTIONS, Expression, Functions
from keepwell.signals.tables import TABLES, Kind, Table
from keepwell.signals.window import Span

RAW_FUNCTIONS: Functions = {
    **FUNCTIONS,
    "number": (1, 1, "number(text): the number written there, with the source's decimal mark"),
    "concat": (2, 9, "concat(a, b, ...): the texts one after the other; unknown ones are left out"),
    "replace": (3, 3, "replace(text, a, b): the text with every a as b"),
    "trim": (1, 1, "trim(text): the text without spaces around it"),
    "upper": (1, 1, "upper(text): the text in upper case"),
    "part": (3, 3, "part(text, separator, n): the n-th part, counted from 1; unknown if there is none"),
    "days_after": (
        2,
        2,
        "days_after(date, n): the instant n whole days after an ISO date; before it, if n is negative",
    ),
    "lookup": (
        4,
        4,
        "lookup('source', value, 'to', 'take'): `take` in the first row of that source whose `to` equals the value",
    ),
    "column": (1, 1, "column('Name (as written)'): a raw column whose name is no plain word"),
}
"""What expressions over raw columns may call: parse them with `expression.parse(text, RAW_FUNCTIONS)`."""


class Format(StrEnum):
    """How a file is laid out."""

    CSV = "csv"
    TSV = "tsv"
    ALIGNED = "aligned"  # columns parted by runs of white space
    FIXED = "fixed"  # columns at fixed places
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"


class Encoding(StrEnum):
    """How a text file's bytes spell characters. UTF-8 and UTF-16 may begin with a byte-order mark."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    LATIN_1 = "latin-1"


class Policy(StrEnum):
    """What a check does with a row that fails it."""

    REJECT = "reject"  # the row goes to the rejects
    WARN = "warn"  # the row is kept and the failure counted and shown
    IGNORE = "ignore"


class Check(StrEnum):
    """What a load checks of every row, by the key's name under `checks:`."""

    UNKNOWN_ACCOUNT = "unknown_account"  # no account has this account_id
    BEFORE_ACCOUNT = "before_account"  # the fact occurred before its account began
    IN_FUTURE = "in_future"  # the fact occurred after the load's now
    DUPLICATE_KEY = "duplicate_key"  # one load holds the key twice, with different content
    OUT_OF_RANGE = "out_of_range"  # outside the column's low and high, or the survey kind's range
    NEGATIVE = "negative"  # below zero where the column starts at zero
    UNREADABLE = "unreadable"  # not of the column's kind; kept (warn, ignore) it is unknown
    ENDED_BEFORE_BEGUN = "ended_before_begun"
    UNMATCHED = "unmatched"  # a lookup found no row; kept (warn, ignore) the value is unknown
    SILENT = "silent"  # nothing as young as fresh_within; `reject` refuses the load


DEFAULT_CHECKS: Mapping[Check, Policy] = MappingProxyType(
    {
        check: Policy.WARN if check in (Check.BEFORE_ACCOUNT, Check.SILENT) else Policy.REJECT
        for check in Check
    }
)


class Keep(StrEnum):
    """Which of several rows with one key is taken silently, in the order of files and rows.

    With `first`, a key that is already in the warehouse stays as it is, also in tables with revisions.
    """

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read.

    `format` is by the file's ending if `None`. `delimiter` is one character (`None`: comma, or tab for TSV). `names` are
    the columns where there is no header. `widths` maps a name to its first and last place, 1-based and inclusive (fixed
    width only). `skip` lines are passed over before the header. `nulls` are the texts that stand for "unknown".
    """

    format: Format | None = None
    encoding: Encoding = Encoding.UTF_8
    delimiter: str | None = None
    header: bool = True
    skip: int = 0
    sheet: str | None = None
    widths: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    nulls: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Files:
    """Files by glob, relative to the project's folder (`files:`, one glob or a list).

    `${NAME}` stands for the environment variable NAME, read when the files are sought: the definition, and so its
    version, is the same wherever the data lies.
    """

    globs: tuple[str, ...]
    reading: Reading = Reading()


@dataclass(frozen=True, slots=True)
class Query:
    """The rows of a query (`query:`) in one of the project's databases (`database:`, a name)."""

    database: str
    query: str


Origin: TypeAlias = Files | Query


@dataclass(frozen=True, slots=True)
class Take:
    """A raw column's value: `seats: licences`, or `{column: mrr, currency: USD}`.

    `currency` (a code) or `currency_column` (a raw column) says what an amount is in; without either it is in the
    project's currency. `dates` and `zone` win over the source's own.
    """

    column: str
    currency: str | None = None
    currency_column: str | None = None
    dates: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """An expression over raw columns (`{expression: ...}`), parsed with `RAW_FUNCTIONS`."""

    expression: Expression
    currency: str | None = None
    currency_column: str | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value in every row (`{constant: basic}`), written as in a file: dates are ISO."""

    value: str
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """The raw column `take` of the first row of another source whose raw column `to` equals this one's `match`.

    `{lookup: contacts_map, match: contact_no, to: contact_no, take: account_id}`. `source` is the other source's name.
    """

    source: str
    match: str
    to: str
    take: str


ColumnFrom: TypeAlias = Take | Computed | Constant | Lookup


@dataclass(frozen=True, slots=True)
class Attribute:
    """A kept column that its canonical table does not have (`attributes:`), and where it comes from.

    `{referral_source: text}` takes the raw column of that name; `{score: {column: "Score (%)", kind: number}}` another.
    """

    kind: Kind
    origin: ColumnFrom


@dataclass(frozen=True, slots=True)
class Before:
    """Facts must not occur before the start of the row they are looked up in.

    `checks: {before: {of: subscriptions, column: start_date, policy: warn}}`: `of` is a source, `column` its raw column
    with the start, read with that source's dates and zone. The rows are found by `match` (this source's raw column) and
    `to` (the other's); where they are not said, those of this source's lookup in `of` serve.
    """

    of: str
    column: str
    match: str
    to: str
    policy: Policy = Policy.WARN


@dataclass(frozen=True, slots=True)
class MaxRejects:
    """How many rejected rows are too many: a `count`, or a `share` (0–1) of the rows read, whichever is said."""

    count: int | None = None
    share: float | None = None

    def exceeded(self, rejected: int, read: int) -> bool:
        """Whether so many rejects, of so many rows, are too many."""
        most = self.count if self.count is not None else (self.share or 0.0) * read
        return rejected > most

    def __str__(self) -> str:
        if self.count is not None:
            return f"{self.count:,}"
        return f"{100 * (self.share or 0.0):.4g}% of the rows"


@dataclass(frozen=True, slots=True)
class Source:
    """One source of facts for one canonical table.

    `columns` maps canonical columns, `account_id` and the table's key to their origins. `dates` is `year-month-day`,
    `day-month-year`, `month-day-year`, `epoch_seconds`, `epoch_millis` or a strptime pattern; `zone` (IANA) is that of
    instants without an offset, `None` the project's. `delay` is added to `occurred_at` on the first load to tell when
    we knew; `known_at` names a raw column that says so. `where` says which rows to take. `history` is false where the
    source only holds the present state.
    """

    name: str
    table: str
    origin: Origin
    columns: Mapping[str, ColumnFrom]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    zone: str | None = None
    dates: str = "year-month-day"
    decimal: str = "."
    delay: Span | None = None
    known_at: str | None = None
    fresh_within: Span | None = None
    max_rejects: MaxRejects | None = None
    where: Expression | None = None
    history: bool = True
    keep: Keep | None = None
    checks: Mapping[Check, Policy] = field(default_factory=dict)
    before: tuple[Before, ...] = ()

    @property
    def canonical(self) -> Table:
        """The canonical table that the source fills."""
        return TABLES[self.table]

    def policy(self, check: Check) -> Policy:
        """What a failed check does here."""
        return self.checks.get(check, DEFAULT_CHECKS[check])


DATES = ("year-month-day", "day-month-year", "month-day-year", "epoch_seconds", "epoch_millis")
"""The date formats with a name; anything else in `dates:` is a strptime pattern and holds a `%`."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of a currency is worth in the project's currency.

    `fixed` holds for all time (`rates: {USD: 0.92}`); `file` (`rates: {file: rates.csv}`, relative to the project) is a
    CSV of date, currency, rate, of which the latest at or before the fact's day holds.
    """

    fixed: Mapping[str, Decimal] = field(default_factory=dict)
    file: str | None = None
