"""Predictions: what a fitted model says of accounts as of an instant, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa

from keepwell.errors import UserError
from keepwell.models.explanation import Explainer, Explanation
from keepwell.models.fitted import FittedModel, load
from keepwell.models.outlook import Outlook, outlooks
from keepwell.project.project import Project
from keepwell.runs import purposes
from keepwell.runs.accounts import find
from keepwell.runs.at_risk import at_risk
from keepwell.runs.model_rows import complete, measuring
from keepwell.runs.observing import Observer
from keepwell.runs.predicting import inputs_of
from keepwell.runs.score import instant, who_of
from keepwell.runs.sight import OWNER
from keepwell.scoring.definition import used
from keepwell.scoring.observed import Floats, Ints
from keepwell.scoring.scores import Who
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Predicted:
    """One account's prediction: `probability` (0–1; `None`: nothing that the model reads is known), why, the part of its value that is at risk, and what else the model foresees."""

    account_id: str
    name: str
    owner: str
    probability: float | None
    value: float | None
    value_at_risk: float | None
    explanation: Explanation
    outlook: Outlook


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What a model says of all accounts at risk as of an instant; a `Predicted` per account, made when it is asked for, the likeliest first."""

    model: FittedModel
    title: str
    as_of: datetime
    rows: Sequence[tuple[str, str, str]]
    worth: Floats
    explainer: Explainer
    order: Ints
    outlooks: Sequence[Outlook]

    def __len__(self) -> int:
        return len(self.order)

    def __iter__(self) -> Iterator[Predicted]:
        return (self._one(int(position)) for position in self.order)

    def _one(self, position: int) -> Predicted:
        explanation = self.explainer.explanation(position)
        worth = self.worth[position]
        value = None if np.isnan(worth) else float(worth)
        said = explanation.probability
        at_stake = value * said if value is not None and said is not None and self.model.adverse else None
        return Predicted(*self.rows[position], said, value, at_stake, explanation, self.outlooks[position])


def predict(
    project: Project,
    warehouse: Warehouse,
    name: str | None = None,
    *,
    account: str | None = None,
    as_of: datetime | None = None,
) -> Predictions:
    """What a fitted model (the project's first, if none is named) says of the accounts that are at risk of its outcome, or of one.

    Raises:
        UserError: there is no such model, it has not been fitted since it changed, or there is no such account.
    """
    model = complete(purposes.chosen(project, name))
    fitted = load(purposes.prediction(project, model.name).content)
    outcome = project.outcome(model.outcome)
    definition = measuring(project, model, outcome)
    attributes = tuple(one.attribute for one in model.inputs if one.attribute is not None)
    some = None if account is None else [find(warehouse, account).surrogate]
    valued = replace(
        definition,
        signals=tuple(
            {s.name: s for s in (*used((), project.signals, (project.value,)), *definition.signals)}.values()
        ),
        value=project.value,
    )
    observer = Observer(warehouse, (valued,), attributes=(OWNER, *attributes))
    sight = observer.sight(Point.at(instant(project, as_of)), some)
    which = np.flatnonzero(at_risk(outcome, sight.observed, project.zone))
    rows = sight.rows.take(pa.array(which))
    read = inputs_of(fitted, rows, warehouse, [sight.point], project.zone)
    explainer = Explainer.of(fitted, read, {signal.name: signal for signal in project.signals})
    return Predictions(
        fitted,
        model.title,
        sight.observed.as_of,
        _called(who_of(warehouse, sight), which),
        sight.observed.worth[which],
        explainer,
        np.argsort(-np.nan_to_num(explainer.probability, nan=-1.0), kind="stable"),
        outlooks(fitted, read),
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """What a model says of an account beside its score: `said`, or `why_not` it says nothing."""

    title: str
    said: Predicted | None
    why_not: str = ""


def beside(
    project: Project, warehouse: Warehouse, account: str, *, as_of: datetime | None = None
) -> tuple[Beside, ...]:
    """What every model of the project that has been fitted says of one account.

    Raises:
        UserError: there is no such account.
    """
    found = []
    for model in project.models:
        if model.name not in project.fitted:
            continue
        try:
            purposes.prediction(project, model.name)
        except UserError as stale:
            found.append(Beside(model.title, None, f"{stale.what}; {stale.do}"))
            continue
        said = next(iter(predict(project, warehouse, model.name, account=account, as_of=as_of)), None)
        why_not = "" if said is not None else f"the account is not at risk of {model.outcome}"
        found.append(Beside(model.title, said, why_not))
    return tuple(found)


def _called(who: Who, which: Ints) -> list[tuple[str, str, str]]:
    return [(who.ids[place], who.names[place], who.owners[place]) for place in which.tolist()]
