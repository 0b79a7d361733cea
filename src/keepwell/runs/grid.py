"""The daily grid: bands are a fold over it, so that what is replayed agrees with what was live."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from keepwell.runs.ahead import ahead
from keepwell.runs.facts import Freshness
from keepwell.scoring.bands import Held, all_banded
from keepwell.scoring.definition import Definition
from keepwell.scoring.evaluation import Evaluation, evaluate
from keepwell.scoring.observed import Observed, choose
from keepwell.scoring.overrides import Override, in_force
from keepwell.scoring.peers import Frozen, freeze
from keepwell.signals.window import local_date, midnight
from keepwell.warehouse.scores import KeptScores
from keepwell.warehouse.stretches import Day, Grid, Stretch


def day_of(instant: datetime, zone: ZoneInfo) -> datetime:
    """The grid day at an instant or the last before it: midnight in the zone."""
    return midnight(local_date(instant, zone), zone)


def days(first: datetime, last: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every grid day from the first to the last, both included."""
    start, end = local_date(first, zone), local_date(last, zone)
    return tuple(midnight(start + timedelta(days=n), zone) for n in range((end - start).days + 1))


def before(day: datetime, count: int, zone: ZoneInfo) -> datetime:
    """The grid day so many days earlier."""
    return midnight(local_date(day, zone) - timedelta(days=count), zone)


def ordinal(instant: datetime, zone: ZoneInfo) -> int:
    """An instant's day as a number, for counting days in a band."""
    return local_date(instant, zone).toordinal()


@dataclass(frozen=True, slots=True)
class Need:
    """Which days a definition's grid must be folded over to reach an instant, and what accounts hold before the first of them.

    `kept` says whether the fold belongs to the grid: an instant before the grid began is reached by a fold of its own, which
    is used and forgotten.
    """

    days: tuple[datetime, ...]
    held: Held
    kept: bool


def need(
    definition: Definition, scores: KeptScores, as_of: datetime, history: int, freshness: Freshness
) -> Need:
    """What is missing of a definition's grid up to `as_of`.

    At a version's first run the last `history` days, later the days since the last one, and all days from the first at which facts
    were known that have come only since (a source loaded for the first time brings the past along).
    """
    zone = ZoneInfo(definition.zone)
    today = day_of(as_of, zone)
    grid = scores.grid(definition.version)
    if not grid:
        return Need(days(before(today, history, zone), today, zone), Held.nothing(), True)
    if today < grid.first:
        return Need(days(before(today, history, zone), today, zone), Held.nothing(), False)
    stale = freshness.changed_from(grid.load)
    first = before(grid.last, -1, zone)
    if stale is not None and stale < grid.last:
        # the first day whose facts (known before it) have changed
        first = max(before(day_of(stale, zone), -1, zone), grid.first)
    if first > today:
        return Need((), Held.nothing(), True)
    last = max(today, grid.last)
    return Need(days(first, last, zone), scores.held(definition.version, before(first, 1, zone)), True)


def again(definition: Definition, scores: KeptScores, first: datetime, as_of: datetime) -> Need:
    """All days of a definition's grid from `first` on, to be folded anew as far as it reaches, at least to `as_of`."""
    zone = ZoneInfo(definition.zone)
    folded = scores.grid(definition.version)
    today = day_of(as_of, zone)
    last = max(today, folded.last) if folded else today
    return Need(days(first, last, zone), scores.held(definition.version, before(first, 1, zone)), True)


@dataclass(slots=True)
class Fold:
    """Folds one definition's days, one after the other."""

    definition: Definition
    revisions: Sequence[Override]
    held: Held
    done: list[Day] = field(default_factory=list)
    peers: dict[datetime, Frozen] = field(default_factory=dict)

    def day(self, as_of: datetime, scored: "Scored") -> None:
        """Bands the scores of one day, and passes on what accounts hold after it."""
        frozen, evaluation = scored
        held = self.held.of(evaluation.observed.accounts)
        bands = all_banded(evaluation.cards, evaluation.chosen, evaluation.score, held.bands)
        self.held = held.after(bands, ordinal(as_of, ZoneInfo(self.definition.zone)))
        self.done.append(Day(as_of, evaluation.score, bands, self.held))
        self.peers[as_of] = frozen

    def scored(self, observed: Observed) -> "Scored":
        """A day's frozen distributions and scores, which do not depend on other days."""
        frozen = freeze(self.definition.cards, observed, choose(self.definition.cards, observed))
        return frozen, evaluated(self.definition, observed, frozen, self.revisions, explained=False)

    def forget(self) -> None:
        """Lets go of the days that are done; what accounts hold after them is passed on all the same."""
        self.done.clear()
        self.peers.clear()


Scored: TypeAlias = tuple[Frozen, Evaluation]


def evaluated(
    definition: Definition,
    observed: Observed,
    frozen: Frozen,
    revisions: Iterable[Override],
    *,
    explained: bool = True,
) -> Evaluation:
    """The scores of a definition with the overrides in force at that instant; not `explained`, scores alone."""
    force = in_force(revisions, definition.purpose, observed.as_of, observed.as_of)
    return evaluate(definition.cards, observed, frozen, force, explained=explained)


def fold(folds: Sequence[tuple[Fold, Need]], sights: Iterable[Observed]) -> Iterator[datetime]:
    """Folds several definitions over the same sights, each over the days it needs; tells each day that is done."""
    wanted = [(one, frozenset(missing.days)) for one, missing in folds]

    def scored(observed: Observed) -> list[tuple[Fold, Scored]]:
        return [(one, one.scored(observed)) for one, its_days in wanted if observed.as_of in its_days]

    for observed, done in ahead(sights, scored):
        for one, its_scores in done:
            one.day(observed.as_of, its_scores)
        yield observed.as_of


def keep(scores: KeptScores, fold: Fold, missing: Need, load: int, at: datetime) -> Stretch | None:
    """Keeps a folded stretch of days; `None`: there was nothing to keep."""
    if not missing.kept or not fold.done:
        return None
    stretch = Stretch(scores.next_run(), missing.days[0], missing.days[-1], load)
    scores.keep_stretch(stretch, fold.definition.version, at)
    scores.keep_days(stretch.run, fold.done)
    scores.keep_peers(stretch.run, fold.peers)
    return stretch


def covers(grid: Grid, day: datetime) -> bool:
    """Whether a grid has been folded over a day."""
    return grid.run(day) is not None
