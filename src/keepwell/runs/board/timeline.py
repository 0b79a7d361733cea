"""What happened at an account, told fact by fact."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from keepwell.errors import UserError
from keepwell.people import Private
from keepwell.runs.board.lines import Account, aware
from keepwell.runs.figures import spoken
from keepwell.sql.board.facts import use_statement

PAGE_DAYS = 91
"""A page of the timeline covers so many days."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Happening:
    """One fact in the timeline: of which table, when, in short, and further words (empty where there are none, or hidden from the viewer)."""

    at: datetime
    table: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """A page of the timeline, the newest first, and the cursor of the next (`None`: that was all)."""

    happenings: tuple[Happening, ...]
    older: str | None


def page(account: Account, cursor: str = "") -> TimelinePage:
    """What happened in the `PAGE_DAYS` before the cursor's instant (empty: before the instant of the scores).

    Raises:
        UserError: the cursor is no instant.
    """
    until = _instant(cursor) if cursor else account.as_of
    since = until - timedelta(days=PAGE_DAYS)
    everything = [each for table in _TELLERS for each in told(account, table)]
    here = [each for each in everything if since <= each.at < until] + list(_use(account, since, until))
    began = min((each.at for each in everything), default=None)
    more = began is not None and began < since
    newest = sorted(here, key=lambda each: (each.at, each.table, each.title), reverse=True)
    return TimelinePage(tuple(newest), since.isoformat() if more else None)


def told(account: Account, table: str) -> Iterator[Happening]:
    """What happened according to the facts of one table, in no order."""
    for row in account.facts(table):
        for at, title, detail in _TELLERS[table](account, row):
            if at is not None and at < account.as_of:
                yield Happening(at, table, title, detail)


def _instant(cursor: str) -> datetime:
    try:
        at = datetime.fromisoformat(cursor)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UserError("the cursor is none of a timeline's", do="begin at the first page") from error
    raise UserError("the cursor is none of a timeline's", do="begin at the first page")


def _use(account: Account, since: datetime, until: datetime) -> Iterator[Happening]:
    """What the account did in the product, a line a day."""
    kinds = account.desk.tables.get("events")
    if kinds is None:
        return
    counted = "quantity" in kinds
    statement = use_statement(account.surrogate, since, until, counted=counted)
    rows = account.desk.warehouse.query(statement).to_pylist()
    for _, of_day in groupby(rows, key=lambda row: row["day"]):
        done = sorted(of_day, key=lambda row: (-row["times"], row["name"] or ""))
        named = [f"{spoken(row['name'] or 'something')} {row['times']:,.0f}" for row in done]
        more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
        yield Happening(
            aware(max(row["at"] for row in done)), "events", f"Used: {', '.join(named[:MOST_NAMED])}{more}"
        )


MOST_NAMED = 4
"""How many events of a day are named."""

Told = Iterator[tuple[datetime | None, str, str]]


def _of(*parts: object) -> str:
    """The parts that are known, in brackets."""
    known = ", ".join(spoken(str(part)) for part in parts if part not in (None, ""))
    return f" ({known})" if known else ""


def _money(account: Account, row: Row) -> str | None:
    amount = account.amount(row)
    return None if amount is None else f"{amount:,.2f} {account.desk.project.currency}"


def _words(account: Account, row: Row, name: str) -> str:
    """What somebody wrote, if the viewer may read that."""
    return spoken(row.get(name) or "") if account.desk.person.sees(Private.WORDS) else ""


def _tickets(_account: Account, row: Row) -> Told:
    about = _of(row.get("category"), row.get("priority"))
    yield row["at"], f"Ticket opened{about}", ""
    yield row.get("escalated_at"), f"Ticket escalated{about}", ""
    rated = row.get("satisfaction")
    yield row.get("closed_at"), f"Ticket closed{about}", "" if rated is None else f"rated {rated:g}"


def _surveys(_account: Account, row: Row) -> Told:
    score = row.get("score")
    yield (
        row["at"],
        f"{(row.get('kind') or 'survey').upper()} answered: {'nothing' if score is None else f'{score:g}'}",
        "",
    )


