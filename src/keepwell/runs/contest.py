"""Champion and challengers: a new model beside what ranks accounts today, all judged on the same rows, which none of them has seen."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from keepwell.errors import UserError
from keepwell.models.definition import ModelDefinition
from keepwell.models.fitted import FittedModel, load
from keepwell.project.project import Project
from keepwell.proof.calibration import Calibration, calibrated
from keepwell.proof.interval import Estimate
from keepwell.proof.judged import Judged
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import HAPPENED, KEPT
from keepwell.proof.ranking import auc_of, difference, placements
from keepwell.proof.tally import enough
from keepwell.runs import purposes
from keepwell.runs.backtest import fitted_through
from keepwell.runs.model_rows import Seen, ahead_of, complete, seen
from keepwell.runs.panels import panel
from keepwell.runs.score import Progress
from keepwell.runs.standins import STAND_INS, out_of_fold
from keepwell.runs.trial import Wanted
from keepwell.scoring.definition import Definition
from keepwell.scoring.observed import Floats, Ints
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Rival:
    """What ranks accounts today, and how it does against the new model on the rows that both have something to say of.

    `auc` is its own, `difference` the new model's less its own, with an interval in which an account counts once however often it
    is seen. `calibration` tells how right its probabilities are (`None`: it states none, as a score).
    """

    name: str
    auc: Estimate
    difference: Estimate
    rows: int
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class Contest:
    """How a new model does on what it has not seen: the as_ofs after all that it has, or, where nothing has dates, other accounts.

    `rows`, `accounts` and `outcomes` (accounts that it happened to) count what judged. `auc` and `calibration` (Brier score, expected
    calibration error) are the new model's; `None` where too few outcomes judge. `stand_ins` is how many models of the same definition
    judged, each on accounts that it had not seen (0: the model itself, on later days). `unfair` names rivals that have seen these outcomes, and so are not
    compared; `before` is the same model as it was.
    """

    first: datetime | None
    last: datetime | None
    rows: int
    accounts: int
    outcomes: int
    auc: Estimate | None = None
    calibration: Calibration | None = None
    stand_ins: int = 0
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
    probability: Floats,
    progress: Progress,
) -> Contest:
    """Judges a model by its probabilities (NaN: not a row to judge by) beside the scorecard and the other models of the outcome."""
    rows = (found.state >= KEPT) & ~np.isnan(probability)
    probability = np.where(rows, probability, np.nan)
    happened = found.state == HAPPENED
    points = found.point[rows]
    with_it = len(np.unique(found.account[rows & happened]))
    counted = Contest(
        first=found.as_ofs[int(points.min())] if len(points) else None,
        last=found.as_ofs[int(points.max())] if len(points) else None,
        rows=int(rows.sum()),
        accounts=len(np.unique(found.account[rows])),
        outcomes=with_it,
        stand_ins=0 if outcome.dated else STAND_INS,
    )
    before = _kept(project, fitted.name)
    if not enough(with_it, len(np.unique(found.account[rows & ~happened]))):
        return replace(counted, before=before)
    ranks = placements(Judged.of(happened[rows], probability[rows], found.account[rows]))
    assert ranks is not None
    rivals, unfair = _Challenge(project, warehouse, outcome, found, probability, progress).rivals(fitted)
    return replace(
        counted,
        auc=auc_of(ranks),
        calibration=calibrated(happened[rows], probability[rows], found.account[rows]),
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
            if self.unseen(fitted_through(definition, self.project.zone)):
                compared.append(self.against(name, self.of_scores(definition)))
            else:
                unfair.append(name)
        for name, model in kept.items():
            if model is None or model.outcome != self.outcome.name:
                continue
            called = f"{name} as it was" if name == new.name else f"model {name}"
            if not self.fair(model, new):
                unfair.append(called)
            elif model.text() != new.text():
                compared.append(self.against(called, self.of_model(model), stated=True))
        return tuple(one for one in compared if one is not None), tuple(unfair)

    def fair(self, model: FittedModel, new: FittedModel) -> bool:
        """Whether a model can be compared: it has not seen these outcomes, or stand-ins can take its place.

        Those are made of definitions, and of the same model as it was there is none any more.
        """
        if not self.outcome.dated:
            return model.name != new.name or model.text() == new.text()
        return self.unseen(datetime.fromisoformat(model.training.through))

    def unseen(self, through: datetime | None) -> bool:
        """Whether what was fitted up to an instant (`None`: it never was) has seen nothing of what judges."""
        return through is None or (self.outcome.dated and through <= self.instants[0])

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
        """What another model says, row by row; where nothing has dates its stand-ins say it."""
        read = ModelDefinition(model.name, model.kind, model.outcome, model.inputs)
        if not self.outcome.dated:
            read = complete(self.project.model(model.name))
        other = seen(
            self.project,
            self.warehouse,
            read,
            self.outcome,
            self.instants,
            through=self.found.as_ofs[-1],
            progress=self.progress,
        )
        if self.outcome.dated:
            said = model.probability(other.table)
        else:
            said = out_of_fold(read, other, ahead_of(self.outcome))
        return self.aligned(other.point, other.account, said)

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

    def against(self, name: str, risk: Floats, *, stated: bool = False) -> Rival | None:
        """How a rival does on the rows that it and the new model both speak of; `None` if these are too few to tell.

        `stated`: its risk is a probability (0–1).
        """
        both = ~np.isnan(risk) & ~np.isnan(self.probability)
        happened, account = self.found.state[both] == HAPPENED, self.found.account[both]
        own = placements(Judged.of(happened, self.probability[both], account))
        other = placements(Judged.of(happened, risk[both], account))
        if own is None or other is None or not enough(own.accounts_happened, own.accounts_others):
            return None
        right = calibrated(happened, risk[both], account) if stated else None
        return Rival(name, auc_of(other), difference(own, other), int(both.sum()), right)
