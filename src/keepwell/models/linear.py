"""A weighted sum over inputs: what logistic regression and proportional hazards share."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from keepwell.models.definition import Holds
from keepwell.models.plain import Reading, agree
from keepwell.models.table import NO_LABEL, Table
from keepwell.scoring.observed import Floats, Ints


@dataclass(frozen=True, slots=True)
class NumberTerm:
    """`weight × (x − mean) / deviation`, `x` held within `low` and `high`; `unknown` where x is.

    Mean and deviation are those of the training rows, so weights can be compared with each other. The ends are the training rows'
    as well: nothing is said of values that were never seen.
    """

    input: str
    low: float
    high: float
    mean: float
    deviation: float
    weight: float = 0.0
    unknown: float = 0.0

    def standard(self, table: Table) -> Floats:
        """The input in deviations from its mean; 0 where it is unknown."""
        values = np.clip(table.numbers(self.input), self.low, self.high)
        return np.nan_to_num((values - self.mean) / self.deviation)

    def of(self, table: Table) -> Floats:
        """What the input adds, row by row."""
        lacks = np.isnan(table.numbers(self.input))
        return np.where(lacks, self.unknown, self.weight * self.standard(table))


@dataclass(frozen=True, slots=True)
class LabelTerm:
    """A weight per label; `other` for labels that are rare or were never seen, `unknown` where there is none."""

    input: str
    levels: tuple[str, ...]
    weights: tuple[float, ...] = ()
    other: float = 0.0
    unknown: float = 0.0

    def places(self, table: Table) -> Ints:
        """The index of each row's label in `levels`; one beyond them for others, two beyond them for unknown ones."""
        codes = table.labels(self.input).among(self.levels, len(self.levels))
        return np.where(codes == NO_LABEL, len(self.levels) + 1, codes)

    def of(self, table: Table) -> Floats:
        """What the input adds, row by row."""
        added: Floats = np.array([*self.weights, self.other, self.unknown])[self.places(table)]
        return added


Term: TypeAlias = NumberTerm | LabelTerm


@dataclass(frozen=True, slots=True)
class Linear:
    """`base` plus what every term adds."""

    base: float
    terms: tuple[Term, ...]

    def by_input(self, table: Table) -> dict[str, Floats]:
        """What each input adds, row by row."""
        return {term.input: term.of(table) for term in self.terms}

    def of(self, table: Table) -> Floats:
        """The sum, row by row."""
        added: Floats = np.sum([np.zeros(len(table)), *(term.of(table) for term in self.terms)], axis=0)
        return self.base + added

    def plain(self) -> dict[str, Any]:
        """The same as JSON's own types."""
        return {"base": self.base, "terms": [_plain(term) for term in self.terms]}

    @classmethod
    def read(cls, reading: Reading) -> "Linear":
        """The sum that `plain` wrote."""
        return cls(reading.number("base"), tuple(map(_term, reading.each("terms"))))


def _plain(term: Term) -> dict[str, Any]:
    if isinstance(term, NumberTerm):
        return {
            "input": term.input,
            "holds": "number",
            "low": term.low,
            "high": term.high,
            "mean": term.mean,
            "deviation": term.deviation,
            "weight": term.weight,
            "unknown": term.unknown,
        }
    return {
        "input": term.input,
        "holds": "label",
        "levels": list(term.levels),
        "weights": list(term.weights),
        "other": term.other,
        "unknown": term.unknown,
    }


def _term(reading: Reading) -> Term:
    made: Term
    if reading.choice("holds", Holds) is Holds.NUMBER:
        made = NumberTerm(
            input=reading.text("input"),
            low=reading.number("low"),
            high=reading.number("high"),
            mean=reading.number("mean"),
            deviation=reading.number("deviation"),
            weight=reading.number("weight"),
            unknown=reading.number("unknown"),
        )
        agree(made.deviation > 0 and made.low <= made.high, f"the scale of {made.input} makes no sense")
    else:
        made = LabelTerm(
            input=reading.text("input"),
            levels=reading.texts("levels"),
            weights=tuple(reading.numbers("weights").tolist()),
            other=reading.number("other"),
            unknown=reading.number("unknown"),
        )
        agree(len(made.levels) == len(made.weights), f"{made.input} has not one weight per label")
    reading.done()
    return made
