"""Good practice for measures and the signals they scale."""

from collections.abc import Iterator

from keepwell.project.edits import AddKey
from keepwell.project.lint.rule import Finding, Rule
from keepwell.project.lint.uses import direction, measured, tables, weights
from keepwell.project.project import Project
from keepwell.scoring.scorecard import Percentile
from keepwell.signals.definition import Aggregate, How, Meaning
from keepwell.signals.expression import names

MOST_MEASURES = 10
_SIGNALS = "signals.yml"


class TooManyMeasures(Rule):
    """A score of more than ten measures cannot be argued with: each moves it too little to matter, and nobody keeps
    them all in mind. The ones that carry the evidence are usually four to eight."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Scorecards with more than ten measures."""
        for card in project.scorecards:
            count = len(card.measures)
            if count > MOST_MEASURES:
                light = sorted(weights(card).items(), key=lambda one: one[1])[: count - MOST_MEASURES]
                yield self.found(
                    project.where[f"scorecard:{card.name}"],
                    f"the scorecard {card.name} has {count} measures",
                    f"drop the lightest: {', '.join(f'{name} ({share:.0%})' for name, share in light)}",
                )


class NoCustomerVoice(Rule):
    """A health score without the customer's own voice, from surveys, ratings or the pulse of those who talk to them,
    sees what people do and misses what they think until they leave."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Health scorecards without a measure of surveys, pulses, or tickets' satisfaction."""
        for card in project.scorecards:
            heard = any(_is_voice(project, one.signal) for one in card.measures)
            if card.purpose == "health" and card.measures and not heard:
                yield self.found(
                    project.where[f"scorecard:{card.name}"],
                    f"no measure of {card.name} comes from surveys, pulses or ratings of support",
                    "add a dimension `voice:` with, for example, the last NPS: "
                    "{from: surveys, aggregate: last, column: score, window: 180 days}",
                )


def _is_voice(project: Project, name: str) -> bool:
    if tables(project, name) & {"surveys", "pulses"}:
        return True
    meaning = project.signal(name).meaning
    column = meaning.column if isinstance(meaning, Aggregate) else None
    return column is not None and {"satisfaction", "sentiment"} & set(names(column)) != set()


class OneMeasureDominates(Rule):
    """A measure with more than half of the weight is the score: the others only add noise to it, and one broken feed
    breaks everything."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Measures that weigh more than half of their scorecard."""
        for card in project.scorecards:
            for name, share in weights(card).items():
                if share > 0.5:
                    yield self.found(
                        project.where[f"measure:{card.name}.{name}"],
                        f"{name} has {share:.0%} of the weight of {card.name}",
                        "give it less weight, or its dimension, or add measures beside it",
                    )


class NoDirection(Rule):
    """A measured signal should say whether more of it is good or bad: reasons are worded by it, percentiles are taken
    by it, and fitted weights are held to it."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Measured signals without `direction`."""
        known = measured(project)
        scales = {one.signal: one for card in reversed(project.scorecards) for one in reversed(card.measures)}
        for name, signal in known.items():
            if signal.direction is None and not _bends(scales[name].scale, direction(scales[name])):
                way = direction(scales[name])
                edit = [AddKey(_SIGNALS, ("signals", name), "direction", str(way))] if way is not None else []
                yield self.found(
                    project.where[f"signal:{name}"],
                    f"{name} is measured, and does not say whether more of it is good",
                    f"add `direction: {way or 'higher_is_better'}`" + ("" if way else ", or lower_is_better"),
                    *edit,
                )


def _bends(scale: object, way: object) -> bool:
    """Whether a scale has its best or worst in the middle, so that no direction holds."""
    return not isinstance(scale, Percentile) and way is None


class ScaleContradictsDirection(Rule):
    """A scale that runs against the signal's declared direction rewards what the team believes to be bad; one of the
    two is a slip."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Health measures whose scale runs the other way than their signal's direction."""
        for card in project.scorecards:
            for one in card.measures:
                declared, scaled = project.signal(one.signal).direction, direction(one)
                if card.purpose == "health" and None not in (declared, scaled) and declared is not scaled:
                    yield self.found(
                        project.where[f"measure:{card.name}.{one.signal}"],
                        f"{one.signal} is declared {declared}, and its scale says {scaled}",
                        "turn the scale round, or the direction",
                    )


class NoLabel(Rule):
    """Reasons are read by people who did not name the signals: a measure needs a label in their words."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Measured signals without `label`."""
        for name, signal in measured(project).items():
            if not signal.label:
                yield self.found(
                    project.where[f"signal:{name}"],
                    f"{name} is measured, and has no label",
                    f"add, for example, `label: {signal.title}`",
                    AddKey(_SIGNALS, ("signals", name), "label", signal.title),
                )


class NoUnit(Rule):
    """A number without its unit cannot be argued with: nobody knows 12 of what."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Measured signals without `unit`."""
        for name, signal in measured(project).items():
            if not signal.unit:
                unit = _unit(signal.meaning)
                edit = [AddKey(_SIGNALS, ("signals", name), "unit", unit)] if unit else []
                yield self.found(
                    project.where[f"signal:{name}"],
                    f"{name} is measured, and has no unit",
                    f"add, for example, `unit: {unit or 'points'}`",
                    *edit,
                )


def _unit(meaning: object) -> str:
    if isinstance(meaning, Aggregate):
        if meaning.how in (How.ACTIVE_DAYS, How.DAYS_SINCE_LAST, How.DAYS_UNTIL):
            return "days"
        if meaning.how in (How.COUNT, How.OPEN):
            return meaning.table
    return ""


class MissingLeftToChance(Rule):
    """Whether nothing is a fact (no login is no login) or merely unknown (nobody answered the survey) changes scores
    more than most weights do: every measured signal should say `missing:`, and every scorecard what an unknown measure
    does."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Measured signals, and scorecards, without `missing`."""
        for name, signal in measured(project).items():
            if not signal.missing_said:
                yield self.found(
                    project.where[f"signal:{name}"],
                    f"{name} is measured, and does not say what a missing value means",
                    "add `missing: unknown`, or `missing: zero` if no fact means none",
                    AddKey(_SIGNALS, ("signals", name), "missing", "unknown"),
                )
        for card in project.scorecards:
            where = project.where[f"scorecard:{card.name}"]
            if card.measures and f"scorecard:{card.name}.missing" not in project.where:
                yield self.found(
                    where,
                    f"{card.name} does not say what an unknown measure does",
                    "add `missing: redistribute`, or neutral, or worst",
                    AddKey(where.partition(":")[0], (), "missing", "redistribute"),
                )


class Unbounded(Rule):
    """A count, sum or mean over all the past only grows with age: old accounts look healthy whatever they do now. A
    measure looks at a window."""

    _HOWS = (How.COUNT, How.SUM, How.MEAN, How.MEDIAN, How.ACTIVE_DAYS, How.DISTINCT)

    def check(self, project: Project) -> Iterator[Finding]:
        """Measured signals that aggregate all the past."""
        for name, signal in measured(project).items():
            if self._endless(signal.meaning):
                yield self.found(
                    project.where[f"signal:{name}"],
                    f"{name} takes all the past together",
                    "add, for example, `window: 90 days`",
                )

    def _endless(self, meaning: Meaning) -> bool:
        return (
            isinstance(meaning, Aggregate)
            and meaning.how in self._HOWS
            and meaning.window is None
            and meaning.state is None
            and meaning.table != "accounts"
        )
