"""What is held for a person, and what becomes of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from keepwell.errors import AbsentError, ConflictError
from keepwell.outreach.lot import Drum
from keepwell.outreach.rules import Hold as Limits
from keepwell.outreach.rules import Rules
from keepwell.outreach.trigger import BandEnters, Becomes, Scheduled
from keepwell.runs.outreach import holding
from keepwell.runs.outreach.enrolling import Entered, Entrance
from keepwell.runs.outreach.status import status
from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import Bands
from keepwell.signals.expression import parse
from keepwell.store import audit, holds
from keepwell.store.audit import Event
from keepwell.store.engine import Store
from keepwell.store.holds import Cause, Verdict
from tests.runs.firm import ago, card, every_day
from tests.runs.outreach.living import KEY, World, instant, journey, light, living, world

YELLOW = journey(BandEnters(Band.YELLOW))
QUIET = journey(Becomes(parse("logins < 5")), name="quiet")
MONDAYS = journey(Scheduled("0 9 * * *"), name="mondays")
FEW = Rules(enabled=True, hold=Limits(0.2, 3))


@pytest.fixture
def store(seeded: Path, tmp_path: Path) -> Store:
    return light(seeded, tmp_path)


@pytest.fixture
def many(tmp_path: Path, store: Store) -> Iterator[World]:
    """Ten accounts; from day 3 on A1, A2 and A3 log in no more, and from day 20 on nobody. Three of ten at once are many."""
    one = world(tmp_path, store, YELLOW, QUIET, MONDAYS, rules=FEW)
    for number in range(1, 11):
        one.firm.account(number, ago(400), seats=10)
        one.firm.survey(number, ago(20), 10)
        one.firm.logins(number, *every_day(10, 12, -2 if number < 4 else -19))
    yield one
    one.firm.warehouse.close()


def _held(one: World) -> dict[str, tuple[Cause, int]]:
    with one.store.reading() as connection:
        return {each.journey: (each.cause, each.accounts) for each in holds.every(connection)}


def _entrance(one: World) -> Entrance:
    return Entrance(one.project, "files of one", Drum(KEY))


def test_more_than_the_share_at_once_is_held_and_less_is_not(many: World) -> None:
    many.run(0)
    assert many.run(4).held == 0
    stepped = many.run(11)
    # three of ten are more than a fifth, and at least three; who begins at set times is no mass
    assert (stepped.held, _held(many)) == (6, {"rescue": (Cause.MASS, 3), "quiet": (Cause.MASS, 3)})
    assert (many.enrolled(), many.enrolled("quiet"), len(many.enrolled("mondays"))) == ([], [], 10)
    assert many.run(12).held == 0


def test_one_journey_alone_can_be_a_mass(many: World) -> None:
    many.project = living(YELLOW, QUIET, rules=replace(FEW, hold=Limits(0.35, 3)))
    many.run(0)
    assert many.run(11).begun == 6
    many.run(12)
    assert many.run(29).held == 14  # the other seven of ten, in each journey
    assert {cause for cause, _ in _held(many).values()} == {Cause.MASS}


def test_what_another_definition_alone_has_moved_is_held(many: World) -> None:
    many.run(0)
    strict = living(YELLOW, QUIET, MONDAYS, rules=FEW)
    # now nobody is green below 101, so that all turn yellow without any of them having done anything
    many.project = replace(strict, scorecards=(card(bands=Bands(99.5, 40, 0)),))
    many.firm.survey(1, instant(0.5), 9)  # 95: green before, yellow now
    stepped = many.run(1)
    assert (stepped.held, _held(many)) == (1, {"rescue": (Cause.DEFINITION, 1)})
    assert many.enrolled() == []


def test_who_is_released_enters_then_and_it_is_known_by_whom(many: World) -> None:
    many.run(0)
    many.run(11)
    with many.store.reading() as connection:
        first = next(each for each in holds.every(connection) if each.journey == "rescue")
        assert holds.held(connection, first.number) == (("A1", ""), ("A2", ""), ("A3", ""))
    entered = holding.release(many.store, _entrance(many), first.number, actor="kim", at=instant(12))
    assert entered == Entered(3, 0)
    assert {each.began_at for number in (1, 2, 3) for each in many.of(number)} == {instant(12)}
    with pytest.raises(ConflictError, match="was released by kim already"):
        holding.release(many.store, _entrance(many), first.number, actor="ana", at=instant(12))
    with many.store.reading() as connection:
        settled = holds.get(connection, first.number)
        entry = audit.last(connection, Event.HOLD_RELEASED)
    assert settled is not None
    assert (settled.verdict, settled.settled_by, settled.begun) == (Verdict.RELEASED, "kim", 3)
    assert entry is not None
    assert (entry.actor, entry.about) == ("kim", f"hold {first.number}")
    assert many.step(12).advanced == 3


def test_what_is_dismissed_never_begins(many: World) -> None:
    many.run(0)
    many.run(11)
    for hold in status(many.project, many.store).held:
        holding.dismiss(many.store, hold.number, actor="kim", at=instant(12))
    assert status(many.project, many.store).held == ()
    many.run(13)
    assert (many.enrolled(), many.enrolled("quiet")) == ([], [])
    with pytest.raises(AbsentError, match="no hold 99"):
        holding.dismiss(many.store, 99, actor="kim", at=instant(12))
