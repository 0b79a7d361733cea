"""Agreement: what people say of accounts, beside the score, and which of both the outcome proved right."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from keepwell.proof.interval import Estimate, mean, share_of
from keepwell.proof.judged import Judged
from keepwell.proof.panel import HAPPENED, KEPT
from keepwell.proof.rank_correlation import rank_correlation
from keepwell.proof.ranking import auc_of, difference, placements
from keepwell.proof.tally import MIN_OTHERS, MIN_OUTCOMES
from keepwell.scoring.observed import Bools, Floats, Groups, Ints, Trits

MIN_ACCOUNTS = 10
"""The least number of accounts of which something was said, below which no figure is shown."""

APART = 20.0
"""From so many points on, of 100, a person and the score disagree."""


class Word(StrEnum):
    """What somebody says of a score."""

    RIGHT = "right"
    TOO_HIGH = "too_high"
    TOO_LOW = "too_low"


WORDS = (Word.RIGHT, Word.TOO_HIGH, Word.TOO_LOW)
"""Words as arrays hold them, by their code."""


@dataclass(frozen=True, slots=True, eq=False)
class Pulses:
    """People's dated opinions of accounts, a row each. `said`: 0–100. `score`: what the score said at that time (NaN: nothing). `state`: what became of the
    account after it (see `proof.panel`). `groups`: by what they are split, such as `team` and `scorecard`."""

    account: Ints
    said: Floats
    score: Floats
    state: Trits
    groups: dict[str, Groups]


@dataclass(frozen=True, slots=True, eq=False)
class Feedback:
    """People's words on scores, a row each: `word` is a code into `WORDS`; the rest as with `Pulses`."""

    account: Ints
    word: Ints
    state: Trits
    groups: dict[str, Groups]


@dataclass(frozen=True, slots=True)
class Sides:
    """Whom the outcome proved right, over `rows` opinions of which a score and the outcome are known.

    `rate`: the share of these that ended badly. `people` and `score`: the AUC of each as a warning of a bad end; `difference`: people − score, with its
    interval (all `None`: too few ended badly, or well). `lower` (`higher`): opinions at least 20 points below (above) the score, and `lower_bad`
    (`higher_bad`) the share of them that ended badly. `with_people`: of both kinds together, the share that ended as the person said: badly where below, well where above.
    Since most accounts end well, those who always say more are right most of the time: look at the AUCs first.
    """

    rows: int
    rate: Estimate | None
    people: Estimate | None
    score: Estimate | None
    difference: Estimate | None
    lower: int
    lower_bad: Estimate | None
    higher: int
    higher_bad: Estimate | None
    with_people: Estimate | None


@dataclass(frozen=True, slots=True)
class PulseAgreement:
    """How people's opinions agree with the score: of one group of them (`by` empty: of all).

    `difference`: the mean of opinion − score, in points: above 0 they are more hopeful than the score. `distance`: the mean absolute difference.
    `ranks`: Spearman's rank correlation. All are `None` with fewer than ten accounts.
    """

    by: str
    group: str
    rows: int
    accounts: int
    difference: Estimate | None
    distance: Estimate | None
    ranks: Estimate | None
    sides: Sides


@dataclass(frozen=True, slots=True)
class FeedbackAgreement:
    """What people say of the score: of one group of them (`by` empty: of all).

    `right`, `too_high` and `too_low`: the share of each word (`None`: fewer than ten accounts). `too_high_bad`: the share that ended badly of those called too high and whose
    outcome is known (`too_high_known` of them), and so for `too_low`; `bad`: the share over all with a known outcome.
    """

    by: str
    group: str
    rows: int
    accounts: int
    right: Estimate | None
    too_high: Estimate | None
    too_low: Estimate | None
    bad: Estimate | None
    too_high_known: int
    too_high_bad: Estimate | None
    too_low_known: int
    too_low_bad: Estimate | None


