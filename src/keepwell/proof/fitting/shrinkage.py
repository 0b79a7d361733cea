"""Scorecards of small segments, shrunk to the whole: what is true of all accounts holds until a segment's own outcomes say otherwise."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from keepwell.proof.fitting import alike, strength
from keepwell.proof.fitting.sample import Sample
from keepwell.proof.fitting.strength import Judged, curvature
from keepwell.proof.fitting.weights import Basis, Weights, fit_weights
from keepwell.scoring.observed import Floats
from keepwell.scoring.scorecard import Dimension, Measure, Scorecard

LEAST_START = 0.01
"""A measure that counts for nothing in the whole has this share of the start of a segment: it may count there."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One of a purpose's scorecards, the outcomes of the accounts it is for, and the shares it starts from."""

    card: Scorecard
    sample: Sample
    start: Floats


def fit_parts(parts: Mapping[str, Part], seed: int = 0) -> dict[str, Weights]:
    """Fits several scorecards at once, each pulled towards the weights that are fitted to all of them together.

    The pull weighs as much as so many rows whatever the scorecard (a prior of one width, Gelman & Hill 2007, chapter 12): with few
    rows of its own a scorecard keeps the weights of the whole, with many it has its own. How much is chosen by what
    was left out of all of them. A measure that no other scorecard has keeps the share that it starts from: what is unknown of
    all other accounts cannot be told from them. A scorecard that shares fewer than two measures with others is fitted by itself.
    """
    alone = {name: part for name, part in parts.items() if not _shared(name, parts)}
    fitted = {
        name: fit_weights(part.card, part.sample, part.start, seed=seed) for name, part in alone.items()
    }
    family = {name: part for name, part in parts.items() if name not in alone}
    if family:
        whole = pooled(tuple(family.values()))
        common = fit_weights(whole.card, whole.sample, whole.start, seed=seed)
        family = {
            name: replace(part, start=_restricted(part, whole, common.shares))
            for name, part in family.items()
        }
        prior = _prior(family, seed)
        for name, part in family.items():
            pull = prior / len(part.sample.thinned(seed=seed))
            own = fit_weights(part.card, part.sample, part.start, pull=pull, seed=seed)
            fitted[name] = replace(own, pooled=True)
    return {name: fitted[name] for name in parts}


def pooled(parts: tuple[Part, ...]) -> Part:
    """All scorecards as one, with every measure that several of them have; one that a scorecard lacks is unknown for its accounts."""
    several = _several(parts)
    measures: dict[str, list[Measure]] = {}
    place: dict[str, int] = {}
    for dimension in (dimension for part in parts for dimension in part.card.dimensions):
        for measure in dimension.measures:
            if measure.signal in several and measure.signal not in place:
                place[measure.signal] = -1
                measures.setdefault(dimension.name, []).append(measure)
    dimensions = tuple(Dimension(name, 1.0, tuple(inside)) for name, inside in measures.items())
    card = replace(parts[0].card, dimensions=dimensions)
    place = {measure.signal: column for column, measure in enumerate(card.measures)}
    marks, starts = [], np.full((len(parts), len(place)), np.nan)
    for number, part in enumerate(parts):
        own = [column for column, m in enumerate(part.card.measures) if m.signal in several]
        columns = [place[part.card.measures[column].signal] for column in own]
        wide = np.full((len(part.sample), len(place)), np.nan)
        wide[:, columns] = part.sample.marks[:, own]
        marks.append(wide)
        starts[number, columns] = part.start[own]
    samples = [part.sample for part in parts]
    sample = Sample(
        np.concatenate(marks),
        np.concatenate([one.good for one in samples]),
        np.concatenate([one.account for one in samples]),
        np.concatenate([one.at for one in samples]),
        max(one.embargo for one in samples),
    )
    start = np.nanmean(starts, axis=0)
    return Part(card, sample, start / start.sum())


def _several(parts: Iterable[Part]) -> frozenset[str]:
    """The signals that more than one scorecard measures."""
    counts = Counter(measure.signal for part in parts for measure in part.card.measures)
    return frozenset(signal for signal, count in counts.items() if count > 1)


def _shared(name: str, parts: Mapping[str, Part]) -> bool:
    return len(_several(parts.values()) & {measure.signal for measure in parts[name].card.measures}) > 1


def _restricted(part: Part, whole: Part, shares: Floats) -> Floats:
    """What a scorecard starts from: its shared measures divide what they have among them as in the whole."""
    by_signal = {
        measure.signal: share for measure, share in zip(whole.card.measures, shares.tolist(), strict=True)
    }
    start = part.start.copy()
    shared = np.array([measure.signal in by_signal for measure in part.card.measures])
    found = np.array([by_signal.get(measure.signal, 0.0) for measure in part.card.measures])[shared]
    found = np.maximum(found, LEAST_START)
    start[shared] = start[shared].sum() * found / found.sum()
    return np.asarray(start / start.sum())


def _prior(family: Mapping[str, Part], seed: int) -> float:
    """How much the pull weighs, in rows × curvature: one number for all scorecards, chosen on what was left out of each."""
    most = strength.MOST_JUDGED // len(family)
    made = []
    for part in family.values():
        sample = part.sample.thinned(most, seed)
        sets = alike.alike(alike.correlations(sample.marks))
        basis = Basis(part.card, part.start, alike.together(sets, part.start))
        made.append((basis.design(sample, part.start), sample, basis.begin))
    rows = sum(len(sample) for _, sample, _ in made) / len(made)
    unit = float(np.mean([curvature(x, sample.good) for x, sample, _ in made])) * rows
    priors = strength.PULLS * unit
    judged = [
        strength.judge(x, sample, start, priors / len(sample), strength.ways(sample, seed))
        for x, sample, start in made
        if x.shape[1] > 1
    ]
    return float(priors[strength.strongest(Judged.all(judged, len(priors)))])
