"""Scores as they were kept, made whole again with their reasons: from the signals and conditions that a run found, not from facts anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlglot import exp

from keepwell.runs import grid
from keepwell.runs.board.sheet import Sheet
from keepwell.runs.corrections import overrides
from keepwell.runs.score import names
from keepwell.scoring.bands import Held, all_banded
from keepwell.scoring.definition import Definition
from keepwell.scoring.evaluation import Evaluation, evaluate
from keepwell.scoring.observed import Ints, Observed, condition_of, conditional
from keepwell.scoring.overrides import InForce, Override, in_force
from keepwell.scoring.peers import Frozen
from keepwell.scoring.reasons import Narrator
from keepwell.scoring.risk import Risk, by_model
from keepwell.scoring.scorecard import Percentile, Reference, Scorecard
from keepwell.scoring.scores import Scores, Who
from keepwell.signals.definition import Signal
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.scores import KeptScores

NEAR = 1e-6
"""Two scores this close are the same: kept ones are rounded to so many decimals."""


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
        at = self.sheet.as_of
        places = self._with_those_below(positions)
        return self._scores(places, in_force(self.basis.revisions, self.definition.purpose, at, at))

    def expected(self, positions: Sequence[int], at: datetime) -> Scores | None:
        """The same scores with the overrides that are known now and in force at an instant after the run; `None`: they are the same ones."""
        purpose, then = self.definition.purpose, self.sheet.as_of
        before = in_force(self.basis.revisions, purpose, then, then)
        after = in_force(overrides(self.warehouse), purpose, at, at)
        places = self._with_those_below(positions)
        accounts = self.sheet.accounts[places].tolist()
        if all(before.of(account) == after.of(account) for account in accounts):
            return None
        return self._scores(places, after)

    def _scores(self, places: Ints, force: InForce) -> Scores:
        observed = self._observed(places)
        force = force if self.words else _without_words(force)
        held = Held(observed.accounts, self.sheet.held[places], self.sheet.since[places])
        evaluation = evaluate(self.definition.cards, observed, self.basis.frozen, force)
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

    def _with_those_below(self, positions: Sequence[int]) -> Ints:
        found = set(positions)
        waiting = list(found)
        while waiting:
            children = self.sheet.children.get(waiting.pop())
            new = set() if children is None else set(children.tolist()) - found
            found |= new
            waiting += new
        return np.array(sorted(found), dtype=np.int64)

    def _observed(self, places: Ints) -> Observed:
        """What the run found of some accounts. One without a row there is told as what it was: not begun, ended, or without a scorecard."""
        sheet, definition = self.sheet, self.definition
        rows = self._rows(places)
        names_of = [signal.name for signal in definition.signals]
        values = np.full((len(places), len(names_of)), np.nan)
        conditions = {name: np.full(len(places), -1, dtype=np.int8) for name in definition.conditions}
        cards = {card.name: card for card in definition.cards}
        for spot, account in enumerate(sheet.accounts[places].tolist()):
            row = rows.get(account)
            if row is not None:
                values[spot] = [np.nan if value is None else value for value in row["signals"]]
                for name, code in _conditions(cards[row["scorecard"]], row).items():
                    conditions[name][spot] = code
        return Observed(
            as_of=sheet.as_of,
            accounts=sheet.accounts[places],
            population=sheet.population.take(places),
            parents=sheet.parents[places],
            segments=sheet.segments.take(places),
            stages=sheet.stages.take(places),
            values={name: values[:, column] for column, name in enumerate(names_of)},
            conditions=conditions,
            worth=sheet.value[places],
        )

    def _rows(self, places: Ints) -> dict[int, dict[str, Any]]:
        if not len(places):
            return {}
        wanted = exp.column("account", quoted=True).isin(*self.sheet.accounts[places].tolist())
        query = exp.select("*").from_(table_named("scores.scores"))
        query = query.where(exp.column("run", quoted=True).eq(self.sheet.run), wanted)
        return {row["account"]: row for row in self.warehouse.query(query).to_pylist()}


def _compared(cards: Iterable[Scorecard]) -> bool:
    """Whether any score depends on other accounts'."""
    return any(
        card.reference is Reference.SEGMENT_MEAN
        or any(isinstance(measure.scale, Percentile) for measure in card.measures)
        for card in cards
    )


def _conditions(card: Scorecard, row: Mapping[str, Any]) -> dict[str, int]:
    """Which of a scorecard's conditions held; of a row that does not say so, as its points have it."""
    parts = conditional(card)
    codes = row.get("conditions")
    if codes is not None:
        return {condition_of(card, part): code for part, code in zip(parts, codes, strict=True)}
    return _by_points(card, row["baseline"], row["contributions"])


def _by_points(card: Scorecard, baseline: float, contributions: Sequence[float]) -> dict[str, int]:
    """A rule that holds gives points; a cap that takes points brought the score to its limit. Of other caps nobody knows."""
    count = len(card.rules)
    rules = contributions[-4 - count : -4] if count else ()
    held = {
        condition_of(card, rule): int(points != 0) for rule, points in zip(card.rules, rules, strict=True)
    }
    capped = contributions[-2]
    reached = baseline + sum(contributions[:-1])
    binding = next((cap for cap in card.caps if capped and abs(cap.at_most - reached) < NEAR), None)
    return held | {condition_of(card, cap): int(cap is binding) for cap in card.caps}


def _without_words(force: InForce) -> InForce:
    """The overrides without the reasons that people gave for them."""
    return InForce(
        {
            account: {target: replace(said, reason="") for target, said in targets.items()}
            for account, targets in force.said.items()
        }
    )
