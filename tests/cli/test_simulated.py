"""Every command that prints JSON of simulated data says that they are simulated; those that do not are known, each with the reason."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from keepwell.cli.main import COMMANDS, keepwell, main
from keepwell.store.address import URL_VARIABLE
from tests.runs import leaving

TOLD: dict[str, tuple[str, ...]] = {
    "check": (),
    "load": (),
    "rejects": (),
    "score": (),
    "explain": ("A1",),
    "history": ("A1",),
    "signals": (),
    "preview": ("call/check_in", "A1"),
    "sql": (),
    "report": ("-o", "report.html"),
    "outcomes": (),
    "backtest": ("--quick", "--every", "month", "--no-leaks"),
    "waive": (),
    "fit": ("--every", "28 days"),
    "journeys": (),
    "simulate": ("--days", "2"),
    "outreach": (),
    "plan": (),
    "apply": ("--why", "The first one"),
    "versions": (),
    "restate": ("--from", "2025-06-25", "--why", "A test"),
    "monitor": ("--since", "2025-05-01"),
}
"""In an order in which each finds what it needs; with what is typed besides."""

SILENT = {
    "init": "there are no data yet; that of an example says so",
    "predict": "tests/cli/test_models.py has it, on a project with a model",
    "approve": "who said what of a plan",
    "rollback": "which version scores go by",
    "audit": "who did what",
    "db": "the store's own state",
    "demo": "load and report, which are here",
    "people": "who may come in",
    "consents": "who may be written to, as people said it",
    "serve": "where it answers",
    "turn": "tests/cli/test_turn.py has it",
    "schema": "what the files of any project may hold",
}


def test_every_command_is_looked_at() -> None:
    context = keepwell.make_context("keepwell", ["--help"], resilient_parsing=True)
    commands = {name: keepwell.get_command(context, name) for name in COMMANDS}
    printing = {
        name
        for name, command in commands.items()
        if command is not None and any("--json" in option.opts for option in command.params)
    }
    assert printing == {*TOLD, *SILENT}
    assert not {*TOLD} & {*SILENT}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each command prints on a firm that is said to be simulated."""
    folder = leaving.write(tmp_path_factory.mktemp("simulated"), accounts=160)
    with (folder / "keepwell.yml").open("a", encoding="utf-8") as file:
        file.write("simulated: true\n")
    script = folder / "templates" / "call" / "check_in.liquid"
    script.parent.mkdir(parents=True)
    script.write_text("How is {{ account.name }}?\n", encoding="utf-8")
    found: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        patch.setenv("KEEPWELL_NOW", "2025-06-30T00:00:00Z")
        patch.chdir(folder)
        for command, arguments in TOLD.items():
            found[command] = printed(folder, command, *arguments)
    return found


def written(stream: io.TextIOWrapper) -> str:
    """All that was written to a stream in memory."""
    stream.seek(0)
    return stream.read()


def printed(folder: Path, command: str, *arguments: str) -> Any:
    """The JSON of a command that neither the command line nor a mistake stopped."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit):
        main([command, *arguments, "--json", "-C", str(folder)])
    text, mistake = written(out), written(err)
    assert text, mistake
    return json.loads(text)


@pytest.mark.parametrize("command", TOLD)
def test_simulated_data_are_said_to_be(said: dict[str, Any], command: str) -> None:
    found = said[command]
    rows = found if isinstance(found, list) else [found]
    assert rows
    assert all(row["simulated"] is True for row in rows)
