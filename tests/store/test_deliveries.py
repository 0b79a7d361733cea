"""Webhooks and their deliveries: every arrow, what is due, and what is kept of tries; requests that came twice; digests; cursors."""

from datetime import date, timedelta

import pytest

from keepwell.store import audit, cursors, deliveries, digests, requests, webhooks
from keepwell.store.deliveries import Delivery, State, Try
from keepwell.store.digests import Rhythm, Wish
from keepwell.store.engine import Connection, Store
from keepwell.store.requests import Answer, Claim
from keepwell.store.webhooks import Webhook
from tests.store.made import NOON

LATER = NOON + timedelta(minutes=5)
OK = Try(LATER, 204, "", 0.1)
BAD = Try(LATER, 500, "sorry", 0.2)


def _webhook(connection: Connection) -> Webhook:
    return webhooks.add(connection, Webhook("https://hook.example/in", ("band.changed",), "CRM", "kim", NOON))


def _put(connection: Connection, webhook: Webhook, message: str = "m1") -> Delivery:
    return deliveries.put(connection, Delivery(message, webhook.number, "band.changed", "{}", NOON))


def test_what_arrives_is_delivered(store: Store) -> None:
    with store.writing() as connection:
        put = _put(connection, _webhook(connection))
        assert deliveries.due(connection, NOON, 10) == (put,)
        done = deliveries.tried(connection, put, OK, arrived=True, again_at=None)
        assert (done.state, done.tries, done.settled_at, done.next_at) == (State.DELIVERED, 1, LATER, None)
        assert deliveries.get(connection, put.number) == done
        assert deliveries.due(connection, LATER, 10) == ()
        assert deliveries.tries(connection, put.number) == (OK,)


def test_what_does_not_arrive_is_tried_again_when_it_is_time_until_it_is_given_up(store: Store) -> None:
    with store.writing() as connection:
        put = _put(connection, _webhook(connection))
        waiting = deliveries.tried(connection, put, BAD, arrived=False, again_at=LATER)
        assert deliveries.due(connection, NOON, 10) == ()
        assert deliveries.due(connection, LATER, 10) == (waiting,)
        lost = deliveries.tried(connection, waiting, BAD, arrived=False, again_at=None)
        assert (lost.state, lost.tries) == (State.FAILED, 2)
        assert deliveries.due(connection, LATER, 10) == ()
        assert deliveries.tries(connection, put.number) == (BAD, BAD)


@pytest.mark.parametrize("arrived", [True, False])
def test_what_is_settled_can_be_told_again(store: Store, arrived: bool) -> None:
    with store.writing() as connection:
        put = _put(connection, _webhook(connection))
        settled = deliveries.tried(connection, put, OK, arrived=arrived, again_at=None)
        again = deliveries.replay(connection, settled, actor="kim", at=LATER)
        assert (again.state, again.tries, again.next_at, again.settled_at) == (State.WAITING, 0, LATER, None)
        assert again.message == put.message
        assert audit.entries(connection, 1)[0].event == "delivery:replayed"
        before = len(audit.entries(connection))
        assert deliveries.replay(connection, again, actor="kim", at=LATER) == again
        assert len(audit.entries(connection)) == before


def test_a_paused_or_removed_webhook_is_told_nothing(store: Store) -> None:
    with store.writing() as connection:
        webhook = _webhook(connection)
        put = _put(connection, webhook)
        paused = webhooks.pause(connection, webhook, actor="kim", at=NOON)
        assert (paused.active, deliveries.due(connection, LATER, 10)) == (False, ())
        resumed = webhooks.resume(connection, paused, actor="kim", at=NOON)
        assert (resumed.active, deliveries.due(connection, LATER, 10)) == (True, (put,))
        webhooks.remove(connection, resumed, actor="kim", at=NOON)
        assert webhooks.get(connection, webhook.number) is None
        assert webhooks.every(connection) == ()
        assert deliveries.due(connection, LATER, 10) == ()
        assert deliveries.of(connection, webhook.number) == (put,)


def test_it_is_known_since_when_nothing_came_through(store: Store) -> None:
    with store.writing() as connection:
        webhook = _webhook(connection)
        for at in (NOON, LATER):
            webhooks.failed(connection, webhook.number, at)
        (failing,) = webhooks.every(connection)
        webhooks.came_through(connection, webhook.number)
        (well,) = webhooks.every(connection)
    assert (failing.failing_since, well.failing_since) == (NOON, None)


