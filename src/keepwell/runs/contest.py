"""Champion and challengers: a new model beside what ranks accounts today, all judged on the same rows of the last slice."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from keepwell.errors import UserError
from keepwell.models.definition import ModelDefinition
from keepwell.models.fitted import FittedModel, load
from keepwell.project.project import Project
from keepwell.proof.interval import Estimate
from keepwell.proof.judged import Judged
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import HAPPENED, KEPT
from keepwell.proof.ranking import auc_of, difference, placements
from keepwell.proof.tally import enough
from keepwell.runs import purposes
from keepwell.runs.model_rows import Seen, seen
from keepwell.runs.panels import Wanted, panel
from keepwell.runs.predicting import models
from keepwell.runs.score import Progress
from keepwell.scoring.definition import Definition
from keepwell.scoring.observed import Bools, Floats, Ints
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Rival:
    """What ranks accounts today, and how it does against the new model on the rows that both have something to say of.

    `auc` is its own, `difference` the new model's less its own, with an interval in which an account counts once however often it
    is seen.
    """

    name: str
    auc: Estimate
    difference: Estimate
    rows: int


@dataclass(frozen=True, slots=True)
class Contest:
    """How a new model does on the as_ofs after all that it has seen.

    `rows`, `accounts` and `outcomes` (accounts that it happened to) count what judged. `auc` and `brier` are the new model's, `brier_of_rate`
    that of stating the same rate of everybody; `None` where too few outcomes judge. `stated` and `rate` are the mean probability and
    how often it happened. `unfair` names rivals that have seen these outcomes, and so are not compared; `before` is the
    same model as it was.
    """

    first: datetime | None
    last: datetime | None
    rows: int
    accounts: int
    outcomes: int
    auc: Estimate | None = None
    brier: float | None = None
    brier_of_rate: float | None = None
    stated: float | None = None
    rate: float | None = None
    rivals: tuple[Rival, ...] = ()
    unfair: tuple[str, ...] = ()
    before: FittedModel | None = None


def contest(
    project: Project,
    warehouse: Warehouse,
    fitted: FittedModel,
    *,
    outcome: Outcome,
    found: Seen,
    judged: Bools,
    progress: Progress,
) -> Contest:
    """Judges a model on the judged rows of which it is known what became, beside the scorecard and the other models of the outcome."""
    known = judged & (found.state >= KEPT)
    probability = np.full(len(known), np.nan)
    probability[known] = fitted.probability(found.table.rows(known))
    rows = known & ~np.isnan(probability)
    happened = found.state == HAPPENED
    points = found.point[rows]
    with_it = len(np.unique(found.account[rows & happened]))
    counted = Contest(
        first=found.as_ofs[int(points.min())] if len(points) else None,
        last=found.as_ofs[int(points.max())] if len(points) else None,
        rows=int(rows.sum()),
        accounts=len(np.unique(found.account[rows])),
        outcomes=with_it,
    )
    before = _kept(project, fitted.name)
    if not enough(with_it, len(np.unique(found.account[rows & ~happened]))):
        return replace(counted, before=before)
    ranks = placements(Judged.of(happened[rows], probability[rows], found.account[rows]))
    assert ranks is not None
    said, truth = probability[rows], happened[rows]
    rate = float(truth.mean())
    rivals, unfair = _Challenge(project, warehouse, outcome, found, probability, progress).rivals(fitted)
    return replace(
        counted,
        auc=auc_of(ranks),
        brier=float(((said - truth) ** 2).mean()),
        brier_of_rate=rate * (1 - rate),
        stated=float(said.mean()),
        rate=rate,
        rivals=rivals,
        unfair=unfair,
        before=before,
    )


def _kept(project: Project, name: str) -> FittedModel | None:
    """A model as it was fitted last; `None` if it was not, or cannot be read any more."""
    text = project.fitted.get(name)
    if text is None:
        return None
    try:
        return load(text)
    except UserError:
        return None  # it is being fitted anew, which is what there is to do about it


@dataclass(frozen=True, slots=True, eq=False)
class _Challenge:
    """A new model's probabilities (NaN: not judged), for others to be compared with."""

    project: Project
    warehouse: Warehouse
    outcome: Outcome
    found: Seen
    probability: Floats
    progress: Progress

    @property
    def places(self) -> list[int]:
        """The indexes of the as_ofs that judge."""
        return sorted(set(self.found.point[~np.isnan(self.probability)].tolist()))

    @property
    def instants(self) -> list[datetime]:
        """The as_ofs that judge."""
        return [self.found.as_ofs[place] for place in self.places]

    def rivals(self, new: FittedModel) -> tuple[tuple[Rival, ...], tuple[str, ...]]:
        """Everything that the new model is compared with, and the names of what has seen too much."""
        compared: list[Rival | None] = []
        unfair: list[str] = []
        kept = {name: _kept(self.project, name) for name in self.project.fitted}
        try:
            definition = purposes.definition(self.project, self.outcome.purpose)
        except UserError:
            definition = None  # no scorecard of that purpose, or one whose models are yet to be fitted
        if definition is not None:
            name = f"scorecard {', '.join(card.name for card in definition.cards)}"
            if all(self.fair(model) for model in models(definition).values()):
                compared.append(self.against(name, self.of_scores(definition)))
            else:
                unfair.append(name)
        for name, model in kept.items():
            if model is None or model.outcome != self.outcome.name:
                continue
            called = f"{name} as it was" if name == new.name else f"model {name}"
            if not self.fair(model):
                unfair.append(called)
            elif model.text() != new.text():
                compared.append(self.against(called, self.of_model(model)))
        return tuple(one for one in compared if one is not None), tuple(unfair)

    def fair(self, model: FittedModel) -> bool:
        """Whether a model has seen nothing of what happened after the first as_of that judges."""
        return datetime.fromisoformat(model.training.through) <= self.instants[0] and self.outcome.dated

    def of_scores(self, definition: Definition) -> Floats:
        """The risk that the scorecards see, row by row (NaN: no score)."""
        made = panel(
            self.project,
            self.warehouse,
            self.outcome,
            self.instants,
            definition=definition,
            wanted=Wanted(daily=False),
            progress=self.progress,
        )
        risk = -made.score if self.outcome.kind.adverse else made.score
        return self.aligned(made.point, made.account, risk)

    def of_model(self, model: FittedModel) -> Floats:
        """What another model says, row by row."""
        read = ModelDefinition(model.name, model.kind, model.outcome, model.inputs)
        other = seen(
            self.project,
            self.warehouse,
            read,
            self.outcome,
            self.instants,
            through=self.found.as_ofs[-1],
            progress=self.progress,
        )
        return self.aligned(other.point, other.account, model.probability(other.table))

    def aligned(self, point: Ints, account: Ints, risk: Floats) -> Floats:
        """Risks of some rows, at the rows that are judged; `point` is an index into the judging as_ofs."""
        wide = int(max(self.found.account.max(), account.max(initial=0))) + 1
        keys = np.array(self.places, dtype=np.int64)[point] * wide + account
        order = np.argsort(keys)
        wanted = self.found.point * wide + self.found.account
        place = np.minimum(np.searchsorted(keys[order], wanted), max(len(keys) - 1, 0))
        result = np.full(len(wanted), np.nan)
        if len(keys):
            there = keys[order][place] == wanted
            result[there] = risk[order][place[there]]
        return result

    def against(self, name: str, risk: Floats) -> Rival | None:
        """How a rival does on the rows that it and the new model both speak of; `None` if these are too few to tell."""
        both = ~np.isnan(risk) & ~np.isnan(self.probability)
        happened, account = self.found.state[both] == HAPPENED, self.found.account[both]
        own = placements(Judged.of(happened, self.probability[both], account))
        other = placements(Judged.of(happened, risk[both], account))
        if own is None or other is None or not enough(own.accounts_happened, own.accounts_others):
            return None
        return Rival(name, auc_of(other), difference(own, other), int(both.sum()))
