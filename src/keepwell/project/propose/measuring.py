"""What can be measured with the columns at hand: signals, and the measures and caps made of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from keepwell.project.propose.guess import Holds
from keepwell.project.propose.mapped import Mapped, Mapping, quoted

HIGHER, LOWER = "higher_is_better", "lower_is_better"
PEERS = "{percentile_within: segment}"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A signal to write, and, where it makes a measure, its dimension, weight, scale and advice."""

    name: str
    text: str
    dimension: str = ""
    weight: int = 1
    scale: str = ""
    advice: str = ""


def _signal(
    name: str, label: str, unit: str, direction: str, meaning: str, *, missing: str = "unknown"
) -> str:
    better = f"    direction: {direction}\n" if direction else ""
    return f"  {name}:\n    label: {label}\n    unit: {unit}\n{better}    missing: {missing}\n{meaning}"


def _aggregate(table: str, how: str, **more: str) -> str:
    lines = [
        f"    from: {table}",
        f"    aggregate: {how}",
        *(f"    {key}: {value}" for key, value in more.items()),
    ]
    return "\n".join(lines) + "\n"


def _derived(form: str) -> str:
    return f"    {form}\n"


def proposals(mapping: Mapping) -> Iterator[Proposed]:
    """The signals for all that is mapped; those with a scale are measures."""
    yield Proposed(
        "tenure_days",
        _signal(
            "tenure_days", "Days as a customer", "days", HIGHER, _aggregate("accounts", "days_since_last")
        ),
    )
    for table, propose in _BY_TABLE.items():
        source = mapping.table(table)
        if source is not None:
            yield from propose(source)


def _events(source: Mapped) -> Iterator[Proposed]:
    yield Proposed(
        "active_days",
        _signal("active_days", "Active days", "days", HIGHER,
                _aggregate("events", "active_days", window="28 days"), missing="zero"),
        "adoption", 3, PEERS, "Find out what keeps them away, and show the next useful step",
    )  # fmt: skip
    if source.holds("quantity"):
        for name, label, window in (
            ("usage_now", "Usage of the last four weeks", "28 days"),
            ("usage_before", "Usage of the twelve weeks before", "{from: 112 days ago, to: 28 days ago}"),
        ):
            meaning = _aggregate("events", "sum", column="quantity", window=window)
            yield Proposed(name, _signal(name, label, "uses", HIGHER, meaning, missing="zero"))
        formula = _derived('expression: "(usage_now - usage_before / 3) / max(usage_before / 3, 1)"')
    else:
        for name, label, window in (
            ("usage_now", "Weekly usage of the last four weeks", "28 days"),
            (
                "usage_before",
                "Weekly usage of the twelve weeks before",
                "{from: 112 days ago, to: 28 days ago}",
            ),
        ):
            meaning = _aggregate("events", "rate", per="7 days", window=window)
            yield Proposed(name, _signal(name, label, "events a week", HIGHER, meaning, missing="zero"))
        formula = _derived("change: {of: usage_now, against: usage_before}")
    yield Proposed(
        "usage_change",
        _signal("usage_change", "Usage against its own baseline", "percent", HIGHER, formula),
        "adoption", 2, "{-60%: 0, -20%: 40, 0%: 70, +20%: 100}", "Ask what has changed on their side",
    )  # fmt: skip
    of = next((name for name in ("feature", "name") if source.holds(name) and _several(source, name)), None)
    if of is not None:
        yield Proposed(
            "breadth",
            _signal("breadth", "Breadth of use", "kinds", HIGHER,
                    _aggregate("events", "distinct", column=of, window="28 days"), missing="zero"),
            "adoption", 1, PEERS, "Introduce what others like them use",
        )  # fmt: skip
    if source.holds("contact"):
        yield Proposed(
            "active_people",
            _signal("active_people", "People active", "people", HIGHER,
                    _aggregate("events", "distinct", column="contact", window="28 days"), missing="zero"),
            "adoption", 1, PEERS, "Win a second person for it",
        )  # fmt: skip


def _several(source: Mapped, name: str) -> bool:
    column = source.holds(name)
    return column is not None and 2 <= column.distinct <= 1000


