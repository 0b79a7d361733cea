"""Explainable boosting: log-odds as a sum of one curve per input and of a few surfaces of two, fitted by `interpret`.

Fitting needs the library; what it found is kept as plain bins and scores, so that predicting needs numpy alone.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepwell.models.contributions import Contributions, Scale
from keepwell.models.definition import Holds, Input, ModelDefinition
from keepwell.models.design import sign
from keepwell.models.extra import needed
from keepwell.models.plain import Reading, agree
from keepwell.models.table import NO_LABEL, Labels, Table
from keepwell.scoring.observed import Bools, Floats, Ints

LIBRARIES = ("interpret-core",)
BETWEEN = " × "
SEED = 20_250_630
MOST_STEPS = 4000
MOST_BINS, MOST_BINS_OF_PAIRS = 256, 16


@dataclass(frozen=True, slots=True)
class Cuts:
    """The bins of a number: 0 unknown, then one below each cut and one above the last; a value at a cut is above it."""

    input: str
    cuts: tuple[float, ...]

    @property
    def count(self) -> int:
        """How many bins there are."""
        return len(self.cuts) + 2

    def of(self, table: Table) -> Ints:
        """The bin of every row."""
        values = table.numbers(self.input)
        found = np.searchsorted(np.array(self.cuts), np.nan_to_num(values), side="right") + 1
        return np.asarray(np.where(np.isnan(values), 0, found))


@dataclass(frozen=True, slots=True)
class Levels:
    """The bins of a label: 0 unknown, then one for each group of labels, and the last for those never seen."""

    input: str
    groups: tuple[tuple[str, ...], ...]

    @property
    def count(self) -> int:
        """How many bins there are."""
        return len(self.groups) + 2

    def of(self, table: Table) -> Ints:
        """The bin of every row."""
        names = [name for group in self.groups for name in group]
        owner = [place for place, group in enumerate(self.groups, 1) for _ in group]
        codes = table.labels(self.input).among(names, len(names))
        return np.array([*owner, self.count - 1, 0], dtype=np.int64)[np.where(codes == NO_LABEL, -1, codes)]


Bins = Cuts | Levels


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """What one input, or two together, add to the log-odds: a score per bin, or per pair of bins."""

    bins: tuple[Bins, ...]
    scores: Floats

    @property
    def name(self) -> str:
        """The input's name; of two both."""
        return BETWEEN.join(one.input for one in self.bins)

    def of(self, table: Table) -> Floats:
        """What it adds, row by row."""
        added: Floats = self.scores[tuple(one.of(table) for one in self.bins)]
        return added


@dataclass(frozen=True, slots=True, eq=False)
class Boosting:
    """Fitted log-odds of the outcome."""

    base: float
    terms: tuple[Term, ...]

    def margin(self, table: Table) -> Floats:
        """The log-odds of the outcome before calibration."""
        return self.contributions(table).total

    def contributions(self, table: Table) -> Contributions:
        """What each input, and each pair, adds to the log-odds of the average account; exact."""
        nothing = np.zeros(len(table))
        by_input = {term.name: term.of(table) for term in self.terms}
        return Contributions(Scale.LOG_ODDS, self.base, by_input or {"": nothing})

    def plain(self) -> dict[str, Any]:
        """The same as JSON's own types."""
        return {
            "base": self.base,
            "terms": [
                {"bins": [_plain(one) for one in term.bins], "scores": term.scores.tolist()}
                for term in self.terms
            ],
        }

    @classmethod
    def read(cls, reading: Reading) -> "Boosting":
        """What `plain` wrote."""
        return cls(reading.number("base"), tuple(map(_term, reading.each("terms"))))


def _plain(bins: Bins) -> dict[str, Any]:
    if isinstance(bins, Cuts):
        return {"input": bins.input, "holds": "number", "cuts": list(bins.cuts)}
    return {"input": bins.input, "holds": "label", "groups": [list(group) for group in bins.groups]}


