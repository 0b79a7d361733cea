"""A project as definitions: all that its folder says, read and checked as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from keepwell.models.definition import Kind as ModelKind
from keepwell.models.definition import ModelDefinition
from keepwell.outreach.journey import Journey
from keepwell.outreach.rules import Rules
from keepwell.project.catalog import Catalog, Filling
from keepwell.project.governance import Governance
from keepwell.project.schedule import Timing, Work
from keepwell.project.version import Definitions, content, digest, journey_content, outcome_content
from keepwell.proof.outcome import Outcome
from keepwell.proof.outreach import Outreach
from keepwell.scoring.scorecard import Scorecard
from keepwell.signals.definition import Direction, Feed, Predicted, Signal
from keepwell.signals.expression import Expression
from keepwell.signals.graph import kinds
from keepwell.signals.tables import Kind
from keepwell.sources.source import Rates, Source

ORDERS = "orders"
"""The table that a model of purchases reads itself."""


@dataclass(frozen=True)
class Project:
    """A folder's definitions, without a mistake in them.

    `signals` come after those they need; `scorecards` in the order in which they are tried. A segment or stage with
    `None` for a condition takes every account that is left. `where` tells where a thing is defined: `signal:NAME`,
    `source:NAME`, `scorecard:NAME`, `measure:SCORECARD.SIGNAL`, `segment:NAME`, `stage:NAME`, `outcome:NAME`, `journey:NAME`, `step:JOURNEY.ID`
    → `file:line:key`.
    `as_of` (UTC) is the pinned instant, `None` the clock; `history` counts days. `judged_by` are the attributes of accounts
    by which evidence is split; `capacity` is how many accounts the team can look after at a time, `reached_by` what counts as having been reached (`None`: not said). `outreach` are the rules of what
    goes out to customers. `fitted` holds
    the text of every fitted model by its name, as it lies beside its definition; `risk` names the model that says what is at risk. `schedule` is when a
    server works by itself; scores do not depend on it. `templates` holds each text by its kind and name, as `email/check_in`.
    """

    folder: Path
    name: str
    zone: ZoneInfo
    currency: str
    warehouse: Path
    as_of: datetime | None
    history: int
    simulated: bool
    value: Expression | None
    rates: Rates
    databases: Mapping[str, str]
    sources: tuple[Source, ...]
    signals: tuple[Signal, ...]
    segments: tuple[tuple[str, Expression | None], ...]
    stages: tuple[tuple[str, Expression | None], ...]
    scorecards: tuple[Scorecard, ...]
    feeds: tuple[Feed, ...]
    governance: Governance = field(default_factory=Governance)
    where: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    outcomes: tuple[Outcome, ...] = ()
    judged_by: tuple[str, ...] = ()
    capacity: int | None = None
    reached_by: Outreach | None = None
    models: tuple[ModelDefinition, ...] = ()
    fitted: Mapping[str, str] = field(default_factory=dict)
    risk: str = ""
    schedule: Mapping[Work, Timing] = field(default_factory=dict)
    journeys: tuple[Journey, ...] = ()
    outreach: Rules = field(default_factory=Rules)
    templates: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def catalog(self) -> Catalog:
        """Which tables and columns the sources fill."""
        return Catalog.of(map(Filling.of, self.sources))

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The kind of every signal's value."""
        return kinds(self.signals, self.catalog.columns)

    @cached_property
    def predicted(self) -> tuple[Signal, ...]:
        """The signals that the models make; they are measures and no part of conditions."""
        return tuple(self._predicted(model) for model in self.models)

    def _predicted(self, model: ModelDefinition) -> Signal:
        outcome = next((one for one in self.outcomes if one.name == model.outcome), None)
        adverse = outcome is None or outcome.kind.adverse
        read = tuple(one.name for one in model.inputs)
        return Signal(
            model.name,
            Predicted(read, (ORDERS,) if model.kind is ModelKind.PURCHASES else ()),
            label=model.title,
            unit="percent",
            direction=Direction.LOWER_IS_BETTER if adverse else Direction.HIGHER_IS_BETTER,
        )

    def signal(self, name: str) -> Signal:
        """The signal of that name, one that a model makes among them.

        Raises:
            KeyError: there is none.
        """
        return {signal.name: signal for signal in (*self.signals, *self.predicted)}[name]

    def model(self, name: str) -> ModelDefinition:
        """The model of that name.

        Raises:
            KeyError: there is none.
        """
        return {model.name: model for model in self.models}[name]

    def scorecard(self, name: str) -> Scorecard:
        """The scorecard of that name.

        Raises:
            KeyError: there is none.
        """
        return {card.name: card for card in self.scorecards}[name]

    def outcome(self, name: str) -> Outcome:
        """The outcome of that name.

        Raises:
            KeyError: there is none.
        """
        return {outcome.name: outcome for outcome in self.outcomes}[name]

    def journey(self, name: str) -> Journey:
        """The journey of that name.

        Raises:
            KeyError: there is none.
        """
        return {journey.name: journey for journey in self.journeys}[name]

    def judging(self, purpose: str) -> Outcome | None:
        """The outcome by which scores of a purpose are judged unless another is named: the first that is declared for it."""
        return next((outcome for outcome in self.outcomes if outcome.purpose == purpose), None)

    def purposes(self) -> tuple[str, ...]:
        """Every purpose that is scored, health first."""
        found = dict.fromkeys(card.purpose for card in self.scorecards)
        return tuple(sorted(found, key=lambda purpose: purpose != "health"))

    def definition(self, scorecard: Scorecard | None = None) -> str:
        """What the version of a scorecard (or of the whole project) is the hash of, as canonical JSON: the copy to keep."""
        return content(self._definitions, scorecard)

    def version(self, scorecard: Scorecard | None = None) -> str:
        """The version, 12 hexadecimal digits, of a scorecard with all it depends on, or of the whole project.

        It changes with the meaning only: not with comments, the order of keys, labels, advice, or where files lie.
        """
        return digest(self.definition(scorecard))

    def outcome_version(self, outcome: Outcome) -> str:
        """The version, 12 hexadecimal digits, of an outcome with all that decides to whom it happens and who is at risk: what was learned of
        another is not true of it."""
        return digest(outcome_content(self._definitions, outcome))

    def journey_version(self, journey: Journey) -> str:
        """The version, 12 hexadecimal digits, of a journey with its audience's rule and the texts it uses: what an approval holds for."""
        return digest(journey_content(self._definitions, journey))

    @property
    def _definitions(self) -> Definitions:
        return Definitions(
            zone=self.zone.key,
            currency=self.currency,
            history=self.history,
            value=self.value,
            rates=self.rates,
            sources=self.sources,
            signals=(*self.signals, *self.predicted),
            segments=self.segments,
            stages=self.stages,
            scorecards=self.scorecards,
            outcomes=self.outcomes,
            judged_by=self.judged_by,
            capacity=self.capacity,
            reached_by=self.reached_by,
            outreach=self.outreach,
            governance=self.governance,
            models=self.models,
            fitted=self.fitted,
            risk=self.risk,
            journeys=self.journeys,
            templates=self.templates,
        )
