"""Responses: kept once, counted within bounds, and answered by enrollment and step."""

from dataclasses import replace

import pytest

from keepwell.outreach.ledger import Key
from keepwell.outreach.response import Kind, Response
from keepwell.store import enrollments, ledger, responses
from keepwell.store.engine import Connection, Store
from keepwell.store.ledger import Entry
from keepwell.store.responses import Answer
from tests.outreach.made import BEGIN, DAY, HOUR, enrolled, journey, message

FIRST = enrolled(journey(message("guide"), message("check_in")))
SECOND = enrolled(journey(message("guide")), account="A2")


def planned(connection: Connection, step: str = "guide", enrollment: str = FIRST.id) -> int:
    """The number of a new entry of the ledger."""
    for each in (FIRST, SECOND):
        enrollments.begin(connection, each)
    key = Key.to(enrollment, step, 1, "email", "ana@firm.example")
    entry = ledger.plan(connection, Entry(key, "A1", "tips", BEGIN, BEGIN))
    assert entry is not None
    return entry.number


def test_what_is_told_twice_is_kept_once(store: Store) -> None:
    with store.writing() as connection:
        entry = planned(connection)
        bounce = Response(entry, Kind.BOUNCED, BEGIN, by_machine=True, detail="hard", mark="m1")
        assert [responses.keep(connection, each) for each in (bounce, bounce)] == [True, False]
        reply = replace(bounce, kind=Kind.REPLIED, by_machine=False, detail="")
        other = replace(bounce, mark="m2", at=BEGIN + DAY)
        assert all(responses.keep(connection, each) for each in (reply, other))
        assert responses.of(connection, entry) == (bounce, reply, other)


def test_a_link_that_is_followed_without_end_fills_nothing(store: Store) -> None:
    with store.writing() as connection:
        entry = planned(connection)
        kept = [responses.keep(connection, Response(entry, Kind.CLICKED, BEGIN)) for _ in range(60)]
        assert kept == [True] * 50 + [False] * 10


def test_answers_are_those_of_persons_by_enrollment_and_step(store: Store) -> None:
    with store.writing() as connection:
        guide, check_in = planned(connection), planned(connection, "check_in")
        other = planned(connection, enrollment=SECOND.id)
        for each in (
            Response(guide, Kind.OPENED, BEGIN, by_machine=True),
            Response(guide, Kind.CLICKED, BEGIN + 2 * DAY),
            Response(guide, Kind.OPENED, BEGIN + DAY),
            Response(check_in, Kind.REPLIED, BEGIN + HOUR),
            Response(other, Kind.OPENED, BEGIN, by_machine=True),
            Response(other, Kind.BOUNCED, BEGIN),
        ):
            responses.keep(connection, each)
        assert responses.answers(connection, [FIRST.id, SECOND.id]) == {
            FIRST.id: (
                Answer("opened", "check_in", BEGIN + HOUR),
                Answer("replied", "check_in", BEGIN + HOUR),
                Answer("opened", "guide", BEGIN + DAY),
                Answer("clicked", "guide", BEGIN + 2 * DAY),
            )
        }
        assert responses.answers(connection, []) == {}


def test_many_enrollments_are_asked_for_in_parts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "BATCH", 1)
    with store.writing() as connection:
        for id in (FIRST.id, SECOND.id):
            responses.keep(connection, Response(planned(connection, enrollment=id), Kind.OPENED, BEGIN))
        asked = responses.answers(connection, [FIRST.id, "nobody's", SECOND.id])
        assert asked == dict.fromkeys((FIRST.id, SECOND.id), (Answer("opened", "guide", BEGIN),))


def test_what_came_back_from_a_recipient_is_told_whatever_it_was_sent(store: Store) -> None:
    with store.writing() as connection:
        guide, other = planned(connection), planned(connection, enrollment=SECOND.id)
        came = [
            Response(entry, Kind.BOUNCED, BEGIN + n * DAY, True, "soft", f"m{n}")
            for n, entry in enumerate((guide, other, guide))
        ]
        for each in came:
            responses.keep(connection, each)
        ana = ledger.recipient_of(connection, guide)
        assert ana == ledger.recipient_of(connection, other)
        assert responses.of_recipient(connection, ana, Kind.BOUNCED, 2) == (came[2], came[1])
        assert responses.of_recipient(connection, ana, Kind.OPENED, 2) == ()
