"""Webhooks through the API, on a server that sends to a receiver that verifies; and the stream of events."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from standardwebhooks.webhooks import Webhook

from keepwell.channels.addresses import HOSTS_VARIABLE
from keepwell.runs import copying
from keepwell.runs.score import score
from keepwell.web.api import events
from keepwell.web.api.events import Place
from keepwell.web.server.serving import Serving
from tests.channels.receiver import receiving
from tests.web.api.waiting import eventually

As = Callable[[str], httpx.Client]


@pytest.fixture(autouse=True)
def permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The receivers of these tests may be called."""
    monkeypatch.setenv(HOSTS_VARIABLE, "127.0.0.1")


@pytest.fixture
def ada(asked_by: As) -> httpx.Client:
    """An admin."""
    return asked_by("ada")


@pytest.fixture
def run_again(stands_on: Serving) -> Callable[[], datetime]:
    """Scores the firm as of a minute after the last time."""
    project = stands_on.project()

    def run() -> datetime:
        with stands_on.warehouse.writing() as warehouse:
            last: datetime = warehouse.query("SELECT max(as_of) AS at FROM scores.runs")["at"][0].as_py()
            at = last.replace(tzinfo=UTC) + timedelta(minutes=1)
            score(replace(project, as_of=at), warehouse)
        return at

    return run


def test_a_webhook_is_added_tried_looked_at_and_told_again(ada: httpx.Client) -> None:
    with receiving() as receiver:
        url = f"http://127.0.0.1:{receiver.port}/in"
        made = ada.post("/api/webhooks", json={"url": url, "events": ["band.changed"], "about": "CRM"})
        assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
        number, secret = made.json()["number"], made.json()["secret"]
        assert "secret" not in ada.get(f"/api/webhooks/{number}").json()
        tried = ada.post(f"/api/webhooks/{number}/test").json()
        assert (tried["state"], tried["event"]) == ("waiting", "test")

        def settled() -> Any:
            found = ada.get(f"/api/deliveries/{tried['number']}").json()
            return found if found["state"] == "delivered" else None

        found = eventually(settled)
        assert [each["status"] for each in found["history"]] == [204]
        assert Webhook(secret).verify(receiver.got[0][2], receiver.got[0][1])["type"] == "test"
        assert json.loads(found["body"]) == json.loads(receiver.got[0][2])
        ada.post(f"/api/deliveries/{tried['number']}/replay")
        assert eventually(lambda: receiver.got[1:])[0][1]["webhook-id"] == tried["message"]
        assert [each["number"] for each in ada.get(f"/api/webhooks/{number}/deliveries").json()] == [
            tried["number"]
        ]
    renewed = ada.post(f"/api/webhooks/{number}/secret").json()
    assert renewed["secret"] != secret
    assert ada.post(f"/api/webhooks/{number}/pause").json()["paused_at"]
    assert ada.post(f"/api/webhooks/{number}/pause").status_code == 409
    assert ada.post(f"/api/webhooks/{number}/resume").json()["paused_at"] is None
    put = ada.put(f"/api/webhooks/{number}", json={"events": ["run.finished", "score.changed"]})
    assert put.json()["events"] == ["score.changed", "run.finished"]
    assert ada.delete(f"/api/webhooks/{number}").status_code == 204
    assert ada.get(f"/api/webhooks/{number}").status_code == 404


def test_a_secret_is_never_stored_nor_told_twice(ada: httpx.Client, stands_on: Serving) -> None:
    asked = {"url": "http://127.0.0.1:9/", "events": ["run.finished"]}
    key = {"Idempotency-Key": "secretive"}
    made = ada.post("/api/webhooks", json=asked, headers=key)
    again = ada.post("/api/webhooks", json=asked, headers=key)
    assert (made.status_code, again.status_code) == (201, 409)
    with stands_on.store.reading() as connection:
        kept = str(connection.execute(sa.text("SELECT body FROM requests")).scalars().all())
    assert made.json()["secret"] not in kept
    ada.delete(f"/api/webhooks/{made.json()['number']}")


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"url": "https://10.0.0.1/", "events": ["run.finished"]}, 400, "is not of the open internet"),
        (
            {"url": "https://169.254.169.254/latest", "events": ["run.finished"]},
            400,
            "not of the open internet",
        ),
        ({"url": "gopher://x", "events": ["run.finished"]}, 400, "is no URL"),
        ({"url": "https://x.example/", "events": ["run.ended"]}, 422, "body.events"),
        ({"url": "https://x.example/", "events": []}, 422, "body.events"),
    ],
)
def test_what_makes_no_webhook_is_told(
    ada: httpx.Client, asked: dict[str, object], status: int, told: str
) -> None:
    refused = ada.post("/api/webhooks", json=asked)
    assert (refused.status_code, told in refused.text) == (status, True), refused.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/webhooks"),
        ("GET", "/api/webhooks/1"),
        ("GET", "/api/webhooks/1/deliveries"),
        ("GET", "/api/deliveries/1"),
        ("POST", "/api/webhooks/1/test"),
        ("POST", "/api/deliveries/1/replay"),
    ],
)
def test_only_admins_look_after_webhooks(asked_by: As, method: str, path: str) -> None:
    assert asked_by("ana").request(method, path).status_code == 403


