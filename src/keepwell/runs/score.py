"""Scores: the grid is folded up to today, the instant is scored, and both are kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from sqlglot import exp

from keepwell import clock
from keepwell.project.project import Project
from keepwell.runs import grid, purposes
from keepwell.runs.chances import chances
from keepwell.runs.corrections import overrides
from keepwell.runs.facts import Freshness, freshness
from keepwell.runs.grid import Fold, Need
from keepwell.runs.observing import Observer
from keepwell.runs.predicting import models
from keepwell.runs.sight import OWNER, Sight
from keepwell.scoring.bands import Held, all_banded
from keepwell.scoring.chances import Chances
from keepwell.scoring.definition import Definition
from keepwell.scoring.evaluation import evaluate
from keepwell.scoring.observed import Floats, Observed, choose
from keepwell.scoring.overrides import Override, astray
from keepwell.scoring.peers import Frozen, freeze
from keepwell.scoring.reasons import Narrator
from keepwell.scoring.risk import CALIBRATED, Risk, by_model
from keepwell.scoring.scores import Scores, Who, notes
from keepwell.sql.statement import Point
from keepwell.store.address import address
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.scores import KeptScores
from keepwell.warehouse.stretches import Stretch
from keepwell.warehouse.wide import wide_rows

Progress = Callable[[str, float], None]
"""Told what is being done and how much of it (0–1) is."""


def silent(_doing: str, _share: float) -> None:
    """No progress is shown."""


def instant(project: Project, as_of: datetime | None = None) -> datetime:
    """The instant to speak of: as asked, as the project pins it, or now. Aware, UTC."""
    return (as_of or project.as_of or clock.now()).astimezone(UTC)


def score(
    project: Project,
    warehouse: Warehouse,
    as_of: datetime | None = None,
    progress: Progress = silent,
    *,
    kept: bool = True,
) -> tuple[Scores, ...]:
    """Scores every account as of an instant, for each purpose of the project, health first, and keeps the scores.

    What people have said meanwhile is copied to the warehouse before. First the daily grid is folded up to that day, so that bands are what they would have been live. Scores of an instant between
    two grid days read the band and the distributions of the last one. A rerun over the same definitions and facts keeps
    nothing new and answers the same. Unless `kept`, as of working files that are only tried, no more than the grid is kept.

    Raises:
        UserError: there is no scorecard, or no account has been loaded.
    """
    at = instant(project, as_of)
    definitions = purposes.definitions(project)
    _hear(project, warehouse)
    with warehouse.transaction():
        made = Scoring.of(project, warehouse, definitions, at)
        results = made.run(progress, kept=kept)
    progress("scored", 1.0)
    return results


def _hear(project: Project, warehouse: Warehouse) -> None:
    """Copies what people have said from the project's store, if it has one; only then a database library is loaded."""
    if address(project.folder).there:
        from keepwell.runs.copying import copied

        copied(project, warehouse)


