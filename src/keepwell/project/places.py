"""Where each thing of a project is defined: its kind and name → `file:line:key`."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from keepwell.project.reading.journeys import Read
from keepwell.project.report import Place
from keepwell.project.shape.compound import Entry, Fields
from keepwell.scoring.scorecard import Scorecard

Card: TypeAlias = tuple[str, Fields, Scorecard | None]
"""A scorecard's file, what it says, and the scorecard, if it could be read."""


def entries_of(fields: Fields | None, key: str) -> tuple[Entry, ...]:
    """The named entries under a key, none if it is not there."""
    found: tuple[Entry, ...] = fields.get(key, ()) if fields is not None else ()
    return found


def places(
    top: Fields | None,
    of_sources: Iterable[Entry],
    of_signals: Iterable[Entry],
    *,
    of_segments: Fields | None,
    cards: Iterable[Card],
    of_outcomes: Iterable[Entry],
    of_models: Iterable[tuple[str, Place]] = (),
    of_journeys: Iterable[Read] = (),
) -> Iterator[tuple[str, str]]:
    """What `Project.where` holds."""
    for key in top or ():
        assert top is not None
        yield f"project:{key}", str(top.at(key))
    named = [("source", of_sources), ("signal", of_signals), ("outcome", of_outcomes)]
    named += [(noun, entries_of(of_segments, f"{noun}s")) for noun in ("segment", "stage")]
    for noun, entries in named:
        for entry in entries:
            yield f"{noun}:{entry.name}", str(entry.place)
    for name, place in of_models:
        yield f"model:{name}", str(place)
        yield f"signal:{name}", str(place)  # a model makes a signal of its name
    for file, fields, card in cards:
        if card is not None:
            yield f"scorecard:{card.name}", f"{file}:{fields.at('scorecard').line}:scorecard"
            yield from _within(card.name, fields)
    for each in of_journeys:
        name = each.journey.name
        yield f"journey:{name}", str(each.place)
        yield from ((f"journey:{name}.{key}", str(place)) for key, place in each.keys.items())
        yield from ((f"step:{name}.{step}", str(place)) for step, place in each.steps.items())


def _within(card: str, fields: Fields) -> Iterator[tuple[str, str]]:
    for key, noun in (("caps", "cap"), ("points", "rule"), ("dimensions", "dimension")):
        for entry in entries_of(fields, key):
            yield f"{noun}:{card}.{entry.name}", str(entry.place)
            if noun == "dimension" and isinstance(entry.value, Fields):
                for measure in entries_of(entry.value, "measures"):
                    yield f"measure:{card}.{measure.name}", str(measure.place)
    for key in ("missing", "bands", "for", "order", "min_coverage", "reference"):
        if fields.said(key):
            yield f"scorecard:{card}.{key}", str(fields.at(key))
