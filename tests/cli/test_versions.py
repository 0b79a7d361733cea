"""Changing a score through the commands, by people who are different users of the system.

Most commands run within this process; those of other users, and what a process loads, have processes of their own.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from keepwell.runs.apply import apply
from keepwell.runs.plan import plan
from keepwell.store.actor import actor
from keepwell.store.address import URL_VARIABLE
from tests.cli.run import keepwell, within
from tests.runs.acme import CARD, VOICE, copied, edit, loaded
from tests.servers import postgres, reachable

NOBODY = 65534
"""A user that every system has."""

BEFORE = {"A1": 96.0, "A2": 20.0, "A3": 62.0}
AFTER = {"A1": 92.0, "A2": 20.0, "A3": 74.0}
"""By hand: 20% of the active days in tenths, and 80% of the last NPS: 20 + 72, 4 + 16, 10 + 64."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(tmp_path_factory.mktemp("acme") / "project")


@pytest.fixture
def folder(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    return copied(original, tmp_path / "project")


@pytest.fixture(scope="module")
def first(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The firm whose working files were applied once."""
    made = copied(original, tmp_path_factory.mktemp("applied") / "project")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        begun(made)
    return made


@pytest.fixture
def applied(first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it of the test's own."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    return copied(first, tmp_path / "applied")


def of(folder: Path, *arguments: str) -> str:
    """What a command printed that must have gone well."""
    done = within(*arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    return done.stdout


def scores(folder: Path, *arguments: str) -> dict[str, float | None]:
    done = within("score", "--json", *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    return {row["account_id"]: row["score"] for row in json.loads(done.stdout)}


def begun(folder: Path) -> None:
    """Applies the working files, as the commands would."""
    plan(folder, actor=actor(), evidence=False)
    apply(folder, why="The first one", actor=actor())


def voiced(folder: Path) -> None:
    """Lets voice count for more, and applies it."""
    edit(folder, *VOICE)
    plan(folder, actor=actor(), evidence=False)
    apply(folder, why="Voice counts", actor=actor())


def test_from_the_first_apply_on_edits_wait_for_the_next(applied: Path) -> None:
    edit(applied, *VOICE)
    done = within("score", "--json", cwd=applied)
    assert "This is the applied version" in done.stderr
    assert f"{CARD} changed since" in done.stderr
    assert scores(applied) == pytest.approx(BEFORE)
    assert scores(applied, "--working") == pytest.approx(AFTER)
    text = of(applied, "plan")
    assert "weight of dimension voice: 40 → 80" in text
    assert "1 of 3 accounts change band (33%), worth EUR 2,000" in text
    assert "Cobalt  A3  EUR 2.00 k  62.0 → 74.0  ▲ yellow → ● green" in text
    assert max(map(len, text.splitlines())) <= 80
    made = json.loads(of(applied, "apply", "--why", "Voice counts", "--json"))
    assert (made["kind"], made["why"]) == ("apply", "Voice counts")
    assert scores(applied) == pytest.approx(AFTER)
    assert keepwell("score", "--json", cwd=applied).stderr == ""


READ = (
    "score",
    "explain A1",
    "history A1",
    "signals",
    "sql",
    "report -o r.html",
    "rejects",
    "load",
    "outcomes",
)
"""The commands that go by the applied version."""


@pytest.fixture(scope="module")
def broken(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose working files hold a mistake, after it was applied and scored."""
    folder = copied(original, tmp_path_factory.mktemp("broken") / "project")
    (folder / "outcomes.yml").write_text(
        "outcomes: {left: {kind: churned, event: {from: events, where: {name: left}}, horizon: 9 days}}\n",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        begun(folder)
    of(folder, "score")
    edit(folder, CARD, "weight: 60", "weight: many")
    return folder


@pytest.mark.parametrize("command", READ)
def test_broken_working_files_break_no_command_but_asked_to_read_them(
    broken: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    done = within(*command.split(), cwd=broken)
    assert (done.returncode, f"{CARD} changed since" in done.stderr) == (0, True)
    done = within(*command.split(), "--working", cwd=broken)
    assert (done.returncode, "many" in done.stderr) == (1, True)


@pytest.mark.parametrize("command", ["plan", "check", "apply --why x"])
def test_what_is_about_the_working_files_tells_their_mistakes(
    broken: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    done = within(*command.split(), cwd=broken)
    assert (done.returncode, "many" in done.stderr) == (1, True)


def test_working_scores_are_not_kept(applied: Path) -> None:
    of(applied, "score")
    edit(applied, *VOICE)
    of(applied, "score", "--working")
    form = json.loads(of(applied, "history", "A3", "--json"))
    assert {moment["score"] for moment in form["scores"] if moment["asked"]} == {62.0}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can run a command as another user")
def test_four_eyes_are_two_users_of_the_system(folder: Path) -> None:
    (folder / "governance.yml").write_text("approvals: {needed: 1}\n", encoding="utf-8")
    drawn = json.loads(of(folder, "plan", "--json"))
    assert (drawn["state"], drawn["needs"]["approvals"]) == ("open", 1)
    own = keepwell("approve", cwd=folder, environment={"USER": "somebody", "LOGNAME": "somebody"})
    assert own.returncode == 1
    assert "nobody approves what is their own" in own.stderr
    refused = within("apply", "--why", "x", cwd=folder)
    assert (refused.returncode, "lacks 1 approval" in refused.stderr) == (1, True)
    approved = keepwell("approve", drawn["plan"][:6], "--note", "Agreed", cwd=folder, user=NOBODY)
    assert approved.returncode == 0, approved.stderr
    assert "is approved" in approved.stdout
    of(folder, "apply", "--why", "As agreed")
    (past,) = json.loads(of(folder, "versions", "--json"))
    assert past["actor"] == "root"
    assert [(each["actor"], each["verdict"], each["note"]) for each in past["approvals"]] == [
        ("nobody", "approved", "Agreed")
    ]
    assert "approved by nobody: Agreed" in of(folder, "versions")


def test_a_certificate_by_an_earlier_outcome_is_marked(folder: Path) -> None:
    outcome = (
        "outcomes: {left: {kind: churned, event: {from: events, where: {name: left}}, horizon: 3 days}}\n"
    )
    (folder / "outcomes.yml").write_text(outcome, encoding="utf-8")
    begun(folder)
    of(folder, "backtest", "--quick")
    assert "left, " in of(folder, "versions")
    assert "earlier definition" not in of(folder, "versions")
    edit(folder, "outcomes.yml", "3 days", "4 days")
    assert "earlier definition" not in of(folder, "versions")
    begun(folder)
    assert of(folder, "versions").count("by an earlier definition of the outcome") == 2
    marks = [
        each["by_earlier_outcome"]
        for past in json.loads(of(folder, "versions", "--json"))
        for each in past["certificates"]
    ]
    assert marks == [True, True]


def test_back_and_forth(applied: Path) -> None:
    voiced(applied)
    text = of(applied, "rollback", "--why", "Too bold")
    assert "The working files are as they were" in text
    assert scores(applied) == pytest.approx(BEFORE)
    past = json.loads(of(applied, "versions", "--json"))
    assert [each["kind"] for each in past] == ["apply", "apply", "rollback"]
    assert past[0]["version"] == past[2]["version"]
    shown = of(applied, "versions")
    assert shown.index("Too bold") < shown.index("Voice counts") < shown.index("The first one")
    stale = within("apply", past[1]["plan"], "--why", "x", cwd=applied)
    assert "was applied already" in stale.stderr


def test_the_past_restated(applied: Path) -> None:
    said = of(applied, "restate", "--from", "2025-06-10", "--why", "For the board")
    assert said.startswith("Restated 21 days, 10 Jun 2025 to 30 Jun 2025, by version ")
    text = of(applied, "history", "A3", "--limit", "1")
    assert "30 Jun 2025   62.0" in text
    assert "restated" in text
    assert within("restate", "--from", "2030-01-01", cwd=applied).returncode == 1


def test_the_record_shows_who_did_what_and_that_nobody_touched_it(applied: Path) -> None:
    form = json.loads(of(applied, "audit", "--verify", "--json"))
    assert [entry["event"] for entry in form["entries"]] == ["plan:made", "version:applied"]
    assert form["verified"] is True
    assert "Every entry is as it was written" in of(applied, "audit", "verify")
    path = applied / ".keepwell/store.sqlite"
    _forge(path)
    assert within("audit", "--verify", cwd=applied).returncode == 1
    done = within("audit", "verify", cwd=applied)
    assert done.returncode == 1
    assert "Entry 2: the entry is not what was written" in done.stdout


def _forge(path: Path) -> None:
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET actor = 'somebody' WHERE number = 2")
    connection.close()


def test_the_stores_schema(folder: Path) -> None:
    assert "there is no store yet" in of(folder, "db", "status")
    assert "current, brought up from nothing" in of(folder, "db", "upgrade")
    form = json.loads(of(folder, "db", "status", "--json"))
    assert form["revision"] == form["head"]
    _age(folder / ".keepwell/store.sqlite")
    done = within("db", "status", cwd=folder)
    assert (done.returncode, "type: keepwell db upgrade" in done.stdout) == (1, True)
    refused = within("score", cwd=folder)
    assert refused.returncode == 1
    assert "bring it up to date: keepwell db upgrade" in refused.stderr


def _age(path: Path) -> None:
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()


def test_a_backup_is_written_and_restored(folder: Path) -> None:
    of(folder, "db", "upgrade")
    written = json.loads(of(folder, "db", "backup", "b.zip", "--json"))
    assert (folder / "b.zip").exists()
    assert "rows of" in of(folder, "db", "backup")
    assert len(list((folder / ".keepwell/backups").glob("store-*.zip"))) == 1
    refused = within("db", "restore", "b.zip", cwd=folder)
    assert (refused.returncode, "add --replace" in refused.stderr) == (1, True)
    done = of(folder, "db", "restore", "b.zip", "--replace")
    assert f"{written['rows']:,} rows" in done
    assert "What was there before is in" in done
    assert "store:restored" in of(folder, "audit")


def test_nothing_applied_is_told(folder: Path) -> None:
    assert "Nothing has been applied yet" in of(folder, "versions")
    done = within("rollback", "--why", "x", cwd=folder)
    assert (done.returncode, "keepwell plan" in done.stderr) == (1, True)
    assert not (folder / ".keepwell/store.sqlite").exists()
    begun(folder)
    assert json.loads(of(folder, "plan", "--json")) == {"plan": None}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres(reachable(tmp_path_factory.mktemp("server"))) as running:
        yield running.url


def test_the_store_can_be_a_servers(folder: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, server)
    begun(folder)
    edit(folder, *VOICE)
    of(folder, "plan", "--no-evidence")
    of(folder, "apply", "--why", "Voice counts")
    assert scores(folder) == pytest.approx(AFTER)
    assert not (folder / ".keepwell/store.sqlite").exists()


def test_without_a_store_no_database_library_is_loaded(folder: Path) -> None:
    code = (
        "import sys; from keepwell.cli.main import keepwell; "
        f"keepwell(['score', '--json', '-C', {str(folder)!r}], standalone_mode=False); "
        "print(sorted({'sqlalchemy', 'alembic'} & set(sys.modules)), file=sys.stderr)"
    )
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    begun(folder)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "['sqlalchemy']"
