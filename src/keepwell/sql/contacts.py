"""When accounts were reached by us: messages sent, and calls, meetings and reviews held."""

from collections.abc import Collection

from sqlglot import exp

from keepwell.sql.facts import FACTS
from keepwell.sql.naming import alias, column, described, relation

SENT = "sent"
"""The action of a message that reached somebody; opens and clicks are the customer's own doing."""


def contacts_statement(tables: Collection[str]) -> exp.Select | exp.SetOperation | None:
    """A row per time an account was reached: `account`, `at`; `None` if no table could tell.

    Both tables' rows are read whenever they became known: this is about what happened, not about what was known.
    """
    parts = []
    if "messages" in tables:
        sent = exp.EQ(this=column("action"), expression=exp.Literal.string(SENT))
        parts.append(described(_reached("messages").where(sent), "messages that were sent"))
    if "interactions" in tables:
        parts.append(described(_reached("interactions"), "calls, meetings and reviews"))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)


def _reached(table: str) -> exp.Select:
    known = exp.Not(this=exp.Is(this=column("account"), expression=exp.null()))
    return (
        exp.select(column("account"), alias(column("occurred_at"), "at"))
        .distinct()
        .from_(relation(table, FACTS))
        .where(known)
    )
