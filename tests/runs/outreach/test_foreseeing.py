"""What a plan says of journeys: whom they would begin for, who is under way in them, whose yes dies, and whether outreach is turned on."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from keepwell.clock import pinned
from keepwell.outreach.approval import Approval
from keepwell.outreach.journey import UnderWay
from keepwell.outreach.rules import Rules
from keepwell.outreach.step import Note, Wait
from keepwell.outreach.trigger import BandEnters
from keepwell.project.changes import How
from keepwell.runs.outreach.foreseeing import Foreseen, foreseen
from keepwell.scoring.score import Band
from keepwell.signals.window import Span
from keepwell.store import journey_approvals
from keepwell.store.engine import Store
from tests.runs.outreach.living import World, instant, journey, living, world
from tests.runs.outreach.posting import lite
from tests.runs.outreach.replay.test_replaying import peopled

STAYS = Wait("rest", Span.parse("30 days"))


@pytest.fixture
def one(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    local: Store = lite(seeded, tmp_path, monkeypatch)
    made = world(tmp_path, local, journey(BandEnters(Band.YELLOW), STAYS))
    peopled(made.firm)
    yield made
    made.firm.warehouse.close()


def test_what_becomes_of_journeys(one: World, tmp_path: Path) -> None:
    one.run(0)
    one.run(8)  # A1 is yellow, and under way
    before = one.project
    (old,) = before.journeys
    with one.store.writing() as connection:
        yes = Approval(before.journey_version(old), "kim", instant(8))
        journey_approvals.approve(connection, "rescue", yes)
    changed = journey(BandEnters(Band.YELLOW), STAYS, Note("more", "More"), under_way=UnderWay.MOVE)
    added = journey(BandEnters(Band.GREEN), name="praise")
    after = replace(before, folder=tmp_path, as_of=instant(10), journeys=(changed, added))
    with pinned(instant(10)):
        found = foreseen(before, after, one.store, one.firm.warehouse)
        assert found.turned is None
        assert found.journeys == (
            Foreseen("rescue", How.CHANGED, 1, 0, 1, True, 1),
            Foreseen("praise", How.ADDED, 0, 0, 0, False, 0),
        )
        gone = foreseen(before, replace(after, journeys=()), one.store, one.firm.warehouse)
        assert gone.journeys == (Foreseen("rescue", How.REMOVED, None, None, 1, False, 1),)
        assert foreseen(before, before, one.store, one.firm.warehouse).journeys == ()


def test_whether_outreach_is_turned_on_or_off(one: World) -> None:
    off = living(rules=Rules())
    on = living()
    assert foreseen(None, on, one.store, None).turned is True
    assert foreseen(on, off, one.store, None).turned is False
    assert foreseen(off, off, one.store, None).turned is None
