"""Which outcome the data offers to judge scores by, if an obvious one is there."""

from keepwell.project.propose.mapped import Mapped, Mapping
from keepwell.project.schema import SCHEMAS, comment

_HORIZON = "90 days"


def outcomes(found: Mapping) -> str:
    """The text of outcomes.yml; empty where nothing obvious is there.

    A dated list of who left is believed before the accounts' own ends, these before the ends of subscriptions, and these before
    the silence of those who only order.
    """
    event = _event(found)
    if event is None:
        return ""
    said, why, horizon = event
    lines = [
        comment("outcomes", SCHEMAS),
        "# Proposed from what the data holds: what scores are judged by. `keepwell outcomes` counts it.",
        "outcomes:",
        "  churn:",
        "    kind: churned",
        f"    {said}  # {why}",
        f"    horizon: {horizon}  # how far ahead it is looked for",
    ]
    return "\n".join(lines) + "\n"


def _event(found: Mapping) -> tuple[str, str, str] | None:
    """What happens, why it is believed, and how far ahead to look."""
    listed = found.table("outcomes")
    if listed is not None and _speaks_of_leaving(listed):
        return (
            "event: {from: outcomes, where: {kind: churned}}",
            f"{listed.name} says who left, and when",
            _HORIZON,
        )
    accounts, subscriptions = found.table("accounts"), found.table("subscriptions")
    if accounts is not None and accounts.holds("ended_at"):
        return (
            "event: {from: accounts, at: ended_at}",
            f"{accounts.name} holds the day on which each ended",
            _HORIZON,
        )
    if subscriptions is not None and subscriptions.holds("ended_at"):
        said = "lapse: {from: subscriptions, grace: 30 days}"
        return (
            said,
            "the last subscription ends, and no other begins within 30 days: put in your own",
            _HORIZON,
        )
    if found.table("orders") is not None:
        return (
            "inactive: {from: orders, for: 180 days}",
            "nobody cancels an order: how long is too long is a guess",
            "180 days",
        )
    return None


def _speaks_of_leaving(source: Mapped) -> bool:
    kind = source.columns.get("kind")
    if kind is None:
        return False
    if kind.raw is None:
        return "churned" in kind.origin
    return "churned" in kind.raw.texts(100)
