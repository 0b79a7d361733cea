"""What accounts are compared with: distributions and means among their peers, frozen at a grid run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from keepwell.scoring.observed import Floats, Groups, Ints, Observed
from keepwell.scoring.scale import mark, share_below, turned
from keepwell.scoring.scorecard import Line, Measure, Peers, Percentile, Reference, Scorecard

EVERYONE = ""
"""The group's name where peers are all accounts."""

MEAN_OF_NOBODY = 50.0
"""The segment mean that is assumed as long as nobody of the segment has a known value."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Distributions and segment means as they stood at one instant, so that one account can be scored alone.

    `lines` maps (signal, among whom, group) to the share of peers below a value; `means` maps (scorecard, signal,
    segment) to the mean mark (0–100) of the segment's accounts on that scorecard.
    """

    lines: Mapping[tuple[str, Peers, str], Line] = field(default_factory=dict)
    means: Mapping[tuple[str, str, str], float] = field(default_factory=dict)

    def line(self, measure: Measure, group: str) -> Line | None:
        """The scale that applies to an account of that group; `None`: it has no peers to be compared with."""
        if isinstance(measure.scale, Line):
            return measure.scale
        line = self.lines.get((measure.signal, measure.scale.within, group))
        return line if line is None or measure.scale.higher_is_better else turned(line)

    def mean(self, card: Scorecard, measure: Measure, segment: str) -> float:
        """What the measure's contribution is measured from, 0–100."""
        if card.reference is Reference.FULL:
            return 100.0
        return self.means.get((card.name, measure.signal, segment), MEAN_OF_NOBODY)


def group_of(scale: Percentile, segment: str, stage: str) -> str:
    """The name of the group that an account's peers form."""
    return {Peers.SEGMENT: segment, Peers.STAGE: stage, Peers.ALL: EVERYONE}[scale.within]


def groups(observed: Observed, within: Peers) -> Groups:
    """The peer group of every account."""
    match within:
        case Peers.SEGMENT:
            return observed.segments
        case Peers.STAGE:
            return observed.stages
        case Peers.ALL:
            return Groups((EVERYONE,), np.zeros(len(observed), dtype=np.int64))


def marks(measure: Measure, observed: Observed, rows: Ints, frozen: Frozen) -> Floats:
    """The marks (0–100) of some accounts in a measure; NaN where the value is unknown or has no peers."""
    values = observed.values[measure.signal][rows]
    if isinstance(measure.scale, Line):
        return mark(measure.scale, values)
    result = np.full(len(rows), np.nan)
    peers = groups(observed, measure.scale.within).take(rows)
    for code, name in enumerate(peers.names):
        line = frozen.line(measure, name)
        if line is not None:
            here = peers.codes == code
            result[here] = mark(line, values[here])
    return result


def freeze(cards: Sequence[Scorecard], observed: Observed, chosen: Ints) -> Frozen:
    """Takes the distributions and means that the scorecards need from the accounts that are active as of now.

    Peers are all active accounts of the group, whichever scorecard they have; means are over those on the scorecard.
    """
    active = np.flatnonzero(observed.active)
    lines: dict[tuple[str, Peers, str], Line] = {}
    for measure in (measure for card in cards for measure in card.measures):
        if isinstance(measure.scale, Percentile):
            peers = groups(observed, measure.scale.within).take(active)
            values = observed.values[measure.signal][active]
            for code, name in enumerate(peers.names):
                key = (measure.signal, measure.scale.within, name)
                line = None if key in lines else share_below(values[peers.codes == code])
                if line is not None:
                    lines[key] = line
    return Frozen(lines, _means(cards, observed, chosen, Frozen(lines)))


def _means(
    cards: Sequence[Scorecard], observed: Observed, chosen: Ints, frozen: Frozen
) -> dict[tuple[str, str, str], float]:
    means: dict[tuple[str, str, str], float] = {}
    for index, card in enumerate(cards):
        if card.reference is Reference.SEGMENT_MEAN:
            rows = np.flatnonzero(observed.active & (chosen == index))
            segments = observed.segments.take(rows)
            for measure in card.measures:
                scaled = marks(measure, observed, rows, frozen)
                for code, segment in enumerate(segments.names):
                    peers = scaled[(segments.codes == code) & ~np.isnan(scaled)]
                    if len(peers):
                        means[card.name, measure.signal, segment] = float(peers.mean())
    return means
