"""Running the real command in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

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
    known = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "COLUMNS", "KEEPWELL_NOW")
    }
    return subprocess.run(
        [sys.executable, *command, *arguments],
        cwd=cwd,
        env={**known, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
