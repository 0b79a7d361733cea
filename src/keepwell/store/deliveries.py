"""Deliveries to webhooks: what is to be told to whom, every try of it, and what became of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.record_tables import DELIVERIES, DELIVERY_TRIES, WEBHOOKS


class State(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Step(StrEnum):
    """What can happen to a delivery."""

    ARRIVE = "arrive"
    GIVE_UP = "give up"
    REPLAY = "replay"


ARROWS: Mapping[tuple[State, Step], State] = {
    (State.WAITING, Step.ARRIVE): State.DELIVERED,
    (State.WAITING, Step.GIVE_UP): State.FAILED,
    (State.DELIVERED, Step.REPLAY): State.WAITING,
    (State.FAILED, Step.REPLAY): State.WAITING,
}
"""Where each step leads. A step that is not here does nothing."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a webhook: its `body` as it is sent, and when it is tried next (`None`: no more).

    `message` is its id, the same at every try, so that who receives it can tell repeats. `number` is 0 as long as it is not kept.
    """

    message: str
    webhook: int
    event: str
    body: str
    made_at: datetime
    state: State = State.WAITING
    tries: int = 0
    next_at: datetime | None = None
    settled_at: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Try:
    """One try: the answer's status (`None`: there was no answer), its beginning or what went wrong, and how long it took."""

    at: datetime
    status: int | None
    answer: str
    seconds: float


def put(connection: Connection, delivery: Delivery) -> Delivery:
    """Keeps a delivery that is to be tried at once."""
    due = replace(delivery, next_at=delivery.made_at)
    row = {name: value for name, value in asdict(due).items() if name != "number"}
    insert = sa.insert(DELIVERIES).values(**(row | {"state": str(due.state)})).returning(DELIVERIES.c.number)
    return replace(due, number=connection.execute(insert).scalar_one())


def due(connection: Connection, at: datetime, most: int) -> tuple[Delivery, ...]:
    """What is to be tried by an instant, what waits longest first; what is for a paused or removed webhook waits on."""
    active = WEBHOOKS.c.paused_at.is_(None) & WEBHOOKS.c.removed_at.is_(None)
    waiting = (DELIVERIES.c.state == str(State.WAITING)) & (DELIVERIES.c.next_at <= at)
    query = sa.select(DELIVERIES).join(WEBHOOKS, DELIVERIES.c.webhook == WEBHOOKS.c.number)
    query = query.where(active & waiting).order_by(DELIVERIES.c.next_at, DELIVERIES.c.number).limit(most)
    return tuple(_of(row) for row in connection.execute(query))


def tried(
    connection: Connection, delivery: Delivery, done: Try, *, arrived: bool, again_at: datetime | None
) -> Delivery:
    """Notes a try; one that did not arrive is tried again at `again_at`, or given up."""
    row = {"delivery": delivery.number, **asdict(done)}
    connection.execute(sa.insert(DELIVERY_TRIES).values(**row))
    counted = replace(delivery, tries=delivery.tries + 1)
    if arrived:
        return _moved(connection, counted, Step.ARRIVE, settled_at=done.at)
    if again_at is None:
        return _moved(connection, counted, Step.GIVE_UP, settled_at=done.at)
    later = replace(counted, next_at=again_at)
    _keep(connection, later)
    return later


def replay(connection: Connection, delivery: Delivery, *, actor: str, at: datetime) -> Delivery:
    """Tells it once more, from the first try on; where it is waiting still, nothing happens."""
    if (delivery.state, Step.REPLAY) not in ARROWS:
        return delivery
    audit.note(connection, Event.DELIVERY_REPLAYED, f"delivery {delivery.number}", actor, at)
    return _moved(connection, replace(delivery, tries=0), Step.REPLAY, next_at=at)


def get(connection: Connection, number: int) -> Delivery | None:
    """The delivery of that number, if there is one."""
    row = connection.execute(sa.select(DELIVERIES).where(DELIVERIES.c.number == number)).one_or_none()
    return None if row is None else _of(row)


def of(
    connection: Connection, webhook: int, *, before: int | None = None, most: int = 100
) -> tuple[Delivery, ...]:
    """The deliveries to a webhook, the newest first: so many, from those before a number."""
    query = sa.select(DELIVERIES).where(DELIVERIES.c.webhook == webhook)
    if before is not None:
        query = query.where(DELIVERIES.c.number < before)
    rows = connection.execute(query.order_by(DELIVERIES.c.number.desc()).limit(most))
    return tuple(_of(row) for row in rows)


def tries(connection: Connection, delivery: int) -> tuple[Try, ...]:
    """Every try of a delivery, the oldest first."""
    columns = [DELIVERY_TRIES.c[name] for name in ("at", "status", "answer", "seconds")]
    query = sa.select(*columns).where(DELIVERY_TRIES.c.delivery == delivery).order_by(DELIVERY_TRIES.c.number)
    return tuple(Try(**row._mapping) for row in connection.execute(query))


def forget(connection: Connection, before: datetime) -> int:
    """Removes what was settled before an instant; how many there were."""
    old = sa.select(DELIVERIES.c.number).where(DELIVERIES.c.settled_at < before)
    connection.execute(sa.delete(DELIVERY_TRIES).where(DELIVERY_TRIES.c.delivery.in_(old)))
    return connection.execute(sa.delete(DELIVERIES).where(DELIVERIES.c.settled_at < before)).rowcount


def _moved(
    connection: Connection,
    delivery: Delivery,
    step: Step,
    *,
    next_at: datetime | None = None,
    settled_at: datetime | None = None,
) -> Delivery:
    state = ARROWS.get((delivery.state, step), delivery.state)
    moved = replace(delivery, state=state, next_at=next_at, settled_at=settled_at)
    _keep(connection, moved)
    return moved


def _keep(connection: Connection, delivery: Delivery) -> None:
    names = ("tries", "next_at", "settled_at")
    values = {name: getattr(delivery, name) for name in names} | {"state": str(delivery.state)}
    connection.execute(sa.update(DELIVERIES).where(DELIVERIES.c.number == delivery.number).values(**values))


def _of(row: sa.Row[tuple[object, ...]]) -> Delivery:
    return Delivery(**{**row._mapping, "state": State(row._mapping["state"])})
