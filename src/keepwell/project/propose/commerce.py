"""What can be measured of contracts, bills and orders."""

from collections.abc import Iterator

from keepwell.project.propose.mapped import Mapped, quoted
from keepwell.project.propose.proposed import HIGHER, LOWER, PEERS, Proposed, aggregate, signal


def plans(source: Mapped | None) -> list[str]:
    """The names of the plans, if there are a few."""
    plan = source.holds("plan") if source is not None else None
    return sorted(plan.texts()) if plan is not None and 2 <= plan.distinct <= 6 else []


def subscriptions(source: Mapped) -> Iterator[Proposed]:
    """What can be measured of subscriptions."""
    if source.holds("amount"):
        meaning = aggregate("subscriptions", "sum", column="amount", state="open")
        yield Proposed(
            "mrr", signal("mrr", "Monthly revenue", "money a month", HIGHER, meaning, missing="zero")
        )
    if plans(source):
        meaning = aggregate("subscriptions", "last", column="plan")
        yield Proposed("plan_now", signal("plan_now", "Plan", "plan", "", meaning))
    if source.holds("renews_at"):
        meaning = aggregate("subscriptions", "days_until", column="renews_at")
        yield Proposed("days_to_renewal", signal("days_to_renewal", "Days to renewal", "days", "", meaning))
    if source.holds("ended_at"):
        meaning = aggregate("subscriptions", "count", state="open")
        yield Proposed(
            "subscriptions_open",
            signal(
                "subscriptions_open",
                "Subscriptions running",
                "subscriptions",
                HIGHER,
                meaning,
                missing="zero",
            ),
        )
        meaning = aggregate("subscriptions", "count", state="ended", at="ended_at", window="90 days")
        yield Proposed(
            "subscriptions_ended",
            signal("subscriptions_ended", "Subscriptions ended in 90 days", "subscriptions", LOWER, meaning, missing="zero"),
            "commercial", 1, "{0: 100, 1: 50, 3: 0}", "Learn why they ended it before the next one follows",
        )  # fmt: skip


def invoices(source: Mapped) -> Iterator[Proposed]:
    """What can be measured of invoices."""
    if source.holds("due_at") and source.holds("paid_at"):
        yield Proposed(
            "overdue_invoices",
            signal("overdue_invoices", "Invoices overdue", "invoices", LOWER,
                    aggregate("invoices", "open", where="due_at < as_of"), missing="zero"),
            "commercial", 2, "{0: 100, 1: 40, 3: 0}", "Ask whether the invoice reached the right person",
        )  # fmt: skip
    status = source.holds("status")
    failed = [text for text in status.texts(50) if "fail" in text.lower()] if status else []
    if failed:
        meaning = aggregate(
            "invoices", "count", where=f"{{status: [{', '.join(map(quoted, failed))}]}}", window="90 days"
        )
        yield Proposed(
            "payment_failures",
            signal("payment_failures", "Failed payments in 90 days", "payments", LOWER, meaning, missing="zero"),
            "commercial", 2, "{0: 100, 1: 30, 2: 0}", "Help them renew the means of payment",
        )  # fmt: skip


def orders(source: Mapped) -> Iterator[Proposed]:
    """What can be measured of orders."""
    yield Proposed(
        "reorder_lateness",
        signal("reorder_lateness", "Lateness of the next order", "own gaps", LOWER, aggregate("orders", "gap_ratio")),
        "engagement", 2, "{0: 100, 1: 80, 2: 40, 4: 0}", "Remind them of what they bought last",
    )  # fmt: skip
    yield Proposed(
        "days_since_order",
        signal("days_since_order", "Days since the last order", "days", LOWER, aggregate("orders", "days_since_last")),
        "engagement", 2, "{0: 100, 90: 60, 180: 30, 365: 0}", "Offer a reason to come back",
    )  # fmt: skip
    yield Proposed(
        "orders_a_year",
        signal("orders_a_year", "Orders in a year", "orders", HIGHER,
                aggregate("orders", "count", window="365 days"), missing="zero"),
        "engagement", 1, PEERS, "Show what goes with the last order",
    )  # fmt: skip
    if source.holds("amount"):
        meaning = aggregate("orders", "sum", column="amount", window="365 days")
        yield Proposed(
            "spend_a_year",
            signal("spend_a_year", "Spend in a year", "money", HIGHER, meaning, missing="zero"),
            "commercial", 1, PEERS, "Offer them what similar customers buy more of",
        )  # fmt: skip
