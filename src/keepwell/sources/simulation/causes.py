"""Why accounts leave and grow: the hidden states of every account, week by week, and the hazards they make.

The log of the weekly churn hazard is a sum: a base, the usage decline, a missing champion, payment trouble, the memory
of bad support, a poor onboarding that wears off, and a frailty that no export shows. Contracts then bend it: yearly ones
hold between renewals and are decided at them. A small hazard falls on everyone alike: churn for no visible reason.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from keepwell.sources.simulation.season import Calendar, Days, Flags, Integers, Numbers
from keepwell.sources.simulation.world import World

CAUSES = (
    "usage_decline",
    "champion_left",
    "payment_trouble",
    "bad_support",
    "poor_onboarding",
    "no_visible_reason",
)


@dataclass(frozen=True, slots=True)
class Effects:
    """What each cause adds to the log of the hazard, per unit of its state, and the hazards per week they start from."""

    usage_decline: float = 2.3
    champion_left: float = 2.1
    payment_trouble: float = 3.0
    bad_support: float = 2.4
    poor_onboarding: float = 2.0
    base: float = 0.00045
    unexplained: float = 0.0003
    at_renewal: float = 14.0
    between_renewals: float = 0.3
    growth: float = 0.0065
    shrinkage: float = 0.0012

    @property
    def of_causes(self) -> Numbers:
        """The effects in the order of `CAUSES`, the last (no reason) excepted."""
        return np.array(
            [
                self.usage_decline,
                self.champion_left,
                self.payment_trouble,
                self.bad_support,
                self.poor_onboarding,
            ]
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One account's change of contract in a week: `kind` is renewal, upgrade or downgrade, with what holds afterwards."""

    account: int
    day: np.datetime64
    kind: str
    seats: int
    plan: int
    discount: float


@dataclass(slots=True)
class Life:
    """What happened to every account: arrays of weeks × accounts, and each account's end (`NaT`: still a customer).

    `engagement` is the log of use against the account's own norm, `states` the five causes' strengths in the order of
    `CAUSES`, `satisfaction` roughly standard normal, `users` how many people use the product. `hazard` is the chance of
    leaving in that week; `risk` its part without the contract's calendar.
    """

    active: Flags
    engagement: Numbers
    satisfaction: Numbers
    states: Numbers
    trouble: Flags
    champion: Flags
    users: Integers
    seats: Integers
    hazard: Numbers
    risk: Numbers
    contract: Numbers
    ended: Days
    cause: Integers
    changes: list[Change] = field(default_factory=list)

    @property
    def left(self) -> Flags:
        """Which accounts have ended."""
        return np.asarray(~np.isnat(self.ended))


def renewal_after(world: World, days: Days) -> Days:
    """Each yearly contract's first renewal on or after the day; an account's own beginning is none."""
    began = world.began.astype("datetime64[M]")
    in_month = world.began - began.astype("datetime64[D]")
    months = (days.astype("datetime64[M]") - began).astype(np.int64)
    years = np.maximum(-(-months // 12), 1)
    renewal = (began + years * 12).astype("datetime64[D]") + in_month
    late = renewal < days
    return np.asarray(np.where(late, (began + (years + 1) * 12).astype("datetime64[D]") + in_month, renewal))


def chance(life: Life, calendar: Calendar, week: int, days: int, effects: Effects | None = None) -> Numbers:
    """The chance that each account leaves within `days` of the week's beginning, if its state stayed as it is."""
    effects = effects or Effects()
    weeks = min(-(-days // 7), calendar.weeks - week)
    weekly = np.minimum(effects.base * life.risk[week] * life.contract[week : week + weeks], 0.55)
    return np.asarray(1 - ((1 - weekly) * (1 - effects.unexplained)).prod(axis=0))


def area_under_curve(scores: Numbers, happened: NDArray[np.bool_]) -> float:
    """The chance that an account it happened to scored above one it did not; ties count half; `nan` without both."""
    positives, negatives = int(happened.sum()), int((~happened).sum())
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[happened].sum() - positives * (positives + 1) / 2) / (positives * negatives))