def pulse_agreement(pulses: Pulses, *, adverse: bool) -> tuple[PulseAgreement, ...]:
    """The agreement of all pulses, then by each of their groups. Those given where there was no score say nothing of agreement.

    `adverse`: whether the outcome is a bad end (churned) or a good one (renewed).
    """
    scored = ~np.isnan(pulses.score) & ~np.isnan(pulses.said)
    return tuple(
        _pulses(by, group, pulses, which, adverse=adverse)
        for by, group, which in _parts(scored, pulses.groups)
    )


def feedback_agreement(feedback: Feedback, *, adverse: bool) -> tuple[FeedbackAgreement, ...]:
    """What all feedback comes to, then by each of its groups."""
    return tuple(
        _feedback(by, group, feedback, which, adverse=adverse)
        for by, group, which in _parts(np.ones(len(feedback.account), dtype=np.bool_), feedback.groups)
    )


def _parts(rows: Bools, groups: dict[str, Groups]) -> Iterator[tuple[str, str, Bools]]:
    """All of some rows, then those of each group that occurs among them."""
    yield "", "", rows
    for by, group in groups.items():
        found = (int(code) for code in np.unique(group.codes[rows]))
        for code in sorted(found, key=lambda code: group.names[code]):
            yield by, group.names[code], rows & (group.codes == code)


def _pulses(by: str, group: str, pulses: Pulses, which: Bools, *, adverse: bool) -> PulseAgreement:
    account, said, score = pulses.account[which], pulses.said[which], pulses.score[which]
    accounts = len(np.unique(account))
    apart = said - score
    enough = accounts >= MIN_ACCOUNTS
    return PulseAgreement(
        by,
        group,
        len(account),
        accounts,
        mean(apart, account) if enough else None,
        mean(np.abs(apart), account) if enough else None,
        rank_correlation(said, score, account) if enough else None,
        _sides(account, said, score, pulses.state[which], adverse=adverse),
    )


def _sides(account: Ints, said: Floats, score: Floats, state: Trits, *, adverse: bool) -> Sides:
    known = np.asarray((state == HAPPENED) | (state == KEPT))
    account, said, score = account[known], said[known], score[known]
    bad = np.asarray((state[known] == HAPPENED) == adverse)
    lower, higher = said <= score - APART, said >= score + APART
    apart = lower | higher
    people, machine, differ = _aucs(account, said, score, bad)
    return Sides(
        len(account),
        _share(account, bad),
        people,
        machine,
        differ,
        int(np.count_nonzero(lower)),
        _share(account[lower], bad[lower]),
        int(np.count_nonzero(higher)),
        _share(account[higher], bad[higher]),
        _share(account[apart], np.asarray(bad == lower)[apart]),
    )


def _aucs(
    account: Ints, said: Floats, score: Floats, bad: Bools
) -> tuple[Estimate | None, Estimate | None, Estimate | None]:
    if len(np.unique(account[bad])) < MIN_OUTCOMES or len(np.unique(account[~bad])) < MIN_OTHERS:
        return None, None, None
    own, other = (placements(Judged.of(bad, -each, account)) for each in (said, score))
    if own is None or other is None:
        return None, None, None
    return auc_of(own), auc_of(other), difference(own, other)


def _feedback(by: str, group: str, feedback: Feedback, which: Bools, *, adverse: bool) -> FeedbackAgreement:
    account, word, state = feedback.account[which], feedback.word[which], feedback.state[which]
    known = np.asarray((state == HAPPENED) | (state == KEPT))
    bad = np.asarray((state == HAPPENED) == adverse)
    high, low = (known & (word == WORDS.index(each)) for each in (Word.TOO_HIGH, Word.TOO_LOW))
    right, too_high, too_low = (_share(account, word == code) for code in range(len(WORDS)))
    return FeedbackAgreement(
        by,
        group,
        len(account),
        len(np.unique(account)),
        right,
        too_high,
        too_low,
        _share(account[known], bad[known]),
        int(np.count_nonzero(high)),
        _share(account[high], bad[high]),
        int(np.count_nonzero(low)),
        _share(account[low], bad[low]),
    )


def _share(account: Ints, holds: Bools) -> Estimate | None:
    """The share of rows of which something holds; `None` with fewer than ten accounts."""
    return share_of(holds, account) if len(np.unique(account)) >= MIN_ACCOUNTS else None