def test_a_run_on_the_server_is_told_to_webhooks(
    ada: httpx.Client, run_again: Callable[[], datetime]
) -> None:
    with receiving() as receiver:
        url = f"http://127.0.0.1:{receiver.port}/"
        made = ada.post("/api/webhooks", json={"url": url, "events": ["run.finished"]}).json()
        at = run_again()
        ((_, _, body), *_) = eventually(lambda: receiver.got)
    assert json.loads(body)["data"]["as_of"] == at.isoformat()
    ada.delete(f"/api/webhooks/{made['number']}")


@contextmanager
def _listening(client: httpx.Client, last: str | None = None) -> Iterator[Iterator[dict[str, Any]]]:
    """The events of a stream, as a browser would have them."""
    headers = {} if last is None else {"Last-Event-ID": last}
    with client.stream("GET", "/api/events", headers=headers, timeout=30) as answer:
        assert (answer.status_code, answer.headers["Content-Type"]) == (
            200,
            "text/event-stream; charset=utf-8",
        )

        def told() -> Iterator[dict[str, Any]]:
            event: dict[str, Any] = {}
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if line:
                    event[name] = json.loads(value) if name == "data" else value
                else:
                    if "data" in event:
                        yield event
                    event = {}

        yield told()


def test_the_stream_tells_what_changed_to_whom_it_reaches_and_goes_on_where_it_was(
    asked_by: As,
    run_again: Callable[[], datetime],
    stands_on: Serving,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "LOOKS_S", 0.05)
    ana, bo = asked_by("ana"), asked_by("bo")
    given = [_override(ana, account, value) for account, value in (("A1", 10), ("A3", 50))]
    _copied(stands_on)
    with _listening(ana) as heard, _listening(bo) as mine:
        at = run_again()
        got = [next(heard) for _ in range(3)]
        hers = next(mine)
    assert [(each["event"], each["data"].get("account_id")) for each in got] == [
        ("band", "A1"),
        ("score", "A3"),
        ("run", None),
    ]
    first = got[0]["data"]
    assert (first["score"], first["score_before"], first["band"], first["band_before"]) == (
        10,
        96,
        "red",
        "green",
    )
    assert (got[2]["data"]["as_of"], got[2]["data"]["changes"]) == (at.isoformat(), 2)
    assert (hers["event"], hers["data"]["changes"]) == ("run", 0)
    with _listening(ana, got[0]["id"]) as heard:
        assert [next(heard) for _ in range(2)] == got[1:]
    for path in given:
        assert ana.post(f"{path}/end", json={}).status_code == 200
    _copied(stands_on)
    run_again()


def _override(client: httpx.Client, account: str, value: float) -> str:
    path = f"/api/accounts/{account}/overrides"
    return f"{path}/{client.post(path, json={'value': value, 'reason': 'Tried'}).json()['number']}"


def _copied(stands_on: Serving) -> None:
    with stands_on.warehouse.writing() as warehouse:
        copying.copy(stands_on.store, warehouse, stands_on.project().zone)


def test_nobody_opens_streams_without_end(asked_by: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "AT_ONCE", 0)
    refused = asked_by("vi").get("/api/events")
    assert (refused.status_code, "streams open already" in refused.json()["detail"]) == (409, True)


def test_a_stream_ends_by_itself_and_says_that_it_lives(
    asked_by: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("LOOKS_S", 0.01), ("BEATS_S", 0.05), ("LASTS_S", 0.3)):
        monkeypatch.setattr(events, name, seconds)
    text = asked_by("vi").get("/api/events").text
    assert text.startswith("retry: 2000\n\n")
    assert ": still here\n\n" in text
    assert eventually(lambda: not events._open)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("7", Place(7)),
        ("7.3", Place(7, 3)),
        ("", None),
        (None, None),
        ("x", None),
        ("7.x", None),
        ("-7", None),
        ("٧", None),
        ("1234567890", None),
    ],
)
def test_an_events_id_names_a_place_or_none(text: str | None, place: Place | None) -> None:
    assert Place.of(text) == place
