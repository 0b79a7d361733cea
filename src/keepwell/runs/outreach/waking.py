"""Who is under way is looked at when something is known that they may go by: a new wave of live runs, an awaited event, an answer, another version."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlglot import exp

from keepwell.outreach.journey import UnderWay
from keepwell.runs.outreach.known import Asks, Knowledge
from keepwell.runs.outreach.routes import Way
from keepwell.sql.awaited import EVENTS, came_statement
from keepwell.store import cursors, enrollments, responses
from keepwell.store.engine import Connection, Store
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.selection import column

LOADS = "journeys: loads"
"""Up to which load awaited events have woken those who wait for them."""

RESPONSES = "journeys: responses"
"""Up to which response those were woken to whose messages it came."""

VERSIONS = "journeys: versions"
"""Up to which application of a version those were woken who move to it."""

MANY = 0.5
"""If more than this share of the accounts is to be looked at, all are: that is one statement."""


def by_knowledge(connection: Connection, ways: Iterable[Way], knowledge: Knowledge, at: datetime) -> int:
    """Wakes those of whom a wave knows something else than the one before, of what their journey goes by; how many slept."""
    woken = 0
    for name, asks in _by_journey(ways).items():
        if not asks.names and not asks.banded:
            continue
        accounts = knowledge.changed(asks)
        many = len(accounts) > MANY * len(knowledge.now.ids)
        woken += enrollments.wake(connection, at, journey=name, accounts=None if many else accounts)
    return woken


def by_events(store: Store, warehouse: Warehouse, ways: Sequence[Way], now: datetime) -> int:
    """Wakes those whose account has events, loaded since the last time, for which their journey waits; how many slept."""
    load = _load(warehouse)
    with store.reading() as connection:
        last = cursors.at(connection, LOADS)
    if last == load:
        return 0
    waiting = _by_journey(each for each in ways if each.asks.events)
    came = _came(warehouse, waiting, last) if last is not None and last < load else {}
    with store.writing() as connection:
        if cursors.at(connection, LOADS) != last:
            return 0
        woken = 0
        for name, asks in waiting.items():
            accounts = {each for event in asks.events for each in came.get(event, ())}
            woken += enrollments.wake(connection, now, journey=name, accounts=accounts)
        cursors.move(connection, LOADS, load, now)
        return woken


def by_answers(store: Store, ways: Iterable[Way], now: datetime) -> int:
    """Wakes those to whose messages somebody has responded since the last time, where a journey asks what came back at all; how many slept."""
    with store.reading() as connection:
        before, last = cursors.at(connection, RESPONSES) or 0, responses.last(connection)
    if before == last:
        return 0
    asking = any(way.asks.questions for way in ways)
    with store.writing() as connection:
        if (cursors.at(connection, RESPONSES) or 0) != before:
            return 0
        ids = responses.answered(connection, before, last) if asking else frozenset()
        woken = enrollments.wake_these(connection, ids, now)
        cursors.move(connection, RESPONSES, last, now)
        return woken


def by_version(store: Store, current: Iterable[Way], applied: int, now: datetime) -> int:
    """Wakes those who are under way by an earlier version of a journey whose accounts move to the new one; how many there are."""
    with store.reading() as connection:
        last = cursors.at(connection, VERSIONS)
    if last == applied:
        return 0
    moving = [way for way in current if way.journey.under_way is UnderWay.MOVE]
    with store.writing() as connection:
        woken = sum(enrollments.wake_others(connection, way.journey.name, way.version, now) for way in moving)
        cursors.move(connection, VERSIONS, applied, now)
        return woken


def _by_journey(ways: Iterable[Way]) -> dict[str, Asks]:
    """What each journey goes by, all its versions together."""
    found: dict[str, Asks] = {}
    for way in ways:
        name = way.journey.name
        found[name] = way.asks if name not in found else found[name].together(way.asks)
    return found


def _load(warehouse: Warehouse) -> int:
    """The last load that brought events; 0 if none did."""
    if EVENTS not in warehouse.tables():
        return 0
    last = exp.alias_(exp.Max(this=column("load")), "load")
    rows = warehouse.query(exp.select(last).from_(table_named(f"facts.{EVENTS}")))
    return int(rows["load"][0].as_py() or 0)


def _came(warehouse: Warehouse, waiting: dict[str, Asks], load: int) -> dict[str, list[str]]:
    """The ids of the accounts that have events of each awaited name, of loads after one."""
    names = frozenset(name for asks in waiting.values() for name in asks.events)
    if not names:
        return {}
    rows = warehouse.query(came_statement(names, load))
    query = exp.select(column("account"), column("account_id")).from_(table_named("directory.accounts"))
    known = warehouse.query(query)
    ids = dict(zip(known["account"].to_pylist(), known["account_id"].to_pylist(), strict=True))
    found: dict[str, list[str]] = {}
    for account, name in zip(rows["account"].to_pylist(), rows["name"].to_pylist(), strict=True):
        found.setdefault(name, []).append(ids[account])
    return found
