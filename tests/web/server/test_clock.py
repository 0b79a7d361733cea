"""A clock that jumps: work is neither made up for nor done twice, what failed does not stand in the way, and the audit holds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from keepwell import clock
from keepwell.people import Role
from keepwell.project.schedule import Timing, Work
from keepwell.runs.copying import copy
from keepwell.runs.people.persons import person
from keepwell.runs.pulsing import pulse
from keepwell.runs.reaching import reached
from keepwell.runs.scheduling import Scheduler
from keepwell.runs.score import score
from keepwell.store import audit, runs
from keepwell.store.runs import Run, State
from keepwell.web.app import app
from keepwell.web.chores.following import PATIENCE, follow
from keepwell.web.server.serving import Serving
from tests.runs.acme import copied
from tests.web.entered import PASSWORD, Browser, user
from tests.web.served import running, serving

FIVE = datetime(2025, 7, 1, 5, tzinfo=UTC)
HOUR, MONTH, SECOND = timedelta(hours=1), timedelta(days=31), timedelta(seconds=1)
DAILY = {Work.LOAD: Timing("0 5 * * *", ZoneInfo("UTC"))}
MINUTELY = {Work.LOAD: Timing("* * * * *", ZoneInfo("UTC"))}


@pytest.fixture
def stands_on(acme_loaded: Path, tmp_path: Path) -> Iterator[Serving]:
    with serving(copied(acme_loaded, tmp_path / "acme")) as found:
        yield found


def _begun(served: Serving) -> list[Run]:
    """What was ever begun, the first first."""
    with served.store.reading() as connection:
        return list(runs.latest(connection))[::-1]


def _ended(served: Serving) -> list[Run]:
    """The same, once it has ended."""
    return [run for each in _begun(served) if (run := served.runs.wait(each.number)) is not None]


def test_work_is_begun_once_however_often_a_clock_that_is_set_back_comes_to_its_time(
    stands_on: Serving,
) -> None:
    with clock.pinned(FIVE - SECOND):
        scheduler = Scheduler(stands_on.runs)
    for back in (timedelta(), HOUR, timedelta(days=1)):
        for at in (FIVE - back, FIVE - SECOND, FIVE):
            with clock.pinned(at):
                scheduler.look(DAILY)
            _ended(stands_on)
    assert [each.due_at for each in _begun(stands_on)] == [FIVE]


def test_after_a_jump_forward_nothing_is_made_up_for(stands_on: Serving) -> None:
    with clock.pinned(FIVE + SECOND):
        scheduler = Scheduler(stands_on.runs)
    for at in (FIVE + MONTH + HOUR, FIVE + MONTH + HOUR + SECOND):
        with clock.pinned(at):
            scheduler.look(DAILY)
    assert _begun(stands_on) == []
    with clock.pinned(FIVE + 2 * MONTH + SECOND):
        scheduler.look(MINUTELY)
    assert [each.due_at for each in _begun(stands_on)] == [FIVE + 2 * MONTH], "of 44,640 minutes the last one"


@pytest.fixture
def said(stands_on: Serving) -> Serving:
    """A server whose last scores do not know what somebody said since."""
    store, made = stands_on.store, user(stands_on.store, "ada@firm.example", Role.ADMIN)
    with store.reading() as connection:
        ada = person(connection, made)
    with stands_on.warehouse.writing() as warehouse:
        score(stands_on.project(), warehouse)
        pulse(stands_on.project(), store, reached(warehouse, store, ada, "A1"), score=10, by=ada)
        copy(store, warehouse, stands_on.project().zone)
    return stands_on


def test_scores_that_failed_by_a_clock_that_was_ahead_are_not_waited_for(said: Serving) -> None:
    now = clock.now() + HOUR
    with clock.pinned(now):
        _failed(said, now - PATIENCE + SECOND)
        follow(said)
        assert [each.state for each in _begun(said)] == [State.FAILED], "somebody has to mend something first"
        _failed(said, now + MONTH)
        follow(said)
    assert [each.state for each in _ended(said)] == [State.FAILED, State.FAILED, State.DONE]


def _failed(served: Serving, at: datetime) -> None:
    with served.store.writing() as connection:
        run = runs.begin(connection, Work.SCORE, due_at=at, asked_by=runs.SERVER, at=at)
        assert run is not None
        runs.settle(connection, run.number, State.FAILED, at=at, error="something is broken")


def test_who_is_signed_in_stays_so_unless_the_clock_jumps_and_the_audit_holds(stands_on: Serving) -> None:
    user(stands_on.store, "ada@firm.example", Role.ADMIN, password=PASSWORD)
    now = clock.now()
    jumps = {timedelta(): True, timedelta(minutes=-4): True, -HOUR: False, MONTH: False}
    with running(app(stands_on)) as url:
        for by, stays in jumps.items():
            with Browser(url) as ada:
                with clock.pinned(now):
                    assert ada.sign_in("ada@firm.example").url.path == "/"
                with clock.pinned(now + by):
                    assert ada.look("/portfolio").url.path == ("/portfolio" if stays else "/sign-in"), by
    with stands_on.store.reading() as connection:
        assert list(audit.flaws(connection)) == []
        assert [each.event for each in audit.entries(connection)].count("session:ended") == 2
