"""What a scorecard's own measures and rules make of the accounts it is for: the score before any roll-up or cap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.scoring.observed import Bools, Floats, Ints, Observed, condition_of
from keepwell.scoring.overrides import InForce
from keepwell.scoring.peers import Frozen, marks
from keepwell.scoring.scorecard import Missing, Reference, Scorecard
from keepwell.scoring.weights import alike, coverage, membership, weigh

FULL_MARKS = 100.0
NEUTRAL_MARK = 50.0

TOLERANCE = 1e-9
"""A coverage this little below the least one still counts as enough: weights are fractions."""


@dataclass(frozen=True, slots=True)
class Marks:
    """One scorecard's accounts (`rows`: their positions) × its measures, dimensions and rules, in points.

    `scaled` are the data's marks (NaN: unknown), `weights` those in force, `reference` what is measured from.
    `points` are the measures' contributions, `by_measure` and `by_dimension` what overrides add where they stand (exactly 0
    where there is none), `rules` the rules' points, `clamp` what bringing the sum into 0–100 adds. `own` is the score of
    it all. `coverage` (0–1) is the known share of the weight; `enough` says whether it suffices for a score, things set by
    hand counting as known.
    """

    card: Scorecard
    rows: Ints
    scaled: Floats
    weights: Floats
    reference: Floats
    baseline: Floats
    points: Floats
    by_measure: Floats
    by_dimension: Floats
    rules: Floats
    clamp: Floats
    own: Floats
    coverage: Floats
    enough: Bools


def marked(card: Scorecard, rows: Ints, observed: Observed, frozen: Frozen, overrides: InForce) -> Marks:
    """Scores the accounts at `rows` by one scorecard; what is missing is dealt with as the scorecard says."""
    scaled = _columns([marks(measure, observed, rows, frozen) for measure in card.measures], len(rows))
    accounts = observed.accounts[rows]
    by_hand = _set_to([measure.signal for measure in card.measures], accounts, overrides)
    fixed = _set_to([dimension.name for dimension in card.dimensions], accounts, overrides)
    known = ~np.isnan(scaled)
    heard = known | ~np.isnan(by_hand) if overrides else known
    sorts = _Sorts.of(card, known, heard, ~np.isnan(fixed))
    weights = sorts.weights[sorts.which]
    reference = _reference(card, rows, observed, frozen)

    points = weights * (_filled(card, scaled, heard, reference) - reference)
    by_measure, by_dimension = np.broadcast_to(0.0, by_hand.shape), np.broadcast_to(0.0, fixed.shape)
    if overrides:
        by_measure = np.where(np.isnan(by_hand), 0.0, weights * (np.nan_to_num(by_hand) - reference) - points)
        by_dimension = _dimensions(card, fixed, weights, weights * reference + points + by_measure)
    base = 0.0 if card.measures else card.base
    baseline = (
        sorts.full[sorts.which] if card.reference is Reference.FULL else (weights * reference).sum(axis=1)
    )
    baseline = baseline + base
    rules = _columns(
        [np.where(observed.holds(condition_of(card, rule), rows), rule.points, 0.0) for rule in card.rules],
        len(rows),
    )
    parts = (points, by_measure, by_dimension, rules) if overrides else (points, rules)
    total = baseline + sum(part.sum(axis=1) for part in parts)
    own = np.clip(total, 0.0, FULL_MARKS)
    return Marks(
        card, rows, scaled, weights, reference, baseline, points, by_measure, by_dimension, rules,
        clamp=own - total,
        own=own,
        coverage=sorts.coverage[sorts.which],
        enough=sorts.enough[sorts.which],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sorts:
    """Accounts by what of them is known and was set by hand: of which sort each is (`which`), and what follows from that for each sort.

    `full`: the weights times full marks, added up.
    """

    which: Ints
    weights: Floats
    full: Floats
    coverage: Floats
    enough: Bools

    @classmethod
    def of(cls, card: Scorecard, known: Bools, heard: Bools, fixed: Bools) -> "_Sorts":
        """The sorts of accounts whose measures are `known`, or `heard` of because people have set them; dimensions that they have set are `fixed`."""
        first, which = alike(known, heard, fixed)
        weights = weigh(card, heard[first], fixed[first])
        surely = coverage(card, heard[first] | (fixed[first] @ membership(card).T > 0))
        enough = (surely >= card.min_coverage - TOLERANCE) & (weights.sum(axis=1) > 0)
        return cls(
            which=which,
            weights=weights,
            full=(weights * FULL_MARKS).sum(axis=1),
            coverage=coverage(card, known[first]),
            enough=enough if card.measures else np.ones(len(first), dtype=np.bool_),
        )


def _columns(columns: list[Floats], length: int) -> Floats:
    return np.stack(columns, axis=1) if columns else np.empty((length, 0))


def _set_to(targets: Sequence[str], accounts: Ints, overrides: InForce) -> Floats:
    """What people have set the targets to (accounts × targets); NaN where they have not."""
    if not overrides:
        return np.broadcast_to(np.nan, (len(accounts), len(targets)))
    return _columns([overrides.set_to(target, accounts) for target in targets], len(accounts))


def _reference(card: Scorecard, rows: Ints, observed: Observed, frozen: Frozen) -> Floats:
    if card.reference is Reference.FULL:
        return np.broadcast_to(FULL_MARKS, (len(rows), len(card.measures)))
    segments = observed.segments
    means = [
        np.array([frozen.mean(card, measure, name) for name in segments.names])[segments.codes[rows]]
        for measure in card.measures
    ]
    return _columns(means, len(rows))


def _filled(card: Scorecard, scaled: Floats, heard: Bools, reference: Floats) -> Floats:
    """The marks, unknown ones being what the policy says; a measure set by hand adds nothing of its own if unknown."""
    stand_in = reference
    if card.missing is not Missing.REDISTRIBUTE:
        mark = NEUTRAL_MARK if card.missing is Missing.NEUTRAL else 0.0
        stand_in = np.where(heard, reference, mark)
    return np.where(np.isnan(scaled), stand_in, scaled)


def _dimensions(card: Scorecard, fixed: Floats, weights: Floats, reached: Floats) -> Floats:
    """What setting a dimension adds: its weight × what it is set to, less what its measures had reached."""
    belongs = membership(card)
    change = (weights @ belongs) * np.nan_to_num(fixed) - reached @ belongs
    return np.where(np.isnan(fixed), 0.0, change)
