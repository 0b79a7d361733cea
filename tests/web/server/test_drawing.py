"""Plans that are asked for on a page are drawn up in a process of their own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from keepwell.errors import UserError
from keepwell.people import Role
from keepwell.runs import drawing
from keepwell.runs.apply import apply
from keepwell.runs.auditing import page as audited
from keepwell.runs.plan import plan
from keepwell.runs.score import silent
from keepwell.store import plans
from keepwell.store.audit import Event, Sought
from keepwell.web.app import app
from keepwell.web.server.serving import Serving
from tests.runs.acme import CARD, VOICE, copied, edit
from tests.web.entered import key, program, user
from tests.web.served import running, serving

WAY = "/scorecards/plans"


@pytest.fixture(scope="module")
def stands_on(acme_loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A firm whose files have been applied."""
    folder = copied(acme_loaded, tmp_path_factory.mktemp("drawing") / "acme")
    plan(folder, actor="ana", evidence=False)
    apply(folder, why="the first one", actor="ana")
    with serving(folder) as made:
        yield made


@pytest.fixture(scope="module")
def ann(stands_on: Serving) -> Iterator[httpx.Client]:
    """An analyst."""
    secret = key(stands_on.store, user(stands_on.store, "ann@firm.example", Role.ANALYST))
    with running(app(stands_on)) as url, program(url, secret) as client:
        yield client


def test_a_plan_is_drawn_up_elsewhere_and_all_is_told_that_would_be_here(
    stands_on: Serving, ann: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = ann.post(WAY)
    assert same.status_code == 400
    assert "the files are as they were applied" in same.text.lower()
    edit(stands_on.folder, CARD, "weight: 60", "weight: heavy")
    wrong = ann.post(WAY)
    assert wrong.status_code == 422
    assert "heavy" in wrong.text
    edit(stands_on.folder, CARD, "weight: heavy", "weight: 60")
    edit(stands_on.folder, *VOICE)
    begun: list[Any] = []
    popen = subprocess.Popen

    def heard(command: list[str], **said: Any) -> Any:
        begun.append((command[1:], "ann@firm.example" in str(command)))
        return popen(command, **said)

    monkeypatch.setattr(subprocess, "Popen", heard)
    asked = ann.post(WAY)
    assert (asked.status_code, asked.headers["location"]) == (303, f"{WAY}/under-way"), asked.text
    stands_on.drafts.wait()
    drawn = ann.get(f"{WAY}/under-way")
    assert drawn.status_code == 303, drawn.text
    assert begun == [(["-m", "keepwell.runs.drawing"], False)], "the command line names nobody"
    number = drawn.headers["location"].rpartition("/")[2]
    with stands_on.store.reading() as connection:
        kept = plans.get(connection, number)
    assert kept is not None
    assert kept.author == "ann@firm.example"
    (effect,) = kept.summary["effects"]
    assert effect["moved"] == 1, "A3 turns green"
    page = ann.get(drawn.headers["location"]).text
    assert "1 account" in page
    assert kept.summary["evidence"] == [], "the firm declares no outcomes"
    assert "No outcome judges what changes" in page
    (entry,) = audited(stands_on.store, Sought("", str(Event.PLAN_MADE), number, None), 1).entries
    assert "127.0.0.1, key" in entry.detail


def test_a_process_that_breaks_off_is_told(stands_on: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    begun = drawing.begun(stands_on.folder, actor="ann@firm.example")
    with pytest.raises(UserError, match="the plan broke off: exit code 1"):
        drawing.followed(begun, silent)


def test_what_went_wrong_meanwhile_is_told_where_it_was_waited_for(
    stands_on: Serving, ann: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(stands_on.folder, CARD, "weight: 20", "weight: 30")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert ann.post(WAY).status_code == 303
    draft = stands_on.drafts.wait()
    assert draft is not None
    assert draft.ended
    told = ann.get(f"{WAY}/under-way")
    assert told.status_code == 200
    assert "the plan broke off" in told.text
    assert "hx-trigger" not in told.text.partition('id="drawing"')[2].partition(">")[0], "nothing is awaited"
