"""Leaks: columns that know the outcome already, and so would make any evidence too good to be true."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from keepwell.proof.candidate import Candidate
from keepwell.proof.event_study import Week
from keepwell.proof.purity import Bound, Pure, levels_looked_at, pure, pure_presence
from keepwell.proof.strength import strength
from keepwell.proof.tally import enough
from keepwell.scoring.observed import Bools, Ints

STRONG = 0.9
"""A single column with an AUC above this is taken for a leak until somebody says why it is none."""

SURELY_STRONG = 0.8
"""It blocks if its whole interval lies above this."""

MOST_NAMED = 3
"""So many levels are named; of more there is only the sum."""


class Sign(StrEnum):
    """By what a leak shows."""

    IS_THE_OUTCOME = "is_the_outcome"
    STRONG_ALONE = "strong_alone"
    SEPARATES = "separates_perfectly"
    FILLED_FOR_ONE = "filled_for_one_outcome"
    KNOWN_TOO_EARLY = "known_too_early"
    KNOWN_AT_ONCE = "known_at_once"
    FILLED_AT_THE_END = "filled_at_the_end"
    MOVES_AFTER = "moves_after_the_outcome"
    NO_HISTORY = "attribute_without_history"


MEANING: Mapping[Sign, str] = {
    Sign.IS_THE_OUTCOME: "What the outcome itself is read from tells it in full, whatever the figures say.",
    Sign.STRONG_ALONE: "Hardly any honest column tells the outcome this well by itself. Most that do were written by somebody who "
    "knew it, or are worked out from it.",
    Sign.SEPARATES: "A level that holds one outcome only, in so many accounts, was as a rule filled in afterwards.",
    Sign.FILLED_FOR_ONE: "What is only filled in for one outcome, such as a reason for leaving, tells the outcome by being there.",
    Sign.KNOWN_TOO_EARLY: "A fact cannot be known before it has happened: scores of the past would know their future.",
    Sign.KNOWN_AT_ONCE: "Facts of a long time that all became known in one instant were brought in later; as of any earlier "
    "instant nothing is known, and scores of the past say nothing of how good scores of today are.",
    Sign.FILLED_AT_THE_END: "What is only filled in once a fact is over reads its end into the time when it was still open.",
    Sign.MOVES_AFTER: "A signal that only moves once it has happened shows the outcome and does not warn of it.",
    Sign.NO_HISTORY: "An attribute of which only today's value is known reads today's value into every past score.",
}
"""What each sign means, in words for people."""


@dataclass(frozen=True, slots=True)
class Sample:
    """How many accounts a look at values rests on: `outcomes` it happened to, `others` have a row that it did not happen to."""

    outcomes: int
    others: int

    @classmethod
    def of(cls, happened: Bools, account: Ints) -> "Sample":
        """The accounts of judged rows."""
        return cls(len(np.unique(account[happened])), len(np.unique(account[~happened])))

    @property
    def enough(self) -> bool:
        """Whether so many could show that a column knows the outcome."""
        return enough(self.outcomes, self.others)


@dataclass(frozen=True, slots=True)
class Leak:
    """One sign that a column knows the outcome.

    `what` is the signal (`active_days`), the attribute (`account.plan`) or the column (`tickets.resolution`); `evidence` says what was seen, with
    numbers; `where` it is defined (`file:line:key`, empty if not known). `blocks`: nothing is fitted to it until it is waived.
    `weeks`: how a signal that moves after the outcome stands apart in each week before and after it, in its own unit.
    """

    what: str
    sign: Sign
    evidence: str
    where: str = ""
    blocks: bool = True
    weeks: tuple[Week, ...] = ()


def leaks(
    columns: Sequence[Candidate], happened: Bools, account: Ints, where: Mapping[str, str] | None = None
) -> tuple[Leak, ...]:
    """All signs, in columns over the same judged rows, that one of them knows the outcome; in the columns' order.

    `where` tells by name where a column is defined. Levels of all columns are looked at together, so that many clean columns
    are not taken for a leak by chance. Too small a `Sample` shows nothing, which does not say that there is nothing.
    """
    if not happened.any() or happened.all():
        return ()
    bound = Bound(float(happened.mean()), sum(levels_looked_at(column) + 2 for column in columns))
    places = where or {}
    return tuple(
        Leak(column.name, sign, evidence, places.get(column.name, ""), blocks)
        for column in columns
        for sign, evidence, blocks in _signs(column, happened, account, bound)
    )


def _signs(
    column: Candidate, happened: Bools, account: Ints, bound: Bound
) -> Iterator[tuple[Sign, str, bool]]:
    rarer = bound.rate <= 0.5
    filled = pure_presence(column, happened, account, bound)
    if filled:
        yield Sign.FILLED_FOR_ONE, _filled(column, happened, filled), _tells(filled, rarer)
    separated = pure(column, happened, account, bound)
    if separated:
        yield Sign.SEPARATES, _separated(separated, len(happened)), _tells(separated, rarer)
    alone = strength(column, happened, account)
    if alone is not None and alone.auc.value > STRONG:
        evidence = (
            f"alone it has an AUC of {alone.auc.value:.3f} ({alone.auc.low:.3f} to {alone.auc.high:.3f}), over {alone.rows:,} rows of "
            f"{alone.accounts:,} accounts, of which the outcome happened to {alone.outcomes:,}"
        )
        yield Sign.STRONG_ALONE, evidence, alone.auc.low > SURELY_STRONG


def _tells(found: Sequence[Pure], rarer: bool) -> bool:
    """Whether a pure level tells the rarer of both: that many accounts all have the commoner one is no wonder in a strong column."""
    return any(each.happened == rarer for each in found)


def _filled(column: Candidate, happened: Bools, found: Sequence[Pure]) -> str:
    shares = [_share(column.known[which]) for which in (happened, ~happened)]
    parts = " and ".join(
        f"it happened to {'all' if each.happened else 'none'} of the {each.accounts:,} accounts of which it is {each.level}"
        for each in found
    )
    return f"filled in for {shares[0]} of the rows that the outcome happened to and {shares[1]} of the others: {parts}"


def _share(known: Bools) -> str:
    share = float(np.mean(known))
    return f"{share:.1%}" if 0 < share < 1 else f"{share:.0%}"


def _separated(found: Sequence[Pure], rows: int) -> str:
    named = [
        f"it happened to {'all' if each.happened else 'none'} of the {each.accounts:,} accounts at {each.level}"
        for each in found[:MOST_NAMED]
    ]
    more = f", and {len(found) - MOST_NAMED:,} more such levels" if len(found) > MOST_NAMED else ""
    return f"{'; '.join(named)}{more}: {sum(each.rows for each in found) / rows:.0%} of all rows"
