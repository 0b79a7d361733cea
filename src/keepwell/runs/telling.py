"""Tells webhooks of what changed: each live run once, in messages that wait in the store until they have arrived."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from keepwell import clock
from keepwell.channels import hooks
from keepwell.channels.hooks import Answer
from keepwell.runs import changing, owning
from keepwell.runs.changing import Change, Run
from keepwell.store import cursors, deliveries, webhooks
from keepwell.store.deliveries import Delivery, Try
from keepwell.store.engine import Connection, Store
from keepwell.store.webhooks import Webhook
from keepwell.warehouse.protocol import Warehouse

CURSOR = "webhooks"
MOST = 100
"""So many changes are told in one message."""

AT_ONCE = 8
BATCH = 64
"""So many messages are sent in one go, so many of them at the same time."""

KEPT = timedelta(days=30)
"""So long settled deliveries can be looked at and told again."""

SYSTEM = "keepwell"
"""Who pauses a webhook whose receiver says that it is gone."""

WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
"""How long is waited after each try that did not arrive, as standardwebhooks.com proposes; after the last it is given up."""

_LONGEST = timedelta(days=1)


class Kind(StrEnum):
    """What a webhook can be told of."""

    BAND_CHANGED = "band.changed"
    SCORE_CHANGED = "score.changed"
    RUN_FINISHED = "run.finished"
    JOURNEY = "journey.webhook"


TEST = "test"
"""The event of a message that somebody sends to try a webhook."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one round: how many messages arrived, and how many did not."""

    arrived: int
    failed: int


def tell(store: Store, warehouse: Warehouse) -> int:
    """Puts messages to the webhooks of what changed with each live run since the last time; how many.

    A webhook is told of what happens after it was added. The messages and how far was told are one transaction, so that nothing is
    told twice or left out.
    """
    last = changing.latest(warehouse)
    with store.reading() as connection:
        before = cursors.at(connection, CURSOR)
        some = any(each.active for each in webhooks.every(connection))
    if before == last:
        return 0
    runs = changing.live_runs(warehouse, before) if before is not None and some and before < last else ()
    owners = owning.assigned(store) if runs else {}
    found = [(run, changing.changes(warehouse, run, owners)) for run in runs]
    with store.writing() as connection:
        if cursors.at(connection, CURSOR) != before:
            return 0
        count = sum(_put(connection, run, changed) for run, changed in found)
        cursors.move(connection, CURSOR, last, clock.now())
        return count


def try_out(connection: Connection, webhook: Webhook, at: datetime) -> Delivery:
    """Puts a message that says nothing to one webhook."""
    data = {"webhook": webhook.number, "says": "This is a test."}
    return deliveries.put(connection, _message(webhook, TEST, data, at))


def send(
    store: Store, server: bytes, call: Callable[[str, str, Mapping[str, str]], Answer] = hooks.call
) -> Sent:
    """Sends what is due, and notes every try; what does not arrive is tried again later, and given up in the end.

    `server` is the server's secret, of which those of the webhooks are derived. A process that ends between a try and its note
    tries again: a message may arrive twice, with the same id.
    """
    with store.reading() as connection:
        due = deliveries.due(connection, clock.now(), BATCH)
        known = {each.number: each for each in webhooks.every(connection)}
    if not due:
        return Sent(0, 0)

    def called(delivery: Delivery) -> tuple[datetime, Answer]:
        webhook, at = known[delivery.webhook], clock.now()
        said = hooks.headers(delivery.message, delivery.body, hooks.secret(server, webhook.salt), at)
        return at, call(webhook.url, delivery.body, said)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(called, due))
    for delivery, (at, answer) in zip(due, answers, strict=True):
        with store.writing() as connection:
            _noted(connection, delivery, at, answer)
    arrived = sum(answer.arrived for _, answer in answers)
    return Sent(arrived, len(answers) - arrived)


def tidy(store: Store) -> int:
    """Forgets deliveries that were settled long ago; how many."""
    with store.writing() as connection:
        return deliveries.forget(connection, clock.now() - KEPT)


def _noted(connection: Connection, delivery: Delivery, at: datetime, answer: Answer) -> None:
    current = deliveries.get(connection, delivery.number)
    if current is None or current != delivery:
        return
    done = Try(at, answer.status, answer.text, answer.seconds)
    again = None if answer.gone else _again(delivery.tries, clock.now(), answer.wait_s)
    deliveries.tried(connection, delivery, done, arrived=answer.arrived, again_at=again)
    if answer.arrived:
        webhooks.came_through(connection, delivery.webhook)
        return
    webhooks.failed(connection, delivery.webhook, at)
    webhook = webhooks.get(connection, delivery.webhook)
    if answer.gone and webhook is not None and webhook.active:
        webhooks.pause(connection, webhook, actor=SYSTEM, at=at)


def _again(tries: int, now: datetime, wait_s: int | None) -> datetime | None:
    """When to try again after so many tries before this one; `None`: never. Who asks for patience gets it, up to a day."""
    if tries >= len(WAITS):
        return None
    asked = timedelta(seconds=wait_s or 0)
    return now + min(max(WAITS[tries], asked), _LONGEST)


def _put(connection: Connection, run: Run, changed: Sequence[Change]) -> int:
    at, count = clock.now(), 0
    for webhook in webhooks.every(connection):
        if webhook.active:
            for event, data in _events(run, changed):
                if event in webhook.events:
                    deliveries.put(connection, _message(webhook, event, data, at))
                    count += 1
    return count


def _events(run: Run, changed: Sequence[Change]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The messages about a run."""
    about = {
        "run": run.number,
        "purpose": run.purpose,
        "as_of": run.as_of.isoformat(),
        "version": run.version,
        "redefined": run.redefined,
    }
    kinds = (
        (Kind.BAND_CHANGED, [each for each in changed if each.moved_band]),
        (Kind.SCORE_CHANGED, [each for each in changed if each.moved_score]),
    )
    for kind, moved in kinds:
        for start in range(0, len(moved), MOST):
            yield kind, {**about, "changes": [plain(each) for each in moved[start : start + MOST]]}
    counted = {str(kind): len(moved) for kind, moved in kinds}
    yield Kind.RUN_FINISHED, {**about, "counts": counted}


def plain(change: Change) -> dict[str, Any]:
    """A change as others are told of it."""
    return {
        "account_id": change.account_id,
        "segment": change.segment,
        "score": change.score,
        "score_before": change.score_before,
        "band": change.band,
        "band_before": change.band_before,
    }


def _message(webhook: Webhook, event: str, data: Mapping[str, Any], at: datetime) -> Delivery:
    body = json.dumps({"type": event, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False)
    return Delivery(str(uuid4()), webhook.number, event, body, at)
