"""Webhooks are told of each live run once; what does not arrive is tried again as long as the standard proposes, and no longer."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from keepwell import clock
from keepwell.channels.addresses import HOSTS_VARIABLE
from keepwell.channels.hooks import Answer
from keepwell.errors import AbsentError, ConflictError, UserError
from keepwell.runs import changing, hooking, telling
from keepwell.runs.hooking import Secretive
from keepwell.runs.score import score
from keepwell.scoring.score import Band
from keepwell.store.deliveries import State
from keepwell.store.engine import Store
from tests.channels.receiver import receiving
from tests.runs.firm import AS_OF, Firm, ago, project
from tests.runs.records.conftest import ADMIN

SERVER = b"s" * 32
ALL = ["band.changed", "score.changed", "run.finished"]
LATER = AS_OF + timedelta(days=1)


@pytest.fixture(autouse=True)
def permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The receivers of these tests may be called."""
    monkeypatch.setenv(HOSTS_VARIABLE, "127.0.0.1")


def _hook(store: Store, port: int = 9, events: list[str] | None = None) -> Secretive:
    url = f"http://127.0.0.1:{port}/in"
    return hooking.add(store, SERVER, url=url, events=events or ALL, by=ADMIN)


def _next_day(firm: Firm) -> None:
    """The day after: A1's survey falls from ten to two, so that its score falls from 100 to 60 and its band to yellow."""
    firm.facts("surveys", [{"account": 1, "occurred_at": AS_OF, "score": 2, "key": "0" * 32}], AS_OF)
    firm.logins(1, *[LATER - timedelta(hours=hour) for hour in range(1, 11)])
    score(project(as_of=LATER), firm.warehouse)


def test_what_changed_with_a_run(firm: Firm) -> None:
    assert [run.before for run in changing.live_runs(firm.warehouse)] == [None]
    first = changing.latest(firm.warehouse)
    _next_day(firm)
    (run,) = changing.live_runs(firm.warehouse, first)
    assert (run.before == first, run.as_of, run.redefined) == (True, LATER, False)
    (changed,) = changing.changes(firm.warehouse, run, {})
    assert changed == changing.Change("A1", "Firm 1", "Kim", "small", 60.0, 100.0, Band.YELLOW, Band.GREEN)
    (renamed,) = changing.changes(firm.warehouse, run, {"A1": "ravi"})
    assert renamed == replace(changed, owner="ravi")


def test_a_replay_of_the_past_is_no_live_run(firm: Firm) -> None:
    first = changing.latest(firm.warehouse)
    score(project(), firm.warehouse, ago(3))
    assert changing.latest(firm.warehouse) > first
    assert changing.live_runs(firm.warehouse, first) == ()


def test_each_live_run_is_told_once_and_signed(firm: Firm, store: Store) -> None:
    with receiving() as receiver:
        made = _hook(store, receiver.port)
        assert telling.tell(store, firm.warehouse) == 0
        _next_day(firm)
        assert telling.tell(store, firm.warehouse) == 3
        assert telling.tell(store, firm.warehouse) == 0
        assert telling.send(store, SERVER) == telling.Sent(3, 0)
        assert telling.send(store, SERVER) == telling.Sent(0, 0)
    got = {json.loads(body)["type"]: (headers, body) for _, headers, body in receiver.got}
    assert sorted(got) == sorted(ALL)
    told = Verifier(made.secret).verify(got["band.changed"][1], got["band.changed"][0])
    assert told["data"]["changes"] == [
        {
            "account_id": "A1",
            "segment": "small",
            "score": 60.0,
            "score_before": 100.0,
            "band": "yellow",
            "band_before": "green",
        }
    ]
    assert json.loads(got["run.finished"][1])["data"]["counts"] == {"band.changed": 1, "score.changed": 1}
    assert len({headers["webhook-id"] for headers, _ in got.values()}) == 3


def test_a_webhook_is_told_only_what_it_asked_for_and_nothing_of_before_it_was_there(
    firm: Firm, store: Store
) -> None:
    telling.tell(store, firm.warehouse)
    _next_day(firm)
    telling.tell(store, firm.warehouse)
    made = _hook(store, events=["run.finished"])
    score(project(as_of=LATER + timedelta(days=1)), firm.warehouse)
    assert telling.tell(store, firm.warehouse) == 1
    assert [each.event for each in hooking.told(store, made.webhook.number)] == ["run.finished"]


def test_what_does_not_arrive_is_tried_as_the_standard_proposes_then_given_up(store: Store) -> None:
    made = _hook(store)
    put = hooking.try_it(store, made.webhook.number)
    bad = Answer(500, "sorry", 0.1)
    now, waited = put.made_at, []
    for _ in range(20):
        with clock.pinned(now):
            sent = telling.send(store, SERVER, lambda *_: bad)
        found, _ = hooking.delivery(store, put.number)
        assert sent == telling.Sent(0, 1)
        if found.next_at is None:
            break
        with clock.pinned(found.next_at - timedelta(microseconds=1)):
            assert telling.send(store, SERVER, lambda *_: bad) == telling.Sent(0, 0)
        waited.append((found.next_at - now).total_seconds())
        now = found.next_at
    assert waited == [5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24))]
    found, tries = hooking.delivery(store, put.number)
    assert (found.state, found.tries, len(tries)) == (State.FAILED, 10, 10)
    assert hooking.found(store, made.webhook.number).failing_since == put.made_at


