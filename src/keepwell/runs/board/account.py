"""One account: how it stands and why, and what has happened there."""

from dataclasses import dataclass, replace
from datetime import datetime

from keepwell.people import Private
from keepwell.runs.accounts import Account as Named
from keepwell.runs.board import timeline
from keepwell.runs.board.course import Mark, TrendPoint, course, marks
from keepwell.runs.board.current import Current
from keepwell.runs.board.desk import Desk
from keepwell.runs.board.lines import (
    Account,
    ContactLine,
    ContractLine,
    GoalLine,
    InvoiceLine,
    SurveyLine,
    TicketLine,
)
from keepwell.runs.board.row import Row
from keepwell.runs.board.rows import cost_of, costs_of, rows
from keepwell.runs.board.sheet import Sheet, instant_of
from keepwell.runs.board.timeline import Happening, TimelinePage
from keepwell.runs.portfolio import listed, told
from keepwell.runs.reaching import Reached
from keepwell.scoring.score import Reason, Score, Step
from keepwell.scoring.wording import called

MOST_CHILDREN = 100
"""How many children are shown, those with the lowest scores."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the waterfall: the running total goes from `before` to `after` by the reason's points; `text` has them left out."""

    reason: Reason
    title: str
    before: float
    after: float
    text: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """Everything the page of an account shows at once; why it moved and what would help follow as `Moved` and `Remedies`.

    `score` is the kept one, with all its reasons (its value and value at risk are `None` where `hidden` has them). `expected` is what it becomes
    by overrides that were given or have ended since (`None`: it stays). `bars` lead from the baseline to the score. `began_at` and `ended_at`
    are the account's own. Lists are the newest first, contracts the next renewal first, and hold what was known as of the
    scores; `children` (the lowest first) and `parent` are those within the viewer's reach. `older` is the cursor of the timeline's next page.
    """

    current: Current
    row: Row
    score: Score
    expected: Score | None
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
    hidden: frozenset[Private] = frozenset()

    @property
    def scored(self) -> bool:
        """Whether it has a score."""
        return self.score.score is not None


def account(desk: Desk, account_id: str) -> AccountView:
    """What the page of an account shows.

    Raises:
        AbsentError: there is no such account in the person's reach.
    """
    sheet, place = found(desk, account_id)
    one = Account(desk, int(sheet.accounts[place]), sheet.as_of)
    score = score_of(desk, sheet, place)
    cost = None if score.score is None else cost_of(score)
    (row,) = rows(desk, [place], {} if cost is None else {place: cost})
    points = course(desk, sheet, place, desk.current.version)
    parent, children = _kin(desk, sheet, place)
    page = timeline.page(one)
    return AccountView(
        current=desk.current,
        row=row,
        score=score,
        expected=expected(desk, sheet, place, score),
        bars=bars(desk, score),
        trend=points,
        marks=marks(one, points),
        parent=parent,
        children=children,
        began_at=instant_of(sheet.began[place]),
        ended_at=instant_of(sheet.ended[place]),
        attributes=one.attributes(),
        contacts=one.contacts(),
        contracts=one.contracts(),
        invoices=one.invoices(),
        tickets=one.tickets(),
        surveys=one.surveys(),
        goals=one.goals(),
        timeline=page.happenings,
        older=page.older,
        hidden=desk.hidden,
    )


def happened(desk: Desk, account_id: str, cursor: str = "") -> TimelinePage:
    """A page of an account's timeline.

    Raises:
        AbsentError: there is no such account in the person's reach.
        UserError: the cursor is none of a timeline's.
    """
    sheet, place = found(desk, account_id)
    return timeline.page(Account(desk, int(sheet.accounts[place]), sheet.as_of), cursor)


def found(desk: Desk, account_id: str) -> tuple[Sheet, int]:
    """The sheet, and where the account stands in it.

    Raises:
        AbsentError: there is no such account in the person's reach.
    """
    place = desk.position(account_id)
    assert desk.sheet is not None, "an account was found in it"
    return desk.sheet, place


def standing(desk: Desk, account_id: str) -> Reached:
    """The account as one that the person may act on.

    Raises:
        AbsentError: there is no such account in the person's reach.
    """
    sheet, place = found(desk, account_id)
    called = Named(int(sheet.accounts[place]), sheet.ids[place].as_py(), sheet.names[place].as_py())
    return Reached(called, sheet.owners[place], sheet.segments[place])


def score_of(desk: Desk, sheet: Sheet, place: int) -> Score:
    """The kept score of an account with its reasons, as the person may see it."""
    score = desk.teller.scores([place]).of(int(sheet.accounts[place]))
    assert score is not None, "the account is among those that were asked for"
    return _seen(desk, score)


def expected(desk: Desk, sheet: Sheet, place: int, score: Score) -> Score | None:
    """What an account's score becomes by overrides that were given or have ended since the run; `None`: it stays."""
    at = max(desk.now, sheet.as_of)
    then = desk.teller.expected([place], at)
    if then is None:
        return None
    found = then.of(int(sheet.accounts[place]))
    return None if found is None or found.score == score.score else _seen(desk, found)


def _seen(desk: Desk, score: Score) -> Score:
    return score if desk.sees_value else replace(score, value=None, value_at_risk=None)


def bars(desk: Desk, score: Score) -> tuple[Bar, ...]:
    """The waterfall of a score: measures from the costliest to the most helpful, then the later steps in their order."""
    if score.score is None:
        return ()
    made = []
    total = score.baseline
    for reason in listed(score):
        after = round(total + reason.points, 6)
        made.append(Bar(reason, _title(desk, reason), total, after, told(reason)))
        total = after
    return tuple(made)


def _title(desk: Desk, reason: Reason) -> str:
    label = desk.labels.get(reason.name)
    if reason.step in (Step.MEASURE, Step.OVERRIDE) and label is not None:
        return label.title
    return called(reason.name)


def _kin(desk: Desk, sheet: Sheet, place: int) -> tuple[Row | None, tuple[Row, ...]]:
    parent = int(sheet.positions(sheet.parents[place : place + 1])[0])
    above = [parent] if parent >= 0 and desk.reached[parent] else []
    below = [int(child) for child in sheet.children.get(place, ()) if desk.reached[child]]
    below.sort(key=lambda child: (not sheet.scored[child], sheet.scores[child]))
    below = below[:MOST_CHILDREN]
    reasons = costs_of(desk, [*above, *below])
    return next(iter(rows(desk, above, reasons)), None), rows(desk, below, reasons)
