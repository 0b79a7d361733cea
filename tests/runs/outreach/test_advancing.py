"""Enrollments advance in batches: by what is known, and never by what another knows better already."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from keepwell.outreach.engine import Setting
from keepwell.outreach.lot import Drum
from keepwell.outreach.step import Branch, Note, Wait
from keepwell.outreach.trigger import ByHand
from keepwell.runs.outreach.advancing import Advancing, Progress
from keepwell.runs.outreach.by_hand import put_in
from keepwell.runs.outreach.enrolling import Entrance
from keepwell.runs.outreach.known import Knowledge
from keepwell.runs.outreach.routes import Routes
from keepwell.runs.outreach.sighting import sighting
from keepwell.runs.outreach.waves import CURSOR, waves
from keepwell.signals.expression import parse
from keepwell.signals.window import Span
from keepwell.store import cursors, enrollments, notes
from keepwell.store.engine import Store
from tests.runs.firm import ago
from tests.runs.outreach.living import KEY, World, instant, journey, world

RICH = Branch("rich", parse("account.seats > 15"), (Note("yes", "Rich"),), (Note("no", "Poor"),))
NINE = Wait("nine", Span.parse("1 days"))


@pytest.fixture
def one(tmp_path: Path, store: Store) -> Iterator[World]:
    """Three accounts; A2 is in Tokyo."""
    made = world(tmp_path, store, journey(ByHand(), NINE, RICH))
    for number, zone in ((1, "Europe/Berlin"), (2, "Asia/Tokyo"), (3, "no zone")):
        made.firm.account(number, ago(400), seats=10 * number, zone=zone)
    made.score(0)
    made.step(0)
    entrance = Entrance(made.project, "files of one", Drum(KEY))
    for number in (1, 2, 3):
        put_in(store, entrance, f"A{number}", "rescue", actor="kim", at=instant(0))
    yield made
    made.firm.warehouse.close()


def advancing(one: World) -> Advancing:
    (wave,) = waves(one.firm.warehouse)
    names = frozenset({"account.seats"})
    known = Knowledge(sighting(one.project, one.firm.warehouse, wave, names, {}))
    zone = one.project.zone
    return Advancing(Routes(one.project), known, one.firm.warehouse, Setting(Drum(KEY), zone, zone))


def test_each_goes_by_what_is_known_of_its_account(one: World) -> None:
    assert one.step(0).advanced == 3
    assert one.step(1).settled == 3
    with one.store.reading() as connection:
        said = {number: [each.words for each in notes.of(connection, f"A{number}")] for number in (1, 2, 3)}
    assert said == {1: ["Poor"], 2: ["Rich"], 3: ["Rich"]}


def test_whoever_knows_less_than_another_leaves_them_alone(one: World) -> None:
    mine, progress = advancing(one), Progress()
    with one.store.writing() as connection:
        cursors.move(connection, CURSOR, 99, instant(0))
    assert not mine.batch(one.store, instant(0), progress)
    with one.store.writing() as connection:
        assert len(enrollments.due(connection, instant(0), 9)) == 3
        cursors.move(connection, CURSOR, 1, instant(0))
    assert mine.batch(one.store, instant(0), progress)
    assert (progress.advanced, mine.batch(one.store, instant(0), progress)) == (3, False)


def test_days_are_counted_where_the_account_is(one: World) -> None:
    morning = journey(ByHand(), Wait("hour", hour=time(9)), Note("n", "Good morning"), name="morning")
    one.project = replace(one.project, journeys=(*one.project.journeys, morning))
    entrance = Entrance(one.project, "files of one", Drum(KEY))
    for number in (1, 2, 3):
        put_in(one.store, entrance, f"A{number}", "morning", actor="kim", at=instant(0))
    one.step(0)  # midnight in UTC: nine o'clock in Tokyo is now, in Berlin it is two
    assert [one.of(number, "morning")[0].place for number in (1, 2, 3)] == ["hour", "", "hour"]
