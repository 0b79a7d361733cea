"""Fits scorecards to outcomes: a proposal with its reasons and its evidence, which changes nothing until it is written and applied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof.fitting.readable import readable, weighted
from keepwell.proof.fitting.sample import Sample
from keepwell.proof.fitting.shrinkage import Part, fit_parts
from keepwell.proof.fitting.thresholds import Scored, by_capacity, by_cost
from keepwell.proof.fitting.weights import Weights
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import Panel
from keepwell.proof.tally import MIN_OTHERS, MIN_OUTCOMES, enough
from keepwell.runs import learning, purposes, rewriting
from keepwell.runs.as_ofs import Rhythm, as_ofs
from keepwell.runs.asked import Asked, Start
from keepwell.runs.backtest import chosen
from keepwell.runs.contradicting import contradicting
from keepwell.runs.inspection import guarded
from keepwell.runs.learning import Parts, Rows
from keepwell.runs.panels import panel
from keepwell.runs.proposal import Proposal
from keepwell.runs.proposing import Proposing
from keepwell.runs.reads import Reads
from keepwell.runs.rescaling import rescaled, units
from keepwell.runs.score import Progress, silent
from keepwell.runs.trial import Wanted
from keepwell.scoring.observed import Bools, Floats
from keepwell.scoring.scorecard import Fitted, Scorecard
from keepwell.scoring.weights import nominal
from keepwell.signals.window import local_date
from keepwell.warehouse.protocol import Warehouse


def fit(
    project: Project,
    warehouse: Warehouse,
    asked: Asked,
    *,
    cards: Sequence[str] = (),
    outcome: str | None = None,
    rhythm: Rhythm | None = None,
    progress: Progress = silent,
) -> Proposal:
    """What outcomes say about scorecards (all of the outcome's purpose, if none is named).

    Learns from earlier as_ofs whose horizons are over before later ones begin, and is tested on those.

    Raises:
        UserError: there is no such outcome or scorecard, a measure seems to know the outcome and nobody has waived it, too little has
            happened, or nothing says where bands should begin.
    """
    judged = chosen(project, outcome, _purpose(project, cards))
    fitting = _Fitting(project, warehouse, judged, _wanted(project, judged, cards), asked)
    return fitting.run(rhythm or Rhythm(), progress)


def write(project: Project, proposal: Proposal) -> tuple[str, ...]:
    """Writes a proposal to the project's working files; gives their names. Nothing is applied."""
    files = rewriting.rewritten(project.folder, proposal.edits)
    for name, (_, after) in files.items():
        (project.folder / name).write_bytes(after.encode("utf-8"))
    return tuple(files)


def _purpose(project: Project, names: Sequence[str]) -> str | None:
    known = {card.name: card for card in project.scorecards}
    for name in names:
        if name not in known:
            raise UserError(f"there is no scorecard {name!r}", do=_those(project))
    found = {known[name].purpose for name in names}
    if len(found) > 1:
        raise UserError(
            f"the scorecards are of different purposes: {', '.join(sorted(found))}",
            do="fit one purpose at a time: each is judged by an outcome of its own",
        )
    return found.pop() if found else None


def _those(project: Project) -> str:
    """What can be fitted, as what to do."""
    said = f"choose one of {', '.join(card.name for card in project.scorecards)}"
    models = ", ".join(model.name for model in project.models)
    return f"{said}, or of the models {models}, one at a time" if models else said


def _wanted(project: Project, outcome: Outcome, names: Sequence[str]) -> frozenset[str]:
    of_purpose = [card for card in project.scorecards if card.purpose == outcome.purpose]
    wanted = [card for card in of_purpose if card.name in names or not names]
    without = [card.name for card in wanted if not card.measures]
    if wanted and len(without) == len(wanted):
        raise UserError(
            f"the scorecard {without[0]} has no measures: rules in points are not fitted",
            where=project.where.get(f"scorecard:{without[0]}", ""),
            do="give it `dimensions:` with measures",
        )
    if not wanted:
        raise UserError(
            f"the outcome {outcome.name} judges {outcome.purpose}, and no scorecard named has that purpose",
            do="name another outcome: keepwell fit --outcome NAME",
        )
    return frozenset(card.name for card in wanted if card.measures)


@dataclass(slots=True)
class _Fitting:
    """A fit on its way: what is known of the past, and the scorecards as they change."""

    project: Project
    warehouse: Warehouse
    outcome: Outcome
    wanted: frozenset[str]
    asked: Asked
    left: list[str] = field(default_factory=list)

    def run(self, rhythm: Rhythm, progress: Progress) -> Proposal:
        definition = purposes.definition(self.project, self.outcome.purpose)
        wanted = [card for card in definition.cards if card.name in self.wanted]
        guarded(self.project, self.warehouse, self.outcome, Reads.by_cards(self.project, wanted), progress)
        before = definition.cards
        instants = as_ofs(self.project, self.warehouse, self.outcome, definition, rhythm)
        signals = learning.needed(before, self.project.signals)
        made = panel(
            self.project, self.warehouse, self.outcome, instants,
            definition=definition, wanted=Wanted(signals=signals, daily=False), progress=progress,
        )  # fmt: skip
        split = self._parts(made)
        progress("fitting", 0.97)
        cards, weights, samples = self._fitted(made, split, before)
        new = replace(definition, cards=cards)
        again = made
        if [card.dimensions for card in cards] != [card.dimensions for card in before]:
            again = panel(
                self.project, self.warehouse, self.outcome, instants,
                definition=new, wanted=Wanted(daily=False), progress=progress,
            )  # fmt: skip
        rows = learning.marked(made, before)
        if self.asked.bands:
            cards = tuple(self._banded(card, again, split.learn, rows[card.name]) for card in cards)
        cards = tuple(self._signed(old, card, split) for old, card in zip(before, cards, strict=True))
        proposing = Proposing(self.project, self.outcome, split, made, again)
        proposed = tuple(
            proposing.card(old, card, rows[old.name], weights.get(old.name), samples.get(old.name))
            for old, card in zip(before, cards, strict=True)
            if old.name in self.wanted and not rewriting.unchanged(old, card)
        )
        whole = proposing.whole(proposed, self._origin(split), tuple(self.left))
        return replace(whole, contradictions=contradicting(self.project, self.warehouse, self.outcome))

    def _parts(self, made: Panel) -> Parts:
        """The split, once there is enough on both sides."""
        found = learning.parts(made, self.outcome, self.project.zone)
        where = self.project.where.get(f"outcome:{self.outcome.name}", "")
        if found is None:
            raise UserError(
                f"too little of the past: of {len(made.as_ofs)} as_ofs no horizon is over before another as_of begins",
                where=where,
                do="load more of the past, or shorten the outcome's `horizon:`",
            )
        for which, what in ((found.learn, "to learn from"), (found.test, "for the test")):
            rows = made.judged & which
            outcomes = len(np.unique(made.account[rows & made.happened]))
            others = len(np.unique(made.account[rows & ~made.happened]))
            if not enough(outcomes, others):
                raise UserError(
                    f"too little data {what}: {self.outcome.title} happened to {outcomes} accounts and not to {others}; "
                    f"{MIN_OUTCOMES} and {MIN_OTHERS} at the least are needed",
                    where=where,
                    do="load more of the past, or keep the weights that people chose",
                )
        return found

    def _fitted(
        self, made: Panel, split: Parts, cards: tuple[Scorecard, ...]
    ) -> tuple[tuple[Scorecard, ...], Mapping[str, Weights], Mapping[str, Sample]]:
        """The scorecards with new scales and weights, as far as they were asked for, and what they were learned from."""
        rows = learning.marked(made, cards)
        if self.asked.scales:
            cards = tuple(self._rescaled(card, made, split, rows[card.name]) for card in cards)
            rows = learning.marked(made, cards)
        samples = {
            card.name: learning.sample(made, rows[card.name], self.outcome, split.learn)
            for card in cards
            if card.name in self.wanted
        }
        for name, one in list(samples.items()):
            if not len(one):
                self.left.append(f"{name}: no account of it could be judged")
                del samples[name]
        if not self.asked.weights:
            return cards, {}, samples
        weights = fit_parts({
            card.name: Part(card, samples[card.name], self._start(card)) for card in cards if card.name in samples
        })  # fmt: skip
        new = tuple(
            weighted(card, readable(card, weights[card.name].shares)) if card.name in weights else card
            for card in cards
        )
        return new, weights, samples

    def _rescaled(self, card: Scorecard, made: Panel, split: Parts, rows: Rows) -> Scorecard:
        kept = rows.rows[(made.judged & split.learn)[rows.rows]]
        if card.name not in self.wanted or not len(kept):
            return card
        happened = made.happened[kept]
        good = ~happened if self.outcome.kind.adverse else happened
        values = {measure.signal: made.values[measure.signal][kept] for measure in card.measures}
        return rescaled(card, values, good, units(self.project))

    def _start(self, card: Scorecard) -> Floats:
        if self.asked.start is Start.PRESENT:
            return nominal(card)
        return np.full(len(card.measures), 1 / len(card.measures))

    def _banded(self, card: Scorecard, made: Panel, learn: Bools, rows: Rows) -> Scorecard:
        if card.name not in self.wanted:
            return card
        here = rows.rows[(made.judged & learn)[rows.rows]]
        if not len(here):
            return card
        scored = Scored(
            made.score[here], made.point[here], made.happened[here], self.outcome.kind.adverse
        )  # fmt: skip
        if self.asked.cost is not None:
            found = by_cost(scored, self.asked.cost.miss, self.asked.cost.contact, card.bands)
            why = "the outcome's chance is never so high, or always, that a contact is worth it"
        else:
            capacity = self._capacity(made, learn, len(here))
            found = by_capacity(scored, capacity, card.bands)
            why = f"the team can look after nearly all of its accounts ({capacity} of them)"
        if found is None:
            self.left.append(f"{card.name}: its bands stay, since {why}")
            return card
        return replace(card, bands=found)

    def _capacity(self, made: Panel, learn: Bools, rows: int) -> int:
        """The scorecard's part of the team's capacity: by its part of the accounts."""
        whole = self.asked.capacity or self.project.capacity
        if whole is None:
            raise UserError(
                "nothing says where bands should begin",
                do="type --capacity 40 (accounts the team can look after at a time), or --cost 50:1 (a miss : a needless contact)",
            )
        return max(1, round(whole * rows / max(int((made.judged & learn).sum()), 1)))

    def _signed(self, before: Scorecard, after: Scorecard, split: Parts) -> Scorecard:
        return after if rewriting.unchanged(before, after) else replace(after, fitted=self._origin(split))

    def _origin(self, split: Parts) -> Fitted:
        zone, outcome = self.project.zone, self.outcome
        through = (
            outcome.horizon.after(outcome.gap.after(split.last, zone), zone) if outcome.dated else split.last
        )
        days = [local_date(one, zone).isoformat() for one in (split.first, through, clock.now())]
        return Fitted(outcome.name, *days)
