"""What is to be done today, by the person who asks: in order of what is at stake and how soon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import numpy as np

from keepwell.people import Private
from keepwell.runs.board.current import Current
from keepwell.runs.board.desk import Desk
from keepwell.runs.board.filters import Filters
from keepwell.runs.board.matching import matching
from keepwell.runs.board.portfolio import MOST_RENEWALS, RENEWAL_DAYS
from keepwell.runs.board.row import CHANGE_DAYS, Row
from keepwell.runs.board.rows import costs_of, rows
from keepwell.runs.board.sheet import Sheet
from keepwell.runs.board.sums import total
from keepwell.runs.portfolio import HEALTH
from keepwell.scoring.bands import code_of
from keepwell.scoring.observed import Bools, Floats, Ints
from keepwell.scoring.score import Band
from keepwell.scoring.wording import in_points
from keepwell.signals.window import local_date
from keepwell.store.tasks import State, Task

MOST_ACTS = 20
"""How many accounts to act on a day shows at once: nobody can act on more."""

MOST_BETTER = 10
"""How many accounts that got better are shown."""

SOON_DAYS = 30
"""A renewal within so many days makes an account at risk urgent."""

FALL = 5.0
"""Points lost within `CHANGE_DAYS` that make an account urgent."""


class Urgent(StrEnum):
    """Why an account cannot wait."""

    OVERDUE_TASK = "overdue task"
    RENEWAL = "renewal soon"
    FELL = "fell lately"
    RED = "red"
    YELLOW = "yellow"

    @property
    def weight(self) -> float:
        """By how much it multiplies what is at risk, in the order of the list."""
        return _WEIGHTS[self]


_WEIGHTS = {
    Urgent.OVERDUE_TASK: 2.0,
    Urgent.RENEWAL: 2.0,
    Urgent.FELL: 1.5,
    Urgent.RED: 1.0,
    Urgent.YELLOW: 1.0,
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next: the viewer's own open task there or, without one, the top reason's advice (`task` is `None` then)."""

    text: str
    task: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """An account to act on: `urgent` says why now, the weightiest first, in kinds and in words; `step` is `None` where nobody knows one."""

    row: Row
    urgent: tuple[tuple[Urgent, str], ...]
    step: NextStep | None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of the viewer's, what its account is called, and whether its day is over."""

    task: Task
    called: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Better:
    """An account that got better within `CHANGE_DAYS`, and how, in words."""

    row: Row
    text: str


@dataclass(frozen=True, slots=True)
class TodayView:
    """What somebody sees in the morning, of the accounts in their reach.

    `acts` are at most `MOST_ACTS` of `to_act` accounts in all: those in red or yellow and those with an overdue task, by what is at risk times the
    weights of what is urgent (where no value is known or shown, by points below full marks instead). `tasks` are the viewer's own open
    ones, the next due first; `renewals` are the next of `renewals_due` within 90 days; `better` has the largest gains first. `accounts` counts
    the scored ones. `value_at_risk` is the sum over them (`None`: not known, or hidden).
    """

    current: Current
    today: date
    now: datetime
    acts: tuple[Act, ...]
    to_act: int
    tasks: tuple[TaskLine, ...]
    renewals: tuple[Row, ...]
    renewals_due: int
    better: tuple[Better, ...]
    accounts: int
    value_at_risk: float | None
    hidden: frozenset[Private] = frozenset()


def today(desk: Desk, tasks: Sequence[Task]) -> TodayView:
    """What is to be done; `tasks` are the viewer's own, in the order in which they fall due."""
    sheet, now = desk.sheet, desk.now
    day = local_date(now, desk.project.zone)
    mine = tuple(task for task in tasks if task.state is State.OPEN)
    if sheet is None:
        return _unscored(desk, mine, day, now)
    places = np.flatnonzero(matching(sheet, Filters()) & desk.reached)
    tasked = _tasked(sheet, desk.reached, mine)
    urgency = Urgency.of(
        sheet, {place for place, of in tasked.items() if any(late(task, day) for task in of)}
    )
    acts = _acts(desk, sheet, places, urgency)
    due = _due(sheet, places)
    better = _better(sheet, places)
    reasons = costs_of(desk, [*acts[:MOST_ACTS].tolist(), *due[:MOST_RENEWALS].tolist(), *better.tolist()])
    return TodayView(
        current=desk.current,
        today=day,
        now=now,
        acts=tuple(
            Act(row, urgency.told(int(place), row), _step(row, tasked.get(int(place), ())))
            for place, row in zip(acts[:MOST_ACTS], rows(desk, acts[:MOST_ACTS], reasons), strict=True)
        ),
        to_act=len(acts),
        tasks=_lines(sheet, mine, day),
        renewals=rows(desk, due[:MOST_RENEWALS], reasons),
        renewals_due=len(due),
        better=tuple(Better(row, _gained(row)) for row in rows(desk, better, reasons)),
        accounts=len(places),
        value_at_risk=total(sheet.value_at_risk[places]) if desk.sees_value else None,
        hidden=desk.hidden,
    )