@dataclass(frozen=True, slots=True)
class Scoring:
    """One run: what is needed to score some definitions as of an instant. `chances` are what evidence has taught, by version."""

    warehouse: Warehouse
    kept: KeptScores
    definitions: tuple[Definition, ...]
    as_of: datetime
    history: int
    freshness: Freshness
    revisions: tuple[Override, ...]
    chances: Mapping[str, Chances | None]

    @classmethod
    def of(
        cls, project: Project, warehouse: Warehouse, definitions: tuple[Definition, ...], as_of: datetime
    ) -> "Scoring":
        """Reads what a run needs besides the facts themselves."""
        kept = KeptScores(warehouse)
        kept.prepare()
        known = freshness(warehouse)
        learned = {each.version: chances(project, each) for each in definitions}
        return cls(warehouse, kept, definitions, as_of, project.history, known, overrides(warehouse), learned)

    @property
    def zone(self) -> ZoneInfo:
        """The project's zone."""
        return ZoneInfo(self.definitions[0].zone)

    def run(self, progress: Progress, *, kept: bool = True) -> tuple[Scores, ...]:
        """Folds what is missing of the grid, scores the instant, and keeps both, the scores only if `kept`."""
        results = []
        for definition, (scores, fold, missing) in zip(
            self.definitions, self.computed(progress), strict=True
        ):
            self.keep_grid(definition, fold, missing)
            if kept:
                self.keep(scores, definition)
            results.append(scores)
        return tuple(results)

    def computed(self, progress: Progress) -> list[tuple[Scores, Fold, Need]]:
        """Each definition's scores at the instant, with the grid that was folded for them; nothing is kept."""
        progress("measuring", 0.0)
        observer = Observer(self.warehouse, self.definitions, attributes=(OWNER,))
        sight = observer.sight(Point.at(self.as_of))
        folds = self.folded(sight.observed, progress)
        who = who_of(self.warehouse, sight)
        return [
            (self.scored(definition, sight, who, fold), fold, missing)
            for definition, (fold, missing) in zip(self.definitions, folds, strict=True)
        ]

    def folded(self, now: Observed | None, progress: Progress) -> list[tuple[Fold, Need]]:
        """Each definition's grid, folded up to the instant; `now` is what is measured there, if that is known already."""
        needs = [
            grid.need(definition, self.kept, self.as_of, self.history, self.freshness)
            for definition in self.definitions
        ]
        return self.folded_over(needs, now, progress)

    def folded_over(
        self, needs: Sequence[Need], now: Observed | None, progress: Progress
    ) -> list[tuple[Fold, Need]]:
        """Each definition's grid, folded over the days it needs."""
        folds = [
            (Fold(definition, self.revisions, missing.held), missing)
            for definition, missing in zip(self.definitions, needs, strict=True)
        ]
        days = sorted({day for _, missing in folds for day in missing.days})
        for number, day in enumerate(grid.fold(folds, self._sights(days, now)), 1):
            progress(f"bands of {day.astimezone(self.zone).date()}", number / (len(days) + 1))
        return folds

    def _sights(self, days: Sequence[datetime], now: Observed | None) -> Iterator[Observed]:
        known = now is not None and now.as_of in days
        asked = [Point.at(day) for day in days if not (known and now is not None and day == now.as_of)]
        if asked:
            for sight in Observer(self.warehouse, self.definitions).sights(asked):
                if known and now is not None and now.as_of < sight.observed.as_of:
                    yield now
                    known = False
                yield sight.observed
        if known and now is not None:
            yield now

    def scored(self, definition: Definition, sight: Sight, who: Who, fold: Fold | None = None) -> Scores:
        """The scores at a sight. `fold` holds what has been folded but is not kept yet."""
        observed = sight.observed
        day = grid.day_of(observed.as_of, self.zone)
        frozen = self.peers(definition, day, fold)
        before = self.held(definition, observed, fold)
        return scores_of(
            definition,
            observed,
            frozen,
            before=before,
            revisions=self.revisions,
            who=who,
            chances=self.chances.get(definition.version),
        )

    def held(self, definition: Definition, observed: Observed, fold: Fold | None) -> Held:
        """What the accounts held on the last grid day before the instant."""
        day = grid.day_of(observed.as_of, self.zone)
        last = grid.before(day, 1, self.zone) if day == observed.as_of else day
        for done in fold.done if fold is not None else ():
            if done.as_of == last:
                return done.held
        few = observed.accounts.tolist() if len(observed) <= FEW else None
        return self.kept.held(definition.version, last, few)

    def peers(self, definition: Definition, day: datetime, fold: Fold | None = None) -> Frozen:
        """What was frozen on a grid day; of a day that the grid does not cover it is worked out from all accounts."""
        if fold is not None and day in fold.peers:
            return fold.peers[day]
        kept = self.kept.peers(definition.version, day)
        if kept is not None:
            return kept
        everyone = Observer(self.warehouse, (definition,)).sight(Point.at(day)).observed
        return freeze(definition.cards, everyone, choose(definition.cards, everyone))

    def keep_grid(self, definition: Definition, fold: Fold, missing: Need) -> Stretch | None:
        """Keeps a definition and a folded stretch of its grid, if there is one."""
        at = clock.now()
        self.kept.keep_definition(definition, at)
        return grid.keep(self.kept, fold, missing, self.freshness.load, at)

    def keep(self, scores: Scores, definition: Definition) -> None:
        """Keeps scores, unless the same are kept already."""
        at, load = clock.now(), self.freshness.load
        if not self.kept.has_run(definition.version, self.as_of, load, scores.risk_basis):
            run = self.kept.next_run()
            on_grid = grid.day_of(self.as_of, self.zone) == self.as_of
            self.kept.keep_run(
                run,
                definition,
                self.as_of,
                on_grid=on_grid,
                load=load,
                at=at,
                risk_basis=scores.risk_basis,
            )
            self.kept.keep_scores(wide_rows(run, scores, definition.signals))


