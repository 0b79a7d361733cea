"""The scores of all accounts for one purpose as of one instant: arrays within, one `Score` at a time without."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import overload

import numpy as np

from keepwell.scoring.bands import NO_DAY, Held, band_of
from keepwell.scoring.evaluation import DECIMALS, Evaluation
from keepwell.scoring.observed import ACTIVE, NO_CARD, Floats, Observed, Trits
from keepwell.scoring.overrides import SCORE
from keepwell.scoring.reasons import Narrator, reasons
from keepwell.scoring.risk import Risk, basis, value_at_risk
from keepwell.scoring.score import Score
from keepwell.scoring.wording import quantity


@dataclass(frozen=True, slots=True)
class Who:
    """How accounts are called, by position: the company's own ids, names, and who looks after them."""

    ids: Sequence[str]
    names: Sequence[str]
    owners: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Scores(Sequence[Score]):
    """All accounts of a purpose, scored or not, by surrogate id; a `Score` is made when it is asked for.

    `evaluation` is with overrides, `computed` the scores without any (NaN: none). `bands` are the effective scores' bands,
    `before` what was held on the last grid day before this instant, `held` what is held now; `versions` are those of the scorecards in
    their order. `notes` are things that somebody should be told: circles of parents, overrides that act on nothing. `risk` is the
    probability of loss, where a model says it.
    """

    purpose: str
    evaluation: Evaluation
    computed: Floats
    bands: Trits
    before: Held
    held: Held
    day: int
    who: Who
    versions: Mapping[str, str]
    narrator: Narrator
    notes: tuple[str, ...] = ()
    risk: Risk | None = None

    def __len__(self) -> int:
        return len(self.evaluation)

    @overload
    def __getitem__(self, index: int) -> Score: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Score]: ...

    def __getitem__(self, index: int | slice) -> Score | Sequence[Score]:
        if isinstance(index, slice):
            return [self._score(position) for position in range(len(self))[index]]
        return self._score(range(len(self))[index])

    def __iter__(self) -> Iterator[Score]:
        return (self._score(position) for position in range(len(self)))

    @property
    def observed(self) -> Observed:
        """What was measured."""
        return self.evaluation.observed

    @property
    def as_of(self) -> datetime:
        """The instant that the scores speak of."""
        return self.observed.as_of

    @property
    def risk_basis(self) -> str:
        """What value at risk rests on (see `risk.basis`)."""
        return basis(self.purpose, self.risk)

    @property
    def value_at_risk(self) -> Floats:
        """Each account's value at risk (NaN: none can be said)."""
        return value_at_risk(self.purpose, self.bands, self.observed.worth, self.risk)

    def of(self, account: int) -> Score | None:
        """One account's score by surrogate id."""
        position = int(self.observed.positions(np.array([account]))[0])
        return None if position < 0 else self._score(position)

    def top(self, count: int) -> list[Score]:
        """The accounts to look at first: by value at risk, then by the lowest score. Only scored ones."""
        risk = np.nan_to_num(self.value_at_risk)
        scored = np.flatnonzero(~np.isnan(self.evaluation.score))
        order = np.lexsort((scored, self.evaluation.score[scored], -risk[scored]))
        return [self._score(int(position)) for position in scored[order[:count]]]

    def _score(self, position: int) -> Score:
        evaluation, observed = self.evaluation, self.observed
        chosen = int(evaluation.chosen[position])
        card = None if chosen == NO_CARD else evaluation.cards[chosen].name
        baseline, told = reasons(evaluation, position, self.narrator)
        band = band_of(int(self.bands[position]))
        since = int(self.held.since[position])
        return Score(
            account_id=self.who.ids[position],
            name=self.who.names[position],
            as_of=self.as_of,
            purpose=self.purpose,
            score=_known(evaluation.score[position]),
            computed_score=_known(self.computed[position]),
            band=band,
            coverage=0.0 if card is None else round(float(evaluation.coverage[position]), DECIMALS),
            scorecard=card or "",
            segment=observed.segments[position],
            stage=observed.stages[position],
            value=_known(observed.worth[position]),
            value_at_risk=_known(self.value_at_risk_of(position)),
            risk_basis=self.risk_basis,
            baseline=baseline,
            reasons=told,
            version=self.versions.get(card or "", ""),
            why_not=self._why_not(position),
            owner=self.who.owners[position],
            previous_band=band_of(int(self.before.bands[position])),
            days_in_band=None if band is None or since == NO_DAY else max(self.day - since, 0),
        )

    def value_at_risk_of(self, position: int) -> float:
        """One account's value at risk (NaN: none can be said)."""
        one = slice(position, position + 1)
        risk = None if self.risk is None else self.risk.take(one)
        return float(value_at_risk(self.purpose, self.bands[one], self.observed.worth[one], risk)[0])

    def _why_not(self, position: int) -> str:
        evaluation, observed = self.evaluation, self.observed
        if not np.isnan(evaluation.score[position]):
            return ""
        if observed.population[position] != ACTIVE:
            return observed.population[position]
        chosen = int(evaluation.chosen[position])
        if chosen == NO_CARD:
            who = f"segment {observed.segments[position]} and stage {observed.stages[position]}"
            return f"no scorecard: none for {self.purpose} is for {who}"
        card, marks = evaluation.cards[chosen], evaluation.marks[chosen]
        unknown = np.isnan(marks.scaled[evaluation.place[position]])
        said = evaluation.overrides.of(int(observed.accounts[position]))
        missing = [
            self.narrator.signals[measure.signal].title
            for measure, lacks in zip(card.measures, unknown, strict=True)
            if lacks and measure.signal not in said
        ]
        share = quantity(round(float(evaluation.coverage[position]), 3), "percent")
        needed = quantity(card.min_coverage, "percent")
        told = f"not enough data: {share} of the weight is known, {needed} needed"
        return f"{told}; missing: {', '.join(missing)}"


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def notes(evaluation: Evaluation, who: Who, strays: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """What somebody should be told: circles of parents, and overrides (position, target) that no scorecard has a place for."""
    told = []
    circles = evaluation.kin.circles
    if len(circles):
        ids = ", ".join(who.ids[int(position)] for position in circles[:5])
        more = f" and {len(circles) - 5} more" if len(circles) > 5 else ""
        told.append(
            f"the parents of {ids}{more} lead back to themselves: these accounts are scored as if they had no parent"
        )
    for position, target in strays:
        told.append(
            f"the override of {target!r} for {who.ids[position]} acts on nothing: "
            f"no scorecard has a measure or dimension of that name (nor is it {SCORE!r})"
        )
    return tuple(told)
