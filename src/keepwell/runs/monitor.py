"""Monitoring: what has drifted since the version in force was applied, and whether it still tells what happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof.drift import Drift, Share, Shift, drift, freeze, shares
from keepwell.proof.outcome import Outcome
from keepwell.runs import grid, purposes
from keepwell.runs.chances import same_outcome
from keepwell.runs.data_health import FeedLine, data_health
from keepwell.runs.live import Live, live
from keepwell.runs.reviews import review_due
from keepwell.runs.score import Progress, instant, score, silent
from keepwell.scoring.bands import BY_CODE
from keepwell.scoring.scores import Scores
from keepwell.store.opening import reading
from keepwell.warehouse.protocol import Warehouse

if TYPE_CHECKING:
    from keepwell.store.certificates import Kept


@dataclass(frozen=True, slots=True)
class Moved:
    """How far one signal or a score (`name`) has moved; `breach`: further than governance.yml allows, and than chance."""

    name: str
    title: str
    drift: Drift
    breach: bool


@dataclass(frozen=True, slots=True)
class BandMoved:
    """How a band's share has moved; `breach`: by more than governance.yml allows, and surely."""

    share: Share
    breach: bool


@dataclass(frozen=True, slots=True)
class Monitored:
    """What has drifted between `since` and `as_of` for one purpose.

    `applied` tells whether `since` is when the version was applied; else it lies the project's `history` before. `review_due` is since when
    the score should have been reviewed (`None`: it is not due, or reviews are not declared).
    """

    purpose: str
    since: datetime
    as_of: datetime
    applied: bool
    moved: tuple[Moved, ...]
    bands: tuple[BandMoved, ...]
    feeds: tuple[FeedLine, ...]
    live: tuple[Live, ...]
    review_due: datetime | None

    @property
    def breaches(self) -> int:
        """How many limits of governance.yml are passed."""
        found = [each.breach for each in self.moved] + [each.breach for each in self.bands]
        return sum(found) + sum(each.breach for each in self.live) + len(self.feeds)


def monitor(
    project: Project,
    warehouse: Warehouse,
    *,
    as_of: datetime | None = None,
    since: datetime | None = None,
    progress: Progress = silent,
) -> tuple[Monitored, ...]:
    """What has drifted since the version in force was applied (or since `since`), purpose by purpose.

    Raises:
        UserError: there is no scorecard or no account, or `since` is not before the instant asked about.
    """
    now = instant(project, as_of)
    applied = _applied_at(project)
    begun = since or applied
    if begun is None or (since is None and begun >= now):
        begun, applied = now - timedelta(days=project.history or 1), None
    then = grid.day_of(begun, project.zone)
    if then >= now:
        raise UserError("there is nothing between the two days", do="type --since with an earlier day")
    before = score(project, warehouse, then, progress, kept=False)
    after = score(project, warehouse, now, progress, kept=False)
    silent_feeds = data_health(project, warehouse, now).silent if project.governance.monitor.freshness else ()
    due = review_due(project, applied, now)
    return tuple(
        Monitored(
            purpose=later.purpose,
            since=then,
            as_of=now,
            applied=applied is not None and since is None,
            moved=tuple(_moved(project, earlier, later)),
            bands=tuple(_bands(project, earlier, later)),
            feeds=silent_feeds if place == 0 else (),
            live=tuple(_live(project, warehouse, later.purpose, (then, now), progress)),
            review_due=due,
        )
        for place, (earlier, later) in enumerate(zip(before, after, strict=True))
    )


def _applied_at(project: Project) -> datetime | None:
    from keepwell.runs.applied import periods

    known = periods(project.folder)
    return known[-1].since if known else None


def _moved(project: Project, before: Scores, after: Scores) -> Iterator[Moved]:
    limit = project.governance.monitor.psi
    titles = {signal.name: signal.title for signal in project.signals}
    measured = dict.fromkeys(m.signal for card in after.evaluation.cards for m in card.measures)
    active = (before.observed.active, after.observed.active)
    columns = {
        name: tuple(
            scores.observed.values[name][rows] for scores, rows in zip((before, after), active, strict=True)
        )
        for name in measured
        if name in before.observed.values and name in after.observed.values
    }
    columns["score"] = (before.computed[active[0]], after.computed[active[1]])
    for name, (then, now) in columns.items():
        found = drift(freeze(then), now)
        breach = found.psi >= limit and found.psi > found.noise and found.shift is not Shift.TOO_LITTLE_DATA
        yield Moved(name, titles.get(name, "Score"), found, breach)


def _bands(project: Project, before: Scores, after: Scores) -> Iterator[BandMoved]:
    limit = project.governance.monitor.band_share
    then = np.bincount(before.bands[before.bands >= 0].astype(np.int64), minlength=len(BY_CODE))
    for each in shares(then.tolist(), after.bands):
        yield BandMoved(each, abs(each.change.value) > limit and not each.change.includes(0.0))


def _live(
    project: Project,
    warehouse: Warehouse,
    purpose: str,
    between: tuple[datetime, datetime],
    progress: Progress,
) -> Iterator[Live]:
    outcome = project.judging(purpose)
    if outcome is None or not outcome.dated:
        return
    since, now = between
    kept = _certificate(project, purposes.definition(project, purpose).version, outcome)
    try:
        yield live(project, warehouse, outcome, since=since, now=now, certificate=kept, progress=progress)
    except UserError as error:
        yield Live(outcome.name, None, None, False, error.what)


def _certificate(project: Project, version: str, outcome: Outcome) -> "Kept | None":
    """The certificate that a version had when it was applied; if it had none yet, its first one. Those by an earlier definition of the outcome
    do not count."""
    with reading(project.folder) as connection:
        if connection is None:
            return None
        from keepwell.store import certificates

        every = certificates.of(connection, version, outcome.name)
    kept = [each for each in every if same_outcome(each, project, outcome)]
    applied = _applied_at(project)
    before = [each for each in kept if applied is not None and each.made_at <= applied]
    return before[-1] if before else next(iter(kept), None)


def of_monitored(found: Monitored) -> dict[str, Any]:
    """What was monitored of one purpose, as an object for JSON."""
    return {
        "purpose": found.purpose,
        "since": found.since,
        "as_of": found.as_of,
        "since_applied": found.applied,
        "breaches": found.breaches,
        "review_due": found.review_due,
        "drift": [
            {
                "name": each.name,
                "psi": each.drift.psi,
                "noise": each.drift.noise,
                "shift": str(each.drift.shift),
                "missing_then": each.drift.missing_then,
                "missing_now": each.drift.missing_now,
                "rows": each.drift.rows,
                "breach": each.breach,
            }
            for each in found.moved
        ],
        "bands": [
            {
                "band": str(BY_CODE[each.share.code]),
                "then": each.share.then,
                "now": each.share.now,
                "low": each.share.change.low,
                "high": each.share.change.high,
                "breach": each.breach,
            }
            for each in found.bands
        ],
        "silent": [{"source": each.source, "table": each.table, "last": each.last} for each in found.feeds],
        "live": [
            {
                "outcome": each.outcome,
                "auc": None if each.auc is None else each.auc.value,
                "low": None if each.auc is None else each.auc.low,
                "high": None if each.auc is None else each.auc.high,
                "certified": each.certified,
                "rate": each.rate,
                "apart": None if each.apart is None else each.apart.value,
                "apart_low": None if each.apart is None else each.apart.low,
                "apart_high": None if each.apart is None else each.apart.high,
                "breach": each.breach,
                "why_not": each.why_not,
            }
            for each in found.live
        ],
    }
