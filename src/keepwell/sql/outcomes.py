"""Outcomes as SQL: when what happened to which account, from the facts as they are known today.

Labels are about what really happened. So they read the latest revision of every fact, whenever it came to be known, while
signals read only what was known then. What is said to happen after the data's end has not happened.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.proof.outcome import Dated, Event, Gap, Inactive, Moved, Renewal, Snapshot
from keepwell.signals.definition import ACCOUNT
from keepwell.signals.tables import TABLES, Kind
from keepwell.sql.covers import gaps, renewals
from keepwell.sql.expressions import Translator, Typed
from keepwell.sql.facts import FACTS, calendar_day
from keepwell.sql.latest import Latest, later
from keepwell.sql.levels import moves
from keepwell.sql.moments import instant
from keepwell.sql.naming import column, described, relation

WITHOUT_PRESENT = ("context", "overrides")
"""Tables whose facts speak of days to come as of days past, and so do not tell how far the data reaches."""

Tables = Mapping[str, Mapping[str, Kind]]


def happenings_statement(event: Event, tables: Tables, zone: ZoneInfo, through: datetime) -> exp.Select:
    """Every time that the event happened by `through` (aware), the instant up to which the data reaches.

    The columns are `account`, `at` (naive UTC), `amount` (double, unknown where it has none) and `voluntary` (unknown where nothing
    tells the cause); ordered by account, then instant. What a gap or a renewal needs to know of the time after it, must be known
    by `through` too.

    Raises:
        ValueError: the event is a snapshot, which has no dates.
        KeyError: a table or column is not there.
    """
    match event:
        case Dated():
            query = _dated(event, Latest(event.table, tables[event.table], zone), through)
        case Gap():
            query = gaps(event, Latest(event.table, tables[event.table], zone), through)
        case Inactive():
            query = _inactive(event, Latest(event.table, tables[event.table], zone), through)
        case Renewal():
            query = renewals(event, Latest(event.table, tables[event.table], zone), through)
        case Moved():
            query = moves(event, Latest(event.table, tables[event.table], zone), through)
        case Snapshot():
            raise ValueError("a snapshot has no dates")
    return query.order_by(exp.column("account"), exp.column("at"))


def snapshot_statement(event: Snapshot, accounts: Mapping[str, Kind], zone: ZoneInfo) -> exp.Select:
    """Whether it has happened (`happened`, unknown where an attribute is), for every account, ordered by account."""
    latest = Latest("accounts", accounts, zone)

    def lookup(path: str) -> Typed:
        return latest.lookup(path.removeprefix(ACCOUNT))

    holds = Translator(lookup, lambda value: calendar_day(value, str(zone))).condition(event.holds)
    query = exp.select(exp.column("account", "fact"), exp.alias_(exp.cast(holds, "boolean"), "happened"))
    return described(
        query.from_(latest.relation()).order_by(exp.column("account")), "to which accounts it has happened"
    )


def last_statement(tables: Tables, dated: Dated | None, before: datetime) -> exp.Select:
    """The last instant (`last`) at or before `before` at which any fact occurred, or the date that an event reads lies."""
    read = [(table, "occurred_at") for table in tables if table not in WITHOUT_PRESENT]
    if dated is not None and dated.at is not None and dated.at != TABLES[dated.table].occurred:
        read.append((dated.table, dated.at))
    each: list[exp.Query] = [
        exp.select(exp.alias_(exp.Max(this=column(name)), "last"))
        .from_(relation(table, FACTS))
        .where(exp.LTE(this=column(name), expression=instant(before)))
        for table, name in read
    ]
    together = each[0] if len(each) == 1 else exp.union(*each, distinct=False)
    whole = exp.select(exp.alias_(exp.Max(this=exp.column("last")), "last"))
    return described(whole.from_(together.subquery("each")), "how far the data reaches")


def first_statement(tables: Tables) -> exp.Select:
    """The first instant (`first`) at which anything occurred to an account; of when they began only if nothing else is known."""
    return earliest_statement(
        [table for table in tables if table not in (*WITHOUT_PRESENT, "accounts")] or ["accounts"]
    )


def earliest_statement(tables: Sequence[str]) -> exp.Select:
    """The first instant (`first`) at which any fact of these tables (at least one) occurred."""
    each: list[exp.Query] = [
        exp.select(exp.alias_(exp.Min(this=column("occurred_at")), "first")).from_(relation(table, FACTS))
        for table in tables
    ]
    together = each[0] if len(each) == 1 else exp.union(*each, distinct=False)
    whole = exp.select(exp.alias_(exp.Min(this=exp.column("first")), "first"))
    return described(whole.from_(together.subquery("each")), "from when on there is data")


def _dated(event: Dated, latest: Latest, through: datetime) -> exp.Select:
    at = latest.lookup(event.at or TABLES[event.table].occurred).sql
    cause = exp.null() if event.voluntary is None else latest.translator.condition(event.voluntary)
    return described(
        exp.select(
            exp.column("account", "fact"),
            exp.alias_(at, "at"),
            exp.alias_(latest.number(event.amount), "amount"),
            exp.alias_(exp.cast(cause, "boolean"), "voluntary"),
        )
        .from_(latest.relation())
        .where(exp.LTE(this=at.copy(), expression=instant(through)), *latest.condition(event.where)),
        f"{event.table}: when it happened",
    )


def _inactive(event: Inactive, latest: Latest, through: datetime) -> exp.Select:
    at = latest.lookup(TABLES[event.table].occurred).sql
    following = exp.Window(
        this=exp.Lead(this=at.copy()),
        partition_by=[exp.column("account", "fact")],
        order=exp.Order(expressions=[at.copy()]),
    )
    facts = (
        exp.select(
            exp.column("account", "fact"),
            exp.alias_(later(at, event.after, latest.zone), "over"),
            exp.alias_(following, "following"),
        )
        .from_(latest.relation())
        .where(exp.LTE(this=at.copy(), expression=instant(through)), *latest.condition(event.where))
    )
    over, nothing = exp.column("over"), exp.Is(this=exp.column("following"), expression=exp.null())
    return described(
        exp.select(
            exp.column("account"),
            exp.alias_(over, "at"),
            exp.alias_(exp.cast(exp.null(), "double"), "amount"),
            exp.alias_(exp.cast(exp.null(), "boolean"), "voluntary"),
        )
        .from_(facts.subquery("fact"))
        .where(
            exp.or_(nothing, exp.GTE(this=exp.column("following"), expression=over.copy())),
            exp.LTE(this=over.copy(), expression=instant(through)),
        ),
        f"{event.table}: when nothing had come for {event.after}",
    )
