"""Overrides, pulses, feedback, notes and owners: kept, read as they were kept, and noted in the audit without words or accounts."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from keepwell.store import audit, notes, overrides, owners, pulses
from keepwell.store.engine import Store
from keepwell.store.notes import Kind, Note
from keepwell.store.pulses import Pulse
from tests.store.made import NOON, override

WEEK = timedelta(days=7)
TICK = timedelta(microseconds=1)


def test_an_override_holds_after_it_begins_until_it_ends(store: Store) -> None:
    with store.writing() as connection:
        given = overrides.give(connection, override(), known_at=NOON, at=NOON)
        assert overrides.get(connection, given.number) == given
        assert overrides.of(connection, "A1") == (given,)
        held = {
            moment: bool(overrides.in_force(connection, moment))
            for moment in (NOON, NOON + TICK, NOON + WEEK, NOON + WEEK + TICK)
        }
    assert list(held.values()) == [False, True, True, False]
    assert held == {moment: given.holds(moment) for moment in held}


def test_an_override_that_was_ended_holds_until_then(store: Store) -> None:
    with store.writing() as connection:
        given = overrides.give(connection, override(), known_at=NOON, at=NOON)
        day = NOON + timedelta(days=1)
        ended = overrides.end(
            connection, given, why="They stay", actor="ana@firm.example", known_at=day, at=NOON
        )
        assert overrides.get(connection, given.number) == ended
        assert overrides.in_force(connection, day) == (ended,)
        assert overrides.in_force(connection, day + TICK) == ()
    assert (ended.holds(day), ended.holds(day + TICK)) == (True, False)


def test_the_audit_names_the_record_and_nobodys_words(store: Store) -> None:
    with store.writing() as connection:
        given = overrides.give(connection, override(), known_at=NOON, at=NOON)
        pulses.give(connection, Pulse("k2", "A1", 80, "They love it", "ana@firm.example", NOON), NOON)
        written = notes.write(
            connection, Note("k4", "A1", Kind.CALL, NOON, "Talked", "ana@firm.example", NOON), NOON
        )
        notes.change(connection, written, "Talked long", actor="ana@firm.example", at=NOON)
        entries = audit.entries(connection)
    assert [(each.event, each.actor) for each in entries] == [
        ("override:given", "kim@firm.example"),
        ("pulse:given", "ana@firm.example"),
        ("note:written", "ana@firm.example"),
        ("note:changed", "ana@firm.example"),
    ]
    assert entries[0].about == f"override {given.number}"
    told = " ".join(each.about + each.detail for each in entries)
    assert not any(word in told for word in ("A1", "champion", "love", "Talked"))


def test_two_records_never_share_a_key(store: Store) -> None:
    with store.writing() as connection:
        overrides.give(connection, override(), known_at=NOON, at=NOON)
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        overrides.give(connection, override(), known_at=NOON, at=NOON)


def test_of_a_removed_note_no_word_is_kept(store: Store) -> None:
    with store.writing() as connection:
        written = notes.write(
            connection, Note("k4", "A1", Kind.NOTE, NOON, "Secret", "ana@firm.example", NOON), NOON
        )
        assert notes.of(connection, "A1") == (written,)
        removed = notes.remove(connection, written, actor="kim@firm.example", at=NOON)
        assert notes.of(connection, "A1") == ()
        assert notes.get(connection, written.number) is None
        kept = connection.execute(sa.text("SELECT words, removed_by FROM notes")).one()
    assert (removed.words, *kept) == ("", "", "kim@firm.example")


def test_the_last_owner_that_was_named_counts_until_it_is_given_back(store: Store) -> None:
    with store.writing() as connection:
        for account, owner in (("A1", "kim"), ("A2", "ana"), ("A1", "ravi"), ("A2", "")):
            owners.assign(connection, account, owner, actor="ana@firm.example", at=NOON)
        assert owners.assigned(connection) == {"A1": "ravi"}
        assert (owners.of(connection, "A1"), owners.of(connection, "A2"), owners.of(connection, "A3")) == (
            "ravi",
            None,
            None,
        )