def plans(source: Mapped | None) -> list[str]:
    """The names of the plans, if there are a few."""
    plan = source.holds("plan") if source is not None else None
    return sorted(plan.texts()) if plan is not None and 2 <= plan.distinct <= 6 else []


def _subscriptions(source: Mapped) -> Iterator[Proposed]:
    if source.holds("amount"):
        meaning = _aggregate("subscriptions", "sum", column="amount", state="open")
        yield Proposed(
            "mrr", _signal("mrr", "Monthly revenue", "money a month", HIGHER, meaning, missing="zero")
        )
    if plans(source):
        meaning = _aggregate("subscriptions", "last", column="plan")
        yield Proposed("plan_now", _signal("plan_now", "Plan", "plan", "", meaning))
    if source.holds("renews_at"):
        meaning = _aggregate("subscriptions", "days_until", column="renews_at")
        yield Proposed("days_to_renewal", _signal("days_to_renewal", "Days to renewal", "days", "", meaning))
    if source.holds("ended_at"):
        meaning = _aggregate("subscriptions", "count", state="open")
        yield Proposed(
            "subscriptions_open",
            _signal(
                "subscriptions_open",
                "Subscriptions running",
                "subscriptions",
                HIGHER,
                meaning,
                missing="zero",
            ),
        )
        meaning = _aggregate("subscriptions", "count", state="ended", at="ended_at", window="90 days")
        yield Proposed(
            "subscriptions_ended",
            _signal("subscriptions_ended", "Subscriptions ended in 90 days", "subscriptions", LOWER, meaning, missing="zero"),
            "commercial", 1, "{0: 100, 1: 50, 3: 0}", "Learn why they ended it before the next one follows",
        )  # fmt: skip


def _invoices(source: Mapped) -> Iterator[Proposed]:
    if source.holds("due_at") and source.holds("paid_at"):
        yield Proposed(
            "overdue_invoices",
            _signal("overdue_invoices", "Invoices overdue", "invoices", LOWER,
                    _aggregate("invoices", "open", where="due_at < as_of"), missing="zero"),
            "commercial", 2, "{0: 100, 1: 40, 3: 0}", "Ask whether the invoice reached the right person",
        )  # fmt: skip
    status = source.holds("status")
    failed = [text for text in status.texts(50) if "fail" in text.lower()] if status else []
    if failed:
        meaning = _aggregate(
            "invoices", "count", where=f"{{status: [{', '.join(map(quoted, failed))}]}}", window="90 days"
        )
        yield Proposed(
            "payment_failures",
            _signal("payment_failures", "Failed payments in 90 days", "payments", LOWER, meaning, missing="zero"),
            "commercial", 2, "{0: 100, 1: 30, 2: 0}", "Help them renew the means of payment",
        )  # fmt: skip


def _orders(source: Mapped) -> Iterator[Proposed]:
    yield Proposed(
        "reorder_lateness",
        _signal("reorder_lateness", "Lateness of the next order", "own gaps", LOWER, _aggregate("orders", "gap_ratio")),
        "engagement", 2, "{0: 100, 1: 80, 2: 40, 4: 0}", "Remind them of what they bought last",
    )  # fmt: skip
    yield Proposed(
        "days_since_order",
        _signal("days_since_order", "Days since the last order", "days", LOWER, _aggregate("orders", "days_since_last")),
        "engagement", 2, "{0: 100, 90: 60, 180: 30, 365: 0}", "Offer a reason to come back",
    )  # fmt: skip
    yield Proposed(
        "orders_a_year",
        _signal("orders_a_year", "Orders in a year", "orders", HIGHER,
                _aggregate("orders", "count", window="365 days"), missing="zero"),
        "engagement", 1, PEERS, "Show what goes with the last order",
    )  # fmt: skip
    if source.holds("amount"):
        meaning = _aggregate("orders", "sum", column="amount", window="365 days")
        yield Proposed(
            "spend_a_year",
            _signal("spend_a_year", "Spend in a year", "money", HIGHER, meaning, missing="zero"),
            "commercial", 1, PEERS, "Offer them what similar customers buy more of",
        )  # fmt: skip


