"""A project's report, gathered from its warehouse: today's scores, those of a week before, and the weeks that led here."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlglot import exp

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.runs import grid, purposes
from keepwell.runs.data_health import data_health
from keepwell.runs.observing import Observer
from keepwell.runs.report import Report, Trend, Week, report
from keepwell.runs.score import Progress, Scoring, score, silent, who_of
from keepwell.runs.sight import OWNER
from keepwell.runs.standings import standings
from keepwell.scoring.bands import band_of
from keepwell.scoring.definition import Definition
from keepwell.scoring.score import Score
from keepwell.scoring.scores import Scores
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.scores import KeptScores

WEEKS = 13


def report_of(
    project: Project,
    warehouse: Warehouse,
    as_of: datetime | None = None,
    purpose: str | None = None,
    progress: Progress = silent,
    *,
    kept: bool = True,
) -> Report:
    """Scores the project's accounts as of an instant, and reports on one purpose (the first, if not said).

    Unless `kept`, as of working files that are only tried, the scores are not.

    Raises:
        UserError: no scorecard has that purpose, or no account has been loaded.
    """
    definition = purposes.definition(project, purpose or project.purposes()[0])
    results = score(project, warehouse, as_of, progress, kept=kept)
    scores = next(each for each in results if each.purpose == definition.purpose)
    if not len(scores):
        raise UserError("there is no account to report on", do="load the data first: keepwell load")
    progress("looking back", 0.95)
    past = Past.of(project, warehouse, scores)
    week_ago = past.days[-1] if past.days else None
    then = None if week_ago is None else _scores_at(project, warehouse, definition, week_ago)
    places = {} if then is None else {place.account_id: place for place in standings(then)}

    def score_before(account_id: str) -> Score | None:
        return then[places[account_id].position] if then is not None and account_id in places else None

    return report(
        list(scores),
        list(places.values()),
        project=project.name,
        zone=project.zone,
        currency=project.currency,
        simulated=project.simulated,
        made_at=clock.now(),
        compared=week_ago,
        score_before=score_before,
        titles={signal.name: signal.title for signal in project.signals},
        thresholds=_thresholds(scores),
        weeks=[*past.weeks(), _week(scores)],
        trends=past.trends(),
        data=data_health(project, warehouse, scores.as_of),
    )


def _scores_at(project: Project, warehouse: Warehouse, definition: Definition, day: datetime) -> Scores:
    """Every account's score on an earlier day of the grid, by today's definitions; it is not kept."""
    scoring = Scoring.of(project, warehouse, (definition,), day)
    sight = Observer(warehouse, (definition,), attributes=(OWNER,)).sight(Point.at(day))
    return scoring.scored(definition, sight, who_of(warehouse, sight))


def _thresholds(scores: Scores) -> tuple[float, float]:
    """The bands' lower edges, yellow then green, of the scorecard that most accounts have."""
    evaluation = scores.evaluation
    chosen = evaluation.chosen[~np.isnan(evaluation.score)]
    most = int(np.bincount(chosen).argmax()) if len(chosen) else 0
    bands = evaluation.cards[most].bands
    return bands.yellow, bands.green


def _week(scores: Scores) -> Week:
    counted = Counter(band_of(int(code)) for code in scores.bands[scores.observed.active])
    unscored = counted.pop(None, 0)
    return Week(scores.as_of, {band: n for band, n in counted.items() if band is not None}, unscored)


@dataclass(frozen=True, slots=True)
class Past:
    """What the grid keeps of the weeks before some scores.

    `days` are the weekly days it covers, the oldest first; `points` and `bands` hold each account's score and band on them.
    """

    scores: Scores
    days: tuple[datetime, ...]
    points: Mapping[datetime, Mapping[int, float | None]]
    bands: Mapping[datetime, Mapping[int, int | None]]

    @classmethod
    def of(cls, project: Project, warehouse: Warehouse, scores: Scores) -> "Past":
        """Reads the weeks before the scores' own instant."""
        definition = purposes.definition(project, scores.purpose)
        folded = KeptScores(warehouse).grid(definition.version)
        today = grid.day_of(scores.as_of, project.zone)
        weekly = [grid.before(today, 7 * n, project.zone) for n in range(WEEKS - 1, 0, -1)]
        runs = {day: run for day in weekly if folded and (run := folded.run(day)) is not None}
        points: dict[datetime, dict[int, float | None]] = {day: {} for day in runs}
        bands: dict[datetime, dict[int, int | None]] = {day: {} for day in runs}
        for day, run in runs.items():
            rows = warehouse.query(_day(run, day))
            accounts = rows["account"].to_pylist()
            points[day] = dict(zip(accounts, rows["score"].to_pylist(), strict=True))
            bands[day] = dict(zip(accounts, rows["band"].to_pylist(), strict=True))
        return cls(scores, tuple(runs), points, bands)

    def weeks(self) -> list[Week]:
        """How many accounts stood in each band on each of the days."""
        found = []
        for day in self.days:
            counted = Counter(None if code is None else band_of(code) for code in self.bands[day].values())
            unscored = counted.pop(None, 0)
            found.append(Week(day, {band: n for band, n in counted.items() if band is not None}, unscored))
        return found

    def trends(self) -> dict[str, Trend]:
        """Each account's scores on the days and now, by its id."""
        return {
            self.scores.who.ids[place]: (
                *((day, self.points[day].get(account)) for day in self.days),
                (self.scores.as_of, None if np.isnan(now) else now),
            )
            for place, (account, now) in enumerate(
                zip(
                    self.scores.observed.accounts.tolist(), self.scores.evaluation.score.tolist(), strict=True
                )
            )
        }


def _day(run: int, day: datetime) -> exp.Select:
    columns = [exp.column(name, quoted=True) for name in ("account", "score", "band")]
    instant = exp.Literal.string(day.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" "))
    return (
        exp.select(*columns)
        .from_(table_named("scores.days"))
        .where(
            exp.EQ(this=exp.column("run", quoted=True), expression=exp.convert(run)),
            exp.EQ(this=exp.column("as_of", quoted=True), expression=exp.cast(instant, "timestamp")),
        )
    )
