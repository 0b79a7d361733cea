"""The command as a process: quick to start, clear when it fails, quiet when its reader leaves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from keepwell.cli.main import COMMANDS
from tests.cli.run import keepwell

HEAVY = {"duckdb", "pyarrow", "numpy", "sqlglot", "rich", "jinja2", "ruamel", "xlsxwriter", "python_calamine"}


def modules_after(code: str) -> set[str]:
    script = f"{code}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}


@pytest.mark.parametrize(
    "code",
    [
        "import keepwell.cli.main",
        "from keepwell.cli.main import keepwell; keepwell(['--help'], standalone_mode=False)",
        "from keepwell.cli.main import keepwell; keepwell(['score', '--help'], standalone_mode=False)",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_used(code: str) -> None:
    assert modules_after(code) & HEAVY == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_and_the_shared_options(command: str) -> None:
    done = keepwell(command, "--help")
    assert done.returncode == 0
    assert "Example: keepwell " + command in done.stdout
    assert "--json" in done.stdout
    assert "-C, --project" in done.stdout


def test_help_lists_the_commands_in_the_order_of_the_work() -> None:
    done = keepwell("--help")
    listed = [
        line.split()[0]
        for line in done.stdout.splitlines()
        if line.startswith("  ") and line.split()[0] in COMMANDS
    ]
    assert listed == list(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scroe"], "did you mean 'score'?"),
        (["frobnicate"], "There is no command 'frobnicate'."),
        (["score", "--form", "pdf"], "No such option"),
        (["score", "--as-of", "yesterday"], "'yesterday' is no date"),
        (["explain"], "Missing argument"),
    ],
)
def test_a_wrong_command_line_exits_with_2(arguments: list[str], said: str) -> None:
    done = keepwell(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_no_project_is_told_on_one_line_without_a_traceback(tmp_path: Path) -> None:
    done = keepwell("score", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("keepwell: ")
    assert "keepwell init" in done.stderr
    assert "Traceback" not in done.stderr


def test_version() -> None:
    assert keepwell("--version").stdout.startswith("keepwell, version ")


def test_a_closed_pipe_is_quiet() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "keepwell", "schema"],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert done.stderr == ""
    assert done.returncode == 1


def test_schemas_of_every_kind() -> None:
    whole = json.loads(keepwell("schema").stdout)
    kinds = {
        "keepwell",
        "sources",
        "signals",
        "segments",
        "scorecard",
        "outcomes",
        "governance",
        "model",
        "journey",
    }
    assert set(whole) == kinds
    assert json.loads(keepwell("schema", "signals").stdout) == whole["signals"]
