"""How scores are made and what speaks for them: scorecards, versions, evidence; and the data below: runs, sources, rejects."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from keepwell.people import Permission, Person, Private
from keepwell.runs import purposes
from keepwell.runs.board import scorecards as scorecards_
from keepwell.runs.board.data import data
from keepwell.runs.rejects import for_whom
from keepwell.runs.rejects import rejects as refused
from keepwell.runs.versions import of_past, versions_of
from keepwell.scoring.score import Band
from keepwell.store import certificates
from keepwell.web.api.reading import CurrentTold, Purpose, Tagged
from keepwell.web.api.shapes import Told, problems
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk

router = APIRouter(prefix="/api", route_class=Tagged, tags=["Definitions and data"])

Definer = Annotated[Person, Depends(needs(Permission.DEFINITIONS_READ))]
Keeper = Annotated[Person, Depends(needs(Permission.DATA_READ))]


class MeasureTold(Told):
    """A signal as a measure: its share (0–1) of the whole weight, and how it is marked."""

    signal: str
    title: str
    weight: float
    share: float
    scale: str
    knots: list[tuple[float, float]]
    advice: str


class DimensionTold(Told):
    """A dimension with its measures."""

    name: str
    title: str
    weight: float
    share: float
    measures: list[MeasureTold]


class ConditionTold(Told):
    """A cap or a rule: when it holds, and what it does."""

    name: str
    when: str
    does: str
    because: str
    advice: str


class ScorecardTold(Told):
    """One scorecard in plain words."""

    name: str
    purpose: str
    version: str
    who: str
    dimensions: list[DimensionTold]
    caps: list[ConditionTold]
    rules: list[ConditionTold]
    bands: dict[Band, float]
    hysteresis: float
    policies: list[str]
    accounts: int
    mean: float | None


class ScorecardsTold(Told):
    """The scorecards of a purpose as they are in force."""

    version: str
    scorecards: list[ScorecardTold]


class ApprovalTold(Told):
    """What somebody said of a plan."""

    actor: str
    at: datetime
    verdict: str
    note: str | None


class GradeTold(Told):
    """A certificate in short; `by_earlier_outcome`: the outcome has been defined anew since, so that it does not speak of the present one."""

    outcome: str
    version: str
    made_at: datetime
    grade: str
    headline: str
    by_earlier_outcome: bool


class VersionTold(Told):
    """One time that a version was applied, by whom and why; `definitions` are the versions of its scores by purpose."""

    number: int
    version: str
    at: datetime
    actor: str
    why: str
    kind: str
    plan: str | None
    definitions: dict[str, str]
    approvals: list[ApprovalTold]
    certificates: list[GradeTold]


class CertificateTold(Told):
    """The evidence of a version's scores for one outcome, as it was found; `content` is the certificate."""

    number: int
    version: str
    outcome: str
    made_at: datetime
    content: dict[str, Any]


class ScoreRunTold(Told):
    """A run of scores: of which instant, when it was made, by which version, how many accounts it scored (`null`: you do not reach all)."""

    run: int
    as_of: datetime
    made_at: datetime
    version: str
    accounts: int | None


class RejectTold(Told):
    """A row that was refused or warned of, and why. The row itself (`record`) is for those who may see people and words."""

    load: int
    source: str
    file: str
    row: int
    rule: str
    field: str
    reason: str
    policy: str
    record: str | None


class LoadTold(Told):
    """A source's part in the last load that read any of its rows."""

    source: str
    table: str
    loaded_at: datetime
    read: int
    kept: int
    rejected: int


class FeedTold(Told):
    """How fresh a source is."""

    source: str
    table: str
    last: datetime | None
    fresh_within: str
    silent: bool


class KnownTold(Told):
    """The share (0–1) of accounts of which a measure is known, now and in an earlier run."""

    signal: str
    title: str
    known: float
    known_before: float | None


class DriftTold(Told):
    """How far a measure's distribution has moved since the earlier run: the population stability index, and what chance alone exceeds."""

    signal: str
    title: str
    psi: float
    noise: float
    shift: str


