"""The hidden state of every account in a week, and how it moves on to the next."""

from dataclasses import dataclass

import numpy as np

from keepwell.sources.simulation.season import Flags, Integers, Numbers
from keepwell.sources.simulation.world import World


@dataclass(slots=True)
class States:
    """The states of this week, one array element for each account, changed in place from one week to the next."""

    engagement: Numbers
    satisfaction: Numbers
    declining: Flags
    champion: Flags
    missing: Numbers
    payment: Flags
    trouble: Flags
    pain: Numbers
    seats: Integers
    plan: Integers
    discount: Numbers

    @classmethod
    def at_start(cls, rng: np.random.Generator, world: World) -> "States":
        accounts = len(world)
        none = np.zeros(accounts, dtype=bool)
        return cls(
            engagement=rng.normal(0, 0.15, accounts),
            satisfaction=rng.normal(0, 0.7, accounts),
            declining=none.copy(),
            champion=~none,
            missing=np.zeros(accounts),
            payment=none.copy(),
            trouble=none.copy(),
            pain=np.zeros(accounts),
            seats=world.seats.copy(),
            plan=world.plan.copy(),
            discount=world.discount.copy(),
        )

    def states(self, world: World, age: Integers) -> Numbers:
        """The five causes' strengths, about 0 (none) to 1 (strong)."""
        return np.stack(
            [
                np.clip(-self.engagement - 0.1, 0, 1.6),
                self.missing,
                self.payment.astype(float),
                np.minimum(self.pain, 1.5),
                np.clip(-world.onboarding - 0.2, 0, 2) * np.exp(-age / 30),
            ]
        )

    def drift(self, rng: np.random.Generator, world: World, age: Integers, fresh: Flags) -> None:
        """Moves every state on by a week; a fresh account has no trouble behind it."""
        accounts = len(world)
        poor = np.clip(-world.onboarding - 0.2, 0, 2) * np.exp(-age / 30)
        begins = rng.random(accounts) < 0.0045 * np.exp(0.9 * self.missing + 0.6 * self.pain + 0.7 * poor)
        recovers = rng.random(accounts) < 0.035
        self.declining = np.where(self.declining, ~recovers, begins)
        pull = np.where(self.declining, -0.10, -0.05 * self.engagement)
        self.engagement = np.clip(self.engagement + pull + rng.normal(0, 0.055, accounts), -2.6, 1.0)
        self.trouble = np.where(
            self.trouble, rng.random(accounts) >= 0.13, rng.random(accounts) < 0.0055
        ).astype(bool)
        self.pain = 0.92 * self.pain + 0.16 * self.trouble
        self.payment = np.where(
            self.payment, rng.random(accounts) >= 0.10, rng.random(accounts) < 0.0030
        ).astype(bool)
        self.champion = np.where(
            self.champion, rng.random(accounts) >= 0.0038, rng.random(accounts) < 0.045
        ).astype(bool)
        self.missing = np.where(self.champion, 0.75 * self.missing, 1.0)
        self.declining, self.trouble, self.payment = (
            state & ~fresh for state in (self.declining, self.trouble, self.payment)
        )
        self.champion |= fresh
        self.missing, self.pain = np.where(fresh, 0.0, self.missing), np.where(fresh, 0.0, self.pain)
        self.engagement = np.where(fresh, rng.normal(0, 0.15, accounts), self.engagement)
        mood = 0.5 + 0.9 * self.engagement - 1.5 * self.pain - 0.8 * self.missing - 0.7 * poor
        self.satisfaction = 0.82 * self.satisfaction + 0.18 * mood + rng.normal(0, 0.2, accounts)
