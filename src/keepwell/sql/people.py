"""The people at accounts as of an instant: who is there, what they are, how they are reached, how much they use the product."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.signals.tables import TABLES, Kind
from keepwell.signals.window import Span, Unit
from keepwell.sql.facts import FACTS, Seen
from keepwell.sql.moments import Moments, Point, instant
from keepwell.sql.naming import alias, column, described, relation

OF_LATE = Span(28, Unit.DAYS)
"""How far back the use of the product counts that makes somebody the most active."""

_DIRECTORY = "directory"
_ACCOUNTS = "$accounts"


def text(statement: exp.Select, accounts: Sequence[int]) -> str:
    """A statement of this module for some accounts (surrogates), of which there can be thousands: they are put into its text."""
    return statement.sql("duckdb").replace(_ACCOUNTS, ", ".join(map(str, accounts)))


def _mine(of: str | None = None) -> exp.Expr:
    return column("account", of).isin(exp.var(_ACCOUNTS))


def people_statement(
    tables: Mapping[str, Mapping[str, Kind]],
    as_of: datetime,
    zone: ZoneInfo,
    attributes: Sequence[str] = (),
) -> exp.Select:
    """A row per person at the accounts who has not left: `account`, `contact`, `contact_id`, `name`, `email`, `role`, `zone`,
    `language`, `uses`, and the attributes of contacts, as they were known.

    Raises:
        KeyError: there is no table of contacts.
    """
    kinds = tables["contacts"]
    seen = Seen(TABLES["contacts"], kinds, Moments([Point.at(as_of)], zone))
    wanted = [*("contact", "role", "zone", "language", "left_at"), *attributes]
    for name in wanted:
        if name in kinds:
            seen.lookup(name)
    there = seen.query().subquery("person")
    known = [
        alias(column(name, "person") if name in kinds else exp.null(), name)
        for name in wanted
        if name not in ("contact", "left_at")
    ]
    called = [exp.column(name, "called", quoted=True) for name in ("contact_id", "name", "email")]
    query = exp.select(column("account", "person"), column("contact", "person"), *called, *known).from_(there)
    here = exp.EQ(this=column("contact", "called"), expression=column("contact", "person"))
    directory = exp.alias_(relation("contacts", _DIRECTORY), "called", table=True)
    query = query.join(directory, on=here, join_type="inner")
    query = _with_uses(query.where(_mine("person")), tables, as_of, zone)
    stays = exp.Is(this=column("left_at", "person"), expression=exp.null())
    return described(query.where(stays) if "left_at" in kinds else query, "the people at accounts")


def _with_uses(
    query: exp.Select,
    tables: Mapping[str, Mapping[str, Kind]],
    as_of: datetime,
    zone: ZoneInfo,
) -> exp.Select:
    if "contact" not in tables.get("events", ()):
        return query.select(exp.alias_(exp.convert(0), "uses"))
    at = column("occurred_at")
    used = exp.select(column("account"), column("contact"), exp.alias_(exp.Count(this=exp.Star()), "uses"))
    used = used.from_(relation("events", FACTS)).where(
        _mine(),
        exp.GTE(this=at, expression=instant(OF_LATE.before(as_of, zone))),
        exp.LT(this=at.copy(), expression=instant(as_of)),
        exp.LT(this=column("known_at"), expression=instant(as_of)),
    )
    used = used.group_by(column("account"), column("contact"))
    same = [
        exp.EQ(this=column(name, "used"), expression=column(name, "person"))
        for name in ("account", "contact")
    ]
    joined = query.join(used.subquery("used"), on=exp.and_(*same), join_type="left")
    return joined.select(exp.alias_(exp.func("COALESCE", exp.column("uses", "used"), exp.convert(0)), "uses"))


def escalated_statement(kinds: Mapping[str, Kind], as_of: datetime, zone: ZoneInfo) -> exp.Select:
    """Which of the accounts have a ticket which was escalated and is open, as it was known."""
    seen = Seen(TABLES["tickets"], kinds, Moments([Point.at(as_of)], zone))
    for name in ("escalated", "escalated_at", "closed_at"):
        if name in kinds:
            seen.lookup(name)
    tickets = seen.query().subquery("ticket")
    signs: list[exp.Expr] = []
    if "escalated" in kinds:
        signs.append(column("escalated", "ticket"))
    if "escalated_at" in kinds:
        signs.append(exp.Not(this=exp.Is(this=column("escalated_at", "ticket"), expression=exp.null())))
    open_ = exp.Is(this=column("closed_at", "ticket"), expression=exp.null())
    query = (
        exp.select(column("account", "ticket"))
        .distinct()
        .from_(tickets)
        .where(_mine("ticket"), open_, exp.or_(*signs))
    )
    return described(query, "accounts with an open escalation")


def attributes_statement(kinds: Mapping[str, Kind], as_of: datetime, zone: ZoneInfo) -> exp.Select:
    """A row per account with all its attributes, as they were known; those that had not begun have none."""
    seen = Seen(TABLES["accounts"], kinds, Moments([Point.at(as_of)], zone))
    for name in kinds:
        if name not in ("occurred_at", "known_at"):
            seen.lookup(name)
    return described(seen.query().where(_mine("fact")), "accounts and their attributes")
