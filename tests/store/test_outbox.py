"""The outbox: every revision of what people said, in order, known later than the one before it, and without their words."""

from datetime import timedelta

from keepwell.store import feedback, notes, outbox, overrides, pulses
from keepwell.store.engine import Store
from keepwell.store.feedback import Feedback, Verdict
from keepwell.store.notes import Kind, Note
from keepwell.store.pulses import Pulse
from tests.store.made import NOON, override


def test_what_people_say_of_accounts_is_told_in_order_and_without_their_words(store: Store) -> None:
    with store.writing() as connection:
        overrides.give(connection, override(), known_at=NOON, at=NOON)
        pulses.give(
            connection, Pulse("k2", "A2", 80, "They love it", "ana@firm.example", NOON, "north"), NOON
        )
        said = Feedback("k3", "A1", "health", 71.5, "green", Verdict.TOO_HIGH, "No", "ana@firm.example", NOON)
        feedback.give(connection, said, NOON)
        held = NOON - timedelta(days=1)
        notes.write(connection, Note("k4", "A1", Kind.CALL, held, "Talked", "ana@firm.example", NOON), NOON)
        notes.write(
            connection, Note("k5", "A1", Kind.NOTE, NOON, "A thought", "ana@firm.example", NOON), NOON
        )
        told = outbox.after(connection, 0, 10)
        assert outbox.last(connection) == told[-1].number
        assert outbox.reasons(connection, told) == {
            override().key: "Their champion left",
            "k2": "They love it",
            "k3": "No",
        }
    assert [(each.table, each.account_id, each.known_at) for each in told] == [
        ("overrides", "A1", NOON),
        ("pulses", "A2", NOON),
        ("feedback", "A1", NOON),
        ("interactions", "A1", NOON),
    ]
    assert told[0].content == {
        "occurred_at": "2025-06-30T12:00:00+00:00",
        "until_at": "2025-07-07T12:00:00+00:00",
        "purpose": "health",
        "target": "score",
        "value": 40.0,
        "author": "kim@firm.example",
    }
    assert told[3].content == {
        "occurred_at": "2025-06-29T12:00:00+00:00",
        "kind": "call",
        "author": "ana@firm.example",
    }


def test_a_revision_is_known_after_the_one_before_it_though_the_clock_goes_back(store: Store) -> None:
    with store.writing() as connection:
        given = overrides.give(connection, override(), known_at=NOON, at=NOON)
        earlier = NOON - timedelta(hours=1)
        overrides.end(
            connection, given, why="set by mistake", actor="ana@firm.example", known_at=earlier, at=NOON
        )
        first, second = outbox.after(connection, 0, 10)
        assert outbox.after(connection, first.number, 10) == (second,)
    assert (first.known_at, second.known_at) == (NOON, NOON + timedelta(microseconds=1))
    assert second.content["until_at"] == "2025-06-30T11:00:00+00:00"


def test_it_knows_whether_it_is_the_one_that_was_read(store: Store) -> None:
    with store.writing() as connection:
        outbox.put(connection, "pulses", "k1", "A1", NOON, score=1)
        number = outbox.last(connection)
        assert outbox.holds(connection, number, "k1")
        assert not outbox.holds(connection, number, "k2")
        assert not outbox.holds(connection, number + 1, "k1")
