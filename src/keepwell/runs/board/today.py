"""What is to be done today, by the person who asks: in order of what is at stake and how soon."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from keepwell.people import Private
from keepwell.runs.board.current import Current
from keepwell.runs.board.row import Row
from keepwell.store.tasks import Task


class Urgent(StrEnum):
    """Why an account cannot wait."""

    OVERDUE_TASK = "overdue task"
    RENEWAL = "renewal soon"
    FELL = "fell lately"
    RED = "red"
    YELLOW = "yellow"


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

    `acts` are at most `MOST_ACTS` of `to_act` accounts in all; `tasks` are the viewer's own open ones, the next due first; `renewals` fall due
    within 90 days, the next first; `better` has the largest gains first. `accounts` counts those in reach. `value_at_risk` is
    the sum over them (`None`: not known, or hidden).
    """

    current: Current
    today: date
    now: datetime
    acts: tuple[Act, ...]
    to_act: int
    tasks: tuple[TaskLine, ...]
    renewals: tuple[Row, ...]
    better: tuple[Better, ...]
    accounts: int
    value_at_risk: float | None
    hidden: frozenset[Private] = frozenset()


MOST_ACTS = 20
"""How many accounts to act on a day shows at once: nobody can act on more."""
