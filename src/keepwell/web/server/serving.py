"""What the server serves: a project's folder with its store and warehouse, and the definitions that scores go by."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from keepwell.errors import DefinitionError, Problem, UserError
from keepwell.project import Project, key
from keepwell.project.snapshot import PARTS
from keepwell.project.turning import turned
from keepwell.runs.applied import InForce, in_force, working_copy
from keepwell.runs.board.desk import Shelf
from keepwell.runs.drafts import Drafts
from keepwell.runs.running import Runs
from keepwell.runs.scheduling import Scheduler
from keepwell.store import applied
from keepwell.store.engine import Store
from keepwell.warehouse.shared import SharedWarehouse

Stamp = tuple[object, ...]
"""Another one says that a project has to be read anew."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Working files that are not as they were applied: their names, and the mistakes in them, if any.

    Nothing is pending where nothing was ever applied: then the working files are what scores go by.
    """

    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass
class Serving:
    """One project as it is served, for all threads of the process."""

    folder: Path
    store: Store
    warehouse: SharedWarehouse
    runs: Runs = field(init=False, repr=False)
    scheduler: Scheduler = field(init=False, repr=False)
    drafts: Drafts = field(init=False, repr=False)
    shelf: Shelf = field(default_factory=Shelf, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _found: tuple[Stamp, InForce] | None = field(default=None, repr=False)
    _pending: tuple[Stamp, Pending] | None = field(default=None, repr=False)
    _secret: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.runs = Runs(self.folder, self.store)
        self.scheduler = Scheduler(self.runs)
        self.drafts = Drafts(self.folder)

    def project(self) -> Project:
        """The project that scores go by: the applied version, or the working files, if nothing was ever applied.

        It is read anew only when another version was applied, or, before that, when a file has changed.

        Raises:
            DefinitionError: nothing was ever applied, and the working files hold mistakes.
        """
        return self._in_force().project

    @property
    def read(self) -> Project | None:
        """The project as it was read last, without looking at anything; `None`: it never was."""
        found = self._found
        return None if found is None else found[1].project

    def version(self) -> str:
        """The version that is applied; empty if none ever was."""
        last = self._in_force().applied
        return "" if last is None else last.version

    def pending(self) -> Pending:
        """What differs in the working files, for a plan to show."""
        stamp = (self._last(), *_stamps(self.folder))
        with self._lock:
            if self._pending is None or self._pending[0] != stamp:
                self._pending = stamp, self._differing()
            return self._pending[1]

    def secret(self, name: str) -> bytes:
        """A secret of 32 bytes for one use, such as `sessions`: always the same, and worthless for every other use."""
        with self._lock:
            if self._secret is None:
                self._secret = key.kept(self.folder)
            return key.derived(self._secret, name)

    def knows(self, stamp: Stamp, found: InForce) -> None:
        """Spares it reading the project, which `read` has just done."""
        with self._lock:
            self._found = stamp, found

    def _in_force(self) -> InForce:
        last = self._last()
        stamp = (*((last,) if last else _stamps(self.folder)), turned(self.folder))
        with self._lock:
            if self._found is None or self._found[0] != stamp:
                self._found = stamp, in_force(self.folder)
            return self._found[1]

    def _last(self) -> int:
        """The number of what was applied last, 0 if nothing was."""
        with self.store.reading() as connection:
            latest = applied.latest(connection)
        return 0 if latest is None else latest.number

    def _differing(self) -> Pending:
        found = in_force(self.folder)
        if found.applied is None or not found.differing:
            return Pending()
        try:
            working_copy(self.folder)
        except DefinitionError as error:
            return Pending(found.differing, error.problems)
        except UserError as error:
            return Pending(found.differing, (Problem(error.where, error.what, error.do),))
        return Pending(found.differing)


def read(folder: Path) -> tuple[Stamp, InForce]:
    """The project in a folder, and what will be another where it is no more what scores go by.

    Raises:
        DefinitionError: nothing was ever applied, and the working files hold mistakes.
        UserError: the folder is no project.
    """
    stamps, clock = _stamps(folder), turned(folder)
    found = in_force(folder)
    return (*(stamps if found.applied is None else (found.applied.number,)), clock), found


def _stamps(folder: Path) -> Stamp:
    """What changes when a file of the project does: names, sizes and times of change."""
    files = sorted(path for part in PARTS for path in folder.glob(part))
    return tuple((str(path), (found := path.stat()).st_mtime_ns, found.st_size) for path in files)
