"""Runs that a server begins, in processes of their own, so that whatever they compute, and however they end, pages stay quick."""

import json
import subprocess
import sys
from collections import deque
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from typing import IO, Any

from keepwell import clock
from keepwell.errors import ConflictError
from keepwell.people import Person
from keepwell.project.schedule import Work
from keepwell.store import audit, runs
from keepwell.store.audit import Event
from keepwell.store.engine import Store
from keepwell.store.runs import Run, State

UNTOLD = "it did not end well; what it says is for those who reach all accounts"
"""What stands for an error that can name an account that somebody does not reach."""

_LINES = 500
_PATIENCE_S = 10


def told_to(person: Person, run: Run) -> Run:
    """A run as somebody may see it: what it said in words and numbers speaks of all accounts, and is for those who reach all."""
    if person.reach.whole:
        return run
    return replace(run, outcome={}, log="", error=UNTOLD if run.error else "")


class Runs:
    """The runs of one project's server. Those that an earlier server left behind are settled."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._lock = Lock()
        self._closed = False
        self._under_way: dict[int, tuple[subprocess.Popen[str], Thread]] = {}
        with store.writing() as connection:
            runs.abandon(connection, clock.now())

    def due(self, work: Work, at: datetime) -> Run | None:
        """Begins what the schedule wants at a time; `None`: the same work is under way, or was begun for that time."""
        with self._store.writing() as connection:
            run = runs.begin(connection, work, due_at=at, asked_by=runs.SERVER, at=clock.now())
        return None if run is None else self._begun(run)

    def ask(self, work: Work, actor: str) -> Run:
        """Begins what somebody wants now.

        Raises:
            ConflictError: it is under way already.
        """
        at = clock.now()
        with self._store.writing() as connection:
            run = runs.begin(connection, work, due_at=None, asked_by=actor, at=at)
            if run is None:
                raise ConflictError(f"a run that {work.about} is under way", do="wait until it has ended")
            audit.note(connection, Event.RUN_ASKED, f"run {run.number}", actor, at, work=str(work))
        return self._begun(run)

    def wait(self, number: int) -> Run | None:
        """The run of that number, once it has ended; `None` if there is none."""
        with self._lock:
            under_way = self._under_way.get(number)
        if under_way is not None:
            under_way[1].join()
        with self._store.reading() as connection:
            return runs.get(connection, number)

    def close(self) -> None:
        """Begins nothing more, and stops what is under way; what was not finished is undone."""
        with self._lock:
            self._closed = True
            under_way = list(self._under_way.values())
        for process, _ in under_way:
            process.terminate()
        for process, thread in under_way:
            try:
                process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
            thread.join()

    def _begun(self, run: Run) -> Run:
        with self._lock:
            if self._closed:
                self._settle(run, State.STOPPED, error="the server ended before it began")
                return run
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "keepwell.runs.worker", str(self._folder), run.work],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            thread = Thread(target=self._follow, args=(run, process), name=f"run {run.number}")
            self._under_way[run.number] = process, thread
        thread.start()
        return run

    def _follow(self, run: Run, process: subprocess.Popen[str]) -> None:
        """Notes how far a run is and what comes of it, until its process ends."""
        assert process.stdout is not None
        assert process.stderr is not None
        log: deque[str] = deque(maxlen=_LINES)
        reading = Thread(target=log.extend, args=(process.stderr,), name=f"log of run {run.number}")
        reading.start()
        last = self._listen(run, process.stdout)
        code = process.wait()
        reading.join()
        process.stdout.close()
        process.stderr.close()
        with self._lock:
            closed = self._closed
        text = "".join(log)
        if "outcome" in last:
            self._settle(run, State.DONE, outcome=last["outcome"], log=text)
        elif "error" in last:
            self._settle(run, State.FAILED, error=last["error"], log=text)
        elif closed:
            self._settle(run, State.STOPPED, error="the server ended while it ran", log=text)
        else:
            said = f"the run broke off (exit code {code}); its log says more"
            self._settle(run, State.FAILED, error=said, log=text)
        with self._lock:
            del self._under_way[run.number]

    def _listen(self, run: Run, said: IO[str]) -> dict[str, Any]:
        last: dict[str, Any] = {}
        for line in said:
            last = json.loads(line)
            if "share" in last:
                with self._store.writing() as connection:
                    runs.advance(connection, run.number, last["doing"], last["share"])
        return last

    def _settle(self, run: Run, state: State, **said: Any) -> None:
        with self._store.writing() as connection:
            runs.settle(connection, run.number, state, at=clock.now(), **said)
