"""Outcomes in words, as people read them beside their figures."""

from keepwell.proof.outcome import (
    Cause,
    Counts,
    Dated,
    Event,
    Gap,
    Inactive,
    Moved,
    Outcome,
    Renewal,
    Snapshot,
)
from keepwell.signals.expression import Expression
from keepwell.signals.kinds import written
from keepwell.signals.tables import TABLES

_CAUSES = {
    Cause.VOLUNTARY: "Only ends that the customer decided count.",
    Cause.PAYMENT_FAILURE: "Only failed payments count.",
}


def what(event: Event) -> str:
    """What happens, in a sentence."""
    match event:
        case Dated():
            at = event.at or TABLES[event.table].occurred
            return f"It happens on the day in {event.table}.{at}{_where(event.where)}."
        case Gap():
            within = f" within {event.grace}" if event.grace.count else " at once"
            return f"The last of an account's {event.table}{_where(event.where)} ends and is not taken up again{within}."
        case Inactive():
            return f"No more {event.table} for {event.after}{_where(event.where)}; it happens when that time is over."
        case Renewal():
            beyond = f" by more than {event.grace}" if event.grace.count else ""
            return f"One of the {event.table}{_where(event.where)} falls due, and the account stays beyond that day{beyond}."
        case Moved():
            way = "rises" if event.up else "falls"
            by = f" by {100 * event.by:.3g}% or more" if event.by else ""
            return f"The sum of {event.table}.{event.column}{_where(event.where)} {way}{by}."
        case Snapshot():
            return f"It has happened where {written(event.holds)}. Nobody knows when: not point in time."


def ahead(outcome: Outcome) -> str:
    """How far ahead it is looked for, and what is counted, in a sentence or two; empty where there is nothing to say."""
    said = []
    if outcome.dated:
        after = f", after {outcome.gap} to act" if outcome.gap.count else ""
        said.append(f"Looked for within {outcome.horizon}{after}.")
    if outcome.counts is Counts.REVENUE:
        said.append("Money is counted, not accounts.")
    if outcome.cause is not None:
        said.append(_CAUSES[outcome.cause])
    return " ".join(said)


def among(outcome: Outcome) -> str:
    """Among whom it is looked for, in words: `active accounts where mrr > 0`."""
    population = outcome.population
    said = ["active accounts"]
    if population.segments is not None:
        said.append(f"of the {_listed('segment', population.segments)}")
    if population.stages is not None:
        said.append(f"in the {_listed('stage', population.stages)}")
    if population.where is not None:
        said.append(f"where {written(population.where)}")
    if population.renewal_within is not None:
        said.append(f"that fall due for renewal within {population.renewal_within}")
    return " ".join(said)


def _where(condition: Expression | None) -> str:
    return "" if condition is None else f" where {written(condition)}"


def _listed(noun: str, names: frozenset[str]) -> str:
    return f"{noun}{'s' if len(names) > 1 else ''} {', '.join(sorted(names))}"
