"""A project's definitions, purpose by purpose."""

import hashlib
import json

from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.scoring.definition import Definition, used


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
    return Definition(
        purpose=purpose,
        version=_digest(purpose, versions),
        versions=versions,
        cards=cards,
        signals=used(cards, project.signals, (*cases, project.value)),
        segments=project.segments,
        stages=project.stages,
        value=project.value,
        feeds=project.feeds,
        zone=project.zone.key,
    )


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