def _invoices(account: Account, row: Row) -> Told:
    sum_ = _of(_money(account, row))
    yield row["at"], f"Invoice issued{sum_}", ""
    yield row.get("failed_at"), f"Payment failed{sum_}", ""
    yield row.get("paid_at"), f"Invoice paid{sum_}", ""
    if row.get("paid_at") is None:
        yield row.get("due_at"), f"Invoice overdue{sum_}", ""


def _interactions(account: Account, row: Row) -> Told:
    kind = (row.get("kind") or "contact").replace("_", " ").capitalize()
    by = f" with {row['author']}" if row.get("author") else ""
    yield row["at"], f"{kind}{by}", _words(account, row, "outcome")


def _messages(_account: Account, row: Row) -> Told:
    action = (row.get("action") or "sent").replace("_", " ")
    yield (
        row["at"],
        f"Message {action}{_of(row.get('channel'), row.get('campaign') or row.get('category'))}",
        "",
    )


def _milestones(_account: Account, row: Row) -> Told:
    what = spoken(row.get("name") or row.get("kind") or "a goal")
    yield row["at"], f"Started: {what}", ""
    yield row.get("reached_at"), f"Reached: {what}", ""
    if row.get("reached_at") is None:
        yield row.get("due_at"), f"Overdue: {what}", ""


def _subscriptions(account: Account, row: Row) -> Told:
    about = _of(row.get("plan"), _money(account, row))
    yield row["at"], f"Subscription {spoken(row.get('change') or 'began')}{about}", ""
    yield row.get("ended_at"), f"Subscription ended{about}", _words(account, row, "end_reason")


def _orders(account: Account, row: Row) -> Told:
    yield row["at"], f"Ordered{_of(row.get('category'), _money(account, row))}", ""


def _offers(_account: Account, row: Row) -> Told:
    about = _of(row.get("code"))
    yield row["at"], f"Offer made{about}", ""
    yield row.get("redeemed_at"), f"Offer used{about}", ""


def _contacts(_account: Account, row: Row) -> Told:
    who = spoken(row.get("role") or "contact")
    yield row["at"], f"{who.capitalize()} joined", ""
    yield row.get("left_at"), f"{who.capitalize()} left", ""


def _pulses(account: Account, row: Row) -> Told:
    score = "" if row.get("score") is None else f" {row['score']:g}"
    yield row["at"], f"Pulse{score}{_by(row)}", _words(account, row, "reason")


def _feedback(account: Account, row: Row) -> Told:
    verdict = (row.get("verdict") or "").replace("_", " ")
    yield row["at"], f"The score is {verdict or 'judged'}{_by(row)}", _words(account, row, "reason")


def _overrides(account: Account, row: Row) -> Told:
    value = row.get("value")
    if value is not None and row.get("target"):
        until = f" until {row['until_at'].date()}" if row.get("until_at") else ""
        title = f"{row['target'].replace('_', ' ').capitalize()} set to {value:g}{until}{_by(row)}"
        yield row["at"], title, _words(account, row, "reason")


def _outcomes(account: Account, row: Row) -> Told:
    yield row["at"], spoken(row.get("kind") or "outcome").capitalize(), _words(account, row, "reason")


def _accounts(account: Account, row: Row) -> Told:
    yield row["at"], "Became a customer", ""
    yield row.get("ended_at"), "Stopped being a customer", _words(account, row, "end_reason")


def _by(row: Row) -> str:
    return f" by {row['author']}" if row.get("author") else ""


_TELLERS: Mapping[str, Callable[[Account, Row], Told]] = {
    "accounts": _accounts,
    "contacts": _contacts,
    "feedback": _feedback,
    "interactions": _interactions,
    "invoices": _invoices,
    "messages": _messages,
    "milestones": _milestones,
    "offers": _offers,
    "orders": _orders,
    "outcomes": _outcomes,
    "overrides": _overrides,
    "pulses": _pulses,
    "subscriptions": _subscriptions,
    "surveys": _surveys,
    "tickets": _tickets,
}
"""How the facts of each table are told; events are told by day."""

TOLD = frozenset({*_TELLERS, "events"})
"""The tables that a timeline tells of."""
