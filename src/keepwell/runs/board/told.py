"""Scores as they were kept, made whole again with their reasons: from the signals and conditions that a run found, not from facts anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.runs import grid
from keepwell.runs.board.seen import observed
from keepwell.runs.board.sheet import Sheet
from keepwell.runs.corrections import overrides
from keepwell.runs.score import names
from keepwell.scoring.bands import Held, all_banded
from keepwell.scoring.definition import Definition
from keepwell.scoring.evaluation import Evaluation, evaluate
from keepwell.scoring.observed import Ints, Observed
from keepwell.scoring.overrides import InForce, Override, in_force
from keepwell.scoring.peers import Frozen
from keepwell.scoring.reasons import Narrator
from keepwell.scoring.risk import Risk, by_model
from keepwell.scoring.scorecard import Percentile, Reference, Scorecard
from keepwell.scoring.scores import Scores, Who
from keepwell.signals.definition import Signal
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores


@dataclass(frozen=True, slots=True)
class Basis:
    """What the scores of a run rest on besides what was observed: the definition, the frozen peers, and the overrides it knew of."""

    definition: Definition
    frozen: Frozen
    revisions: tuple[Override, ...]


def basis_of(warehouse: Warehouse, definition: Definition, as_of: datetime, load: int) -> Basis:
    """Reads what a definition's scores as of an instant rest on, over the facts of loads up to `load`."""
    frozen = Frozen()
    if _compared(definition.cards):
        day = grid.day_of(as_of, ZoneInfo(definition.zone))
        frozen = KeptScores(warehouse).peers(definition.version, day) or frozen
    return Basis(definition, frozen, overrides(warehouse, load))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run found of the accounts at some positions of its sheet, in their order."""

    places: Ints
    observed: Observed


@dataclass(frozen=True, slots=True)
class Teller:
    """What is needed to tell the reasons of a run's scores; `labels` are signals as they are called today, by name.

    `words`: whether the viewer may read what people wrote as the reason of an override.
    """

    warehouse: Warehouse
    sheet: Sheet
    basis: Basis
    labels: Mapping[str, Signal]
    words: bool = True

    @property
    def definition(self) -> Definition:
        """The definition that made the scores."""
        return self.basis.definition

    def scores(self, positions: Sequence[int]) -> Scores:
        """The scores of the accounts at some positions of the sheet, and of all below them; by position in ascending order of accounts."""
        return self.told(self.observed(self.with_those_below(positions)))

    def told(self, seen: Seen) -> Scores:
        """The scores of accounts of which the run found this."""
        at = self.sheet.as_of
        return self._scores(seen, in_force(self.basis.revisions, self.definition.purpose, at, at))

    def observed(self, places: Ints) -> Seen:
        """What the run found of the accounts at some positions."""
        return Seen(places, observed(self.warehouse, self.sheet, self.definition, places))

    def expected(self, positions: Sequence[int], at: datetime) -> Scores | None:
        """The same scores with the overrides that are known now and in force at an instant after the run; `None`: they are the same ones."""
        purpose, then = self.definition.purpose, self.sheet.as_of
        before = in_force(self.basis.revisions, purpose, then, then)
        after = in_force(overrides(self.warehouse), purpose, at, at)
        places = self.with_those_below(positions)
        accounts = self.sheet.accounts[places].tolist()
        if all(before.of(account) == after.of(account) for account in accounts):
            return None
        return self._scores(self.observed(places), after)

    def _scores(self, seen: Seen, force: InForce) -> Scores:
        places = seen.places
        force = force if self.words else _without_words(force)
        held = Held(seen.observed.accounts, self.sheet.held[places], self.sheet.since[places])
        evaluation = evaluate(self.definition.cards, seen.observed, self.basis.frozen, force)
        return self._told(places, evaluation, held)

    def _told(self, places: Ints, evaluation: Evaluation, held: Held) -> Scores:
        sheet, observed = self.sheet, evaluation.observed
        bands = all_banded(evaluation.cards, evaluation.chosen, evaluation.score, held.bands)
        who = Who(
            sheet.ids.take(places).to_pylist(),
            sheet.names.take(places).to_pylist(),
            [sheet.owners[int(place)] for place in places],
        )
        spots = {int(account): spot for spot, account in enumerate(observed.accounts)}
        zone = ZoneInfo(self.definition.zone)
        return Scores(
            purpose=self.definition.purpose,
            evaluation=evaluation,
            computed=sheet.computed[places],
            bands=bands,
            before=held,
            held=held.after(bands, sheet.today),
            day=sheet.today,
            who=who,
            versions=dict(self.definition.versions),
            narrator=Narrator(self._signals(), names(who, spots), zone),
            risk=self._risk(places),
        )

    def _signals(self) -> dict[str, Signal]:
        """The signals of the version, called as they are called today."""
        return {one.name: self.labels.get(one.name, one) for one in self.definition.signals}

    def _risk(self, places: Ints) -> Risk | None:
        if not self.definition.risk:
            return None
        worth, at_risk = self.sheet.value[places], self.sheet.value_at_risk[places]
        lost = np.divide(at_risk, worth, out=np.full(len(places), np.nan), where=worth != 0)
        return Risk(by_model(self.definition.risk), lost)

    def with_those_below(self, positions: Sequence[int]) -> Ints:
        """The positions, with those of all accounts below, in ascending order."""
        found = set(positions)
        waiting = list(found)
        while waiting:
            children = self.sheet.children.get(waiting.pop())
            new = set() if children is None else set(children.tolist()) - found
            found |= new
            waiting += new
        return np.array(sorted(found), dtype=np.int64)


def _compared(cards: Iterable[Scorecard]) -> bool:
    """Whether any score depends on other accounts'."""
    return any(
        card.reference is Reference.SEGMENT_MEAN
        or any(isinstance(measure.scale, Percentile) for measure in card.measures)
        for card in cards
    )


def _without_words(force: InForce) -> InForce:
    """The overrides without the reasons that people gave for them."""
    return InForce(
        {
            account: {target: replace(said, reason="") for target, said in targets.items()}
            for account, targets in force.said.items()
        }
    )
