"""Who is at risk of an outcome as of an instant: the accounts among whom it is looked for."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.proof.outcome import Outcome
from keepwell.scoring.definition import Definition
from keepwell.scoring.observed import ACTIVE, Bools, Observed
from keepwell.signals.definition import Aggregate, Formula, How, Signal
from keepwell.signals.expression import Call, Literal, Name
from keepwell.signals.window import local_date

RENEWALS = "subscriptions"
"""The table whose `renews_at` says what falls due."""


def asking(definition: Definition, *outcomes: Outcome) -> Definition:
    """The definition with what must be measured besides, so that `at_risk` can tell who is.

    What is added has names that no signal of a project can have.
    """
    extra = [signal for outcome in outcomes for signal in population_signals(outcome)]
    return replace(definition, signals=(*definition.signals, *extra))


def at_risk(outcome: Outcome, observed: Observed, zone: ZoneInfo) -> Bools:
    """Which accounts are at risk as of the sight, which was taken with a definition `asking` for the outcome.

    They are active, of the segments and stages, the condition holds (what is unknown does not), and, if that is asked, an open
    subscription falls due by the local day on which the span after the as_of ends.
    """
    population = outcome.population
    which = observed.population.among(frozenset((ACTIVE,)))
    which &= observed.segments.among(population.segments) & observed.stages.among(population.stages)
    if population.where is not None:
        which &= observed.values[_where(outcome)] == 1
    if population.renewal_within is not None:
        end = population.renewal_within.after(observed.as_of, zone)
        days = (local_date(end, zone) - local_date(observed.as_of, zone)).days
        # A comparison with an unknown number (NaN) does not hold.
        which &= observed.values[_due(outcome)] <= days
    return np.asarray(which)


def population_signals(outcome: Outcome) -> list[Signal]:
    """The signals that `at_risk` reads; those that the population's own condition reads are not among them."""
    found = []
    if outcome.population.where is not None:
        holds = Call("when", (outcome.population.where, Literal(1), Literal(0)))
        found.append(Signal(_where(outcome), Formula(holds)))
    if outcome.population.renewal_within is not None:
        found.append(Signal(_due(outcome), Aggregate(How.DAYS_UNTIL, RENEWALS, column=Name("renews_at"))))
    return found


def _where(outcome: Outcome) -> str:
    return f"at risk of {outcome.name}"


def _due(outcome: Outcome) -> str:
    return f"days to renewal for {outcome.name}"
