"""Every account as one run of scores found it, in one row each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.signals.definition import ACCOUNT
from keepwell.signals.tables import TABLES, Kind
from keepwell.sql.accounts import accounts_at
from keepwell.sql.facts import Seen
from keepwell.sql.moments import Moments, Point, instant
from keepwell.sql.naming import alias, column, described, relation

SCORES, DIRECTORY = "scores", "directory"

OWNER, BEGAN, ENDED = "owner", "began_at", "ended_at"

SCORED = (
    "scorecard",
    "segment",
    "stage",
    "score",
    "computed_score",
    "band",
    "coverage",
    "value",
    "value_at_risk",
)
"""What is read of a score as it is kept."""


@dataclass(frozen=True, slots=True)
class GridDay:
    """A day of the grid, and the stretch that counts for it."""

    run: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """A run of scores: its number and instant, the grid day before it, and the one that changes are counted from (`None`: not folded)."""

    run: int
    as_of: datetime
    last: GridDay | None
    then: GridDay | None


def sheet_statement(run: Run, tables: Mapping[str, Mapping[str, Kind]], zone: ZoneInfo) -> exp.Select:
    """A row per account, ordered by account: who it is (`account_id`, `name`, `population`, `parent`, `owner`, `began_at`, `ended_at`), its
    score where it has one (`kept` says whether the run holds a row of it), what it held on the last grid day (`held`, `since`) and
    had on the earlier one (`score_then`, `band_then`), and its next renewal (`renews_at`).
    """
    moments = Moments([Point.at(run.as_of)], zone)
    known = [name for name in (OWNER, ENDED) if name in tables["accounts"]]
    base = accounts_at(tables["accounts"], [*known, BEGAN], moments, None)
    columns: list[exp.Expr] = [
        column("account", "at"),
        column("account_id", "called"),
        column("name", "called"),
        column("population", "at"),
        column("parent", "at"),
        *(alias(_read(name, known), name) for name in (OWNER, BEGAN, ENDED)),
        exp.alias_(_is_known(column("run", "kept")), "kept"),
        *(exp.column(name, "kept", quoted=True) for name in SCORED),
    ]
    query = exp.select(*columns).from_(exp.alias_(relation("accounts_at"), "at", table=True))
    query = query.with_("accounts_at", as_=base)
    query = _joined(query, exp.alias_(relation("accounts", DIRECTORY), "called", table=True), "called")
    query = _joined(query, _kept(run.run).subquery("kept"), "kept")
    for day, names, also in (
        (run.last, ("held", "since"), ("held", "since")),
        (run.then, ("score", "band"), ("score_then", "band_then")),
    ):
        query = _with_day(query, day, names, also)
    query = _with_renewals(query, tables, moments)
    return described(query.order_by(column("account", "at")), "every account as the run found it")


def _read(name: str, known: list[str]) -> exp.Expr:
    if name == BEGAN or name in known:
        return column(ACCOUNT + name, "at")
    return exp.cast(exp.null(), "varchar" if name == OWNER else "timestamp")


def _kept(run: int) -> exp.Select:
    names = ("run", "account", *SCORED)
    query = exp.select(*(exp.column(name, quoted=True) for name in names)).from_(relation("scores", SCORES))
    return described(query.where(column("run").eq(run)), "the scores of the run")


def _with_day(
    query: exp.Select, day: GridDay | None, names: tuple[str, ...], also: tuple[str, ...]
) -> exp.Select:
    """Adds columns of a grid day under other names; unknown ones where there is no such day."""
    if day is None:
        return query.select(*(alias(exp.null(), name) for name in also))
    kept = exp.select(column("account"), *(exp.column(name, quoted=True) for name in names))
    kept = kept.from_(relation("days", SCORES)).where(
        column("run").eq(day.run), exp.EQ(this=exp.column("as_of"), expression=instant(day.as_of))
    )
    of = f"of_{also[0]}"
    query = query.select(
        *(alias(exp.column(name, of, quoted=True), new) for name, new in zip(names, also, strict=True))
    )
    return _joined(query, kept.subquery(of), of)


def _with_renewals(
    query: exp.Select, tables: Mapping[str, Mapping[str, Kind]], moments: Moments
) -> exp.Select:
    """Adds each account's next renewal of what has not ended, as it was known then."""
    if "renews_at" not in tables.get("subscriptions", {}):
        return query.select(exp.alias_(exp.cast(exp.null(), "timestamp"), "renews_at"))
    seen = Seen(TABLES["subscriptions"], tables["subscriptions"], moments)
    ended = seen.readable("ended_at", seen.lookup("ended_at"))
    renews = column("renews_at", "fact")
    coming = exp.select(column("account", "fact"), exp.alias_(exp.Min(this=renews), "renews_at"))
    coming = coming.from_(seen.revisions()).where(
        *seen.visible(),
        exp.GTE(this=renews.copy(), expression=moments.as_of()),
        exp.Is(this=ended, expression=exp.null()),
    )
    coming = described(coming.group_by(column("account", "fact")), "the next renewals")
    query = query.select(column("renews_at", "coming"))
    return _joined(query, coming.subquery("coming"), "coming")


def _joined(query: exp.Select, other: exp.Expr, name: str) -> exp.Select:
    same = exp.EQ(this=column("account", name), expression=column("account", "at"))
    return query.join(other, on=same, join_type="left")


def _is_known(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=value, expression=exp.null()))
