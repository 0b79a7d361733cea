"""Events for which journeys wait: which accounts have some, and when each became known."""

from collections.abc import Collection
from datetime import datetime

from sqlglot import exp

from keepwell.sql.facts import FACTS
from keepwell.sql.moments import instant
from keepwell.sql.naming import alias, column, described, relation

EVENTS = "events"


def came_statement(names: Collection[str], load: int) -> exp.Select:
    """The accounts of which events of some names came with the loads after one: `account`, `name`, each once, in order."""
    query = exp.select(column("account"), column("name")).distinct().from_(relation(EVENTS, FACTS))
    query = query.where(
        column("name").isin(*sorted(names)), exp.GT(this=column("load"), expression=exp.convert(load))
    )
    return described(query.order_by(column("account"), column("name")), "whose awaited events have come")


def events_statement(
    names: Collection[str], accounts: Collection[int], after: datetime, until: datetime
) -> exp.Select:
    """The events of some names and accounts that became known after an instant and by another: `account`, `name`, `at` (naive UTC), in the order of `at`.

    An event that is known before it happens counts from when it does.
    """
    at = exp.Greatest(this=column("occurred_at"), expressions=[column("known_at")])
    query = exp.select(column("account"), column("name"), alias(at, "at")).from_(relation(EVENTS, FACTS))
    query = query.where(
        column("name").isin(*sorted(names)),
        column("account").isin(*sorted(accounts)),
        exp.GT(this=at.copy(), expression=instant(after)),
        exp.LTE(this=at.copy(), expression=instant(until)),
    )
    return described(query.order_by(exp.column("at"), column("name")), "awaited events, as they became known")
