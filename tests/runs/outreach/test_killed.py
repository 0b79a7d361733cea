"""Whoever takes a step can be killed (SIGKILL) at any point: the next one makes it good, and everything happens exactly once.

Each step is taken by a process of its own, forked from this one, which kills itself before or after its n-th statement, or is killed from here at
some time.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from keepwell.outreach.step import Alert, Message, Note, Start, Task, Wait
from keepwell.outreach.trigger import BandEnters, ByHand
from keepwell.runs.outreach import advancing, settling
from keepwell.runs.outreach.live import step
from keepwell.scoring.score import Band
from keepwell.signals.window import Span
from keepwell.store.engine import Store
from keepwell.warehouse.duckdb import open_warehouse
from tests.runs.firm import ago, every_day
from tests.runs.outreach.living import KEY, World, instant, journey, living, world

ACCOUNTS, KILLS = 24, int(os.environ.get("KEEPWELL_KILLS", "12"))
RESCUE = journey(
    BandEnters(Band.YELLOW),
    Message("guide", "guide", "in_app"),
    Note("seen", "Seen"),
    Task("call", "Call them"),
    Start("s", "next"),
    Wait("rest", Span.parse("1 day")),
    Alert("told", "Look"),
    holdout=0.2,
)
NEXT = journey(ByHand(), Note("next", "Next"), Message("more", "more", "email"), name="next")


@pytest.fixture
def one(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> World:
    """Accounts that turn yellow in two runs, half of them in each; nobody has taken either run yet."""
    monkeypatch.setattr(advancing, "BATCH", 5)
    monkeypatch.setattr(settling, "BATCH", 7)
    made = world(tmp_path, store)
    made.project = living(RESCUE, NEXT, rules=made.project.outreach)
    for number in range(1, ACCOUNTS + 1):
        made.firm.account(number, ago(400), seats=10)
        made.firm.survey(number, ago(20), 10)
        made.firm.logins(number, *every_day(10, 12, 1 if number % 2 else 0))
    made.run(0)
    made.score(6.5)
    made.score(9)
    made.firm.warehouse.close()
    return made


def stepping(one: World, folder: Path) -> int:
    """Takes every step there is to take, in this process."""
    with open_warehouse(folder / "warehouse.duckdb") as warehouse:
        return sum(
            step(one.project, one.store, warehouse, KEY, instant(day)).advanced for day in (9, 10.5, 12)
        )


def forked(work: Callable[[], object]) -> int:
    """The id of a process that does the work, and ends with 0 once it is done."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - the child must never come back into pytest, whatever went wrong
        os._exit(1)


def killing(store: Store, after: int) -> None:
    """Kills this process at a statement: before it if `after` is even, right after it if it is odd."""
    count = Counter[str]()

    def look(*_: Any) -> None:
        count["seen"] += 1
        if count["seen"] > after:
            os.kill(os.getpid(), signal.SIGKILL)

    for event in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(store.engine, event, look)


def happened(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All that has come of it, without the numbers that depend on the order."""
    queries = {
        "enrollments": "SELECT id, journey, account_id, held_out, place, round, began_at, ended_at FROM enrollments",
        "intents": "SELECT enrollment, step, occurrence, kind, at FROM intents",
        "unsettled": "SELECT enrollment, kind FROM intents WHERE settled_at IS NULL",
        "notes": "SELECT account_id, words FROM notes",
        "tasks": "SELECT account_id, title FROM tasks",
        "alerts": "SELECT account_id, text FROM alerts",
        "audited": "SELECT event FROM audit",
        "cursors": "SELECT name, place FROM cursors",
    }
    with store.reading() as connection:
        return {
            name: sorted(tuple(row) for row in connection.exec_driver_sql(query))
            for name, query in queries.items()
        }


def test_however_often_it_is_killed_everything_happens_once(one: World, tmp_path: Path) -> None:
    dice, died = random.Random(7), 0
    for kill in range(KILLS):
        after = dice.randrange(1, 120)

        def work(after: int = after, timed: bool = kill % 4 == 0) -> None:
            if not timed:
                killing(one.store, after)
            stepping(one, tmp_path)

        child = forked(work)
        if kill % 4 == 0:
            time.sleep(dice.uniform(0.05, 0.6))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
        died += os.WIFSIGNALED(status)
    _, status = os.waitpid(forked(lambda: stepping(one, tmp_path)), 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert died > KILLS // 3
    _as_without_kills(one)


def _as_without_kills(one: World) -> None:
    """What has come of it is what the definitions say, each once."""
    found = happened(one.store)
    everybody = [f"A{number}" for number in range(1, ACCOUNTS + 1)]
    held_out = [row[2] for row in found["enrollments"] if row[1] == "rescue" and row[3]]
    others = sorted(set(everybody) - set(held_out))
    assert 0 < len(held_out) < ACCOUNTS / 2
    assert sorted(row[2] for row in found["enrollments"] if row[1] == "rescue") == sorted(everybody)
    assert sorted(row[2] for row in found["enrollments"] if row[1] == "next") == others
    assert found["notes"] == sorted((each, words) for each in others for words in ("Seen", "Next"))
    assert found["tasks"] == [(each, "Call them") for each in others]
    assert found["alerts"] == [(each, "Look") for each in others]
    assert len(found["intents"]) == 7 * len(others)
    assert Counter(kind for _, kind in found["unsettled"]) == {"message": 2 * len(others)}
    assert Counter(event for (event,) in found["audited"]) == {
        "note:written": 2 * len(others),
        "task:made": len(others),
    }
