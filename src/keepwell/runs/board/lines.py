"""What is known of an account besides its score: contacts, contracts, invoices, tickets, surveys, goals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from keepwell.people import Private
from keepwell.runs.accounts import contacts_called
from keepwell.runs.board.desk import Desk
from keepwell.signals.tables import TABLES, Kind
from keepwell.sql.board.facts import Known, facts_text

MOST_FACTS = 500
"""So many facts of a table are shown of an account at most, the newest."""


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A person at the account; `left_at` is `None` as long as they are there."""

    contact: int
    name: str
    email: str
    role: str
    joined_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A subscription; `amount` is its price per month (`None`: not known, or hidden), `days_to_renewal` counts whole days, below 0 where it is overdue."""

    started_at: datetime
    renews_at: datetime | None
    ended_at: datetime | None
    days_to_renewal: int | None
    plan: str
    seats: int | None
    amount: float | None
    auto_renew: bool | None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """An invoice; `overdue_days` counts whole days past due while it is not paid, `None` otherwise."""

    issued_at: datetime
    due_at: datetime | None
    paid_at: datetime | None
    failed_at: datetime | None
    status: str
    amount: float | None
    overdue_days: int | None


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A request for support; open while `closed_at` is `None`."""

    opened_at: datetime
    closed_at: datetime | None
    priority: str
    category: str
    escalated: bool
    satisfaction: float | None


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """An answer to a survey: nps (0–10), csat (1–5) or ces (1–7)."""

    answered_at: datetime
    kind: str
    score: float | None


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal, onboarding step or project; `overdue` where it should have been reached by now."""

    name: str
    kind: str
    started_at: datetime
    due_at: datetime | None
    reached_at: datetime | None
    overdue: bool


Facts = Sequence[Mapping[str, Any]]
"""Rows of a table, the newest first, each with `at`; instants are aware."""


@dataclass(frozen=True)
class Account:
    """An account whose facts are read, as they were known as of the scores that are shown."""

    desk: Desk
    surrogate: int
    as_of: datetime
    _read: dict[str, Facts] = field(default_factory=dict, repr=False)

    def facts(self, table: str) -> Facts:
        """The account's facts of a table with its columns, those of accounts with their attributes; none where the table is not there."""
        if table not in self._read:
            kinds = self.desk.tables.get(table)
            self._read[table] = () if kinds is None else self._facts(table, kinds)
        return self._read[table]

    def _facts(self, table: str, kinds: Mapping[str, Kind]) -> Facts:
        columns = [
            c.name for c in TABLES[table].columns if c.name in kinds and c.name != TABLES[table].occurred
        ]
        more = kinds if table == "accounts" else ()
        wanted = tuple(
            name for name in dict.fromkeys((*columns, *more)) if name not in ("occurred_at", "known_at")
        )
        known = Known(table, tuple(kinds.items()), self.as_of, self.desk.project.zone)
        rows = self.desk.warehouse.query(facts_text(known, wanted, MOST_FACTS, self.surrogate)).to_pylist()
        return [{name: aware(value) for name, value in row.items()} for row in rows]

    def amount(self, row: Mapping[str, Any]) -> float | None:
        """A fact's amount, if it is known and shown to the viewer."""
        value = row.get("amount")
        return None if value is None or not self.desk.sees_value else float(value)

    def contacts(self) -> tuple[ContactLine, ...]:
        """The people at the account, those who left last; none where the viewer sees no contacts."""
        if not self.desk.person.sees(Private.CONTACTS):
            return ()
        rows = [row for row in self.facts("contacts") if row.get("contact") is not None]
        called = contacts_called(self.desk.warehouse, [row["contact"] for row in rows])
        lines = [
            ContactLine(
                contact=row["contact"],
                name=called.get(row["contact"], ("", ""))[0],
                email=called.get(row["contact"], ("", ""))[1],
                role=row.get("role") or "",
                joined_at=row["at"],
                left_at=row.get("left_at"),
            )
            for row in rows
        ]
        return tuple(sorted(lines, key=lambda line: (line.left_at is not None, line.name.casefold())))

    def contracts(self) -> tuple[ContractLine, ...]:
        """The subscriptions, those that run first, the next renewal before the others."""
        lines = [
            ContractLine(
                started_at=row["at"],
                renews_at=row.get("renews_at"),
                ended_at=row.get("ended_at"),
                days_to_renewal=self._days_until(row.get("renews_at"))
                if row.get("ended_at") is None
                else None,
                plan=row.get("plan") or "",
                seats=row.get("seats"),
                amount=self.amount(row),
                auto_renew=row.get("auto_renew"),
            )
            for row in self.facts("subscriptions")
        ]
        return tuple(
            sorted(
                lines,
                key=lambda line: (
                    line.ended_at is not None,
                    line.renews_at is None,
                    line.renews_at or line.started_at,
                ),
            )
        )

    def _days_until(self, at: datetime | None) -> int | None:
        return None if at is None else (at - self.as_of).days

    def invoices(self) -> tuple[InvoiceLine, ...]:
        """The invoices, the newest first."""
        return tuple(
            InvoiceLine(
                issued_at=row["at"],
                due_at=row.get("due_at"),
                paid_at=row.get("paid_at"),
                failed_at=row.get("failed_at"),
                status=row.get("status") or "",
                amount=self.amount(row),
                overdue_days=self._overdue(row),
            )
            for row in self.facts("invoices")
        )

    def _overdue(self, row: Mapping[str, Any]) -> int | None:
        due = row.get("due_at")
        if due is None or row.get("paid_at") is not None or due >= self.as_of:
            return None
        return int((self.as_of - due).days)

    def tickets(self) -> tuple[TicketLine, ...]:
        """The tickets, the newest first."""
        return tuple(
            TicketLine(
                opened_at=row["at"],
                closed_at=row.get("closed_at"),
                priority=row.get("priority") or "",
                category=row.get("category") or "",
                escalated=bool(row.get("escalated")) or row.get("escalated_at") is not None,
                satisfaction=row.get("satisfaction"),
            )
            for row in self.facts("tickets")
        )

    def surveys(self) -> tuple[SurveyLine, ...]:
        """The answers to surveys, the newest first."""
        return tuple(
            SurveyLine(row["at"], row.get("kind") or "", row.get("score")) for row in self.facts("surveys")
        )

    def goals(self) -> tuple[GoalLine, ...]:
        """The goals, those not reached first."""
        lines = [
            GoalLine(
                name=row.get("name") or "",
                kind=row.get("kind") or "",
                started_at=row["at"],
                due_at=row.get("due_at"),
                reached_at=row.get("reached_at"),
                overdue=row.get("reached_at") is None
                and row.get("due_at") is not None
                and row["due_at"] < self.as_of,
            )
            for row in self.facts("milestones")
        ]
        return tuple(
            sorted(lines, key=lambda line: (line.reached_at is not None, line.due_at or line.started_at))
        )

    def attributes(self) -> tuple[tuple[str, str], ...]:
        """What is known of the account itself, by name in words; sums of money only for those who see values."""
        kinds = self.desk.tables["accounts"]
        own = [name for name in kinds if name not in _TOLD_ELSEWHERE]
        found = self.facts("accounts")
        if not found:
            return ()
        shown = [name for name in own if kinds[name] is not Kind.MONEY or self.desk.sees_value]
        said = ((name, in_words(found[0][name])) for name in shown)
        return tuple((name.replace("_", " ").capitalize(), text) for name, text in said if text)


_TOLD_ELSEWHERE = frozenset({"occurred_at", "known_at", "began_at", "ended_at", "owner", "name"})


def in_words(value: object) -> str:
    """A fact's value for people; empty where it is not known."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat()
        case float():
            return f"{value:,.6g}"
        case _:
            return str(value)


def aware(value: Any) -> Any:
    """A value as it is read: a naive instant is UTC."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
