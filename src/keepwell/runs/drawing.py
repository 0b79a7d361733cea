"""A plan drawn up in a process of its own, so that whatever it computes, whoever looks at pages meanwhile notices nothing.

The process is `python -m keepwell.runs.drawing`: it is told on standard input what to do, reaches the warehouse through the server, keeps the
plan in the store, and says on standard output, a line of JSON at a time, how far it is, and at last which plan it is, or what went wrong.
"""

import contextlib
import json
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

from keepwell import errors
from keepwell.errors import DefinitionError, Problem, UserError
from keepwell.runs.plan import plan
from keepwell.runs.score import Progress
from keepwell.runs.worker import Paced, say
from keepwell.store import audit

_LINES = 50

_KINDS: Mapping[str, type[UserError]] = {
    kind.__name__: kind
    for kind in (
        UserError,
        errors.SourceError,
        errors.WarehouseError,
        errors.StoreError,
        errors.AbsentError,
        errors.ForbiddenError,
        errors.ConflictError,
    )
}


def begun(folder: Path, *, actor: str) -> "subprocess.Popen[str]":
    """Begins to draw up the plan that leads from what is applied to the working files."""
    process = subprocess.Popen(
        [sys.executable, "-m", "keepwell.runs.drawing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it broke off at once: how is told by `followed`
        json.dump({"folder": str(folder), "actor": actor, "from": audit.origin()}, process.stdin)
        process.stdin.close()
    return process


def followed(process: "subprocess.Popen[str]", progress: Progress) -> str | None:
    """Waits until a plan is drawn up, and gives its id; `None`: nothing differs.

    Raises:
        DefinitionError: the working files hold mistakes.
        UserError: what `plan` raises; or the process broke off.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    log: deque[str] = deque(maxlen=_LINES)
    reading = Thread(target=log.extend, args=(process.stderr,), name="log of a plan")
    reading.start()
    said: dict[str, Any] = {}
    for line in process.stdout:
        said = json.loads(line)
        if "share" in said:
            progress(said["doing"], said["share"])
    code = process.wait()
    reading.join()
    process.stdout.close()
    process.stderr.close()
    if "error" in said:
        raise _raised(said["error"])
    if "plan" not in said:
        last = ("".join(log).strip().splitlines() or [f"exit code {code}"])[-1]
        raise UserError(f"the plan broke off: {last[:300]}", do="try again, or look closer: keepwell plan")
    found: str | None = said["plan"]
    return found


def main() -> int:
    """Draws up the plan that standard input asks for."""
    signal.signal(signal.SIGTERM, _stop)
    asked = json.load(sys.stdin)
    try:
        with audit.asked_from(asked["from"]):
            drawn = plan(Path(asked["folder"]), actor=asked["actor"], progress=Paced())
    except UserError as error:
        say(error=_said(error))
        return 1
    say(plan=None if drawn is None else drawn.plan.plan)
    return 0


def _said(error: UserError) -> dict[str, Any]:
    """An error as JSON, with the nearest kind that both sides know."""
    if isinstance(error, DefinitionError):
        return {"problems": [asdict(each) for each in error.problems]}
    kind = next(each.__name__ for each in type(error).__mro__ if each.__name__ in _KINDS)
    return {"kind": kind, "what": error.what, "where": error.where, "do": error.do}


def _raised(said: Mapping[str, Any]) -> UserError:
    if "problems" in said:
        return DefinitionError([Problem(**each) for each in said["problems"]])
    return _KINDS[said["kind"]](said["what"], where=said["where"], do=said["do"])


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