def test_who_asks_for_patience_gets_it_up_to_a_day(store: Store) -> None:
    waits = {}
    for asked in (1, 600, 10**6 - 1):
        put = hooking.try_it(store, _hook(store).webhook.number)
        with clock.pinned(put.made_at + timedelta(seconds=1)) as at:
            telling.send(store, SERVER, lambda *_, wait=asked: Answer(503, "", 0.1, wait))
        next_at = hooking.delivery(store, put.number)[0].next_at
        assert next_at is not None
        waits[asked] = (next_at - at).total_seconds()
    assert waits == {1: 5, 600: 600, 10**6 - 1: 86400}


def test_who_is_gone_is_paused_and_not_called_again(store: Store) -> None:
    with receiving() as receiver:
        receiver.statuses = [410]
        made = _hook(store, receiver.port)
        put = hooking.try_it(store, made.webhook.number)
        telling.send(store, SERVER)
        hooking.try_it(store, made.webhook.number)
        telling.send(store, SERVER)
    assert len(receiver.got) == 1
    assert not hooking.found(store, made.webhook.number).active
    assert hooking.delivery(store, put.number)[0].state is State.FAILED


def test_a_message_that_is_told_again_has_the_same_id(store: Store) -> None:
    with receiving() as receiver:
        receiver.statuses = [204, 500, 204]
        made = _hook(store, receiver.port)
        put = hooking.try_it(store, made.webhook.number)
        with pytest.raises(ConflictError, match="waits still"):
            hooking.replay(store, put.number, by=ADMIN)
        telling.send(store, SERVER)
        hooking.replay(store, put.number, by=ADMIN)
        telling.send(store, SERVER)
        _later(store, put.number)
    ids = [headers["webhook-id"] for _, headers, _ in receiver.got]
    assert ids == [put.message] * 3
    assert hooking.delivery(store, put.number)[0].state is State.DELIVERED
    assert hooking.found(store, made.webhook.number).failing_since is None


def _later(store: Store, number: int) -> None:
    next_at = hooking.delivery(store, number)[0].next_at
    assert next_at is not None
    with clock.pinned(next_at):
        telling.send(store, SERVER)


def test_one_that_never_answers_holds_nobody_else_up_and_all_are_noted(store: Store) -> None:
    made = [_hook(store) for _ in range(3)]
    puts = [hooking.try_it(store, each.webhook.number) for each in made]

    def call(_url: str, body: str, _said: Mapping[str, str]) -> Answer:
        ok = json.loads(body)["data"]["webhook"] != made[1].webhook.number
        return Answer(204, "", 0.1) if ok else Answer(None, "ReadTimeout", 15)

    assert telling.send(store, SERVER, call) == telling.Sent(2, 1)
    states = [hooking.delivery(store, put.number)[0].state for put in puts]
    assert states == [State.DELIVERED, State.WAITING, State.DELIVERED]


def test_more_changes_than_fit_are_told_in_several_messages(
    firm: Firm, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST", 1)
    made = _hook(store, events=["score.changed"])
    telling.tell(store, firm.warehouse)
    firm.logins(2, *[LATER - timedelta(hours=hour) for hour in range(1, 11)])
    firm.survey(2, AS_OF, 10)
    _next_day(firm)
    assert telling.tell(store, firm.warehouse) == 2
    bodies = [json.loads(each.body)["data"]["changes"] for each in hooking.told(store, made.webhook.number)]
    assert sorted(change["account_id"] for changes in bodies for change in changes) == ["A1", "A2"]


def test_old_deliveries_are_forgotten(store: Store) -> None:
    made = _hook(store)
    put = hooking.try_it(store, made.webhook.number)
    telling.send(store, SERVER, lambda *_: Answer(204, "", 0.1))
    waiting = hooking.try_it(store, made.webhook.number)
    assert telling.tidy(store) == 0
    with clock.pinned(put.made_at + timedelta(days=31)):
        assert telling.tidy(store) == 1
    assert hooking.told(store, made.webhook.number) == (waiting,)


@pytest.mark.parametrize(
    ("url", "events", "told"),
    [
        ("https://localhost/", ALL, "is not of the open internet"),
        ("nonsense", ALL, "is no URL"),
        ("http://127.0.0.1/", ["band.moved"], "there is no event 'band.moved'"),
        ("http://127.0.0.1/", [], "there is no event named"),
    ],
)
def test_what_makes_no_webhook_is_told(store: Store, url: str, events: list[str], told: str) -> None:
    with pytest.raises(UserError, match=told):
        hooking.add(store, SERVER, url=url, events=events, by=ADMIN)
    assert hooking.every(store) == ()


def test_a_renewed_secret_signs_and_the_old_one_no_longer(store: Store) -> None:
    made = _hook(store)
    renewed = hooking.renew_secret(store, SERVER, made.webhook.number, by=ADMIN)
    assert renewed.secret != made.secret
    with store.reading() as connection:
        kept = " ".join(str(row) for row in connection.exec_driver_sql("SELECT * FROM webhooks"))
    assert made.secret.removeprefix("whsec_") not in kept
    with pytest.raises(AbsentError, match="there is no webhook 99"):
        hooking.renew_secret(store, SERVER, 99, by=ADMIN)


def test_pausing_and_resuming_are_done_once(store: Store) -> None:
    number = _hook(store).webhook.number
    with pytest.raises(ConflictError, match="is not paused"):
        hooking.resume(store, number, by=ADMIN)
    assert not hooking.pause(store, number, by=ADMIN).active
    with pytest.raises(ConflictError, match="is paused already"):
        hooking.pause(store, number, by=ADMIN)
    assert hooking.resume(store, number, by=ADMIN).active
    assert hooking.change(store, number, events=["run.finished"], about="CRM", by=ADMIN).about == "CRM"
    hooking.remove(store, number, by=ADMIN)
    with pytest.raises(AbsentError):
        hooking.found(store, number)
