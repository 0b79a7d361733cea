"""People's corrections: which of them are in force as of an instant, and on what they act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from keepwell.scoring.observed import Floats, Ints, positions
from keepwell.scoring.scorecard import Scorecard

SCORE = "score"
"""The target of an override of the whole score; any other is the name of a measure or a dimension."""

USUAL_PURPOSE = "health"
"""The purpose of an override that names none."""


@dataclass(frozen=True, slots=True)
class Override:
    """One revision of a person's correction: `target` of `account` (surrogate id) is set to `value` (0–100).

    It holds from `since` until `until` (`None`: for good). `key` identifies it across its revisions.
    """

    account: int
    target: str
    value: float
    since: datetime
    known_at: datetime
    key: str
    until: datetime | None = None
    purpose: str = USUAL_PURPOSE
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """The overrides that hold as of an instant, by account (surrogate id) and target: at most one of each."""

    said: Mapping[int, Mapping[str, Override]]

    def __bool__(self) -> bool:
        return bool(self.said)

    def of(self, account: int) -> Mapping[str, Override]:
        """An account's overrides by target."""
        return self.said.get(account, {})

    def set_to(self, target: str, accounts: Ints) -> Floats:
        """What the target is set to, per account (surrogate ids, ascending); NaN where it is not."""
        result = np.full(len(accounts), np.nan)
        said = [targets[target] for targets in self.said.values() if target in targets]
        places = positions(accounts, np.array([override.account for override in said], dtype=np.int64))
        for override, place in zip(said, places, strict=True):
            if place >= 0:
                result[place] = override.value
        return result

    @property
    def targets(self) -> frozenset[str]:
        """Everything that is set for anybody."""
        return frozenset(target for targets in self.said.values() for target in targets)


NONE_IN_FORCE = InForce({})


def in_force(revisions: Iterable[Override], purpose: str, as_of: datetime, horizon: datetime) -> InForce:
    """The overrides of a purpose that hold as of `as_of`, as far as was known before `horizon`.

    As with every fact, the latest revision known before the horizon counts, and it must have begun before it. An override
    holds as of `since < as_of <= until`, so over as many midnights as it has days. Of several with the same target, the one
    made known last wins; then the one that began last; then the greater key.
    """
    latest: dict[str, Override] = {}
    for revision in revisions:
        if revision.known_at < horizon:
            before = latest.get(revision.key)
            if before is None or before.known_at <= revision.known_at:
                latest[revision.key] = revision
    said: dict[int, dict[str, Override]] = {}
    for override in sorted(latest.values(), key=lambda o: (o.known_at, o.since, o.key)):
        begun = override.since < min(as_of, horizon)
        if override.purpose == purpose and begun and (override.until is None or override.until >= as_of):
            said.setdefault(override.account, {})[override.target] = override
    return InForce(said)


def aims(card: Scorecard) -> frozenset[str]:
    """Everything an override of an account on this scorecard can act on."""
    return frozenset(
        {
            SCORE,
            *(measure.signal for measure in card.measures),
            *(dimension.name for dimension in card.dimensions),
        }
    )


def astray(overrides: InForce, cards: Sequence[Scorecard]) -> tuple[Override, ...]:
    """The overrides whose target no scorecard has: they act on nothing, and somebody should be told."""
    known = frozenset().union(*(aims(card) for card in cards))
    every = (override for targets in overrides.said.values() for override in targets.values())
    return tuple(override for override in every if override.target not in known)