def test_a_renewed_secret_has_another_salt(store: Store) -> None:
    with store.writing() as connection:
        webhook = _webhook(connection)
        renewed = webhooks.renew_secret(connection, webhook, actor="kim", at=NOON)
        assert webhooks.get(connection, webhook.number) == renewed
        salts = {webhook.salt, renewed.salt, _webhook(connection).salt}
    assert len(salts) == 3
    assert all(len(salt) == 32 for salt in salts)


def test_old_deliveries_are_forgotten_with_their_tries_and_waiting_ones_are_not(store: Store) -> None:
    with store.writing() as connection:
        webhook = _webhook(connection)
        old = deliveries.tried(connection, _put(connection, webhook), OK, arrived=True, again_at=None)
        waiting = _put(connection, webhook, "m2")
        assert deliveries.forget(connection, LATER) == 0
        assert deliveries.forget(connection, LATER + timedelta(seconds=1)) == 1
        assert deliveries.of(connection, webhook.number) == (waiting,)
        assert deliveries.tries(connection, old.number) == ()


def test_a_key_is_claimed_once_and_answers_as_before(store: Store) -> None:
    answer = Answer(201, "application/json", "/api/views/1", '{"number": 1}')
    day_ago = NOON - timedelta(days=1)
    with store.writing() as connection:

        def claim(person: str, fingerprint: str) -> tuple[Claim, Answer | None]:
            return requests.claim(connection, person, "k", fingerprint, at=NOON, oldest=day_ago)

        assert claim("kim", "f") == (Claim.MINE, None)
        assert claim("kim", "f") == (Claim.UNDER_WAY, None)
        requests.settle(connection, "kim", "k", answer)
        assert claim("kim", "f") == (Claim.DONE, answer)
        assert claim("kim", "g") == (Claim.OTHER, None)
        assert claim("ana", "g") == (Claim.MINE, None)
        requests.release(connection, "ana", "k")
        assert claim("ana", "f") == (Claim.MINE, None)


def test_an_old_key_is_forgotten(store: Store) -> None:
    with store.writing() as connection:
        requests.claim(connection, "kim", "k", "f", at=NOON, oldest=NOON)
        found = requests.claim(connection, "kim", "k", "g", at=LATER, oldest=LATER)
    assert found == (Claim.MINE, None)


def test_nobody_is_sent_a_digest_who_did_not_wish_one(store: Store) -> None:
    with store.writing() as connection:
        assert digests.wished(connection, "kim") == Wish("kim", Rhythm.NEVER, 20)
        digests.wish(connection, Wish("kim", Rhythm.DAILY, 5), NOON)
        digests.wish(connection, Wish("ana", Rhythm.NEVER, 5), NOON)
        digests.wish(connection, Wish("kim", Rhythm.WEEKLY, 7), NOON)
        assert digests.wishes(connection) == (Wish("kim", Rhythm.WEEKLY, 7),)


def test_a_digest_of_a_day_is_handed_over_once_unless_it_failed(store: Store) -> None:
    day = date(2025, 6, 30)

    def hand_over(connection: Connection, message: str, of: date = day) -> bool:
        return digests.hand_over(connection, "kim", of, message=message, items=3, at=NOON)

    with store.writing() as connection:
        assert hand_over(connection, "m1")
        assert not hand_over(connection, "m2")
        digests.settle(connection, "m1", digests.State.FAILED, "no server")
        assert digests.last_day(connection, "kim") is None
        assert hand_over(connection, "m3")
        digests.settle(connection, "m3", digests.State.SENT)
        assert not hand_over(connection, "m4")
        assert hand_over(connection, "m5", day + timedelta(days=1))
        states = [(each.message, each.state) for each in digests.of(connection, "kim")]
    assert states == [("m5", digests.State.HANDED_OVER), ("m3", digests.State.SENT)]


def test_a_cursor_begins_nowhere_and_moves(store: Store) -> None:
    with store.writing() as connection:
        assert cursors.at(connection, "webhooks") is None
        for place in (3, 5):
            cursors.move(connection, "webhooks", place, NOON)
        assert cursors.at(connection, "webhooks") == 5
