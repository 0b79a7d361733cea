"""The lives of the accounts, week by week: what state they are in, who leaves, who grows, who shrinks."""

from dataclasses import dataclass

import numpy as np

from keepwell.sources.simulation.causes import CAUSES, Change, Effects, Life, renewal_after
from keepwell.sources.simulation.season import Calendar, Days, Flags, Integers, Numbers, stream
from keepwell.sources.simulation.states import States
from keepwell.sources.simulation.world import World

_BURN_IN = 60  # weeks lived before the span, so that older accounts arrive in it with a past


def live(seed: int, world: World, calendar: Calendar, effects: Effects | None = None) -> Life:
    """Lives every account's life, a week at a time."""
    effects = effects or Effects()
    life = _empty(calendar.weeks, len(world), _renewals(world, calendar, effects))
    rng = stream(seed, "causes")
    story = _Story(rng, world, calendar, effects, life, States.at_start(rng, world))
    begin = calendar.week(world.began)
    for week in range(-_BURN_IN, calendar.weeks):
        age = np.maximum(week - begin, 0)
        story.now.drift(rng, world, age, fresh=begin >= week)
        if week >= 0:
            life.active[week] = (begin <= week) & np.isnat(life.ended)
            story.record(week, age)
            story.part(week)
            story.renegotiate(week)
    return life


@dataclass(frozen=True, slots=True)
class _Story:
    """All that a week of everybody's life depends on."""

    rng: np.random.Generator
    world: World
    calendar: Calendar
    effects: Effects
    life: Life
    now: States

    def record(self, week: int, age: Integers) -> None:
        """Writes down the week's states, and the hazards that follow from them."""
        life, now, effects = self.life, self.now, self.effects
        life.engagement[week], life.satisfaction[week] = now.engagement, now.satisfaction
        life.champion[week], life.trouble[week] = now.champion, now.trouble
        life.states[week], life.seats[week] = now.states(self.world, age), now.seats
        ramp = np.clip((age + 2) / (10 - 3 * self.world.onboarding), 0.15, 1.0)
        share = self.world.adoption * ramp * np.exp(0.55 * now.engagement)
        life.users[week] = np.clip(np.round(share * now.seats), 1, now.seats)
        life.risk[week] = np.exp(effects.of_causes @ life.states[week] + self.world.frailty)
        caused = np.minimum(effects.base * life.risk[week] * life.contract[week], 0.55)
        life.hazard[week] = np.where(life.active[week], 1 - (1 - caused) * (1 - effects.unexplained), 0.0)

    def part(self, week: int) -> None:
        """Ends the accounts that leave, on the renewal if it falls in the week, and names the strongest cause."""
        life, rng, accounts = self.life, self.rng, len(self.world)
        first = self.calendar.day(week)
        leaves = rng.random(accounts) < life.hazard[week]
        day = first + rng.integers(0, 7, accounts).astype("timedelta64[D]")
        renewal = self._renewal(week)
        day = np.where(self.world.annual & (renewal < first + 7), renewal, day)
        leaves = leaves & (day > self.world.began + 7) & (day < self.calendar.last)
        parts = self.effects.of_causes[:, None] * life.states[week]
        chance = self.effects.unexplained / np.maximum(life.hazard[week], 1e-12)
        unseen = (parts.max(axis=0) < 0.4) | (rng.random(accounts) < chance)
        life.ended = np.where(leaves, day, life.ended)
        life.cause = np.where(leaves, np.where(unseen, len(CAUSES) - 1, parts.argmax(axis=0)), life.cause)

    def renegotiate(self, week: int) -> None:
        """Renews the yearly contracts that fall due, and lets accounts grow and shrink."""
        life, now, rng, accounts = self.life, self.now, self.rng, len(self.world)
        first = self.calendar.day(week)
        alive = life.active[week] & np.isnat(life.ended) & (self.world.began + 21 < first)
        renewal = self._renewal(week)
        due = alive & self.world.annual & (renewal < first + 7)
        up, down = self._wishes(week, alive, due)
        grown, shrunk = rng.uniform(1.1, 1.4, accounts), rng.uniform(0.55, 0.85, accounts)
        factor = np.where(up, grown, np.where(down, shrunk, 1))
        seats = np.clip(np.round(now.seats * factor), 2, 400).astype(np.int64) + (up & (now.seats < 5))
        moved = rng.random(accounts) < 0.2
        unhappy = due & (now.satisfaction < -0.2) & (rng.random(accounts) < 0.5)
        now.seats = seats
        now.plan = np.clip(now.plan + (up & moved) - (down & moved), 0, 2)
        now.discount = np.where(unhappy, np.minimum(now.discount + 0.1, 0.35), now.discount)
        day = np.where(due, renewal, first + rng.integers(0, 7, accounts).astype("timedelta64[D]"))
        for account in np.nonzero((up | down | due) & (day < self.calendar.last))[0].tolist():
            kind = "upgrade" if up[account] else "downgrade" if down[account] else "renewal"
            terms = int(seats[account]), int(now.plan[account]), float(now.discount[account])
            life.changes.append(Change(account, day[account], kind, *terms))

    def _wishes(self, week: int, alive: Flags, due: Flags) -> tuple[Flags, Flags]:
        """Who wants more and who wants less; yearly contracts shrink at their renewal only."""
        life, now, accounts = self.life, self.now, len(self.world)
        full = life.users[week] / now.seats > 0.85
        grows = self.effects.growth * np.exp(1.2 * now.engagement + 0.6 * full + 0.35 * now.satisfaction)
        shrinks = self.effects.shrinkage * np.exp(1.6 * life.states[week][0])
        up = alive & (self.rng.random(accounts) < grows)
        chance = shrinks * np.where(due, 20, ~self.world.annual)
        return up, alive & ~up & (self.rng.random(accounts) < chance)

    def _renewal(self, week: int) -> Days:
        return renewal_after(self.world, np.broadcast_to(self.calendar.day(week), len(self.world)))


def _empty(weeks: int, accounts: int, contract: Numbers) -> Life:
    shape = (weeks, accounts)
    return Life(
        active=np.zeros(shape, dtype=bool),
        engagement=np.zeros(shape),
        satisfaction=np.zeros(shape),
        states=np.zeros((weeks, 5, accounts)),
        trouble=np.zeros(shape, dtype=bool),
        champion=np.ones(shape, dtype=bool),
        users=np.zeros(shape, dtype=np.int64),
        seats=np.zeros(shape, dtype=np.int64),
        hazard=np.zeros(shape),
        risk=np.zeros(shape),
        contract=contract,
        ended=np.full(accounts, np.datetime64("NaT", "D")),
        cause=np.full(accounts, -1),
    )


def _renewals(world: World, calendar: Calendar, effects: Effects) -> Numbers:
    """How the contract bends each week's hazard: 1 for monthly terms, low between yearly renewals, high at them."""
    contract = np.ones((calendar.weeks, len(world)))
    for week in range(calendar.weeks):
        first = calendar.day(week)
        due = renewal_after(world, np.broadcast_to(first, len(world))) < first + 7
        contract[week] = np.where(
            world.annual, np.where(due, effects.at_renewal, effects.between_renewals), 1.0
        )
    return contract
