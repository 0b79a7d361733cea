"""A provider's events: taken if they are signed, once."""

import json
from datetime import timedelta

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from keepwell import clock
from keepwell.outreach.consent import Cause
from keepwell.outreach.ledger import State
from keepwell.store import consents, ledger
from keepwell.store.ledger import Entry
from keepwell.web.public.hearing import VARIABLE
from keepwell.web.server.serving import Serving
from tests.web.public.conftest import Sends

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret that the provider's events are signed with."""
    monkeypatch.setenv(VARIABLE, SECRET)


def _sent(
    client: httpx.Client, said: object, *, signing: str = SECRET, ago: timedelta = timedelta()
) -> httpx.Response:
    body, at = json.dumps(said), clock.now() - ago
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(signing).sign("msg_1", at, body),
        "Content-Type": "application/json",
    }
    return client.post("/m/events", content=body, headers=headers)


def _bounced(entry: Entry) -> dict[str, object]:
    identity = entry.key.message_id("firm.example")
    return {"type": "message.bounced", "data": {"message_id": identity, "class": "hard"}}


def test_events_that_are_signed_are_heeded_once(client: httpx.Client, firm: Serving, sends: Sends) -> None:
    entry = sends()
    assert _sent(client, [_bounced(entry)]).json() == {"understood": 1, "new": 1}
    assert _sent(client, [_bounced(entry)]).json() == {"understood": 1, "new": 0}
    with firm.store.reading() as connection:
        found = ledger.get(connection, entry.number)
        (kept,) = consents.suppressions(connection, entry.whom)
    assert found is not None
    assert (found.state, kept.cause) == (State.BOUNCED, Cause.HARD_BOUNCE)


def test_events_that_are_not_change_nothing(client: httpx.Client, firm: Serving, sends: Sends) -> None:
    entry = sends()
    other = "whsec_" + "A" * 32
    assert _sent(client, _bounced(entry), signing=other).status_code == 401
    assert _sent(client, _bounced(entry), ago=timedelta(minutes=6)).status_code == 401
    assert client.post("/m/events", json=_bounced(entry)).status_code == 401
    with firm.store.reading() as connection:
        found = ledger.get(connection, entry.number)
    assert found is not None
    assert found.state is State.ACCEPTED


def test_what_is_no_event_is_told(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _sent(client, "text").status_code == 400
    monkeypatch.delenv(VARIABLE)
    assert _sent(client, []).status_code == 400
