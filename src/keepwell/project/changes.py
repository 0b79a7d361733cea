"""What differs between two projects, thing by thing, in words."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from keepwell.outreach.rules import Rules
from keepwell.project.facets import Facets, facets_of, of_journey, of_scorecard
from keepwell.project.governance import Governance
from keepwell.project.project import Project


class How(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing of a project that is not what it was: its `kind` and `name`, and in `words` what of it changed."""

    kind: str
    name: str
    how: How
    words: tuple[str, ...] = ()


def changes(before: Project | None, after: Project) -> tuple[Change, ...]:
    """Every difference from one project (`None`: from nothing) to another, kind by kind, in the order of definition."""
    return tuple(
        change
        for kind, things in KINDS.items()
        for change in _of_kind(kind, {} if before is None else things(before), things(after))
    )


def _of_kind(kind: str, before: Mapping[str, Facets], after: Mapping[str, Facets]) -> Iterator[Change]:
    for name, facets in after.items():
        if name not in before:
            yield Change(kind, name, How.ADDED)
        elif words := tuple(_differences(before[name], facets)):
            yield Change(kind, name, How.CHANGED, words)
    yield from (Change(kind, name, How.REMOVED) for name in before if name not in after)


def _differences(before: Facets, after: Facets) -> Iterator[str]:
    """`weight of nps: 1 → 2`, and what is only on one side."""
    for facet in dict.fromkeys((*after, *before)):
        was, now = before.get(facet), after.get(facet)
        if was == now:
            continue
        told = f"{facet}: " if facet else ""
        if was is None:
            yield f"{told}{now}, new"
        elif now is None:
            yield f"{told}no longer {was}"
        else:
            yield f"{told}{was} → {now}"


def _settings(project: Project) -> Mapping[str, Facets]:
    """Each setting by its key, as the one facet of a thing of its own."""
    said = {
        "project": project.name,
        "zone": project.zone.key,
        "currency": project.currency,
        "history": project.history,
        "value": project.value,
        "as_of": project.as_of,
        "simulated": project.simulated,
        "rates": project.rates,
        "databases": dict(project.databases),
        "judged by": project.judged_by,
        "capacity": project.capacity,
    }
    return {name: facets for name, value in said.items() if (facets := facets_of(value))}


def _cases(cases: tuple[tuple[str, object], ...]) -> Mapping[str, Facets]:
    """Segments or stages: each one's condition, and its place, since the first that holds wins."""
    return {
        name: {"condition": facets_of(condition).get("", "otherwise"), "place": str(place)}
        for place, (name, condition) in enumerate(cases, 1)
    }


def _text(text: str) -> Facets:
    """A template's text: how many lines, and the first digits of its hash, by which any change is seen."""
    return {"text": f"{len(text.splitlines())} lines ({hashlib.sha256(text.encode()).hexdigest()[:6]})"}


def _governance(project: Project) -> Mapping[str, Facets]:
    """The rules for changes, where there are any."""
    return {} if project.governance == Governance() else {"rules": facets_of(project.governance)}


def _outreach(project: Project) -> Mapping[str, Facets]:
    """The rules of outreach, where there are any."""
    return {} if project.outreach == Rules() else {"rules": facets_of(project.outreach)}


KINDS: Mapping[str, Callable[[Project], Mapping[str, Facets]]] = {
    "scorecard": lambda project: {card.name: of_scorecard(card) for card in project.scorecards},
    "signal": lambda project: {signal.name: facets_of(signal) for signal in project.signals},
    "segment": lambda project: _cases(project.segments),
    "stage": lambda project: _cases(project.stages),
    "outcome": lambda project: {outcome.name: facets_of(outcome) for outcome in project.outcomes},
    "source": lambda project: {source.name: facets_of(source) for source in project.sources},
    "journey": lambda project: {journey.name: of_journey(journey) for journey in project.journeys},
    "template": lambda project: {name: _text(text) for name, text in project.templates.items()},
    "setting": _settings,
    "governance": _governance,
    "outreach": _outreach,
}
"""The kinds of things of a project, each with its things by name, as facets to be compared."""
