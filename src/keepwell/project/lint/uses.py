"""What a project's scorecards are made of, followed through the signals."""

from collections.abc import Iterator

from keepwell.project.project import Project
from keepwell.scoring.scorecard import Line, Measure, Scorecard
from keepwell.signals.definition import (
    ACCOUNT,
    Aggregate,
    Direction,
    Formula,
    Predicted,
    Signal,
    attributes,
    needs,
)
from keepwell.signals.expression import Expression, names


def conditions(project: Project) -> Iterator[tuple[str, Expression]]:
    """Every condition and the value, with where it stands (its name, if the project was not read from files)."""
    where = project.where
    for noun, choices in (("segment", project.segments), ("stage", project.stages)):
        keyed = ((f"{noun}:{name}", one) for name, one in choices if one is not None)
        yield from ((where.get(key, key), one) for key, one in keyed)
    for card in project.scorecards:
        keyed = (
            (f"{noun}:{card.name}.{one.name}", one.when)
            for noun, ones in (("cap", card.caps), ("rule", card.rules))
            for one in ones
        )
        yield from ((where.get(key, key), one) for key, one in keyed)
    if project.value is not None:
        yield where.get("project:value", "keepwell.yml:1"), project.value


def measured(project: Project) -> dict[str, Signal]:
    """The signals that are measures of some scorecard."""
    signals = {signal.name: signal for signal in (*project.signals, *project.predicted)}
    return {one.signal: signals[one.signal] for card in project.scorecards for one in card.measures}


def below(project: Project, name: str) -> tuple[Signal, ...]:
    """A signal and all those it is computed from."""
    signals = {signal.name: signal for signal in (*project.signals, *project.predicted)}
    found: dict[str, Signal] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in signals and one not in found:
            found[one] = signals[one]
            waiting.extend(needs(signals[one]))
    return tuple(found.values())


def scored(project: Project) -> Iterator[Signal]:
    """Every signal that some score, segment or stage depends on, each once; what an account is worth is no score."""
    names_used = [one.signal for card in project.scorecards for one in card.measures]
    value = project.where.get("project:value", "keepwell.yml:1")
    names_used += [name for where, one in conditions(project) if where != value for name in names(one)]
    names_used += [project.risk] if project.risk else []
    found = {signal.name: signal for name in names_used for signal in below(project, name)}
    yield from found.values()


def account_attributes(project: Project) -> Iterator[tuple[str, str]]:
    """Every `account.` attribute, without its prefix, that a score, segment or stage reads, and where."""
    for where, condition in conditions(project):
        if where != project.where.get("project:value"):
            yield from ((name, where) for name in attributes(condition))
    for signal in scored(project):
        where = project.where[f"signal:{signal.name}"]
        if isinstance(signal.meaning, Formula):
            yield from ((name, where) for name in attributes(signal.meaning.expression))
        if isinstance(signal.meaning, Predicted):
            read = (name for name in signal.meaning.inputs if name.startswith(ACCOUNT))
            yield from ((name.removeprefix(ACCOUNT), where) for name in read)


def tables(project: Project, name: str) -> frozenset[str]:
    """The canonical tables below a signal."""
    found: set[str] = set()
    for one in below(project, name):
        if isinstance(one.meaning, Aggregate):
            found.add(one.meaning.table)
        elif isinstance(one.meaning, Predicted):
            found.update(one.meaning.tables)
    return frozenset(found)


def columns_read(meaning: Aggregate) -> set[str]:
    """The columns of its table that an aggregate reads by name."""
    parts = [part for part in (meaning.where, meaning.column) if part is not None]
    return {name for part in parts for name in names(part)} | ({meaning.at} if meaning.at else set())


def weights(card: Scorecard) -> dict[str, float]:
    """Each measure's share of the score, all of them known."""
    total = sum(dimension.weight for dimension in card.dimensions if dimension.measures)
    return {
        one.signal: dimension.weight / total * one.weight / sum(other.weight for other in dimension.measures)
        for dimension in card.dimensions
        for one in dimension.measures
    }


def direction(measure: Measure) -> Direction | None:
    """Which way a measure's scale runs; `None` if it bends, or is a percentile."""
    if not isinstance(measure.scale, Line):
        return None
    points = [points for _, points in measure.scale.knots]
    if points == sorted(points):
        return Direction.HIGHER_IS_BETTER
    return Direction.LOWER_IS_BETTER if points == sorted(points, reverse=True) else None