def scores_of(
    definition: Definition,
    observed: Observed,
    frozen: Frozen,
    *,
    before: Held,
    revisions: Sequence[Override],
    who: Who,
    chances: Chances | None = None,
) -> Scores:
    """The scores of what was observed, given what was frozen, what accounts held before, people's overrides, and the chances that scores stand for."""
    zone = ZoneInfo(definition.zone)
    evaluation = grid.evaluated(definition, observed, frozen, revisions)
    computed = evaluation.score
    if evaluation.overrides:
        computed = evaluate(definition.cards, observed, frozen).score
    held = before.of(observed.accounts)
    bands = all_banded(evaluation.cards, evaluation.chosen, evaluation.score, held.bands)
    day = grid.ordinal(observed.as_of, zone)
    places = {int(account): place for place, account in enumerate(observed.accounts)}
    strays = astray(evaluation.overrides, definition.cards)
    return Scores(
        purpose=definition.purpose,
        evaluation=evaluation,
        computed=computed,
        bands=bands,
        before=held,
        held=held.after(bands, day),
        day=day,
        who=who,
        versions=dict(definition.versions),
        narrator=Narrator({s.name: s for s in definition.signals}, names(who, places), zone),
        notes=notes(evaluation, who, [(places[s.account], s.target) for s in strays if s.account in places]),
        risk=risk(definition, observed, evaluation.score, chances),
    )


def risk(definition: Definition, observed: Observed, score: Floats, chances: Chances | None) -> Risk | None:
    """The probability of loss that the definition's model gives the active accounts or, if it names none, the one that evidence has taught for
    their scores; `None` where there is neither.
    """
    if not definition.risk:
        return None if chances is None else Risk(CALIBRATED, chances.of(score))
    said = observed.values[definition.risk]
    fitted = models(definition)[definition.risk]
    lost = said if fitted.adverse else 1 - said
    return Risk(by_model(definition.risk), np.where(observed.active, lost, np.nan))


def names(who: Who, places: Mapping[int, int]) -> Callable[[int], str]:
    """How an account is called in reasons: by its name or, without one, by its id."""

    def called(account: int) -> str:
        place = places[account]
        return who.names[place] or who.ids[place]

    return called


FEW = 1000
"""So many accounts are looked up by themselves; of more, the whole directory is read."""


def who_of(warehouse: Warehouse, sight: Sight) -> Who:
    """The ids, names and owners of the accounts in a sight, in its order."""
    columns = [exp.column(name, quoted=True) for name in ("account", "account_id", "name")]
    query = exp.select(*columns).from_(table_named("directory.accounts"))
    if len(sight.observed) <= FEW:
        query = query.where(columns[0].isin(*sight.observed.accounts.tolist()))
    rows = warehouse.query(query).sort_by("account")
    known = rows["account"].to_numpy().astype(np.int64)
    found = pa.array(np.searchsorted(known, sight.observed.accounts))
    ids = rows["account_id"].take(found).to_pylist()
    called = rows["name"].cast(pa.string()).take(found).to_pylist()
    return Who(ids, [name or "" for name in called], sight.owners)
