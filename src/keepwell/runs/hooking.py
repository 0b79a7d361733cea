"""Webhooks: somebody has the server tell another program of what changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from keepwell import clock
from keepwell.channels import hooks
from keepwell.channels.addresses import target
from keepwell.errors import AbsentError, ConflictError, UserError
from keepwell.people import Person
from keepwell.runs.saying import words
from keepwell.runs.telling import Kind, try_out
from keepwell.store import deliveries, webhooks
from keepwell.store.deliveries import Delivery, Try
from keepwell.store.engine import Connection, Store
from keepwell.store.webhooks import Webhook

MOST = 50
"""So many webhooks there can be."""


@dataclass(frozen=True, slots=True)
class Secretive:
    """A webhook with the secret that verifies its messages; it is shown once."""

    webhook: Webhook
    secret: str


def add(
    store: Store, server: bytes, *, url: str, events: Sequence[str], about: str = "", by: Person
) -> Secretive:
    """Adds a webhook; `server` is the server's secret.

    Raises:
        UserError: the URL is none that may be called, or there is no such event.
        ConflictError: there are too many.
    """
    target(url)
    made = Webhook(url, _known(events), words(about, "about", needed=False, most=500), by.email, clock.now())
    with store.writing() as connection:
        if len(webhooks.every(connection)) >= MOST:
            raise ConflictError(f"there are {MOST} webhooks already", do="remove one that is not needed")
        kept = webhooks.add(connection, made)
    return Secretive(kept, hooks.secret(server, kept.salt))


def change(store: Store, number: int, *, events: Sequence[str], about: str = "", by: Person) -> Webhook:
    """Has a webhook told of other events, or describes it otherwise.

    Raises:
        AbsentError, UserError: there is no such webhook, or event.
    """
    said, wanted = words(about, "about", needed=False, most=500), _known(events)
    with store.writing() as connection:
        found = _found(connection, number)
        return webhooks.change(connection, found, events=wanted, about=said, actor=by.email, at=clock.now())


def pause(store: Store, number: int, *, by: Person) -> Webhook:
    """Stops telling a webhook anything; what happens meanwhile it is never told.

    Raises:
        AbsentError, ConflictError: there is no such webhook, or it is paused.
    """
    with store.writing() as connection:
        found = _found(connection, number)
        if found.paused_at is not None:
            raise ConflictError(f"the webhook {number} is paused already", do="resume it")
        return webhooks.pause(connection, found, actor=by.email, at=clock.now())


def resume(store: Store, number: int, *, by: Person) -> Webhook:
    """Tells a paused webhook what happens from now on, and what still waited for it.

    Raises:
        AbsentError, ConflictError: there is no such webhook, or it is not paused.
    """
    with store.writing() as connection:
        found = _found(connection, number)
        if found.paused_at is None:
            raise ConflictError(f"the webhook {number} is not paused", do="pause it first")
        return webhooks.resume(connection, found, actor=by.email, at=clock.now())


def renew_secret(store: Store, server: bytes, number: int, *, by: Person) -> Secretive:
    """Gives a webhook another secret; the one before no longer signs.

    Raises:
        AbsentError: there is no such webhook.
    """
    with store.writing() as connection:
        found = _found(connection, number)
        renewed = webhooks.renew_secret(connection, found, actor=by.email, at=clock.now())
    return Secretive(renewed, hooks.secret(server, renewed.salt))


def remove(store: Store, number: int, *, by: Person) -> None:
    """Removes a webhook.

    Raises:
        AbsentError: there is no such webhook.
    """
    with store.writing() as connection:
        webhooks.remove(connection, _found(connection, number), actor=by.email, at=clock.now())


def try_it(store: Store, number: int) -> Delivery:
    """Sends a message that says nothing.

    Raises:
        AbsentError: there is no such webhook.
    """
    with store.writing() as connection:
        return try_out(connection, _found(connection, number), clock.now())


def every(store: Store) -> tuple[Webhook, ...]:
    """All webhooks, the oldest first."""
    with store.reading() as connection:
        return webhooks.every(connection)


def found(store: Store, number: int) -> Webhook:
    """The webhook of that number.

    Raises:
        AbsentError: there is none.
    """
    with store.reading() as connection:
        return _found(connection, number)


def told(store: Store, number: int, *, before: int | None = None, most: int = 100) -> tuple[Delivery, ...]:
    """What a webhook was told, the newest first: so many, from those before a delivery.

    Raises:
        AbsentError: there is no such webhook.
    """
    with store.reading() as connection:
        _found(connection, number)
        return deliveries.of(connection, number, before=before, most=most)


def delivery(store: Store, number: int) -> tuple[Delivery, tuple[Try, ...]]:
    """A delivery and its tries, the oldest first.

    Raises:
        AbsentError: there is none of that number.
    """
    with store.reading() as connection:
        return _delivery(connection, number), deliveries.tries(connection, number)


def replay(store: Store, number: int, *, by: Person) -> Delivery:
    """Tells a delivery once more, under the same id.

    Raises:
        AbsentError, ConflictError: there is none of that number, or it waits still.
    """
    with store.writing() as connection:
        found = _delivery(connection, number)
        if found.state is deliveries.State.WAITING:
            raise ConflictError(f"the delivery {number} waits still", do="look at its tries")
        return deliveries.replay(connection, found, actor=by.email, at=clock.now())


def _known(events: Sequence[str]) -> tuple[str, ...]:
    kinds = tuple(map(str, Kind))
    strange = [each for each in events if each not in kinds]
    if strange or not events:
        what = f"there is no event {strange[0]!r}" if strange else "there is no event named"
        raise UserError(what, where="events", do=f"name some of {', '.join(kinds)}")
    return tuple(each for each in kinds if each in events)


def _found(connection: Connection, number: int) -> Webhook:
    webhook = webhooks.get(connection, number)
    if webhook is None:
        raise AbsentError(
            f"there is no webhook {number}",
            do="look at the list of webhooks, on the page Admin",
            by_api="GET /api/webhooks lists those there are",
        )
    return webhook


def _delivery(connection: Connection, number: int) -> Delivery:
    delivery = deliveries.get(connection, number)
    if delivery is None:
        raise AbsentError(
            f"there is no delivery {number}",
            do="look at what it was told, on its page",
            by_api="GET /api/webhooks/NUMBER/deliveries lists what it was told",
        )
    return delivery
