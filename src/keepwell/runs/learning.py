"""What a fit may learn from, and what it is tested on: panels split in time, marked by scorecards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.proof.fitting.sample import Sample
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import HAPPENED, Panel
from keepwell.proof.split import splits
from keepwell.runs.panels import SEGMENT, STAGE
from keepwell.scoring.observed import ACTIVE, Bools, Floats, Groups, Ints, Observed, choose
from keepwell.scoring.peers import freeze, marks
from keepwell.scoring.scorecard import Rule, Scorecard
from keepwell.signals.definition import Formula, Signal
from keepwell.signals.expression import Call, Literal

HELD_BACK = 3
"""Without dates, every third account is kept for the test."""

TWICE = 2
"""A fit is to learn from about twice as many as_ofs as it is tested on."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Which of a panel's rows are learned from and which the result is tested on.

    With dates the horizons of the first are over before the second begin; without, they are of different accounts. `first` and
    `last` are the first and the last instant learned from, `begins` the first one of the test.
    """

    learn: Bools
    test: Bools
    first: datetime
    last: datetime
    begins: datetime


def parts(panel: Panel, outcome: Outcome, zone: ZoneInfo) -> Parts | None:
    """The split; `None` if the horizons of no as_of are over before another begins."""
    if not outcome.dated:
        held = panel.account % HELD_BACK == 0
        at = panel.as_ofs[0]
        return Parts(~held, held, at, at, at)
    possible = splits(panel.as_ofs, outcome, zone)
    if not possible:
        return None
    best = max(possible, key=lambda one: min(one.learn, TWICE * (len(panel.as_ofs) - one.judge)))
    return Parts(
        panel.point < best.learn,
        panel.point >= best.judge,
        panel.as_ofs[0],
        panel.as_ofs[best.learn - 1],
        panel.as_ofs[best.judge],
    )


def rule_signal(card: Scorecard, rule: Rule) -> Signal:
    """Whether a rule holds, as a signal (1, 0) of a name that none of a project's can have."""
    return Signal(
        f"rule {rule.name} of {card.name}", Formula(Call("when", (rule.when, Literal(1), Literal(0))))
    )


def needed(cards: Sequence[Scorecard], signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """The signals that samples are made of: the scorecards' measures, and whether their rules hold."""
    measured = {measure.signal for card in cards for measure in card.measures}
    rules = [rule_signal(card, rule) for card in cards for rule in card.rules]
    return (*(signal for signal in signals if signal.name in measured), *rules)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of a panel that one scorecard is for, and their marks (rows × measures, 0–100; NaN: unknown)."""

    rows: Ints
    marks: Floats


def marked(panel: Panel, cards: Sequence[Scorecard]) -> Mapping[str, Rows]:
    """Marks the accounts by the scorecards that they have, as of each instant among their peers of then.

    A rule's points are added to all marks of the row: a score then is the weighted mean of the marks, rules included.
    """
    rows: dict[str, list[Ints]] = {card.name: [] for card in cards}
    found: dict[str, list[Floats]] = {card.name: [] for card in cards}
    for begin, observed in _instants(panel):
        chosen = choose(cards, observed)
        frozen = freeze(cards, observed, chosen)
        for index, card in enumerate(cards):
            here = np.flatnonzero(chosen == index)
            columns = [marks(measure, observed, here, frozen) for measure in card.measures]
            if columns and len(here):
                rows[card.name].append(begin + here)
                found[card.name].append(np.stack(columns, axis=1) + _points(card, observed)[here, None])
    return {
        card.name: Rows(
            np.concatenate(rows[card.name]) if rows[card.name] else np.empty(0, np.int64),
            np.concatenate(found[card.name]) if found[card.name] else np.empty((0, len(card.measures))),
        )
        for card in cards
    }


def sample(panel: Panel, rows: Rows, outcome: Outcome, among: Bools) -> Sample:
    """What one scorecard can learn from those of its rows that are `among` the wanted ones, have a score, and whose outcome is known."""
    kept = (panel.judged & among)[rows.rows]
    which = rows.rows[kept]
    happened = panel.state[which] == HAPPENED
    at = np.array([as_of.timestamp() / 86_400 for as_of in panel.as_ofs])
    return Sample(
        rows.marks[kept],
        ~happened if outcome.kind.adverse else happened,
        panel.account[which],
        at[panel.point[which]],
        outcome.gap.days + outcome.horizon.days,
    )


def _instants(panel: Panel) -> Iterator[tuple[int, Observed]]:
    """The accounts as of each instant, as scoring sees them, and where their rows begin."""
    edges = np.searchsorted(panel.point, np.arange(len(panel.as_ofs) + 1))
    for number, as_of in enumerate(panel.as_ofs):
        begin, end = int(edges[number]), int(edges[number + 1])
        here = slice(begin, end)
        count = end - begin
        yield (
            begin,
            Observed(
                as_of=as_of,
                accounts=panel.account[here],
                population=Groups((ACTIVE,), np.zeros(count, np.int64)),
                parents=np.full(count, -1, np.int64),
                segments=Groups(panel.groups[SEGMENT].names, panel.groups[SEGMENT].codes[here]),
                stages=Groups(panel.groups[STAGE].names, panel.groups[STAGE].codes[here]),
                values={name: column[here] for name, column in panel.values.items()},
                conditions={},
                worth=panel.worth[here],
            ),
        )


def _points(card: Scorecard, observed: Observed) -> Floats:
    total = np.zeros(len(observed))
    for rule in card.rules:
        total += np.where(observed.values[rule_signal(card, rule).name] == 1, rule.points, 0.0)
    return total
