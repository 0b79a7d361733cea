"""The portfolio summed up, its trend, its segments, and how signals stand across it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from keepwell.people import Permission, Person
from keepwell.runs.board import signal as signals_
from keepwell.runs.board.choices import choices
from keepwell.runs.board.filters import Listing
from keepwell.runs.board.portfolio import portfolio as summed
from keepwell.runs.board.trends import By
from keepwell.runs.board.trends import trend as through_time
from keepwell.scoring.score import Band
from keepwell.web.api.accounts import row_told
from keepwell.web.api.reading import Asking, CurrentTold, Purpose, Reader, RowTold, Tagged
from keepwell.web.api.shapes import Told, problems
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk

router = APIRouter(prefix="/api", route_class=Tagged, tags=["Portfolio"])

Measurer = Annotated[Person, Depends(needs(Permission.SIGNALS_READ))]
SignalName = Annotated[str, Path(min_length=1, max_length=200)]


class BandTold(Told):
    """The accounts of a band, their share (0–1) of the scored, their worth; `before`: how many there were 28 days ago."""

    band: Band
    accounts: int
    share: float
    before: int
    value: float | None
    value_at_risk: float | None


class BandMoveTold(Told):
    """The accounts that went from one band to another within 28 days."""

    before: Band
    after: Band
    accounts: int
    value: float | None


class BinTold(Told):
    """The accounts with a score from `low` up to `high`, by band."""

    low: float
    high: float
    counts: dict[Band, int]


class CellTold(Told):
    """The accounts of a band that are worth from `low` up to `high` (`null`: without end)."""

    band: Band
    low: float
    high: float | None
    accounts: int
    value: float
    value_at_risk: float


class PortfolioTold(Told):
    """All accounts that you reach and ask for, summed up. Sums are `null` where no value is known or shown to you."""

    current: CurrentTold
    scored: int
    unscored: dict[str, int]
    mean: float | None
    value: float | None
    value_at_risk: float | None
    risk_basis: str
    bands: list[BandTold]
    moves: list[BandMoveTold]
    distribution: list[BinTold]
    matrix: list[CellTold]
    rising: list[RowTold]
    ready: list[RowTold]
    renewals: list[RowTold]
    renewals_due: int


class StopTold(Told):
    """A group of accounts on one day."""

    as_of: datetime
    accounts: int
    mean: float | None
    counts: dict[Band, int]


class SeriesTold(Told):
    """A group of accounts through time."""

    name: str
    stops: list[StopTold]


class TrendTold(Told):
    """How scores went, by group, the largest first; `left_out` counts the groups that are not shown."""

    current: CurrentTold
    by: By
    series: list[SeriesTold]
    left_out: int


class TrendAsked(Asking):
    """Which accounts, and by what they are divided."""

    by: By = By.SEGMENT


class ChoiceTold(Told):
    """A segment, stage, owner or scorecard, and how many of the accounts that you reach have it."""

    value: str
    accounts: int


class ChoicesTold(Told):
    """What accounts can be asked for by; `/api/accounts?segment=...` lists the members."""

    segments: list[ChoiceTold]
    stages: list[ChoiceTold]
    owners: list[ChoiceTold]
    scorecards: list[ChoiceTold]


class SignalLineTold(Told):
    """A signal: the share (0–1) of accounts of which it is known, their median, and of how many scorecards it is a measure."""

    name: str
    title: str
    unit: str
    about: str
    used: int
    known: float
    median: float | None
    shown: str


class SignalsTold(Told):
    """Every signal that scores rest on."""

    current: CurrentTold
    accounts: int
    signals: list[SignalLineTold]


class UseTold(Told):
    """Where a signal is a measure: its share (0–1) of the scorecard's weight."""

    scorecard: str
    dimension: str
    share: float


class BarTold(Told):
    """The accounts whose value lies from `low` to `high`."""

    low: float
    high: float
    accounts: int


