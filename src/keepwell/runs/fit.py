"""Fits scorecards to outcomes: a proposal with its reasons and its evidence, which changes nothing until it is written and applied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof.fitting.comparison import Compared, banded, compared
from keepwell.proof.fitting.contradictions import bearings
from keepwell.proof.fitting.filling import filled
from keepwell.proof.fitting.readable import readable, shares, weighted
from keepwell.proof.fitting.sample import Sample
from keepwell.proof.fitting.scales import scale
from keepwell.proof.fitting.shrinkage import Part, fit_parts
from keepwell.proof.fitting.thresholds import Scored, by_capacity, by_cost
from keepwell.proof.fitting.weights import Weights
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import Panel
from keepwell.proof.tally import MIN_OTHERS, MIN_OUTCOMES, enough
from keepwell.runs import learning, purposes, rewriting
from keepwell.runs.as_ofs import Rhythm, as_ofs
from keepwell.runs.backtest import chosen
from keepwell.runs.learning import Parts, Rows
from keepwell.runs.panels import Wanted, panel
from keepwell.runs.proposal import CardProposal, Learnt, Proposal, Weighed
from keepwell.runs.score import Progress, silent
from keepwell.scoring.observed import Bools, Floats
from keepwell.scoring.scorecard import Dimension, Fitted, Line, Measure, Scorecard
from keepwell.scoring.weights import nominal
from keepwell.signals.window import local_date
from keepwell.warehouse.protocol import Warehouse


class Start(StrEnum):
    """What weights are pulled towards."""

    EQUAL = "equal"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Cost:
    """What it costs to miss an account that the outcome happens to, and to contact one in vain, in any one unit."""

    miss: float
    contact: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be fitted. Bands need a capacity (accounts that the team can look after at an as_of) or a cost."""

    weights: bool = True
    scales: bool = False
    bands: bool = False
    capacity: int | None = None
    cost: Cost | None = None
    start: Start = Start.EQUAL


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
        UserError: there is no such outcome or scorecard, too little has happened, or nothing says where bands should begin.
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
            raise UserError(f"there is no scorecard {name!r}", do=f"choose one of {', '.join(known)}")
    found = {known[name].purpose for name in names}
    if len(found) > 1:
        raise UserError(
            f"the scorecards are of different purposes: {', '.join(sorted(found))}",
            do="fit one purpose at a time: each is judged by an outcome of its own",
        )
    return found.pop() if found else None


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
        proposed = tuple(
            self._proposal(old, card, weights.get(old.name), samples.get(old.name), self._tested(made, again, split, rows[old.name]))
            for old, card in zip(before, cards, strict=True)
            if old.name in self.wanted and not rewriting.unchanged(old, card)
        )  # fmt: skip
        return self._whole(proposed, split, made, again)

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
            cards = tuple(self._scaled(card, made, split, rows[card.name]) for card in cards)
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

    def _start(self, card: Scorecard) -> Floats:
        if self.asked.start is Start.PRESENT:
            return nominal(card)
        return np.full(len(card.measures), 1 / len(card.measures))

    def _scaled(self, card: Scorecard, made: Panel, split: Parts, rows: Rows) -> Scorecard:
        """The scorecard with the scales that outcomes propose; those that turn, or that nothing speaks for, stay."""
        if card.name not in self.wanted:
            return card
        kept = rows.rows[(made.judged & split.learn)[rows.rows]]
        happened = made.happened[kept]
        good = ~happened if self.outcome.kind.adverse else happened
        return replace(
            card,
            dimensions=tuple(
                Dimension(one.name, one.weight, tuple(self._rescaled(m, made.values[m.signal][kept], good) for m in one.measures))
                for one in card.dimensions
            ),
        )  # fmt: skip

    def _rescaled(self, measure: Measure, values: Floats, good: Bools) -> Measure:
        if not isinstance(measure.scale, Line):
            return measure
        steps = np.diff([points for _, points in measure.scale.knots])
        if (steps > 0).any() and (steps < 0).any():
            return measure
        percent = self.project.signal(measure.signal).unit in rewriting.AS_PERCENT
        found = scale(values, good, bool((steps > 0).any()), fraction=percent)
        return measure if found is None else replace(measure, scale=found)

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

    def _tested(self, made: Panel, again: Panel, split: Parts, rows: Rows) -> "_Tested":
        here = rows.rows[(made.judged & again.judged & split.test)[rows.rows]]
        return _Tested(made.rows(here), again.rows(here))

    def _proposal(
        self,
        before: Scorecard,
        after: Scorecard,
        weights: Weights | None,
        sample: Sample | None,
        tested: "_Tested",
    ) -> CardProposal:
        old, new = tested.before, tested.after
        return CardProposal(
            file=rewriting.file_of(self.project.where[f"scorecard:{before.name}"]),
            before=before,
            after=after,
            learnt=None if weights is None or sample is None else _learnt(after, weights, sample),
            measures=() if weights is None or sample is None else tuple(self._weighed(before, after, weights, sample)),
            evidence=tested.compared(adverse=self.outcome.kind.adverse),
            bands_before=banded(old.score, before.bands, old.happened, old.account),
            bands_after=banded(new.score, after.bands, new.happened, new.account),
        )  # fmt: skip

    def _weighed(
        self, before: Scorecard, after: Scorecard, weights: Weights, sample: Sample
    ) -> list[Weighed]:
        titles = [self.project.signal(measure.signal).title for measure in after.measures]
        dimension = [one.name for one in after.dimensions for _ in one.measures]
        old, new = 100 * nominal(before), 100 * nominal(after)
        toward = bearings(sample)
        alike = {one: [other for other in each if other != one] for each in weights.sets for one in each}
        opposed: dict[int, list[int]] = {one: [] for one in alike}
        for left, right in weights.opposed:
            opposed[left].append(right)
        return [
            Weighed(
                signal=measure.signal,
                label=titles[place],
                dimension=dimension[place],
                before=float(old[place]),
                after=float(new[place]),
                start=float(100 * weights.start[place]),
                alone=float(100 * weights.alone[place]),
                low=float(100 * weights.low[place]),
                high=float(100 * weights.high[place]),
                bearing=toward[place],
                alike=tuple(titles[other] for other in alike[place]),
                opposed=tuple(titles[other] for other in opposed[place]),
                scale=measure.scale
                if isinstance(measure.scale, Line) and measure.scale != before.measures[place].scale
                else None,
            )
            for place, measure in enumerate(after.measures)
        ]

    def _whole(self, proposed: tuple[CardProposal, ...], split: Parts, made: Panel, again: Panel) -> Proposal:
        units = {signal.name: signal.unit for signal in self.project.signals}
        edits = tuple(edit for one in proposed for edit in rewriting.edits(one, units))
        here = np.flatnonzero(made.judged & again.judged & split.test)
        tested = _Tested(made.rows(here), again.rows(here))
        return Proposal(
            outcome=self.outcome,
            fitted=self._origin(split),
            first=split.first,
            last=split.last,
            begins=split.begins,
            ends=made.as_ofs[-1],
            cards=proposed,
            left=tuple(self.left),
            evidence=tested.compared(adverse=self.outcome.kind.adverse),
            edits=edits,
            diff=rewriting.diff(rewriting.rewritten(self.project.folder, edits)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Tested:
    """The rows of a test, by the score before and by the one after."""

    before: Panel
    after: Panel

    def compared(self, *, adverse: bool) -> Compared:
        return compared(
            self.before.score, self.after.score, self.before.happened, self.before.account, adverse=adverse
        )


def _learnt(after: Scorecard, weights: Weights, sample: Sample) -> Learnt:
    """What weights were learned from, and what their rounding costs there."""
    exact = filled(after, sample.marks, weights.shares) @ weights.shares
    whole = shares(after, readable(after, weights.shares))
    rough = filled(after, sample.marks, whole) @ whole
    found = compared(exact, rough, sample.good, sample.account, adverse=False)
    rows, rarer, accounts = weights.learnt
    rounding = found.gain.value if found.gain is not None else 0.0
    return Learnt(rows, rarer, accounts, weights.own, weights.silent, rounding)
