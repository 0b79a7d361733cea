"""What somebody has before them: the scores that are shown, and how far they may see."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import TypeVar, cast

import numpy as np

from keepwell import clock
from keepwell.errors import AbsentError, ForbiddenError, UserError
from keepwell.people import Person, Private
from keepwell.project.project import Project
from keepwell.runs import purposes
from keepwell.runs.board.current import Current, Shown, Silence, current, shown, silences
from keepwell.runs.board.row import Cost
from keepwell.runs.board.sheet import Sheet, sheet
from keepwell.runs.board.told import Basis, Teller, basis_of
from keepwell.runs.board.trail import Folded, Trail, folded, trail
from keepwell.runs.board.values import Kept, Values, values
from keepwell.scoring.observed import Bools
from keepwell.signals.definition import Signal
from keepwell.signals.tables import Kind
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores

T = TypeVar("T")

MOST_KEPT = 60
"""How many things a shelf keeps: sheets and trails of a few purposes, those of the last run among them while a new one begins."""


class Shelf:
    """What one process keeps of runs, so that it is read from the warehouse once. A run never changes; a new one has a new number."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()
        self._making: dict[Hashable, Lock] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under a key; the first who asks makes it, and the others wait for that."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(T, self._kept[key])
            mine = self._making.setdefault(key, Lock())
        with mine:
            with self._lock:
                if key in self._kept:
                    return cast(T, self._kept[key])
            made = make()
            with self._lock:
                self._kept[key] = made
                self._making.pop(key, None)
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            return made