def _bins(reading: Reading) -> Bins:
    made: Bins
    if reading.choice("holds", Holds) is Holds.NUMBER:
        made = Cuts(reading.text("input"), tuple(reading.numbers("cuts").tolist()))
        agree(all(np.diff(made.cuts) > 0), f"the cuts of {made.input} do not rise")
    else:
        made = Levels(reading.text("input"), reading.lists("groups"))
    reading.done()
    return made


def _term(reading: Reading) -> Term:
    bins = tuple(map(_bins, reading.each("bins")))
    agree(len(bins) in (1, 2), f"{reading.at('bins')} are neither one nor two")
    scores = reading.numbers("scores") if len(bins) == 1 else reading.grid("scores")
    agree(scores.shape == tuple(one.count for one in bins), f"{reading.at('scores')} are not one per bin")
    reading.done()
    return Term(bins, scores)


def fit(definition: ModelDefinition, table: Table, happened: Bools, adverse: bool) -> Boosting:
    """The curves that `interpret`'s explainable boosting finds; the seed is fixed, so the same rows give the same curves.

    Raises:
        UserError: interpret is not installed.
    """
    glassbox = needed("interpret.glassbox", "fitting a boosting model")
    inputs = [one for one in definition.inputs if _tells(table, one)]
    machine = glassbox.ExplainableBoostingClassifier(
        feature_names=[one.name for one in inputs],
        feature_types=["continuous" if one.holds is Holds.NUMBER else "nominal" for one in inputs],
        interactions=int(definition.option("pairs")) if len(inputs) > 1 else 0,
        outer_bags=int(definition.option("bags")),
        learning_rate=definition.option("learning_rate"),
        max_rounds=MOST_STEPS,
        max_bins=MOST_BINS,
        max_interaction_bins=MOST_BINS_OF_PAIRS,
        monotone_constraints=[sign(one.direction, adverse) for one in inputs]
        if definition.monotone
        else None,
        n_jobs=1,
        random_state=SEED,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        machine.fit(_frame(table, inputs), happened.astype(np.int64))
    return taken(machine, inputs)


def _tells(table: Table, one: Input) -> bool:
    """Whether an input takes more than one value."""
    if one.holds is Holds.LABEL:
        return len(np.unique(table.labels(one.name).codes)) > 1
    return len(np.unique(table.numbers(one.name))) > 1


def _frame(table: Table, inputs: Sequence[Input]) -> Any:
    """The rows as the library reads them: numbers, and texts for labels, `None` where unknown."""
    columns = []
    for one in inputs:
        if one.holds is Holds.NUMBER:
            values = table.numbers(one.name).astype(object)
            values[np.isnan(table.numbers(one.name))] = None
        else:
            values = _texts(table.labels(one.name))
        columns.append(values)
    return np.stack(columns, axis=1)


def _texts(labels: Labels) -> Any:
    return np.array([*labels.names, None], dtype=object)[labels.codes]


def taken(machine: Any, inputs: Sequence[Input]) -> Boosting:
    """What a fitted explainable boosting classifier of `interpret` has found, without the library."""
    terms = []
    for features, scores in zip(machine.term_features_, machine.term_scores_, strict=True):
        bins = []
        for feature in features:
            levels = machine.bins_[feature]
            # pairs are binned more coarsely, where the library says so
            bins.append(_taken(inputs[feature], levels[min(len(features), len(levels)) - 1]))
        # the library keeps one bin more for numbers that are neither known nor unknown
        kept = np.asarray(scores, dtype=np.float64)[tuple(slice(one.count) for one in bins)]
        terms.append(Term(tuple(bins), kept))
    return Boosting(float(np.ravel(machine.intercept_)[0]), tuple(terms))


def _taken(one: Input, bins: Any) -> Bins:
    if one.holds is Holds.NUMBER:
        return Cuts(one.name, tuple(float(cut) for cut in bins))
    groups: dict[int, list[str]] = {}
    for label, place in bins.items():
        groups.setdefault(int(place), []).append(str(label))
    return Levels(one.name, tuple(tuple(groups[place]) for place in sorted(groups)))
