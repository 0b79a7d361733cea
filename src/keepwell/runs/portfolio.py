"""One purpose's scores seen together: bands, moves between them, and the accounts to act on."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from keepwell.scoring.score import Band, Reason, Score, Step

HEALTH = "health"
NOT_ENOUGH_DATA = "not enough data"


class Standing(Protocol):
    """What a portfolio needs to know of an account's score; a `Score` is one."""

    @property
    def account_id(self) -> str: ...
    @property
    def score(self) -> float | None: ...
    @property
    def band(self) -> Band | None: ...
    @property
    def previous_band(self) -> Band | None: ...
    @property
    def value(self) -> float | None: ...
    @property
    def value_at_risk(self) -> float | None: ...
    @property
    def why_not(self) -> str: ...


S = TypeVar("S", bound=Standing)


@dataclass(frozen=True, slots=True)
class Portfolio(Generic[S]):
    """The standings of one purpose as of one instant.

    `scored` holds the accounts that have a score; `unscored` counts the others by why not, in short. `counts` and
    `values` give the accounts and their worth in each band; `moves` the accounts that changed band, by (from, to).
    `value` and `value_at_risk` are sums in the project's currency (`None`: the project declares no value).
    `to_act` holds the accounts to act on first: for health those in red or yellow by value at risk; for other
    purposes, where a high score is an opportunity, those in green by value.
    """

    purpose: str
    as_of: datetime
    scored: tuple[S, ...]
    unscored: Mapping[str, int]
    counts: Mapping[Band, int]
    values: Mapping[Band, float]
    moves: Mapping[tuple[Band, Band], int]
    value: float | None
    value_at_risk: float | None
    to_act: tuple[S, ...]

    @property
    def mean(self) -> float | None:
        """The mean score (0–100); `None` where no account is scored."""
        known = [each.score for each in self.scored if each.score is not None]
        return sum(known) / len(known) if known else None

    @property
    def risen(self) -> int:
        """How many accounts moved to a better band."""
        return sum(n for (before, after), n in self.moves.items() if RANK[after] > RANK[before])

    @property
    def fallen(self) -> int:
        """How many accounts moved to a worse band."""
        return sum(n for (before, after), n in self.moves.items() if RANK[after] < RANK[before])


RANK: dict[Band, int] = {Band.RED: 0, Band.YELLOW: 1, Band.GREEN: 2}
"""Bands from worst to best."""


def portfolio(
    standings: Iterable[S], purpose: str, as_of: datetime, before: Mapping[str, Band | None] | None = None
) -> Portfolio[S]:
    """Sums up the standings of one purpose and instant.

    `before` gives each account's band at the instant that moves are counted from; without it, moves are those since
    the last band of the grid.
    """
    everyone = list(standings)
    scored = tuple(each for each in everyone if each.score is not None)
    banded = [(each, each.band) for each in scored if each.band is not None]
    moves: Counter[tuple[Band, Band]] = Counter()
    for each, band in banded:
        was = each.previous_band if before is None else before.get(each.account_id)
        if was is not None and was is not band:
            moves[was, band] += 1
    return Portfolio(
        purpose=purpose,
        as_of=as_of,
        scored=scored,
        unscored=Counter(why_in_short(each) for each in everyone if each.score is None),
        counts={band: sum(1 for _, own in banded if own is band) for band in BANDS},
        values={band: sum(each.value or 0 for each, own in banded if own is band) for band in BANDS},
        moves=moves,
        value=_total(each.value for each in scored),
        value_at_risk=_total(each.value_at_risk for each in scored),
        to_act=tuple(_to_act(scored, purpose)),
    )


BANDS: tuple[Band, ...] = (Band.GREEN, Band.YELLOW, Band.RED)
"""Bands from best to worst, as they are listed."""


def why_in_short(score: Standing) -> str:
    """Why an account has no score, without the figures that differ from account to account."""
    return score.why_not.split(":", 1)[0].split(" on ", 1)[0].strip() or "not scored"


def _total(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _to_act(scored: Sequence[S], purpose: str) -> list[S]:
    if purpose == HEALTH:
        at_risk = [score for score in scored if score.band in (Band.RED, Band.YELLOW)]
        return sorted(at_risk, key=lambda s: (-(s.value_at_risk or 0), s.score or 0, s.account_id))
    ready = [score for score in scored if score.band is Band.GREEN]
    return sorted(ready, key=lambda s: (-(s.value or 0), -(s.score or 0), s.account_id))


def costs(score: Score, most: int | None = None) -> list[Reason]:
    """The reasons that take points from a score, the costliest first, at most `most` of them."""
    taking = [
        reason for reason in score.reasons if reason.points < -SMALLEST and reason.step is not Step.CLAMP
    ]
    return sorted(taking, key=lambda reason: (reason.points, reason.name))[:most]


SMALLEST = 0.05
"""Points below which a reason is not worth a line: it would read as 0.0."""


def listed(score: Score) -> list[Reason]:
    """Every reason worth a line: measures from the costliest to the most helpful, then the later steps in their order."""
    own = [reason for reason in score.reasons if reason.step in (Step.MEASURE, Step.RULE)]
    later = [reason for reason in score.reasons if reason.step not in (Step.MEASURE, Step.RULE)]
    return sorted(own, key=lambda reason: (reason.points, reason.name)) + later


IN_WORDS = {
    "band": "the whole value in red, half in yellow, none in green",
    "calibrated": "the value times the chance of loss that earlier outcomes have taught",
}
"""What each basis of value at risk means."""


def basis_in_words(basis: str) -> str:
    """What a basis of value at risk means."""
    if basis.startswith("model "):
        return f"the value times the chance that the {basis} gives"
    return IN_WORDS.get(basis, basis)


_POINTS_SAID = re.compile(r": [−+]?[\d.,]+ points?$")


def told(reason: Reason) -> str:
    """A reason's words without the points at their end, for where the points stand beside them."""
    return _POINTS_SAID.sub("", reason.text)
