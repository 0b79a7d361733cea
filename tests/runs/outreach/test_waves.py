"""Waves of runs; and that it does not matter after how many of them a step is taken: whom they set off is the same."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.outreach.journey import Journey
from keepwell.outreach.step import Wait
from keepwell.outreach.trigger import BandEnters, BandLeaves, Becomes, Happens, Reentry, Scheduled, ScoreDrops
from keepwell.runs.outreach import live
from keepwell.runs.outreach.waves import waves
from keepwell.scoring.score import Band
from keepwell.signals.expression import parse
from keepwell.signals.window import Span
from keepwell.store import engine, snapshots, versions
from keepwell.store.address import URL_VARIABLE, Address, address
from keepwell.store.versions import Seen
from tests.runs.firm import AS_OF, ago, card
from tests.runs.outreach.living import World, instant, journey, living, world

DAYS = (0, 2, 3, 5, 8, 9)
REST = Wait("rest", Span.parse("900 days"))
JOURNEYS: tuple[Journey, ...] = (
    journey(BandEnters(Band.YELLOW), REST, name="yellow"),
    journey(BandLeaves(Band.GREEN), REST, name="left"),
    journey(ScoreDrops(20, Span.parse("4 days")), REST, name="drops"),
    journey(Becomes(parse("logins < 4 and days_in_band < 9")), REST, name="few"),
    journey(Scheduled("0 9 3 * *"), REST, name="third"),
    journey(Happens("surveys", parse("score < 5")), REST, name="unhappy", reentry=Reentry.PER_KEY),
)
LOGINS = {
    1: (9, 9, 9, 0, 0, 0, 0, 0),
    2: (1, 0, 0, 0, 9, 9, 0, 0),
    3: (2, 2, 2, 2, 2, 2, 2, 2),
    4: (),
    5: (9, 0, 0, 0, 0, 0, 9, 0),
}
"""How often each account logs in a day, from five days before the first run on."""

Scored = tuple[World, Path]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scored]:
    """A firm that was scored six times, and the file of its store, before any step was taken."""
    folder = tmp_path_factory.mktemp("waves")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        at = address(folder)
        store = engine.made(at)
        with store.writing() as connection:
            snapshots.keep(connection, "files of one", {"keepwell.yml": "project: one\n"}, AS_OF)
            versions.see(connection, Seen("one", "files of one", AS_OF))
        made = world(folder, store, *JOURNEYS)
        for account, counts in LOGINS.items():
            made.firm.account(account, ago(400), seats=10 * account)
            made.firm.survey(account, ago(20), 10)
            logins = [instant(day + 0.25) for day, count in enumerate(counts, -5) for _ in range(count)]
            if logins:
                made.firm.logins(account, *logins)
        for account, at_day in ((1, 2.5), (2, 4.0), (2, 8.5)):
            made.firm.survey(account, instant(at_day), 3)
        for day in DAYS:
            made.score(day)
        assert at.file is not None
        yield made, at.file
        made.firm.warehouse.close()


def begun(scored: Scored, folder: Path, cuts: Sequence[int]) -> set[tuple[Any, ...]]:
    """Who is in which journey once a step was taken on day 20 when there were so many of the waves, again and again."""
    (one, file), copy = scored, folder / "store.sqlite"
    shutil.copy(file, copy)
    store = engine.opened(Address(f"sqlite:///{copy}", copy, shared=False))
    every = waves(one.firm.warehouse)
    own = World(one.firm, store, one.project)
    with pytest.MonkeyPatch.context() as patch:
        for seen in cuts:
            patch.setattr(live, "waves", lambda _, seen=seen: every[:seen])
            own.step(20, memory=own.memory)
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT journey, account_id, key, began_at FROM enrollments").all()
    return {tuple(row) for row in rows}


@pytest.fixture(scope="module")
def whole(scored: Scored, tmp_path_factory: pytest.TempPathFactory) -> set[tuple[Any, ...]]:
    """Who is in which journey after one large step."""
    found = begun(scored, tmp_path_factory.mktemp("whole"), [1, 6])
    assert {row[0] for row in found} == {each.name for each in JOURNEYS}
    return found


@settings(max_examples=4)
@given(cuts=st.sets(st.integers(2, 5), min_size=1))
def test_many_small_steps_set_off_whom_one_large_step_does(
    scored: Scored, whole: set[tuple[Any, ...]], tmp_path: Path, cuts: set[int]
) -> None:
    assert begun(scored, tmp_path, [1, *sorted(cuts), 6]) == whole


def test_the_runs_of_one_instant_are_one_wave(scored: Scored) -> None:
    assert [(each.as_of, set(each.runs)) for each in waves(scored[0].firm.warehouse)] == [
        (instant(day), {"health"}) for day in DAYS
    ]
    two = World(
        scored[0].firm, scored[0].store, living(scorecards=(card(), card("ready", purpose="expansion")))
    )
    two.score(10)
    two.score(9.5)  # of the past by now: a replay
    last = waves(two.firm.warehouse)[-1]
    assert (last.as_of, set(last.runs), set(last.shown)) == (
        instant(10),
        {"health", "expansion"},
        {"health", "expansion"},
    )
