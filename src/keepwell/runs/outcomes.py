"""What the outcomes are and what is known of them: how many happened, until when that is known, who is at risk, what contradicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof import wording
from keepwell.proof.outcome import Dated, Outcome
from keepwell.runs import purposes
from keepwell.runs.at_risk import asking, at_risk
from keepwell.runs.contradicting import Contradiction, Known, contradictions, known_of
from keepwell.runs.labelling import began, causes, through
from keepwell.runs.observing import Observer
from keepwell.runs.score import instant
from keepwell.scoring.observed import ACTIVE, Observed
from keepwell.signals.window import local_date
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One outcome. `happened` counts happenings that count, `accounts` those to whom it happened (ever, or in the snapshot).

    `first` and `last` are the instants of the first and the last, `months` every month between them with its count. All is
    known up to `through`; scores up to `judged_to` can be judged, since their horizon is over. `causes` counts by cause where
    anything tells it. `at_risk` are the accounts among whom it would be looked for now, of `active` ones; `unknown` are those of
    which a snapshot does not tell. `worries` say in words what stands in the way of a judgement.
    """

    name: str
    title: str
    kind: str
    purpose: str
    what: str
    ahead: str
    among: str
    dated: bool
    happened: int
    accounts: int
    first: datetime | None
    last: datetime | None
    months: tuple[tuple[date, int], ...]
    through: datetime | None
    judged_to: datetime | None
    causes: Mapping[str, int]
    at_risk: int
    active: int
    unknown: int
    worries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All outcomes as of an instant, in the order declared, and where those of one kind contradict each other.

    `judging` is, by purpose, the outcome by which its scores are judged unless another is named.
    """

    as_of: datetime
    lines: tuple[OutcomeLine, ...]
    contradictions: tuple[Contradiction, ...]
    judging: Mapping[str, str]


def outcomes(project: Project, warehouse: Warehouse, as_of: datetime | None = None) -> Outcomes:
    """What is known of every outcome; who is at risk is told as of the instant.

    Raises:
        UserError: no outcome is declared, or what one needs has not been loaded.
    """
    if not project.outcomes:
        raise UserError(
            "the project declares no outcomes, so that nobody can say how good its scores are",
            where=str(project.folder / "outcomes.yml"),
            do=_start(project),
        )
    at = instant(project, as_of)
    definition = asking(purposes.unscored(project), *project.outcomes)
    observed = Observer(warehouse, (definition,)).sight(Point.at(at)).observed
    known = [known_of(project, warehouse, outcome) for outcome in project.outcomes]
    lines = tuple(_line(project, warehouse, each, observed) for each in known)
    judging = {
        purpose: outcome.name
        for purpose in project.purposes()
        if (outcome := project.judging(purpose)) is not None
    }
    return Outcomes(at, lines, contradictions(known, observed.accounts.tolist()), judging)


def _start(project: Project) -> str:
    """What to write: what fits the tables that are fed."""
    filled = project.catalog.filled
    if "outcomes" in filled:
        event = "event: {from: outcomes, where: {kind: churned}}"
    elif "ended_at" in filled.get("accounts", ()):
        event = "event: {from: accounts, at: ended_at}"
    elif "subscriptions" in filled:
        event = "lapse: {from: subscriptions, grace: 30 days}"
    elif "orders" in filled:
        event = "inactive: {from: orders, for: 180 days}"
    else:
        event = "event: {from: outcomes, where: {kind: churned}}"
    return f"write it, for example: outcomes: {{churn: {{kind: churned, {event}, horizon: 90 days}}}}"


def _line(project: Project, warehouse: Warehouse, known: Known, observed: Observed) -> OutcomeLine:
    outcome, zone = known.outcome, project.zone
    end = through(project, warehouse, outcome) if outcome.dated else None
    judged_to = None
    if end is not None:
        judged_to = outcome.gap.before(outcome.horizon.before(end, zone), zone)
    instants = [_aware(known.instants[place]) for place in (0, -1)] if len(known.instants) else [None, None]
    told = causes(project, warehouse, outcome) if _tells_cause(outcome) else {}
    active = int(np.sum(observed.population.among(frozenset((ACTIVE,)))))
    risky = int(np.sum(at_risk(outcome, observed, zone)))
    return OutcomeLine(
        name=outcome.name,
        title=outcome.title,
        kind=str(outcome.kind),
        purpose=outcome.purpose,
        what=wording.what(outcome.event),
        ahead=wording.ahead(outcome),
        among=wording.among(outcome),
        dated=outcome.dated,
        happened=len(known.instants) if outcome.dated else len(known.accounts),
        accounts=len(known.accounts),
        first=instants[0],
        last=instants[1],
        months=_months(known.instants, zone),
        through=end,
        judged_to=judged_to,
        causes=told,
        at_risk=risky,
        active=active,
        unknown=len(known.unknown),
        worries=tuple(_worries(known, len(observed), judged_to, began(warehouse))),
    )


def _tells_cause(outcome: Outcome) -> bool:
    return isinstance(outcome.event, Dated) and outcome.event.voluntary is not None


def _worries(known: Known, everyone: int, judged_to: datetime | None, start: datetime | None) -> list[str]:
    said = []
    if not known.accounts:
        said.append("It has never happened, so that nothing can be judged by it.")
    elif not known.outcome.dated and len(known.accounts) == everyone - len(known.unknown):
        said.append("It has happened to every account, so that nothing can be judged by it.")
    if judged_to is not None and start is not None and judged_to <= start:
        said.append("Its horizon is longer than the data: there is no score that is old enough to be judged.")
    return said


def _months(instants: np.ndarray, zone: ZoneInfo) -> tuple[tuple[date, int], ...]:
    """Every month (its first day, in the zone) from the first happening to the last, with how many fell into it."""
    if not len(instants):
        return ()
    days = [local_date(_aware(each), zone) for each in instants]
    counted: dict[date, int] = {}
    month = days[0].replace(day=1)
    while month <= days[-1]:
        counted[month] = 0
        month = (month + timedelta(days=31)).replace(day=1)
    for day in days:
        counted[day.replace(day=1)] += 1
    return tuple(counted.items())


def _aware(instant: np.datetime64) -> datetime:
    naive: datetime = instant.astype("datetime64[us]").item()
    return naive.replace(tzinfo=UTC)
