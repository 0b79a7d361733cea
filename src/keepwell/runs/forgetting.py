"""What is over is forgotten: sessions, links, keys, sign-ins, failed attempts and idempotency keys; the audit keeps that they were."""

from dataclasses import dataclass
from datetime import timedelta

from keepwell import clock
from keepwell.runs.people import throttle
from keepwell.store import attempts, keys, links, requests, sessions, sign_ins
from keepwell.store.engine import Store

SESSIONS_KEPT, LINKS_KEPT, KEYS_KEPT = timedelta(days=30), timedelta(days=30), timedelta(days=90)
"""So long they stay after they were last of use, for whoever looks into what happened."""

REMEMBERED = timedelta(days=1)
"""So long an idempotency key is remembered, and what was answered."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many of each kind were forgotten."""

    sessions: int
    links: int
    keys: int
    sign_ins: int
    attempts: int
    requests: int


def forget(store: Store) -> Forgotten:
    """Forgets what nobody can use any more, and has not been able to for a while."""
    now = clock.now()
    with store.writing() as connection:
        return Forgotten(
            sessions=sessions.forget(connection, now - SESSIONS_KEPT),
            links=links.forget(connection, now - LINKS_KEPT),
            keys=keys.forget(connection, now - KEYS_KEPT),
            sign_ins=sign_ins.forget(connection, now),
            attempts=attempts.clean(connection, now - throttle.FORGOTTEN_AFTER),
            requests=requests.forget(connection, now - REMEMBERED),
        )
