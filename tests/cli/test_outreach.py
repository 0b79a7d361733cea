"""`keepwell outreach`: a project whose outreach is turned on, from its first run of scores to a task, by hand and by itself."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keepwell.cli.main import main
from keepwell.clock import pinned
from keepwell.project import load
from keepwell.runs.apply import apply
from keepwell.runs.plan import plan
from keepwell.runs.score import score
from keepwell.store import engine, holds, tasks
from keepwell.store.address import URL_VARIABLE, address
from keepwell.store.holds import Cause, Hold
from tests.runs.acme import NOW, loaded, standing

FILES = {
    "journeys/thanks.yml": "journey: thanks\ntrigger: {band_enters: green}\nsteps:\n"
    "  - task: {title: Thank them, due: 2 days}\n  - wait: 3 days\n  - note: They were thanked\n",
    "journeys/quiet.yml": "journey: quiet\ntrigger: {by_hand: true}\nsteps:\n  - wait: 3 days\n  - note: Quiet\n",
    "outreach.yml": "enabled: true\nsandbox: true\n",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small firm with two journeys and outreach turned on, applied, not scored yet; the current folder."""
    with pytest.MonkeyPatch.context() as patch, pinned(NOW):
        patch.delenv(URL_VARIABLE, raising=False)
        folder = loaded(tmp_path_factory.mktemp("outreach") / "acme")
        for name, text in FILES.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        plan(folder, actor="kim", evidence=False)
        apply(folder, why="the first one", actor="kim")
        patch.chdir(folder)
        yield folder


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["outreach", *arguments])
    return int(ended.value.code or 0)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def scored(folder: Path, day: int) -> None:
    project = load(folder)
    with standing(project) as warehouse:
        score(project, warehouse, datetime(2025, 6, day, tzinfo=UTC))


def test_from_a_run_of_scores_to_a_task(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # by hand: on the 24th A1 was active on 4 of 10 days that make full marks, 24 + 36 points; on the 30th on all of them
    scored(here, 24)
    first = told(capsys, "run")
    assert (first["on"], first["waves"], first["begun"]) == (True, 0, 0)
    scored(here, 30)
    second = told(capsys, "run")
    assert (second["waves"], second["begun"], second["advanced"], second["settled"]) == (1, 1, 1, 1)
    assert told(capsys, "run")["advanced"] == 0
    with engine.made(address(here)).reading() as connection:
        (task,) = tasks.of(connection)
    # two business days after Tuesday
    assert (task.account_id, task.title, task.assignee, str(task.due_on)) == (
        "A1",
        "Thank them",
        "kim",
        "2025-07-03",
    )
    standing_now = {each["journey"]: each for each in told(capsys)["journeys"]}
    assert (standing_now["thanks"]["under_way"], standing_now["thanks"]["to_do"]) == (1, 0)
    assert run() == 0
    assert "thanks" in capsys.readouterr().out


def test_an_account_is_put_in_by_hand_once(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    assert here.exists()
    made = told(capsys, "put", "Cobalt", "quiet")
    assert (made["account_id"], made["journey"], made["held_out"]) == ("A3", "quiet", False)
    assert run("put", "A3", "quiet") == 1
    assert "A3 does not enter quiet: it is in it" in capsys.readouterr().err
    assert run("put", "A3", "quite") == 1
    assert "did you mean 'quiet'?" in capsys.readouterr().err
    assert run("put", "A3") == 2


def test_what_is_held_is_let_go_or_dropped_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("held") == 0
    assert "Nothing is held." in capsys.readouterr().out
    with engine.made(address(here)).writing() as connection:
        for run_number in (90, 91):
            holds.put(connection, Hold("quiet", run_number, Cause.MASS, 0, NOW), [("A2", "")])
    held = told(capsys, "held")["held"]
    assert [(each["journey"], each["accounts"], each["cause"]) for each in held] == [("quiet", 1, "mass")] * 2
    one, other = (str(each["hold"]) for each in held)
    released = told(capsys, "release", one)
    assert (released["begun"], released["refused"]) == (1, 0)
    assert told(capsys, "dismiss", other)["dismissed"] == 1
    assert run("release", one) == 1
    assert "was released by" in capsys.readouterr().err
    assert run("dismiss", "many") == 2
    assert told(capsys)["held"] == []
