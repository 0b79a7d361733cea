"""Webhooks: addresses of others that are told of what happens here."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.record_tables import WEBHOOKS


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of some kinds of events.

    The secret that signs is derived from the server's own and `salt`, and kept nowhere. `failing_since`: since when nothing has
    come through (`None`: the last delivery did). `number` is 0 as long as it is not kept.
    """

    url: str
    events: tuple[str, ...]
    about: str
    author: str
    made_at: datetime
    salt: str = ""
    paused_at: datetime | None = None
    failing_since: datetime | None = None
    removed_at: datetime | None = None
    number: int = 0

    @property
    def active(self) -> bool:
        """Whether new events are told to it."""
        return self.paused_at is None and self.removed_at is None


def add(connection: Connection, webhook: Webhook) -> Webhook:
    """Keeps a webhook, with a salt of its own."""
    salted = replace(webhook, salt=secrets.token_hex(16))
    row = {name: value for name, value in asdict(salted).items() if name != "number"}
    insert = sa.insert(WEBHOOKS).values(**(row | {"events": list(webhook.events)}))
    number = connection.execute(insert.returning(WEBHOOKS.c.number)).scalar_one()
    said = {"url": webhook.url, "events": webhook.events}
    audit.note(connection, Event.WEBHOOK_ADDED, f"webhook {number}", webhook.author, webhook.made_at, **said)
    return replace(salted, number=number)


def change(
    connection: Connection, webhook: Webhook, *, events: Sequence[str], about: str, actor: str, at: datetime
) -> Webhook:
    """Lets a webhook be told of other events, or be described otherwise. An address stays: for another one add another."""
    _set(connection, webhook, events=list(events), about=about)
    about_it = f"webhook {webhook.number}"
    audit.note(connection, Event.WEBHOOK_CHANGED, about_it, actor, at, events=list(events))
    return replace(webhook, events=tuple(events), about=about)


def pause(connection: Connection, webhook: Webhook, *, actor: str, at: datetime) -> Webhook:
    """Stops telling it anything, until it is resumed."""
    _set(connection, webhook, paused_at=at)
    audit.note(connection, Event.WEBHOOK_PAUSED, f"webhook {webhook.number}", actor, at)
    return replace(webhook, paused_at=at)


def resume(connection: Connection, webhook: Webhook, *, actor: str, at: datetime) -> Webhook:
    """Tells it what happens from now on."""
    _set(connection, webhook, paused_at=None, failing_since=None)
    audit.note(connection, Event.WEBHOOK_RESUMED, f"webhook {webhook.number}", actor, at)
    return replace(webhook, paused_at=None, failing_since=None)


def renew_secret(connection: Connection, webhook: Webhook, *, actor: str, at: datetime) -> Webhook:
    """Gives it another secret; the one before no longer signs."""
    salt = secrets.token_hex(16)
    _set(connection, webhook, salt=salt)
    audit.note(connection, Event.WEBHOOK_SECRET_RENEWED, f"webhook {webhook.number}", actor, at)
    return replace(webhook, salt=salt)


def remove(connection: Connection, webhook: Webhook, *, actor: str, at: datetime) -> Webhook:
    """Removes it; what was delivered to it stays known."""
    _set(connection, webhook, removed_at=at)
    audit.note(connection, Event.WEBHOOK_REMOVED, f"webhook {webhook.number}", actor, at)
    return replace(webhook, removed_at=at)


def came_through(connection: Connection, number: int) -> None:
    """Notes that a delivery has come through."""
    connection.execute(sa.update(WEBHOOKS).where(WEBHOOKS.c.number == number).values(failing_since=None))


def failed(connection: Connection, number: int, at: datetime) -> None:
    """Notes that a delivery has not come through."""
    mine = (WEBHOOKS.c.number == number) & WEBHOOKS.c.failing_since.is_(None)
    connection.execute(sa.update(WEBHOOKS).where(mine).values(failing_since=at))


def get(connection: Connection, number: int) -> Webhook | None:
    """The webhook of that number, if it is there and not removed."""
    mine = (WEBHOOKS.c.number == number) & WEBHOOKS.c.removed_at.is_(None)
    row = connection.execute(sa.select(WEBHOOKS).where(mine)).one_or_none()
    return None if row is None else _of(row)


def every(connection: Connection) -> tuple[Webhook, ...]:
    """The webhooks that are not removed, the oldest first."""
    query = sa.select(WEBHOOKS).where(WEBHOOKS.c.removed_at.is_(None)).order_by(WEBHOOKS.c.number)
    return tuple(_of(row) for row in connection.execute(query))


def _set(connection: Connection, webhook: Webhook, **values: object) -> None:
    connection.execute(sa.update(WEBHOOKS).where(WEBHOOKS.c.number == webhook.number).values(**values))


def _of(row: sa.Row[tuple[object, ...]]) -> Webhook:
    events = row._mapping["events"]
    return Webhook(**{**row._mapping, "events": tuple(events)})