class SignalStopTold(Told):
    """A signal as of one run: its 10, 25, 50, 75 and 90% quantiles, and whether the median's step was unlike its others."""

    as_of: datetime
    accounts: int
    quantiles: list[float] | None
    unusual: bool


class SegmentTold(Told):
    """A segment's accounts that have the signal, and their median."""

    segment: str
    accounts: int
    median: float | None


class UnusualTold(Told):
    """An account whose value changed unlike those of others, in robust standard deviations."""

    account: RowTold
    before: float
    after: float
    deviations: float
    text: str


class SignalTold(Told):
    """One signal across the accounts that you reach and ask for, and over time."""

    current: CurrentTold
    name: str
    title: str
    unit: str
    about: str
    meaning: dict[str, str]
    used: list[UseTold]
    known: int
    unknown: int
    median: float | None
    distribution: list[BarTold]
    segments: list[SegmentTold]
    stops: list[SignalStopTold]
    since: datetime | None
    unusual: list[UnusualTold]


@router.get("/portfolio", responses=problems(403, 404, 422))
def portfolio(served: Served, person: Reader, asked: Annotated[Asking, Query()]) -> PortfolioTold:
    """Bands and their moves, the distribution, risk by value, whose risk is rising, who could expand, what renews soon."""
    with at_desk(served, person, asked.purpose) as desk:
        view = summed(desk, asked.filters(), Listing(size=1))
    lists = {
        name: [row_told(row, []) for row in getattr(view, name)] for name in ("rising", "ready", "renewals")
    }
    names = set(PortfolioTold.model_fields) - {"current", *lists}
    return PortfolioTold.model_validate(
        {name: getattr(view, name) for name in names} | lists | {"current": CurrentTold.of(view.current)}
    )


@router.get("/portfolio/trend", responses=problems(403, 404, 422))
def trend(served: Served, person: Reader, asked: Annotated[TrendAsked, Query()]) -> TrendTold:
    """How the scores of the accounts went that you reach and ask for today."""
    with at_desk(served, person, asked.purpose) as desk:
        view = through_time(desk, asked.filters(), asked.by)
    return TrendTold(
        current=CurrentTold.of(view.current),
        by=view.by,
        series=[SeriesTold.model_validate(each) for each in view.series],
        left_out=view.left_out,
    )


@router.get("/segments", responses=problems(403, 404, 422))
def segments(served: Served, person: Reader, purpose: Purpose = "") -> ChoicesTold:
    """The segments, stages, owners and scorecards of the accounts that you reach."""
    with at_desk(served, person, purpose) as desk:
        if desk.sheet is None:
            return ChoicesTold(segments=[], stages=[], owners=[], scorecards=[])
        return ChoicesTold.model_validate(choices(desk.sheet, desk.reached))


@router.get("/signals", responses=problems(403, 404, 422))
def signals(served: Served, person: Measurer, purpose: Purpose = "") -> SignalsTold:
    """Every signal that a purpose's scores rest on."""
    with at_desk(served, person, purpose) as desk:
        view = signals_.signals(desk)
    lines = [SignalLineTold.model_validate(line) for line in view.signals]
    return SignalsTold(current=CurrentTold.of(view.current), accounts=view.accounts, signals=lines)


class SignalAsked(Asking):
    """Which accounts."""


@router.get("/signals/{name}", responses=problems(403, 404, 422))
def signal(
    name: SignalName, served: Served, person: Measurer, asked: Annotated[SignalAsked, Query()]
) -> SignalTold:
    """One signal across the portfolio and over time, and where it behaves unlike itself."""
    with at_desk(served, person, asked.purpose) as desk:
        view = signals_.signal(desk, name, asked.filters())
    unusual = [
        UnusualTold(
            account=row_told(each.row, []),
            **{part: getattr(each, part) for part in ("before", "after", "deviations", "text")},
        )
        for each in view.unusual
    ]
    own = {"current": CurrentTold.of(view.current), "meaning": dict(view.meaning), "unusual": unusual}
    names = set(SignalTold.model_fields) - set(own)
    return SignalTold.model_validate({name: getattr(view, name) for name in names} | own)
