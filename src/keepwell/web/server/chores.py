"""What the server does again and again beside answering: each chore in a thread of its own, never twice at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

from keepwell.errors import UserError
from keepwell.web.server import metrics
from keepwell.web.server.logs import logger
from keepwell.web.server.serving import Serving


@dataclass(frozen=True, slots=True)
class Chore:
    """A piece of `work`, done anew `every_s` seconds after it was done last. A failure is logged, and it is tried again."""

    name: str
    every_s: float
    work: Callable[[Serving], object]


class Doing:
    """Chores under way, from its making until `stop`."""

    def __init__(self, serving: Serving, chores: Sequence[Chore]) -> None:
        self._serving = serving
        self._ended = Event()
        self._threads = [
            Thread(target=self._again, args=(chore,), name=f"chore {chore.name}") for chore in chores
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Begins nothing more, and waits for what is under way."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _again(self, chore: Chore) -> None:
        log = logger("chores").bind(chore=chore.name)
        while not self._ended.is_set():
            try:
                chore.work(self._serving)
            except UserError as error:
                metrics.CHORE_FAILURES.labels(chore.name).inc()
                log.warning("chore failed", what=error.what, where=error.where, do=error.do)
            except Exception:
                metrics.CHORE_FAILURES.labels(chore.name).inc()
                log.exception("chore failed")
            self._ended.wait(chore.every_s)
