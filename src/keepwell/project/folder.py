"""Reading a project's files, those of its folder or a copy: every file, as a whole, with every problem told at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from keepwell.errors import UserError
from keepwell.models.definition import ModelDefinition
from keepwell.outreach.rules import Rules
from keepwell.project import templates
from keepwell.project.catalog import Catalog
from keepwell.project.declared.governance import GOVERNANCE
from keepwell.project.declared.journeys import JOURNEY
from keepwell.project.declared.models import MODEL
from keepwell.project.declared.outcomes import OUTCOMES
from keepwell.project.declared.outreach import OUTREACH
from keepwell.project.declared.scorecards import SCORECARD
from keepwell.project.declared.segments import SEGMENTS
from keepwell.project.declared.settings import SETTINGS
from keepwell.project.declared.signals import SIGNALS
from keepwell.project.declared.sources import SOURCES
from keepwell.project.document import read
from keepwell.project.governance import Governance
from keepwell.project.places import Card, entries_of, places
from keepwell.project.project import Project
from keepwell.project.reading import (
    governance,
    journeys,
    models,
    outcomes,
    rules,
    scorecards,
    segments,
    settings,
    signals,
    sources,
    texts,
)
from keepwell.project.reading.expressions import OverSignals
from keepwell.project.report import Place, Report, nearest
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields, Record
from keepwell.project.snapshot import Files, Folder
from keepwell.scoring.scorecard import Scorecard
from keepwell.signals.definition import Feed
from keepwell.signals.graph import order

KEEPWELL, SOURCES_FILE, SIGNALS_FILE, SEGMENTS_FILE, OUTCOMES_FILE = (
    "keepwell.yml",
    "sources.yml",
    "signals.yml",
    "segments.yml",
    "outcomes.yml",
)
GOVERNANCE_FILE, OUTREACH_FILE = "governance.yml", "outreach.yml"
SCORECARDS, MODELS, JOURNEYS = "scorecards", "models", "journeys"
FITTED = ".fitted.json"
"""How the file of a fitted model ends: models/NAME.fitted.json."""

FILES = (KEEPWELL, SOURCES_FILE, SIGNALS_FILE, SEGMENTS_FILE, OUTCOMES_FILE, GOVERNANCE_FILE, OUTREACH_FILE)


def load(folder: Path | str) -> Project:
    """The project in a folder.

    Raises:
        DefinitionError: its definitions hold mistakes; every one of them is told.
        UserError: the folder is no project.
    """
    path = Path(folder)
    if not (path / KEEPWELL).is_file():
        raise UserError(
            f"{path} holds no project: there is no {KEEPWELL}",
            where=str(path),
            do=_start(path),
        )
    return of_files(Folder(path))


def of_files(files: Files) -> Project:
    """The project that files hold, keepwell.yml among them.

    Raises:
        DefinitionError: its definitions hold mistakes; every one of them is told.
    """
    report = Report()
    readable = _Files(files, report)
    project = _project(readable, report)
    report.close([*FILES, *readable.cards, *readable.models, *readable.journeys])
    return project


def fitted_path(folder: Path, model: str) -> Path:
    """Where a model that has been fitted lies."""
    return folder / MODELS / f"{model}{FITTED}"


def _start(path: Path) -> str:
    if (path / "keepwell.yaml").is_file():
        return "rename keepwell.yaml to keepwell.yml"
    parent = next((one for one in path.resolve().parents if (one / KEEPWELL).is_file()), None)
    if parent is not None:
        return f"go to the project's folder: cd {parent}"
    return "type `keepwell init DIR --from DATA`, or `keepwell init DIR --example saas`"


@dataclass(slots=True)
class _Files:
    """The files of a project as fields, `None` where one is absent or cannot be read."""

    files: Files
    report: Report

    @property
    def cards(self) -> list[str]:
        """The names of the scorecards' files, in order."""
        return self.files.matching(f"{SCORECARDS}/*.yml")

    @property
    def models(self) -> list[str]:
        """The names of the models' files, in order."""
        return self.files.matching(f"{MODELS}/*.yml")

    @property
    def journeys(self) -> list[str]:
        """The names of the journeys' files, in order."""
        return self.files.matching(f"{JOURNEYS}/*.yml")

    def fitted(self, models: Iterable[ModelDefinition]) -> dict[str, str]:
        """The texts of the models that have been fitted, by name."""
        found = {model.name: f"{MODELS}/{model.name}{FITTED}" for model in models}
        return {
            name: self.files.content(file).decode("utf-8", errors="replace")
            for name, file in found.items()
            if self.files.has(file)
        }

    def fields(self, name: str, shape: Record, *, required: bool = False) -> Fields | None:
        if not self.files.has(name):
            if required:
                self.report.add(Place(name, 1), f"there is no {name}", self._instead(name))
            return None
        count = len(self.report.problems)
        node = read(self.files, name, self.report)
        if node is None:
            if len(self.report.problems) == count and required:
                self.report.add(
                    Place(name, 1), "the file is empty", f"write its keys: {', '.join(shape.keys)}"
                )
            return None
        fields = shape.read(node, self.report)
        return None if fields is BROKEN else fields

    def perhaps(self, name: str, shape: Record) -> tuple[Fields | None, bool]:
        """A file that need not be there, and whether all it says is known: nothing, if it is absent or empty."""
        count = len(self.report.problems)
        fields = self.fields(name, shape)
        return fields, fields is not None or len(self.report.problems) == count

    def _instead(self, name: str) -> str:
        others = [other for other in self.files.matching("*.y*ml") if other not in FILES]
        near = nearest(name, others)
        return f"rename {near} to {name}" if near else "write it, or type `keepwell init DIR --from DATA`"

    def strays(self) -> Iterator[tuple[str, str]]:
        """Files that look like a project's, with the name they should have."""
        for name in self.files.matching("*.y*ml"):
            meant = nearest(name, FILES)
            if name not in FILES and meant and not self.files.has(meant):
                yield name, meant
        for within in (SCORECARDS, MODELS, JOURNEYS):
            for name in self.files.matching(f"{within}/*.yaml"):
                yield name, f"{name.removesuffix('.yaml')}.yml"


