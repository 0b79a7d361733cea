"""Who the customers of the simulated SaaS firm are: what stays the same about each account."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keepwell.sources.simulation import names
from keepwell.sources.simulation.season import Calendar, Days, Flags, Integers, Numbers, stream

SEGMENTS = ("smb", "mid_market", "enterprise")
PLANS = ("starter", "team", "business")
LIST_PRICES = np.array([18.0, 32.0, 55.0])  # EUR per seat and month
INDUSTRIES = (
    "software",
    "manufacturing",
    "retail",
    "logistics",
    "health",
    "media",
    "construction",
    "education",
)
PLACES = (  # country, IANA zone, currency, share
    ("DE", "Europe/Berlin", "EUR", 0.34),
    ("FR", "Europe/Paris", "EUR", 0.12),
    ("AT", "Europe/Vienna", "EUR", 0.08),
    ("GB", "Europe/London", "GBP", 0.16),
    ("US", "America/New_York", "USD", 0.22),
    ("US", "America/Los_Angeles", "USD", 0.08),
)
REFERRALS = ("search", "partner", "event", "recommendation", "advert")
SEAT_RANGE = ((3, 25), (25, 90), (90, 260))


@dataclass(frozen=True, slots=True)
class World:
    """The accounts, one array element each.

    `began` are local days, at times years before the simulated span. `onboarding` (standard normal; low is poor),
    `frailty` (a normal part of the log hazard that no export shows), `taste` (how much the account uses the product,
    log scale) and `adoption` (the share of seats in use at best) are the hidden traits; the rest stands in the CRM.
    """

    ids: NDArray[np.str_]
    names: list[str]
    customer_numbers: NDArray[np.str_]
    segment: Integers
    size: Integers
    seats: Integers
    plan: Integers
    annual: Flags
    billing_months: Integers
    discount: Numbers
    began: Days
    place: Integers
    industry: Integers
    owner: Integers
    referral: Integers
    parent: Integers
    onboarding: Numbers
    frailty: Numbers
    taste: Numbers
    adoption: Numbers

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def currency(self) -> NDArray[np.str_]:
        """The currency each account pays in."""
        return np.array([place[2] for place in PLACES])[self.place]


def populate(seed: int, accounts: int, calendar: Calendar) -> World:
    """Makes `accounts` (10 or more) accounts: 65% small, 27% mid-market, 8% enterprise."""
    rng = stream(seed, "world")
    segment = rng.choice(3, size=accounts, p=[0.65, 0.27, 0.08])
    low, high = np.array(SEAT_RANGE).T
    seats = np.exp(rng.uniform(np.log(low[segment]), np.log(high[segment]))).astype(np.int64)
    annual = rng.random(accounts) < np.array([0.45, 0.85, 1.0])[segment]
    term = rng.choice(3, size=accounts, p=[0.45, 0.35, 0.20])
    return World(
        ids=np.array([f"C-{10_000 + 7 * index}" for index in range(accounts)]),
        names=names.firms(rng, accounts),
        customer_numbers=np.array([f"{400_000 + 13 * index}" for index in range(accounts)]),
        segment=segment,
        size=(seats * np.exp(rng.normal(1.2, 0.5, accounts))).astype(np.int64) + 1,
        seats=seats,
        plan=np.clip(segment + rng.choice(3, size=accounts, p=[0.25, 0.6, 0.15]) - 1, 0, 2),
        annual=annual,
        billing_months=np.where(annual, np.array([1, 3, 12])[term], 1),
        discount=np.where(
            rng.random(accounts) < 0.45, rng.choice([0.05, 0.1, 0.15, 0.2, 0.25], accounts), 0.0
        ),
        began=_beginnings(rng, accounts, calendar),
        place=rng.choice(len(PLACES), size=accounts, p=[place[3] for place in PLACES]),
        industry=rng.integers(0, len(INDUSTRIES), accounts),
        owner=rng.integers(0, len(names.TEAM), accounts),
        referral=rng.choice(len(REFERRALS), size=accounts, p=[0.3, 0.2, 0.1, 0.25, 0.15]),
        parent=_parents(rng, segment),
        onboarding=rng.normal(size=accounts),
        frailty=rng.normal(0, 0.45, accounts),
        taste=rng.normal(0, 0.35, accounts),
        adoption=np.clip(rng.normal(0.78, 0.13, accounts), 0.3, 1.0),
    )


def _beginnings(rng: np.random.Generator, accounts: int, calendar: Calendar) -> Days:
    """Half of the accounts are older than the span; days after the 28th are avoided so that anniversaries exist."""
    older = rng.random(accounts) < 0.5
    before = 1 + np.minimum(rng.exponential(500, accounts), 1800)
    within = rng.uniform(0, calendar.days - 7, accounts)
    days = calendar.first + np.where(older, -before, within).astype("timedelta64[D]")
    month = days.astype("datetime64[M]")
    day = (days - month.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(month.astype("datetime64[D]") + np.minimum(day, 27))


def _parents(rng: np.random.Generator, segment: Integers) -> Integers:
    """Every fiftieth account or so, never a small one, is the parent of one to four others; -1 is no parent."""
    accounts = len(segment)
    parent = np.full(accounts, -1)
    heads = rng.permutation(np.nonzero(segment > 0)[0])[: max(1, accounts // 50)]
    free = rng.permutation(np.setdiff1d(np.arange(accounts), heads))
    taken = 0
    for head in heads:
        children = int(rng.integers(1, 5))
        parent[free[taken : taken + children]] = head
        taken += children
    return parent
