"""Alerts: what moved among somebody's accounts and what is unlike the usual since an instant, in groups, the most pressing first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from keepwell import clock
from keepwell.people import Person
from keepwell.project.project import Project
from keepwell.runs import changing, owning
from keepwell.runs.board.anomalies import anomalies, steps
from keepwell.runs.board.current import silences
from keepwell.runs.board.desk import Desk, Shelf, desk
from keepwell.runs.board.values import Kept
from keepwell.runs.changing import Change, Run
from keepwell.scoring.score import Band
from keepwell.store import tasks
from keepwell.store.engine import Store
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind: what they are, and each in a line."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looks at what happened since an instant; `shelf` keeps what looks of several people read alike."""

    project: Project
    warehouse: Warehouse
    store: Store
    to: Person
    since: datetime
    shelf: Shelf

    def groups(self) -> Iterator[Group]:
        """Everything there is to tell, the most pressing first; of one account one thing."""
        compared = _compared(self.warehouse, self.since)
        owners = owning.assigned(self.store)
        moved = [
            each
            for run in compared
            for each in changing.changes(self.warehouse, run, owners)
            if each.shown_to(self.to)
        ]
        falls = sorted((each for each in moved if each.moved_band), key=_fall)
        worse = frozenset(_worse(falls))
        yield Group("Turned red", _lines(each for each in falls if each.band is Band.RED))
        yield Group(
            "Turned yellow",
            _lines(each for each in falls if each.band is Band.YELLOW and each.band_before is Band.GREEN),
        )
        yield Group("Tasks due", tuple(_due(self.project, self.store, self.to)))
        silent = silences(self.project, self.warehouse, _now(self.project))
        yield Group("Feeds silent", tuple(each.text for each in silent))
        desks = {run: self._desk(run, owners) for run in compared}
        yield Group("Signals unlike themselves", tuple(self._steps(desks)))
        told = frozenset(each.account_id for each in falls)
        yield Group("Accounts unlike others", tuple(self._unlike(desks, told)))
        better = [each for each in falls if each not in worse]
        yield Group("Got better", _lines(each for each in reversed(better) if each.band_before is not None))

    def _desk(self, run: Run, owners: Mapping[str, str]) -> Desk:
        return desk(
            self.project, self.warehouse, self.to, shelf=self.shelf, purpose=run.purpose, owners=owners
        )

    def _steps(self, desks: Mapping[Run, Desk]) -> Iterator[str]:
        for run, one in desks.items():
            for step in steps(one, _before(self.warehouse, run).as_of):
                yield _one_line(step.text)

    def _unlike(self, desks: Mapping[Run, Desk], told: frozenset[str]) -> Iterator[str]:
        """Accounts that changed unlike others, but for those of which their band tells already."""
        for run, one in desks.items():
            for each in anomalies(one, _before(self.warehouse, run)):
                if each.account_id not in told:
                    yield f"{_called(each.name, each.account_id)}: {_one_line(each.text)}"


def _worse(moved: Iterable[Change]) -> Iterator[Change]:
    for each in moved:
        fell = each.band is Band.YELLOW and each.band_before is Band.GREEN
        if each.band is Band.RED or each.band is None or fell:
            yield each


def _fall(change: Change) -> float:
    """By how much a score moved; falls come first."""
    return (change.score or 0.0) - (change.score_before or 0.0)


def _lines(moved: Iterable[Change]) -> tuple[str, ...]:
    return tuple(
        f"{_called(each.name, each.account_id)}: {_number(each.score_before)} → {_number(each.score)}"
        for each in moved
    )


def _due(project: Project, store: Store, to: Person) -> Iterator[str]:
    today = _now(project).astimezone(ZoneInfo(to.zone)).date()
    with store.reading() as connection:
        mine = tasks.of(connection, assignee=to.email, state=tasks.State.OPEN)
    for task in mine:
        if task.due_on is not None and task.due_on <= today:
            late = "" if task.due_on == today else f", since {task.due_on.isoformat()}"
            yield f"{_one_line(task.title)} ({_one_line(task.account_id)}){late}"


def _compared(warehouse: Warehouse, since: datetime) -> tuple[Run, ...]:
    """The run that is shown now, of every purpose for which another one was shown at an instant: `before` is that one."""
    by_purpose: dict[str, list[Run]] = {}
    for run in changing.live_runs(warehouse):
        by_purpose.setdefault(run.purpose, []).append(run)
    found = []
    for runs in by_purpose.values():
        shown = [run for run in runs if run.made_at <= since] or runs[:1]
        if shown[-1].number != runs[-1].number:
            found.append(replace(runs[-1], before=shown[-1].number))
    return tuple(found)


def _before(warehouse: Warehouse, run: Run) -> Kept:
    """The run with which another one is compared, as one whose signals are kept."""
    (found,) = [each for each in changing.live_runs(warehouse) if each.number == run.before]
    return Kept(found.number, found.version, found.as_of)


def _now(project: Project) -> datetime:
    return project.as_of or clock.now()


def _called(name: str, account_id: str) -> str:
    return f"{_one_line(name or account_id)} ({_one_line(account_id)})"


def _number(score: float | None) -> str:
    return "no score" if score is None else f"{score:.0f}"


def _one_line(text: str) -> str:
    """A name as it may stand in a line: without line breaks and other characters that are no print."""
    return "".join(each if each.isprintable() else " " for each in text)[:200]