def _project(files: _Files, report: Report) -> Project:
    for name, meant in files.strays():
        report.add(Place(name, 1), "the file is not read under this name", f"rename it to {meant}")
    top = files.fields(KEEPWELL, SETTINGS, required=True)
    empty = Fields(Place(KEEPWELL, 1), {}, {}, frozenset())
    said = settings.read(top or empty, files.files.folder, report)
    source_fields = files.fields(SOURCES_FILE, SOURCES, required=True)
    source_entries = entries_of(source_fields, "sources")
    found_sources = sources.read(source_entries, said, report)
    signal_fields, signals_known = files.perhaps(SIGNALS_FILE, SIGNALS)
    entries = entries_of(signal_fields, "signals")
    segment_fields, segments_known = files.perhaps(SEGMENTS_FILE, SEGMENTS)
    cards = [(name, files.fields(name, SCORECARD, required=True)) for name in files.cards]
    complete = source_fields is not None and all(_table_known(entry) for entry in source_entries)
    catalog = Catalog.of(sources.fillings(source_entries), complete=complete)
    found = signals.read(entries, catalog, report)
    kinds = signals.check(entries, found, catalog, report)
    names = frozenset(entry.name for entry in entries)
    model_fields = [(name, files.fields(name, MODEL, required=True)) for name in files.models]
    said_models = [(name, fields) for name, fields in model_fields if fields is not None]
    models.twice(said_models, report)
    model_names = frozenset(fields["model"] for _, fields in said_models if "model" in fields)
    over = OverSignals(names, kinds, catalog, report, complete=signals_known, models=model_names)
    if said.value is not None and said.value_place is not None:
        over.number(said.value.expression, said.value_place)
    chosen = segments.read(segment_fields, over) if segment_fields else ((), ())
    around = scorecards.Around(
        over,
        {signal.name: signal for signal in found},
        tuple(entry.name for entry in entries_of(segment_fields, "segments")) if segments_known else None,
        tuple(entry.name for entry in entries_of(segment_fields, "stages")) if segments_known else None,
        model_names,
    )
    read_cards = [
        (name, fields, scorecards.read(fields, around)) for name, fields in cards if fields is not None
    ]
    _same_names(read_cards, report)
    outcome_fields = files.fields(OUTCOMES_FILE, OUTCOMES)
    complete_cards = all(card is not None for _, _, card in read_cards) and len(read_cards) == len(cards)
    purposes = frozenset(card.purpose for _, _, card in read_cards if card) if complete_cards else None
    judged = outcomes.Judged(around, purposes, valued=said.value is not None)
    judging = outcomes.read(outcome_fields, judged) if outcome_fields else outcomes.Judging()
    governing = files.fields(GOVERNANCE_FILE, GOVERNANCE)
    of_outcomes = entries_of(outcome_fields, "outcomes")
    known = {outcome.name: outcome for outcome in judging.outcomes}
    modelled = models.Modelled(over, around.signals, known if len(known) == len(of_outcomes) else None)
    defined = tuple(
        model for _, fields in said_models if (model := models.read(fields, modelled)) is not None
    )
    if said.risk and len(defined) == len(model_fields):
        models.risk(said.risk, (top or empty).at("risk"), defined, modelled)
    read_texts = templates.read(files.files, report)
    texts.check(read_texts, over)
    journey_fields = [(name, files.fields(name, JOURNEY, required=True)) for name in files.journeys]
    said_journeys = [(name, fields) for name, fields in journey_fields if fields is not None]
    journeys.twice(said_journeys, report)
    beside = journeys.Beside(
        around, purposes, read_texts, journeys.names(journey_fields), said.currency, said.zone
    )
    read_journeys = [one for _, fields in said_journeys if (one := journeys.read(fields, beside)) is not None]
    outreach_fields = files.fields(OUTREACH_FILE, OUTREACH)
    outreach = Rules() if outreach_fields is None else rules.read(outreach_fields, report)
    if outreach_fields is not None:
        rules.check(outreach, read_journeys, report)
    return Project(
        folder=files.files.folder,
        name=said.name,
        zone=said.zone,
        currency=said.currency,
        warehouse=said.warehouse,
        as_of=said.as_of,
        history=said.history,
        simulated=said.simulated,
        value=said.worth(),
        rates=said.rates,
        databases=said.databases,
        sources=found_sources,
        signals=order(found) if not report.problems else found,
        segments=chosen[0],
        stages=chosen[1],
        scorecards=_in_order(read_cards),
        outcomes=judging.outcomes,
        judged_by=judging.by,
        capacity=judging.capacity,
        reached_by=judging.outreach,
        governance=Governance()
        if governing is None
        else governance.read(governing, _names(cards, read_cards), report),
        feeds=tuple(Feed(one.name, one.table, one.fresh_within) for one in found_sources if one.fresh_within),
        where=dict(
            places(
                top,
                source_entries,
                entries,
                of_segments=segment_fields,
                cards=read_cards,
                of_outcomes=of_outcomes,
                of_models=[
                    (fields["model"], fields.at("model")) for _, fields in said_models if "model" in fields
                ],
                of_journeys=read_journeys,
            )
        ),
        models=defined,
        fitted=files.fitted(defined),
        risk=said.risk,
        schedule=said.schedule,
        journeys=tuple(each.journey for each in read_journeys),
        outreach=outreach,
        templates=read_texts,
        ignored=frozenset(name for name, _ in said.ignored),
    )


def _table_known(entry: Entry) -> bool:
    return isinstance(entry.value, Fields) and "table" in entry.value


def _names(files: Sequence[object], cards: Sequence[Card]) -> list[str] | None:
    """The scorecards' names; `None` if one of the files has none that could be read."""
    known = [card.name for _, _, card in cards if card is not None]
    return known if len(known) == len(files) else None


def _same_names(cards: list[Card], report: Report) -> None:
    first: dict[str, str] = {}
    for file, fields, card in cards:
        if card is None:
            continue
        if card.name in first:
            report.add(
                fields.at("scorecard"),
                f"{first[card.name]} is a scorecard {card.name!r} already",
                f"give this one another name, such as {Path(file).stem}_{card.purpose}",
            )
        first.setdefault(card.name, file)


def _in_order(cards: list[Card]) -> tuple[Scorecard, ...]:
    """By `order`, then by the file's name."""
    known = [
        (fields.get("order", scorecards.FIRST), file, card)
        for file, fields, card in cards
        if card is not None
    ]
    return tuple(card for _, _, card in sorted(known, key=lambda one: one[:2]))
