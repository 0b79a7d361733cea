"""The plan that a server draws up for somebody: how far it is, and what came of it."""

import subprocess
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread

from keepwell import clock
from keepwell.errors import UserError
from keepwell.runs import drawing

_PATIENCE_S = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan that somebody asked for: what of it is being done, and how much of that (0–1).

    Once it has `ended`, `plan` is its id (`None`: nothing differed), or `error` says why there is none.
    """

    actor: str
    begun_at: datetime
    doing: str = ""
    share: float = 0.0
    ended: bool = False
    plan: str | None = None
    error: UserError | None = None


class Drafts:
    """Draws up plans of one project, one at a time: they all lead to the same working files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._last: Draft | None = None
        self._process: subprocess.Popen[str] | None = None
        self._thread: Thread | None = None

    @property
    def last(self) -> Draft | None:
        """The plan that is being drawn up, or the last one that was; `None`: nobody has asked for one since the server began."""
        with self._lock:
            return self._last

    def begin(self, actor: str) -> Draft:
        """Begins to draw up a plan; one that is under way goes on, whoever asked for it."""
        with self._lock:
            if self._last is not None and not self._last.ended:
                return self._last
            draft = self._last = Draft(actor, clock.now(), "reading the files")
            self._process = drawing.begun(self._folder, actor=actor)
            self._thread = Thread(target=self._follow, args=(self._process,), name="plan")
            self._thread.start()
            return draft

    def wait(self) -> Draft | None:
        """The last plan, once it is drawn up."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()
        return self.last

    def close(self) -> None:
        """Stops what is under way; no plan comes of it."""
        with self._lock:
            process, thread = self._process, self._thread
        if process is None or thread is None:
            return
        process.terminate()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
        thread.join()

    def _follow(self, process: "subprocess.Popen[str]") -> None:
        try:
            plan = drawing.followed(process, self._advance)
        except UserError as error:
            self._end(None, error)
        else:
            self._end(plan, None)

    def _advance(self, doing: str, share: float) -> None:
        with self._lock:
            assert self._last is not None
            self._last = replace(self._last, doing=doing, share=share)

    def _end(self, plan: str | None, error: UserError | None) -> None:
        with self._lock:
            assert self._last is not None
            self._last = replace(self._last, ended=True, plan=plan, error=error)
