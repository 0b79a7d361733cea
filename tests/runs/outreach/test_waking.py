"""Whoever waits for an answer goes on when it comes, and by the answers that have come."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keepwell.outreach.ledger import Key
from keepwell.outreach.lot import Drum
from keepwell.outreach.response import Kind, Response
from keepwell.outreach.step import Branch, Message, Note, Wait
from keepwell.outreach.trigger import ByHand
from keepwell.runs.outreach.by_hand import put_in
from keepwell.runs.outreach.enrolling import Entrance
from keepwell.signals.expression import Name, Not
from keepwell.signals.window import Span
from keepwell.store import ledger, notes, responses
from keepwell.store.engine import Store
from keepwell.store.ledger import Entry
from tests.runs.firm import ago
from tests.runs.outreach.living import KEY, World, instant, journey, world

OPENED = Name("opened(tips)")
STEPS = (
    Message("guide", "tips", "email"),
    Wait("until", when=OPENED, timeout=Span.parse("5 days")),
    Branch("read", OPENED, (Note("y", "Read"),), (Note("n", "Not read"),)),
    Branch("unread", Not(Name("clicked(tips)")), (Note("c", "Not clicked"),), (Note("d", "Clicked"),)),
)


@pytest.fixture
def one(tmp_path: Path, store: Store) -> Iterator[World]:
    """Two accounts that wait for their message to be opened."""
    made = world(tmp_path, store, journey(ByHand(), *STEPS))
    for number in (1, 2):
        made.firm.account(number, ago(400), seats=10)
    made.score(0)
    made.step(0)
    entrance = Entrance(made.project, "files of one", Drum(KEY))
    for number in (1, 2):
        put_in(store, entrance, f"A{number}", "rescue", actor="kim", at=instant(0))
    made.step(0)
    yield made
    made.firm.warehouse.close()


def came(one: World, account: int, kind: Kind, days: float, *, by_machine: bool = False) -> None:
    """Something comes back of the message to an account."""
    (enrollment,) = one.of(account)
    key = Key.to(enrollment.id, "guide", 1, "email", f"ana{account}@firm.example")
    with one.store.writing() as connection:
        entry = ledger.find(connection, key) or ledger.plan(
            connection, Entry(key, enrollment.account, "tips", instant(0), instant(0))
        )
        assert entry is not None
        responses.keep(connection, Response(entry.number, kind, instant(days), by_machine=by_machine))


def said(one: World, account: int) -> list[str]:
    with one.store.reading() as connection:
        return [each.words for each in reversed(notes.of(connection, f"A{account}"))]


def test_who_is_answered_goes_on_at_once_and_others_wait_on(one: World) -> None:
    came(one, 2, Kind.OPENED, 0.5, by_machine=True)
    assert one.step(1).woken == 0
    came(one, 1, Kind.OPENED, 1.5)
    stepped = one.step(2)
    assert (stepped.woken, stepped.advanced, one.of(1)[0].ended_at) == (1, 1, instant(1.5))
    assert (said(one, 1), said(one, 2)) == (["Read", "Not clicked"], [])
    assert one.step(3).woken == 0
    one.step(5)
    assert said(one, 2) == ["Not read", "Not clicked"]


def test_who_clicks_has_opened_it_too(one: World) -> None:
    came(one, 2, Kind.CLICKED, 1)
    one.step(1)
    assert said(one, 2) == ["Read", "Clicked"]