class SourcesTold(Told):
    """What is known of the data below the scores of the accounts that you reach; `since` is the instant of the earlier run."""

    current: CurrentTold
    loads: list[LoadTold]
    feeds: list[FeedTold]
    rejected: int
    coverage: float | None
    measures: list[KnownTold]
    since: datetime | None
    drifts: list[DriftTold]


@router.get("/scorecards", responses=problems(403, 404, 422))
def scorecards(served: Served, person: Definer, purpose: Purpose = "") -> ScorecardsTold:
    """How a purpose is scored, in plain words."""
    with at_desk(served, person, purpose) as desk:
        view = scorecards_.scorecards(desk, served.store, ())
    return ScorecardsTold(
        version=view.version,
        scorecards=[
            ScorecardTold.model_validate(
                {name: getattr(card, name) for name in ScorecardTold.model_fields}
                | {"bands": dict(card.bands)}
            )
            for card in view.scorecards
        ],
    )


@router.get("/versions", responses=problems(403, 422))
def versions(served: Served, person: Definer) -> list[VersionTold]:  # noqa: ARG001  who asks is checked
    """Every version that was applied, the newest first."""
    project = served.project()
    return [
        VersionTold.model_validate(of_past(past, project)) for past in reversed(versions_of(served.folder))
    ]


@router.get("/evidence", responses=problems(403, 404, 422))
def evidence(
    served: Served,
    person: Definer,
    purpose: Purpose = "",
    version: Annotated[
        str, Query(max_length=64, description="A version of scores; the one in force if empty")
    ] = "",
) -> list[CertificateTold]:
    """The last certificates of a version of scores, one per outcome; nothing as long as no backtest was kept."""
    with at_desk(served, person, purpose) as desk:
        wanted = version or purposes.definition(desk.project, desk.purpose).version
    with served.store.reading() as connection:
        return [CertificateTold.model_validate(each) for each in certificates.latest(connection, wanted)]


@router.get("/runs", responses=problems(403, 404, 422))
def runs(served: Served, person: Keeper, purpose: Purpose = "") -> list[ScoreRunTold]:
    """The last runs of scores, the newest first."""
    with at_desk(served, person, purpose) as desk:
        return [ScoreRunTold.model_validate(each) for each in data(desk).runs]


@router.get("/sources", responses=problems(403, 404, 422))
def sources(served: Served, person: Keeper, purpose: Purpose = "") -> SourcesTold:
    """Loads, freshness, coverage and drift of the data below a purpose's scores."""
    with at_desk(served, person, purpose) as desk:
        view = data(desk)
    drifts = [
        DriftTold(
            signal=each.signal,
            title=each.title,
            psi=each.drift.psi,
            noise=each.drift.noise,
            shift=str(each.drift.shift),
        )
        for each in view.drifts
    ]
    return SourcesTold(
        current=CurrentTold.of(view.current),
        loads=[LoadTold.model_validate(each) for each in view.health.loads],
        feeds=[FeedTold.model_validate(each) for each in view.health.feeds],
        rejected=view.health.rejected,
        coverage=view.coverage,
        measures=[KnownTold.model_validate(each) for each in view.measures],
        since=view.since,
        drifts=drifts,
    )


@router.get("/rejects", responses=problems(403, 422))
def rejects(
    served: Served,
    person: Keeper,
    source: Annotated[str | None, Query(max_length=200)] = None,
    rule: Annotated[str | None, Query(max_length=200)] = None,
    *,
    warnings: Annotated[bool, Query(description="Also rows that were kept and warned of")] = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[RejectTold]:
    """Rows that loads refused, as the files now stand; for those whose work reaches all accounts.

    Raises:
        ForbiddenError: whoever asks does not.
    """
    for_whom(person)
    with served.warehouse.reading() as warehouse:
        found = refused(warehouse, source=source, rule=rule, warnings=warnings, limit=limit)
    whole = all(person.sees(each) for each in Private)
    return [
        RejectTold.model_validate({**_plain(each), "record": each.record if whole else None})
        for each in found
    ]


def _plain(reject: Any) -> dict[str, Any]:
    return {name: getattr(reject, name) for name in RejectTold.model_fields}
