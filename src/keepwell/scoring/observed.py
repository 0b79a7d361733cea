"""What was measured of many accounts as of one instant, as arrays: one position per account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from keepwell.scoring.scorecard import Cap, Rule, Scorecard
from keepwell.signals.expression import Expression

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Trits: TypeAlias = npt.NDArray[np.int8]

HOLDS, FAILS, UNKNOWN = np.int8(1), np.int8(0), np.int8(-1)
"""What a condition can be: it holds, it does not, or nobody knows (and then it does not hold)."""

ACTIVE = "active"
"""The population of accounts that have begun and not ended: those that are scored."""


@dataclass(frozen=True, slots=True)
class Groups:
    """To which named group each account belongs: `names[codes[i]]`."""

    names: tuple[str, ...]
    codes: Ints

    @classmethod
    def of(cls, labels: Sequence[str]) -> "Groups":
        """Groups from one label per account."""
        names = tuple(dict.fromkeys(labels))
        place = {name: code for code, name in enumerate(names)}
        return cls(names, np.array([place[label] for label in labels], dtype=np.int64))

    def __getitem__(self, position: int) -> str:
        return self.names[int(self.codes[position])]

    def among(self, wanted: frozenset[str] | None) -> Bools:
        """Which accounts are in one of the wanted groups (`None`: any)."""
        if wanted is None:
            return np.ones(len(self.codes), dtype=np.bool_)
        return np.array([name in wanted for name in self.names], dtype=np.bool_)[self.codes]

    def take(self, positions: Ints) -> "Groups":
        """The groups of some accounts only."""
        return Groups(self.names, self.codes[positions])


@dataclass(frozen=True, slots=True)
class Observed:
    """The values of signals and conditions of accounts as of `as_of`.

    `accounts` are surrogate ids, ascending; `parents` those of the parent accounts (-1: none). In `values`, NaN is
    unknown; in `conditions`, -1 is. `worth` is each account's value in the project's currency (NaN: unknown).
    """

    as_of: datetime
    accounts: Ints
    population: Groups
    parents: Ints
    segments: Groups
    stages: Groups
    values: Mapping[str, Floats]
    conditions: Mapping[str, Trits]
    worth: Floats

    def __len__(self) -> int:
        return len(self.accounts)

    @property
    def active(self) -> Bools:
        """Which accounts have begun and not ended."""
        return self.population.among(frozenset({ACTIVE}))

    def positions(self, accounts: Ints) -> Ints:
        """Where each of the given surrogate ids stands here; -1 where it does not."""
        return positions(self.accounts, accounts)

    def holds(self, condition: str, rows: Ints | None = None) -> Bools:
        """Where, of all accounts or of those at `rows`, a condition holds; where it is unknown it does not."""
        states = self.conditions[condition]
        return np.asarray((states if rows is None else states[rows]) == HOLDS)

    def changed(
        self, values: Mapping[str, Floats] | None = None, conditions: Mapping[str, Trits] | None = None
    ) -> "Observed":
        """The same accounts with other values or conditions in place of some."""
        return replace(
            self,
            values={**self.values, **(values or {})},
            conditions={**self.conditions, **(conditions or {})},
        )


def positions(among: Ints, accounts: Ints) -> Ints:
    """Where each of the accounts stands among others, which ascend; -1 where it does not."""
    if not len(among):
        return np.full(len(accounts), -1, dtype=np.int64)
    found = np.minimum(np.searchsorted(among, accounts), len(among) - 1)
    return np.where(among[found] == accounts, found, -1)


def condition_of(card: Scorecard, part: Cap | Rule) -> str:
    """The name under which `Observed.conditions` holds a cap's or rule's condition."""
    return f"{card.purpose}/{card.name}/{'cap' if isinstance(part, Cap) else 'rule'}/{part.name}"


def conditions(cards: Sequence[Scorecard]) -> dict[str, Expression]:
    """Every condition that the scorecards ask about, by its name in `Observed.conditions`."""
    return {condition_of(card, part): part.when for card in cards for part in conditional(card)}


def conditional(card: Scorecard) -> tuple[Cap | Rule, ...]:
    """The caps and rules of a scorecard: all that asks whether something holds."""
    caps: tuple[Cap | Rule, ...] = card.caps
    return caps + card.rules


NO_CARD = -1
"""What `choose` answers for an account that no scorecard is for."""


def choose(cards: Sequence[Scorecard], observed: Observed) -> Ints:
    """The index of each account's scorecard: the first whose segments and stages include the account's."""
    chosen = np.full(len(observed), NO_CARD, dtype=np.int64)
    for index, card in enumerate(cards):
        fits = observed.segments.among(card.segments) & observed.stages.among(card.stages)
        chosen[fits & (chosen == NO_CARD)] = index
    return chosen
