"""A run in a process of its own: `python -m keepwell.runs.worker FOLDER WORK`. It computes here, and reaches the warehouse through the server.

It says on standard output, a line of JSON at a time, how far it is, and at last what came of it or what went wrong; on standard error it logs.
"""

import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from keepwell.errors import UserError
from keepwell.project.schedule import Work
from keepwell.runs.applied import in_force
from keepwell.runs.works import do
from keepwell.warehouse.duckdb import open_warehouse

FAILED = 1
_PAUSE_S = 0.5


def main(arguments: Sequence[str]) -> int:
    """Does the work; the exit code is 0, or 1 if somebody has to mend something."""
    signal.signal(signal.SIGTERM, _stop)
    folder, work = Path(arguments[0]), Work(arguments[1])
    try:
        project = in_force(folder).project
        with open_warehouse(project.warehouse) as warehouse:
            outcome = do(work, project, warehouse, Paced())
    except UserError as error:
        say(error=str(error))
        return FAILED
    say(outcome=outcome)
    return 0


class Paced:
    """Tells how far the run is, not more often than anybody would look."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, doing: str, share: float) -> None:
        now = time.monotonic()
        if now - self._told >= _PAUSE_S:
            self._told = now
            say(doing=doing, share=share)


def say(**said: Any) -> None:
    """Says something on standard output, as a line of JSON."""
    sys.stdout.write(json.dumps(said, default=str) + "\n")
    sys.stdout.flush()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
