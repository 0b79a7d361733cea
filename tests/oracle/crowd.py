"""Larger cases from a seed: enough facts, accounts and points that every path of a statement carries many rows."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from keepwell.signals.definition import Aggregate, Change, Feed, Formula, How, Ratio, Signal, State
from keepwell.signals.expression import parse
from keepwell.signals.facts import Fact
from keepwell.signals.meaning import Value
from keepwell.signals.tables import TABLES, Kind
from keepwell.signals.window import Span, Window, local_date, midnight
from tests.oracle.cases import Case, Moment
from tests.oracle.columns import held

LAST = date(2024, 11, 6)
REACH = 300
"""How many days before `LAST` facts begin; both changes of daylight saving lie between."""

TABLES_IN_PLAY = (
    "accounts",
    "events",
    "tickets",
    "subscriptions",
    "orders",
    "surveys",
    "context",
    "invoices",
)


def window(start: str, end: str | None = None) -> Window:
    """A window from so long ago to so long ago."""
    return Window(Span.parse(start), Span.parse(end) if end else None)


def signal(name: str, how: How, table: str, missing: float | None = None, **more: object) -> Signal:
    """An aggregate with its expressions and windows written as text."""
    for key in ("where", "column"):
        if key in more:
            more[key] = parse(str(more[key]))
    if "per" in more:
        more["per"] = Span.parse(str(more["per"]))
    if isinstance(more.get("window"), str):
        more["window"] = window(str(more["window"]))
    meaning = Aggregate(how, table, **more)  # type: ignore[arg-type]
    return Signal(name, meaning, missing=missing, missing_said=missing is not None)


DAILY: tuple[Signal, ...] = (
    signal("logins", How.COUNT, "events", 0, where="name == 'login'", window="28 days"),
    signal("active_days", How.ACTIVE_DAYS, "events", 0, window="28 days"),
    signal("active_days_90", How.ACTIVE_DAYS, "events", window="90 days"),
    signal("active_ever", How.ACTIVE_DAYS, "events"),
    signal("people", How.DISTINCT, "events", 0, window="28 days"),
    signal("people_7", How.DISTINCT, "events", window="7 days", where="name != 'login'"),
    signal("people_before", How.DISTINCT, "events", window=window("35 days", "7 days")),
    signal("features", How.DISTINCT, "events", 0, column="feature", window="30 days"),
    signal("weekly", How.RATE, "events", window=window("35 days", "7 days"), per="7 days"),
    signal("trend", How.TREND, "events", window="12 weeks", per="7 days"),
    signal("trend_sum", How.TREND, "events", column="quantity", window="4 weeks", per="7 days"),
    signal("monthly", How.TREND, "events", window="6 months", per="1 month"),
    signal("quiet", How.DAYS_SINCE_LAST, "events"),
    signal("quiet_90", How.DAYS_SINCE_LAST, "events", window="90 days"),
    signal("latency", How.MEDIAN, "events", column="value", window="28 days"),
    signal("slow", How.MEAN, "events", column="value", window="1 month"),
    signal("worst", How.MAX, "events", column="value", window="28 days"),
    signal("quantity", How.SUM, "events", column="quantity", window="28 days"),
    signal("last_feature", How.LAST, "events", column="feature", window="28 days"),
    signal("recent", How.COUNT, "events", window="36 hours"),
    signal("backlog", How.OPEN, "tickets", 0),
    signal("escalated", How.OPEN, "tickets", where="escalated"),
    signal("resolution", How.DURATION, "tickets", window="90 days", hours=True),
    signal(
        "response",
        How.DURATION,
        "tickets",
        column="hours_between(first_response_at, opened_at)",
        window="90 days",
    ),
    signal("csat", How.MEAN, "tickets", column="satisfaction", at="closed_at", window="90 days"),
    signal("renewal", How.DAYS_UNTIL, "subscriptions", column="renews_at"),
    signal("mrr", How.SUM, "subscriptions", column="amount", state=State.OPEN),
    signal("overdue", How.COUNT, "invoices", 0, where="due_at < as_of", state=State.OPEN),
    signal("fallen_due", How.COUNT, "invoices", at="due_at"),
    signal("falling_due", How.COUNT, "invoices", at="due_at", window="7 days"),
    signal("spent", How.SUM, "orders", 0, column="amount", window="90 days"),
    signal("lateness", How.GAP_RATIO, "orders"),
    signal("nps", How.LAST, "surveys", column="score", where="kind == 'nps'"),
    signal("index", How.LAST, "context", column="value"),
    signal("seats", How.SUM, "accounts", column="seats"),
    Signal("change", Change("people", "people_before")),
    Signal("seat_use", Ratio("people", "seats")),
    Signal("mood", Formula(parse("coalesce(nps * 10, csat * 20, 50) - min(backlog, 5)")), missing=0),
)


def crowd(
    seed: int, zone: str, points: Sequence[datetime], accounts: int = 12, per_account: int = 60
) -> Case:
    """A case with so many accounts and facts of each table per account; the same for the same seed."""
    chance = random.Random(seed)
    facts = [fact for table in TABLES_IN_PLAY for fact in _facts(chance, table, accounts, per_account)]
    feeds = (Feed("app", "events", Span.parse("3 days")), Feed("crm", "surveys", Span.parse("1 month")))
    moments = tuple(Moment(at, at) for at in points)
    return Case(ZoneInfo(zone), DAILY, feeds, moments, tuple(facts))


def grid(zone: str, count: int, step: int, at: time = time(0)) -> list[datetime]:
    """So many instants, a step of days apart, the last on `LAST`."""
    days = [LAST - timedelta(days=step * n) for n in reversed(range(count))]
    return [datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC) for day in days]


def _facts(chance: random.Random, table: str, accounts: int, per_account: int) -> list[Fact]:
    if table == "accounts":
        return [_revised(chance, table, account, UUID(int=account)) for account in range(1, accounts + 1)]
    count = accounts * (per_account if table == "events" else per_account // 6)
    found: list[Fact] = []
    for number in range(count):
        key = UUID(int=chance.getrandbits(128))
        busy = min(chance.randrange(1, accounts + 1), chance.randrange(1, accounts + 2))
        first = _revised(chance, table, None if table == "context" else busy, key)
        found.append(first)
        if not TABLES[table].immutable and number % 3 == 0:
            later = first.known_at + timedelta(days=chance.randrange(1, 60))
            found.append(_revised(chance, table, first.account, key, occurred=first.occurred_at, known=later))
    return found


def _revised(
    chance: random.Random,
    table: str,
    account: int | None,
    key: UUID,
    *,
    occurred: datetime | None = None,
    known: datetime | None = None,
) -> Fact:
    at = occurred or _instant(chance, early=table == "accounts")
    delay = chance.choice([timedelta(0), timedelta(0), timedelta(hours=30), timedelta(days=9)])
    values = {name: _value(chance, name, kind, at) for name, kind in held(table).items()}
    return Fact(table, account, key, at, known or at + delay, chance.choice(["app", "crm"]), values)


def _instant(chance: random.Random, early: bool = False) -> datetime:
    day = LAST - timedelta(
        days=chance.randrange(REACH // 2 if early else 0, REACH) if chance.random() < 0.7 else 20
    )
    local = midnight(day, ZoneInfo(chance.choice(["UTC", "Europe/Berlin", "America/New_York"])))
    return local + chance.choice(
        [timedelta(0), timedelta(microseconds=-1), timedelta(seconds=chance.randrange(86_400))]
    )


_TEXTS = {
    "name": ("login", "core_action", "export"),
    "kind": ("nps", "csat"),
    "sector": ("shipping", "farming"),
    "feature": ("search", "reports", "api", "billing"),
}


def _value(chance: random.Random, name: str, kind: Kind, at: datetime) -> Value:
    if chance.random() < 0.15:
        return None
    match kind:
        case Kind.TEXT:
            return chance.choice(_TEXTS.get(name, ("basic", "pro", "high")))
        case Kind.INTEGER:
            return chance.randrange(0, 30)
        case Kind.NUMBER:
            return chance.choice(
                [chance.randrange(0, 80) / 8, chance.random() * 9, chance.randrange(1, 99) * 1e10]
            )
        case Kind.MONEY:
            return Decimal(chance.randrange(0, 900_000)) / 10_000
        case Kind.BOOLEAN:
            return chance.random() < 0.4
        case Kind.INSTANT:
            later = at + timedelta(hours=chance.randrange(1, 2_000))
            zone = ZoneInfo(chance.choice(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]))
            return midnight(local_date(later, zone), zone) if chance.random() < 0.5 else later
        case Kind.CONTACT:
            return chance.randrange(1, 9)
