"""Dumb baselines: what anybody could rank accounts by without a score. A score has to be better than these."""

from collections.abc import Collection, Mapping

import numpy as np

from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import Panel
from keepwell.scoring.observed import Floats
from keepwell.signals.definition import Aggregate, How, Signal
from keepwell.signals.window import Span, Unit, Window

TENURE = "time as a customer"
LAST_SCORE = "the score one as_of before"
LATELY = Window(Span(28, Unit.DAYS))
SILENCE = Window(Span(90, Unit.DAYS))
"""How far back the last event is looked for: a longer silence is all one, and older events need not be read."""

_ACTING = {"events": "event", "orders": "order"}
"""The tables in which customers act, of which the first that is there counts, and what one of their facts is called."""


def baseline_signals(tables: Collection[str]) -> tuple[Signal, ...]:
    """The signals that the baselines need, by the fact tables there are."""
    found = [Signal(TENURE, Aggregate(How.DAYS_SINCE_LAST, "accounts"))]
    table = next((name for name in _ACTING if name in tables), None)
    if table is not None:
        found.append(_silence(table))
        found.append(Signal(_usage(table), Aggregate(How.COUNT, table, window=LATELY), missing=0))
    return tuple(found)


def _silence(table: str) -> Signal:
    """How long ago the last fact was; orders are few and far between, so the last one counts whenever it was."""
    if table != "events":
        return Signal(_recency(table), Aggregate(How.DAYS_SINCE_LAST, table))
    longest = SILENCE.start.count + 1
    return Signal(_recency(table), Aggregate(How.DAYS_SINCE_LAST, table, window=SILENCE), missing=longest)


def _recency(table: str) -> str:
    return f"days since the last {_ACTING[table]}"


def _usage(table: str) -> str:
    return f"{_ACTING[table]}s in the last {LATELY}"


def baselines(panel: Panel, outcome: Outcome) -> Mapping[str, Floats]:
    """Each baseline's risk by its name: the higher, the likelier the outcome (NaN: it says nothing of the row).

    A short tenure, a long silence, little use and a low score before go with a loss; for what one hopes for, the other way round.
    A baseline that says the same of everybody is left out.
    """
    sign = 1.0 if outcome.kind.adverse else -1.0
    found = {
        name: (sign if name in map(_recency, _ACTING) else -sign) * values
        for name, values in panel.values.items()
        if name == TENURE or name in {*map(_recency, _ACTING), *map(_usage, _ACTING)}
    }
    found[LAST_SCORE] = -sign * before(panel)
    return {name: risk for name, risk in found.items() if _varies(risk)}


def _varies(risk: Floats) -> bool:
    known = risk[~np.isnan(risk)]
    return bool(len(known)) and bool(known.min() < known.max())


def before(panel: Panel) -> Floats:
    """Each row's score of the same account one as_of before; NaN where there is none."""
    result = np.full(len(panel), np.nan)
    edges = np.searchsorted(panel.point, np.arange(len(panel.as_ofs) + 1))
    for last, here, end in zip(edges, edges[1:], edges[2:], strict=False):
        if here > last:
            earlier = panel.account[last:here]
            found = np.minimum(np.searchsorted(earlier, panel.account[here:end]), len(earlier) - 1)
            same = earlier[found] == panel.account[here:end]
            result[here:end] = np.where(same, panel.score[last:here][found], np.nan)
    return result
