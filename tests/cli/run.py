"""Running the real command in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def keepwell(
    *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What `keepwell ARGUMENTS` printed, and its exit code."""
    known = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "COLUMNS", "KEEPWELL_NOW")
    }
    return subprocess.run(
        [sys.executable, "-m", "keepwell", *arguments],
        cwd=cwd,
        env={**known, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
