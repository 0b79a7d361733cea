"""What can be measured with the columns at hand: signals, and the measures and caps made of them."""

from collections.abc import Callable, Iterator

from keepwell.project.propose.commerce import invoices, orders, subscriptions
from keepwell.project.propose.guess import Holds
from keepwell.project.propose.mapped import Mapped, Mapping
from keepwell.project.propose.proposed import HIGHER, LOWER, PEERS, Proposed, aggregate, derived, signal


def proposals(mapping: Mapping) -> Iterator[Proposed]:
    """The signals for all that is mapped; those with a scale are measures."""
    yield Proposed(
        "tenure_days",
        signal("tenure_days", "Days as a customer", "days", HIGHER, aggregate("accounts", "days_since_last")),
    )
    for table, propose in _BY_TABLE.items():
        source = mapping.table(table)
        if source is not None:
            yield from propose(source)


def _events(source: Mapped) -> Iterator[Proposed]:
    yield Proposed(
        "active_days",
        signal("active_days", "Active days", "days", HIGHER,
                aggregate("events", "active_days", window="28 days"), missing="zero"),
        "adoption", 3, PEERS, "Find out what keeps them away, and show the next useful step",
    )  # fmt: skip
    if source.holds("quantity"):
        for name, label, window in (
            ("usage_now", "Usage of the last four weeks", "28 days"),
            ("usage_before", "Usage of the twelve weeks before", "{from: 112 days ago, to: 28 days ago}"),
        ):
            meaning = aggregate("events", "sum", column="quantity", window=window)
            yield Proposed(name, signal(name, label, "uses", HIGHER, meaning, missing="zero"))
        formula = derived('expression: "(usage_now - usage_before / 3) / max(usage_before / 3, 1)"')
    else:
        for name, label, window in (
            ("usage_now", "Weekly usage of the last four weeks", "28 days"),
            (
                "usage_before",
                "Weekly usage of the twelve weeks before",
                "{from: 112 days ago, to: 28 days ago}",
            ),
        ):
            meaning = aggregate("events", "rate", per="7 days", window=window)
            yield Proposed(name, signal(name, label, "events a week", HIGHER, meaning, missing="zero"))
        formula = derived("change: {of: usage_now, against: usage_before}")
    yield Proposed(
        "usage_change",
        signal("usage_change", "Usage against its own baseline", "percent", HIGHER, formula),
        "adoption", 2, "{-60%: 0, -20%: 40, 0%: 70, +20%: 100}", "Ask what has changed on their side",
    )  # fmt: skip
    of = next((name for name in ("feature", "name") if source.holds(name) and _several(source, name)), None)
    if of is not None:
        yield Proposed(
            "breadth",
            signal("breadth", "Breadth of use", "kinds", HIGHER,
                    aggregate("events", "distinct", column=of, window="28 days"), missing="zero"),
            "adoption", 1, PEERS, "Introduce what others like them use",
        )  # fmt: skip
    if source.holds("contact"):
        yield Proposed(
            "active_people",
            signal("active_people", "People active", "people", HIGHER,
                    aggregate("events", "distinct", column="contact", window="28 days"), missing="zero"),
            "adoption", 1, PEERS, "Win a second person for it",
        )  # fmt: skip


def _several(source: Mapped, name: str) -> bool:
    column = source.holds(name)
    return column is not None and 2 <= column.distinct <= 1000


def _tickets(source: Mapped) -> Iterator[Proposed]:
    if source.holds("closed_at"):
        yield Proposed(
            "open_tickets",
            signal("open_tickets", "Open tickets", "tickets", LOWER, aggregate("tickets", "open"), missing="zero"),
            "support", 1, "{0: 100, 2: 60, 6: 0}", "Close the oldest ticket, and tell them",
        )  # fmt: skip
        meaning = aggregate("tickets", "duration", window="180 days")
        yield Proposed(
            "resolution_hours",
            signal("resolution_hours", "Time to resolve", "hours", LOWER, meaning),
            "support", 1, "{4: 100, 24: 70, 72: 20, 168: 0}", "Look at what held their tickets up",
        )  # fmt: skip
    else:
        meaning = aggregate("tickets", "count", window="90 days")
        yield Proposed(
            "tickets_90d",
            signal("tickets_90d", "Tickets in 90 days", "tickets", LOWER, meaning, missing="zero"),
            "support", 1, "{0: 100, 3: 60, 10: 0}", "Look for the cause that their tickets share",
        )  # fmt: skip
    if source.holds("escalated"):
        meaning = aggregate("tickets", "count", where="{escalated: true}", window="90 days")
        yield Proposed(
            "escalations",
            signal("escalations", "Escalations in 90 days", "tickets", LOWER, meaning, missing="zero"),
            "support", 1, "{0: 100, 1: 40, 3: 0}", "Have somebody senior call them",
        )  # fmt: skip
    rating = source.holds("satisfaction")
    if rating is not None:
        meaning = aggregate("tickets", "mean", column="satisfaction", window="180 days")
        yield Proposed(
            "ticket_satisfaction",
            signal("ticket_satisfaction", "Satisfaction with support", "points", HIGHER, meaning),
            "voice", 1, _ratings(rating.top()), "Ask what would have made the answer a good one",
        )  # fmt: skip


def _ratings(top: float | None) -> str:
    highest = 5 if top is None or top <= 5 else 7 if top <= 7 else 10 if top <= 10 else 100
    return f"{{{1 if highest < 10 else 0}: 0, {highest * 0.6:g}: 40, {highest * 0.8:g}: 75, {highest}: 100}}"


def _surveys(source: Mapped) -> Iterator[Proposed]:
    score = source.holds("score")
    if score is not None and score.guess.holds in (Holds.INTEGER, Holds.NUMBER):
        meaning = aggregate("surveys", "last", column="score", window="365 days")
        yield Proposed(
            "last_rating",
            signal("last_rating", "Last survey answer", "points", HIGHER, meaning),
            "voice", 2, _ratings(score.top()), "Thank them, and ask what is behind the answer",
        )  # fmt: skip


def _interactions(_source: Mapped) -> Iterator[Proposed]:
    yield Proposed(
        "days_since_meeting",
        signal("days_since_meeting", "Days since the last meeting", "days", LOWER,
                aggregate("interactions", "days_since_last")),
        "relationship", 1, "{14: 100, 60: 60, 180: 0}", "Ask for half an hour",
    )  # fmt: skip


def _pulses(source: Mapped) -> Iterator[Proposed]:
    if source.holds("score"):
        meaning = aggregate("pulses", "last", column="score", window="180 days")
        yield Proposed(
            "pulse",
            signal("pulse", "Pulse of the account's owner", "points", HIGHER, meaning),
            "voice", 1, "{0: 0, 100: 100}", "Ask the owner what worries them",
        )  # fmt: skip


def _milestones(source: Mapped) -> Iterator[Proposed]:
    if source.holds("reached_at"):
        meaning = aggregate("milestones", "open")
        yield Proposed(
            "open_milestones",
            signal("open_milestones", "Milestones not reached", "milestones", LOWER, meaning, missing="zero"),
            "outcomes", 1, "{0: 100, 2: 60, 6: 0}", "Agree on the next step and a day for it",
        )  # fmt: skip


_BY_TABLE: dict[str, Callable[[Mapped], Iterator[Proposed]]] = {
    "events": _events,
    "subscriptions": subscriptions,
    "invoices": invoices,
    "orders": orders,
    "tickets": _tickets,
    "surveys": _surveys,
    "interactions": _interactions,
    "pulses": _pulses,
    "milestones": _milestones,
}
