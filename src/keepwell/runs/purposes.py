"""A project's definitions, purpose by purpose."""

import hashlib
import json

from keepwell.errors import UserError
from keepwell.models.definition import Kind, ModelDefinition
from keepwell.models.fitted import load
from keepwell.project.folder import fitted_path
from keepwell.project.project import Project
from keepwell.scoring.definition import Definition, Prediction, used
from keepwell.scoring.risk import RISK_PURPOSE
from keepwell.signals.definition import Predicted
from keepwell.signals.expression import Name


def definitions(project: Project) -> tuple[Definition, ...]:
    """What the project scores, one definition per purpose, health first.

    Raises:
        UserError: the project has no scorecard.
    """
    if not project.scorecards:
        raise UserError(
            "the project has no scorecard",
            where=str(project.folder / "scorecards"),
            do="write one, for example scorecards/default.yml (keepwell init --example saas shows how)",
        )
    return tuple(definition(project, purpose) for purpose in project.purposes())


def definition(project: Project, purpose: str) -> Definition:
    """All that the scores of one purpose depend on.

    Raises:
        UserError: no scorecard has that purpose.
    """
    cards = tuple(card for card in project.scorecards if card.purpose == purpose)
    if not cards:
        raise UserError(
            f"no scorecard has the purpose {purpose!r}", do=f"choose one of {', '.join(project.purposes())}"
        )
    versions = tuple((card.name, project.version(card)) for card in cards)
    cases = [condition for _, condition in (*project.segments, *project.stages)]
    risk = project.risk if purpose == RISK_PURPOSE else ""
    signals = used(
        cards,
        (*project.signals, *project.predicted),
        (*cases, project.value, Name(risk) if risk else None),
    )
    return Definition(
        purpose=purpose,
        version=_digest(purpose, versions),
        versions=versions,
        cards=cards,
        signals=signals,
        segments=project.segments,
        stages=project.stages,
        value=project.value,
        feeds=project.feeds,
        zone=project.zone.key,
        predictions=tuple(prediction(project, s.name) for s in signals if isinstance(s.meaning, Predicted)),
        risk=risk,
    )


def chosen(project: Project, name: str | None) -> ModelDefinition:
    """The model of that name, or the project's first.

    Raises:
        UserError: there is none.
    """
    known = {model.name: model for model in project.models}
    if name is None and known:
        return project.models[0]
    if name is None or name not in known:
        raise UserError(
            "the project has no model" if name is None else f"there is no model {name!r}",
            where=str(project.folder / "models"),
            do=f"choose one of {', '.join(known)}"
            if known
            else "define one in models/NAME.yml, and keepwell fit NAME",
        )
    return known[name]


def prediction(project: Project, model: str) -> Prediction:
    """A fitted model of the project.

    Raises:
        UserError: it has not been fitted, or not since its definition changed, or the text cannot be read.
    """
    text, defined = project.fitted.get(model), project.model(model)
    where = project.where.get(f"model:{model}", "")
    again = f"fit it: keepwell fit {model}"
    if text is None:
        raise UserError(f"the model {model} has not been fitted yet", where=where, do=again)
    try:
        fitted = load(text)
    except UserError as error:
        raise UserError(error.what, where=str(fitted_path(project.folder, model)), do=again) from error
    for noun, now, then in (
        ("kind", defined.kind, fitted.kind),
        ("outcome", defined.outcome, fitted.outcome),
        ("inputs", {one.name for one in defined.inputs}, {one.name for one in fitted.inputs}),
    ):
        if defined.kind is Kind.PURCHASES and noun == "inputs":
            continue
        if now != then:
            raise UserError(
                f"the {noun} of the model {model} changed after it was fitted", where=where, do=again
            )
    return Prediction(model, text)


def unscored(project: Project) -> Definition:
    """The project's signals, segments, stages and value without any scorecard: for what is only measured."""
    return Definition(
        purpose="",
        version="",
        versions=(),
        cards=(),
        signals=project.signals,
        segments=project.segments,
        stages=project.stages,
        value=project.value,
        feeds=project.feeds,
        zone=project.zone.key,
    )


def _digest(purpose: str, versions: tuple[tuple[str, str], ...]) -> str:
    """The version of a purpose: that of its scorecards in the order in which they are tried."""
    return hashlib.sha256(json.dumps([purpose, versions]).encode()).hexdigest()[:12]
