"""Why an account stands where it stands, why it moved, and what would turn it green."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.runs import grid, purposes
from keepwell.runs.accounts import Account, below, find
from keepwell.runs.grid import Fold
from keepwell.runs.observing import Observer
from keepwell.runs.predicting import by_facts, models
from keepwell.runs.score import Progress, Scoring, instant, silent, who_of
from keepwell.runs.sight import OWNER, Sight
from keepwell.scoring.bands import band_of
from keepwell.scoring.consequences import Consequences
from keepwell.scoring.definition import Definition
from keepwell.scoring.moves import Standing, path, split
from keepwell.scoring.observed import Observed
from keepwell.scoring.overrides import in_force
from keepwell.scoring.remedies import remedies
from keepwell.scoring.score import Band, Explanation, Move, Remedy, Score
from keepwell.scoring.scores import Scores
from keepwell.scoring.whatif import WhatIf
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse

USUAL_SPAN_DAYS = 28
"""How far back a change is explained from, where nothing else is said."""


def explain(
    project: Project,
    warehouse: Warehouse,
    account: str,
    since: datetime | None = None,
    *,
    as_of: datetime | None = None,
    purpose: str | None = None,
    progress: Progress = silent,
) -> Explanation:
    """Explains one account's score: its reasons, its trend, how it moved `since` an instant (28 days before, if not said), its remedies.

    `account` is an id or a name; the purpose is the project's first (health) if not said. The earlier score is the one of the
    definitions by which scores were last made then; the change is split as the design says, and adds up exactly.

    Raises:
        UserError: there is no such account or purpose, or `since` is not before the instant.
    """
    at = instant(project, as_of)
    definition = purposes.definition(project, purpose or project.purposes()[0])
    found = find(warehouse, account)
    with warehouse.transaction():
        scoring = Scoring.of(project, warehouse, (definition,), at)
        earlier = since or grid.before(grid.day_of(at, scoring.zone), USUAL_SPAN_DAYS, scoring.zone)
        if earlier >= at:
            raise UserError(
                f"{earlier.isoformat()} is not before {at.isoformat()}",
                do="name an earlier day after --since",
            )
        ((fold, missing),) = scoring.folded(None, progress)
        if missing.days:
            scoring.keep_grid(definition, fold, missing)
        progress("explaining", 0.9)
        return Case(scoring, definition, fold, found, earlier).explanation()


@dataclass(frozen=True, slots=True)
class Case:
    """One account to be explained, with the instants it is explained between. `fold` holds what was folded of the grid but is not kept."""

    scoring: Scoring
    definition: Definition
    fold: Fold
    account: Account
    since: datetime

    @property
    def as_of(self) -> datetime:
        return self.scoring.as_of

    def explanation(self) -> Explanation:
        """Everything there is to say.

        Raises:
            UserError: the account was not known before the instant.
        """
        scores, was, sights = self.seen()
        score, since = self.known(scores), was.of(self.account.surrogate)
        return Explanation(
            score=score,
            since=since,
            moves=self.moves(scores, was, score, since, sights),
            remedies=self.remedies(scores, score, sights[-1]),
            trend=self.trend(score),
        )

    def known(self, scores: Scores) -> Score:
        """The account's score.

        Raises:
            UserError: it was not known before the instant.
        """
        score = scores.of(self.account.surrogate)
        if score is None:
            raise UserError(
                f"{self.account.account_id} was not known before {self.as_of.isoformat()}",
                do="name a later instant",
            )
        return score

    def seen(self) -> tuple[Scores, Scores, tuple[Sight, Sight, Sight]]:
        """The scores now and then, of the account and its kin, and what was seen then, then as it has aged, and now."""
        earlier, now = Point.at(self.since), Point.at(self.as_of)
        aged = Point(as_of=self.as_of, horizon=self.since)
        kin = self.kin()
        then, older, latest = self.observer().sights([earlier, aged, now], kin)
        return self.scored(self.definition, latest, self.fold), self.before(then, kin), (then, older, latest)

    def present(self) -> tuple[Scores, Sight]:
        """The scores now, and what is seen now."""
        now = Point.at(self.as_of)
        sight = self.observer().sight(now, self.kin())
        return self.scored(self.definition, sight, self.fold), sight

    def observer(self) -> Observer:
        """What measures the account."""
        attributes = (OWNER, *self.definition.attributes)
        return Observer(self.scoring.warehouse, (self.definition,), attributes=attributes)

    def kin(self) -> list[int]:
        """The account and all that ever belonged to it: a parent's score needs theirs."""
        return below(self.scoring.warehouse, self.account.surrogate)

    def scored(self, definition: Definition, sight: Sight, fold: Fold | None = None) -> Scores:
        """The scores of the account and its kin at a sight."""
        return self.scoring.scored(definition, sight, who_of(self.scoring.warehouse, sight), fold)

    def before(self, then: Sight, kin: list[int]) -> Scores:
        """The earlier scores, by the definitions of their time where those are kept."""
        version = self.scoring.kept.version_at(self.definition.purpose, self.since)
        old = self.scoring.kept.definition(version) if version else None
        if old is None or old.version == self.definition.version:
            return self.scored(self.definition, then, self.fold)
        observer = Observer(self.scoring.warehouse, (old,), attributes=(OWNER,))
        return self.scored(old, observer.sight(Point.at(self.since), kin))

    def moves(
        self, now: Scores, was: Scores, score: Score, since: Score | None, sights: tuple[Sight, Sight, Sight]
    ) -> tuple[Move, ...]:
        """The change split by cause; nothing where one of the two instants has no score."""
        if since is None or since.score is None or score.score is None:
            return ()
        then, aged, latest = (sight.observed for sight in sights)
        position = self.position(latest)
        steps = path(self.standing(then), aged, self.standing(latest), position)
        return split(was.evaluation, steps, position, {**was.narrator.signals, **now.narrator.signals})

    def standing(self, observed: Observed) -> Standing:
        """What today's definitions rest on at an instant."""
        day = grid.day_of(observed.as_of, self.scoring.zone)
        force = in_force(self.scoring.revisions, self.definition.purpose, observed.as_of, observed.as_of)
        peers = self.scoring.peers(self.definition, day, self.fold)
        return Standing(self.definition.cards, observed, peers, force)

    def position(self, observed: Observed) -> int:
        """Where the account stands among its kin."""
        return int(np.searchsorted(observed.accounts, self.account.surrogate))

    def remedies(self, scores: Scores, score: Score, latest: Sight) -> tuple[Remedy, ...]:
        """What would turn the account green."""
        position = self.position(latest.observed)
        facts: Mapping[str, Any] = {**latest.facts(position), "as_of": self.as_of}
        says = by_facts(models(self.definition))
        consequences = Consequences(scores.narrator.signals, facts, self.scoring.zone, says)
        return remedies(WhatIf(scores.evaluation, position, consequences), score.band)

    def trend(self, score: Score) -> tuple[tuple[datetime, float | None, Band | None], ...]:
        """The account's scores on the grid's days up to now, what was asked for before the grid began, and the score itself."""
        kept, surrogate = self.scoring.kept, self.account.surrogate
        days = {past.as_of: past for past in kept.trend(self.definition.version, surrogate)}
        first = min(days, default=self.as_of)
        asked = {p.as_of: p for p in kept.asked(self.definition.purpose, surrogate) if p.as_of < first}
        points = [
            (past.as_of, past.score, band_of(past.band))
            for past in (*asked.values(), *days.values())
            if past.as_of < self.as_of
        ]
        return (*points, (self.as_of, score.score, score.band))
