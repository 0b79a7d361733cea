"""Running the real command: in a process of its own, or within this one, which spares a second of CPU each time."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from keepwell.cli.main import main

TERMINALS = ("NO_COLOR", "COLUMNS", "KEEPWELL_NOW")
"""Variables that change what a command prints."""

AS_USER = (
    "import os, sys; os.setresuid(int(sys.argv.pop(1)), 0, 0); from keepwell.cli.main import main; main()"
)
"""Runs the command as another user of the system, who may read what root may. Only root can."""


def keepwell(
    *arguments: str,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    user: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """What `keepwell ARGUMENTS` printed, and its exit code. `user` is the number of the system's user that runs it."""
    command = ["-m", "keepwell"] if user is None else ["-c", AS_USER, str(user)]
    known = {name: value for name, value in os.environ.items() if name not in TERMINALS}
    return subprocess.run(
        [sys.executable, *command, *arguments],
        cwd=cwd,
        env={**known, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def within(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The same within this process."""
    streams = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(each, encoding="utf-8", write_through=True) for each in streams)
    known = {name: value for name, value in os.environ.items() if name not in TERMINALS}
    code: object = None
    with (
        mock.patch.dict(os.environ, {**known, **(environment or {})}, clear=True),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main(arguments)
        except SystemExit as done:
            code = done.code
    assert isinstance(code, int)
    said = [each.getvalue().decode() for each in streams]
    return subprocess.CompletedProcess(arguments, code, *said)