@dataclass(frozen=True)
class Desk:
    """One person's view of one purpose's scores. `owners` are those that were named in Keepwell, by account id.

    Everything that is read here is as the person may see it; what their work does not reach is not there.
    """

    project: Project
    warehouse: Warehouse
    person: Person
    purpose: str
    owners: Mapping[str, str]
    shelf: Shelf

    @cached_property
    def shown(self) -> Shown | None:
        """The run that is shown; `None`: nothing was scored yet."""
        return shown(self.warehouse, self.purpose)

    @cached_property
    def tables(self) -> Mapping[str, Mapping[str, Kind]]:
        """The fact tables that there are, and the kinds of their columns."""
        return self.warehouse.tables()

    @cached_property
    def current(self) -> Current:
        """What is to be said of that run."""
        found = self.shown
        silent: tuple[Silence, ...] = ()
        if found is not None:
            feeds = tuple(self.project.feeds)
            silent = self.shelf.get(
                ("silent", found.run, feeds), lambda: silences(self.project, self.warehouse, found.as_of)
            )
        _, present = self.shelf.get(  # the project stays in what is kept, so that no other can get its id
            ("present", self.purpose, id(self.project)),
            lambda: (self.project, purposes.definition(self.project, self.purpose).version),
        )
        return current(self.project, self.purpose, found, silent, present=present, now=clock.now())

    @cached_property
    def sheet(self) -> Sheet | None:
        """All accounts of that run, whosever they are; `None`: nothing was scored yet."""
        found = self.shown
        if found is None:
            return None
        key = ("sheet", self.purpose, found.run)
        plain = self.shelf.get(
            key, lambda: sheet(self.project, self.warehouse, found.version, found.run, found.as_of)
        )
        if not self.owners:
            return plain
        return self.shelf.get((*key, frozenset(self.owners.items())), lambda: plain.owned(self.owners))

    @cached_property
    def reached(self) -> Bools:
        """Which accounts of the sheet the person's work reaches."""
        return np.zeros(0, dtype=np.bool_) if self.sheet is None else self.sheet.within(self.person.reach)

    @cached_property
    def hidden(self) -> frozenset[Private]:
        """What is not shown to them."""
        return frozenset(each for each in Private if not self.person.sees(each))

    @property
    def sees_value(self) -> bool:
        """Whether what accounts are worth is shown to them."""
        return self.person.sees(Private.VALUE)

    @cached_property
    def basis(self) -> Basis:
        """What the run's scores rest on besides what it observed."""
        found = self.shown
        assert found is not None, "nothing has been scored"
        return self.shelf.get(("basis", self.purpose, found.run), lambda: self._basis(found))

    def _basis(self, found: Shown) -> Basis:
        kept = KeptScores(self.warehouse).definition(found.version)
        return basis_of(
            self.warehouse, kept or purposes.definition(self.project, self.purpose), found.as_of, found.load
        )

    @property
    def teller(self) -> Teller:
        """What tells the reasons of the run's scores."""
        assert self.sheet is not None, "nothing has been scored"
        words = self.person.sees(Private.WORDS)
        return Teller(self.warehouse, self.sheet, self.basis, self.labels, words)

    @cached_property
    def labels(self) -> dict[str, Signal]:
        """The project's signals by name, as they are called today."""
        return {signal.name: signal for signal in (*self.project.signals, *self.project.predicted)}

    @property
    def costs(self) -> dict[int, Cost | None]:
        """What takes most from scores of the run, by account, as far as it was asked for."""
        found = self.shown
        assert found is not None, "nothing has been scored"
        words = self.person.sees(Private.WORDS)
        return self.shelf.get(
            ("costs", self.purpose, found.run, words, tuple(one.title for one in self.labels.values())),
            dict[int, Cost | None],
        )

    @cached_property
    def grids(self) -> Folded:
        """The daily grids of the purpose."""
        found = self.shown
        assert found is not None, "nothing has been scored"
        return self.shelf.get(
            ("grids", self.purpose, found.run),
            lambda: folded(self.warehouse, found.version, KeptScores(self.warehouse).versions(self.purpose)),
        )

    @cached_property
    def trail(self) -> Trail:
        """The scores of all accounts on some days of the past."""
        assert self.sheet is not None, "nothing has been scored"
        one = self.sheet
        return self.shelf.get(
            ("trail", self.purpose, one.run, len(one)),
            lambda: trail(self.warehouse, one, self.grids, self.project.zone),
        )

    @property
    def now(self) -> datetime:
        """The present, or the instant that the project pins."""
        return self.project.as_of or clock.now()

    def values(self, kept: Kept) -> Values:
        """The signals that a run kept, of all accounts of the sheet."""
        assert self.sheet is not None, "nothing has been scored"
        one = self.sheet
        return self.shelf.get(
            ("values", self.purpose, kept.run, len(one)), lambda: values(self.warehouse, one, kept)
        )

    @property
    def kept(self) -> Kept:
        """The run that is shown, as one whose signals are kept."""
        found = self.shown
        assert found is not None, "nothing has been scored"
        return Kept(found.run, found.version, found.as_of)

    def needs_value(self, what: str) -> None:
        """Sees to it that nothing tells what accounts are worth to somebody who does not see it.

        Raises:
            ForbiddenError: they do not see values, and `what` rests on them.
        """
        if not self.sees_value:
            raise ForbiddenError(
                f"{what} rests on what accounts are worth, which your role does not see", do="leave it out"
            )

    def position(self, account_id: str) -> int:
        """Where an account stands in the sheet.

        Raises:
            AbsentError: there is none of that id, or it is not within the person's reach: the two cannot be told apart.
        """
        found = None if self.sheet is None else self.sheet.position(account_id)
        if found is None or not self.reached[found]:
            raise AbsentError(
                f"there is no account {account_id!r} in your reach",
                do="look for it in the portfolio by its name",
                by_api="GET /api/accounts lists those that you see",
            )
        return found


def desk(
    project: Project,
    warehouse: Warehouse,
    person: Person,
    *,
    shelf: Shelf,
    purpose: str = "",
    owners: Mapping[str, str] | None = None,
) -> Desk:
    """What a person has before them of a purpose (the project's first, health, if none is named).

    Raises:
        AbsentError: the project has no such purpose.
    """
    there = project.purposes()
    if purpose and purpose not in there:
        raise AbsentError(f"there is no purpose {purpose!r}", do=f"ask for one of: {', '.join(there)}")
    if not there:
        raise UserError(
            "the project has no scorecard",
            do="describe one in scorecards/, and draw up a plan: keepwell plan",
        )
    return Desk(project, warehouse, person, purpose or there[0], owners or {}, shelf)
