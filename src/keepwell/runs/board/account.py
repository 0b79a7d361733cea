"""One account: how it stands and why, what moved it, what would help, and what has happened there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keepwell.people import Private
from keepwell.runs.board.current import Current
from keepwell.runs.board.row import Row
from keepwell.scoring.score import Band, Move, Reason, Remedy, Score


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A score of the account: on a day of the grid, or where a run was asked for."""

    as_of: datetime
    score: float | None
    band: Band | None
    version: str


class MarkKind(StrEnum):
    """What is marked in a trend."""

    VERSION = "version"
    OVERRIDE = "override"
    PULSE = "pulse"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened while the score went its way; `until` where it lasted."""

    at: datetime
    kind: MarkKind
    text: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the waterfall: the running total goes from `before` to `after` by the reason's points; `text` has them left out."""

    reason: Reason
    title: str
    before: float
    after: float
    text: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One fact in the timeline: of which table, when, in short, and further words (hidden from some: then empty)."""

    at: datetime
    table: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A person at the account; `left_at` is `None` as long as they are there."""

    contact: int
    name: str
    email: str
    role: str
    joined_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A subscription; `amount` is its price per month (`None`: not known, or hidden), `days_to_renewal` counts whole days, below 0 where it is overdue."""

    started_at: datetime
    renews_at: datetime | None
    ended_at: datetime | None
    days_to_renewal: int | None
    plan: str
    seats: int | None
    amount: float | None
    auto_renew: bool | None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """An invoice; `overdue_days` counts whole days past due while it is not paid, `None` otherwise."""

    issued_at: datetime
    due_at: datetime | None
    paid_at: datetime | None
    failed_at: datetime | None
    status: str
    amount: float | None
    overdue_days: int | None


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A request for support; open while `closed_at` is `None`."""

    opened_at: datetime
    closed_at: datetime | None
    priority: str
    category: str
    escalated: bool
    satisfaction: float | None


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """An answer to a survey: nps (0–10), csat (1–5) or ces (1–7)."""

    answered_at: datetime
    kind: str
    score: float | None


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal, onboarding step or project; `overdue` where it should have been reached by now."""

    name: str
    kind: str
    started_at: datetime
    due_at: datetime | None
    reached_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """Everything the page of an account shows at once; why it moved and what would help follow as `Moved` and `Remedies`.

    `score` is the kept one, with all its reasons (its value and value at risk are `None` where `hidden` has them); `scored` says whether there is
    one. `bars` lead from the baseline to the score. `began_at` and `ended_at` are the account's own. Lists are the newest first, contracts the next
    renewal first, and hold what was known as of the scores; `children` and `parent` are those within the viewer's reach.
    """

    current: Current
    row: Row
    score: Score
    bars: tuple[Bar, ...]
    trend: tuple[TrendPoint, ...]
    marks: tuple[Mark, ...]
    parent: Row | None
    children: tuple[Row, ...]
    began_at: datetime | None
    ended_at: datetime | None
    attributes: tuple[tuple[str, str], ...]
    contacts: tuple[ContactLine, ...]
    contracts: tuple[ContractLine, ...]
    invoices: tuple[InvoiceLine, ...]
    tickets: tuple[TicketLine, ...]
    surveys: tuple[SurveyLine, ...]
    goals: tuple[GoalLine, ...]
    timeline: tuple[Happening, ...]
    older: str | None
    """The cursor of the timeline's next page; `None`: that was all."""
    hidden: frozenset[Private] = frozenset()

    @property
    def scored(self) -> bool:
        """Whether it has a score."""
        return self.score.score is not None


@dataclass(frozen=True, slots=True)
class Moved:
    """Why the score moved between two instants: the parts add up exactly to `now` − `then`; none where either is missing."""

    since: datetime
    as_of: datetime
    then: float | None
    now: float | None
    parts: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Remedies:
    """What would turn the account green, the smallest change first; empty where it is green already."""

    band: Band | None
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """A page of the timeline, the newest first, and the cursor of the next (`None`: that was all)."""

    happenings: tuple[Happening, ...]
    older: str | None