@dataclass(frozen=True)
class Urgency:
    """What is urgent, by position of the sheet."""

    sheet: Sheet
    holds: Mapping[Urgent, Bools]

    @classmethod
    def of(cls, sheet: Sheet, overdue: set[int]) -> "Urgency":
        """What is urgent at each account; `overdue` are the positions of those with a task whose day is over."""
        late = np.zeros(len(sheet), dtype=np.bool_)
        late[list(overdue)] = True
        red, yellow = (sheet.bands == code_of(band) for band in (Band.RED, Band.YELLOW))
        return cls(
            sheet,
            {
                Urgent.OVERDUE_TASK: late,
                Urgent.RENEWAL: (red | yellow) & (sheet.days_to_renewal < SOON_DAYS),
                Urgent.FELL: (red | yellow) & (sheet.change <= -FALL),
                Urgent.RED: red,
                Urgent.YELLOW: yellow,
            },
        )

    @property
    def weights(self) -> Floats:
        """The product of the weights of all that is urgent."""
        product = np.ones(len(self.sheet))
        for urgent, holds in self.holds.items():
            product = np.where(holds, product * urgent.weight, product)
        return product

    @property
    def any(self) -> Bools:
        """Where anything is."""
        return np.asarray(np.logical_or.reduce(list(self.holds.values())), dtype=np.bool_)

    def told(self, place: int, row: Row) -> tuple[tuple[Urgent, str], ...]:
        """What is urgent at an account, in words."""
        return tuple(
            (urgent, self._text(urgent, place, row)) for urgent, holds in self.holds.items() if holds[place]
        )

    def _text(self, urgent: Urgent, place: int, row: Row) -> str:
        match urgent:
            case Urgent.OVERDUE_TASK:
                return "a task here is overdue"
            case Urgent.RENEWAL:
                days = int(self.sheet.days_to_renewal[place])
                return "renews today" if days == 0 else f"renews in {days} day{'' if days == 1 else 's'}"
            case Urgent.FELL:
                return f"{in_points(row.change or 0.0)} in {CHANGE_DAYS} days"
            case _:
                since = row.days_in_band or 0
                return (
                    f"{urgent} since today"
                    if since == 0
                    else f"{urgent} for {since} day{'' if since == 1 else 's'}"
                )


def late(task: Task, day: date) -> bool:
    """Whether a task's day is over."""
    return task.due_on is not None and task.due_on < day


def _acts(desk: Desk, sheet: Sheet, places: Ints, urgency: Urgency) -> Ints:
    """The positions of the accounts to act on, the most urgent first."""
    at = places[urgency.any[places]]
    stake = 100 - sheet.scores[at]
    if desk.sees_value and desk.purpose == HEALTH and sheet.worth_known:
        stake = np.nan_to_num(sheet.value_at_risk[at])
    weight = stake * urgency.weights[at]
    return at[np.lexsort((sheet.id_rank[at], sheet.scores[at], -weight))]


def _due(sheet: Sheet, places: Ints) -> Ints:
    due = places[sheet.days_to_renewal[places] < RENEWAL_DAYS]
    return due[np.lexsort((sheet.id_rank[due], sheet.days_to_renewal[due]))]


def _better(sheet: Sheet, places: Ints) -> Ints:
    """Those in a better band than before, by points gained; then others that gained much."""
    gained, climbed = sheet.change[places], sheet.bands[places] > sheet.band_then[places]
    climbed &= sheet.band_then[places] >= 0
    good = climbed | (gained >= FALL)
    at, up, gain = places[good], climbed[good], np.nan_to_num(gained[good])
    return at[np.lexsort((sheet.id_rank[at], -gain, ~up))][:MOST_BETTER]


def _gained(row: Row) -> str:
    points = in_points(row.change or 0.0)
    if row.band is not None and row.band_before is not None and row.band is not row.band_before:
        return f"{row.band_before} to {row.band}, {points} in {CHANGE_DAYS} days"
    return f"{points} in {CHANGE_DAYS} days"


def _tasked(sheet: Sheet, reached: Bools, tasks: Sequence[Task]) -> dict[int, tuple[Task, ...]]:
    """The tasks by the positions of their accounts."""
    found: dict[int, tuple[Task, ...]] = {}
    for task in tasks:
        place = sheet.position(task.account_id)
        if place is not None and reached[place]:
            found[place] = (*found.get(place, ()), task)
    return found


def _step(row: Row, tasks: Sequence[Task]) -> NextStep | None:
    if tasks:
        return NextStep(tasks[0].title, tasks[0].number, tasks[0].due_on)
    return NextStep(row.cost.advice) if row.cost is not None and row.cost.advice else None


def _lines(sheet: Sheet | None, tasks: Sequence[Task], day: date) -> tuple[TaskLine, ...]:
    lines = []
    for task in tasks:
        place = None if sheet is None else sheet.position(task.account_id)
        name = "" if sheet is None or place is None else sheet.names[place].as_py()
        lines.append(TaskLine(task, name or task.account_id, late(task, day)))
    return tuple(lines)


def _unscored(desk: Desk, tasks: Sequence[Task], day: date, now: datetime) -> TodayView:
    return TodayView(
        current=desk.current,
        today=day,
        now=now,
        acts=(),
        to_act=0,
        tasks=_lines(None, tasks, day),
        renewals=(),
        renewals_due=0,
        better=(),
        accounts=0,
        value_at_risk=None,
        hidden=desk.hidden,
    )
