from datetime import timedelta

from keepwell.store import runs
from keepwell.store.engine import Store
from keepwell.store.runs import Run, State
from tests.store.made import NOON

LATER = NOON + timedelta(minutes=3)


def begin(store: Store, work: str = "score", *, due: bool = False) -> Run | None:
    with store.writing() as connection:
        return runs.begin(
            connection, work, due_at=NOON if due else None, asked_by="ana@firm.example", at=NOON
        )


def test_a_run_goes_on_and_ends(store: Store) -> None:
    run = begin(store)
    assert run is not None
    with store.writing() as connection:
        runs.advance(connection, run.number, "measuring", 0.25)
        under_way = runs.get(connection, run.number)
        assert under_way is not None
        assert (under_way.state, under_way.doing, under_way.share) == (State.RUNNING, "measuring", 0.25)
        runs.settle(connection, run.number, State.DONE, at=LATER, outcome={"load": 7}, log="a\nb\n")
    with store.reading() as connection:
        done = runs.get(connection, run.number)
        assert done is not None
        assert (done.state, done.ended_at, done.share, done.outcome) == (State.DONE, LATER, 1.0, {"load": 7})
        assert runs.last_done(connection) == {"score": LATER}


def test_what_has_ended_stays_as_it_is(store: Store) -> None:
    run = begin(store)
    assert run is not None
    with store.writing() as connection:
        runs.settle(connection, run.number, State.FAILED, at=LATER, error="the disk is full")
        runs.settle(connection, run.number, State.DONE, at=LATER)
        runs.advance(connection, run.number, "on and on", 0.5)
        found = runs.get(connection, run.number)
    assert found is not None
    assert (found.state, found.error, found.doing) == (State.FAILED, "the disk is full", "")


def test_the_same_work_does_not_run_twice_at_once(store: Store) -> None:
    first = begin(store)
    assert first is not None
    assert begin(store) is None
    assert begin(store, "load") is not None
    with store.writing() as connection:
        runs.settle(connection, first.number, State.DONE, at=LATER)
    assert begin(store) is not None


def test_what_was_due_is_begun_once(store: Store) -> None:
    first = begin(store, due=True)
    assert first is not None
    with store.writing() as connection:
        runs.settle(connection, first.number, State.STOPPED, at=LATER)
    assert begin(store, due=True) is None


def test_what_a_server_left_behind_is_settled(store: Store) -> None:
    run = begin(store)
    assert run is not None
    with store.writing() as connection:
        assert runs.abandon(connection, LATER) == 1
        found = runs.get(connection, run.number)
        assert runs.abandon(connection, LATER) == 0
    assert found is not None
    assert (found.state, found.ended_at) == (State.STOPPED, LATER)


def test_the_newest_come_first_page_by_page(store: Store) -> None:
    numbers = [run.number for work in ("load", "score", "monitor") if (run := begin(store, work)) is not None]
    with store.reading() as connection:
        page = runs.latest(connection, most=2)
        rest = runs.latest(connection, most=2, before=page[-1].number)
    assert [run.number for run in (*page, *rest)] == numbers[::-1]


def test_of_a_long_log_the_end_is_kept(store: Store) -> None:
    run = begin(store)
    assert run is not None
    with store.writing() as connection:
        runs.settle(connection, run.number, State.FAILED, at=LATER, log="x" * 30_000 + "the end")
        found = runs.get(connection, run.number)
    assert found is not None
    assert len(found.log) == runs.LONGEST_LOG
    assert found.log.endswith("the end")