def _tickets(source: Mapped) -> Iterator[Proposed]:
    if source.holds("closed_at"):
        yield Proposed(
            "open_tickets",
            _signal("open_tickets", "Open tickets", "tickets", LOWER, _aggregate("tickets", "open"), missing="zero"),
            "support", 1, "{0: 100, 2: 60, 6: 0}", "Close the oldest ticket, and tell them",
        )  # fmt: skip
        meaning = _aggregate("tickets", "duration", window="180 days")
        yield Proposed(
            "resolution_hours",
            _signal("resolution_hours", "Time to resolve", "hours", LOWER, meaning),
            "support", 1, "{4: 100, 24: 70, 72: 20, 168: 0}", "Look at what held their tickets up",
        )  # fmt: skip
    else:
        meaning = _aggregate("tickets", "count", window="90 days")
        yield Proposed(
            "tickets_90d",
            _signal("tickets_90d", "Tickets in 90 days", "tickets", LOWER, meaning, missing="zero"),
            "support", 1, "{0: 100, 3: 60, 10: 0}", "Look for the cause that their tickets share",
        )  # fmt: skip
    if source.holds("escalated"):
        meaning = _aggregate("tickets", "count", where="{escalated: true}", window="90 days")
        yield Proposed(
            "escalations",
            _signal("escalations", "Escalations in 90 days", "tickets", LOWER, meaning, missing="zero"),
            "support", 1, "{0: 100, 1: 40, 3: 0}", "Have somebody senior call them",
        )  # fmt: skip
    rating = source.holds("satisfaction")
    if rating is not None:
        meaning = _aggregate("tickets", "mean", column="satisfaction", window="180 days")
        yield Proposed(
            "ticket_satisfaction",
            _signal("ticket_satisfaction", "Satisfaction with support", "points", HIGHER, meaning),
            "voice", 1, _ratings(rating.top()), "Ask what would have made the answer a good one",
        )  # fmt: skip


def _ratings(top: float | None) -> str:
    highest = 5 if top is None or top <= 5 else 7 if top <= 7 else 10 if top <= 10 else 100
    return f"{{{1 if highest < 10 else 0}: 0, {highest * 0.6:g}: 40, {highest * 0.8:g}: 75, {highest}: 100}}"


def _surveys(source: Mapped) -> Iterator[Proposed]:
    score = source.holds("score")
    if score is not None and score.guess.holds in (Holds.INTEGER, Holds.NUMBER):
        meaning = _aggregate("surveys", "last", column="score", window="365 days")
        yield Proposed(
            "last_rating",
            _signal("last_rating", "Last survey answer", "points", HIGHER, meaning),
            "voice", 2, _ratings(score.top()), "Thank them, and ask what is behind the answer",
        )  # fmt: skip


def _interactions(_source: Mapped) -> Iterator[Proposed]:
    yield Proposed(
        "days_since_meeting",
        _signal("days_since_meeting", "Days since the last meeting", "days", LOWER,
                _aggregate("interactions", "days_since_last")),
        "relationship", 1, "{14: 100, 60: 60, 180: 0}", "Ask for half an hour",
    )  # fmt: skip


def _pulses(source: Mapped) -> Iterator[Proposed]:
    if source.holds("score"):
        meaning = _aggregate("pulses", "last", column="score", window="180 days")
        yield Proposed(
            "pulse",
            _signal("pulse", "Pulse of the account's owner", "points", HIGHER, meaning),
            "voice", 1, "{0: 0, 100: 100}", "Ask the owner what worries them",
        )  # fmt: skip


def _milestones(source: Mapped) -> Iterator[Proposed]:
    if source.holds("reached_at"):
        meaning = _aggregate("milestones", "open")
        yield Proposed(
            "open_milestones",
            _signal("open_milestones", "Milestones not reached", "milestones", LOWER, meaning, missing="zero"),
            "outcomes", 1, "{0: 100, 2: 60, 6: 0}", "Agree on the next step and a day for it",
        )  # fmt: skip


_BY_TABLE: dict[str, Callable[[Mapped], Iterator[Proposed]]] = {
    "events": _events,
    "subscriptions": _subscriptions,
    "invoices": _invoices,
    "orders": _orders,
    "tickets": _tickets,
    "surveys": _surveys,
    "interactions": _interactions,
    "pulses": _pulses,
    "milestones": _milestones,
}
