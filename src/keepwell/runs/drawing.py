"""A plan drawn up in a process of its own, so that whatever it computes, whoever looks at pages meanwhile notices nothing.

The process is `python -m keepwell.runs.drawing`: it is told on standard input what to do, reaches the warehouse through the server, keeps the
plan in the store, and says on standard output which one it is, or what went wrong.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

from keepwell import errors
from keepwell.errors import DefinitionError, Problem, UserError
from keepwell.runs.plan import plan
from keepwell.store import audit

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


def draw(folder: Path, *, actor: str) -> str | None:
    """Draws up the plan that leads from what is applied to the working files, and gives its id; `None`: nothing differs.

    Raises:
        DefinitionError: the working files hold mistakes.
        UserError: what `plan` raises; or the process broke off.
    """
    asked = {"folder": str(folder), "actor": actor, "from": audit.origin()}
    done = subprocess.run(
        [sys.executable, "-m", "keepwell.runs.drawing"],
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    try:
        said = json.loads(done.stdout)
    except ValueError as error:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise UserError(
            f"the plan broke off: {last[:300]}", do="try again, or look closer: keepwell plan"
        ) from error
    if "error" in said:
        raise _raised(said["error"])
    found: str | None = said["plan"]
    return found


def main() -> int:
    """Draws up the plan that standard input asks for."""
    signal.signal(signal.SIGTERM, _stop)
    asked = json.load(sys.stdin)
    try:
        with audit.asked_from(asked["from"]):
            drawn = plan(Path(asked["folder"]), actor=asked["actor"], evidence=False)
    except UserError as error:
        json.dump({"error": _said(error)}, sys.stdout)
        return 1
    json.dump({"plan": None if drawn is None else drawn.plan.plan}, sys.stdout)
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
