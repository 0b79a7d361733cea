"""The stage on which everything else is drawn: the calendar, the accounts, their lives and their people."""

from dataclasses import dataclass

import numpy as np

from keepwell.sources.simulation import lives, people, world
from keepwell.sources.simulation.causes import Life
from keepwell.sources.simulation.people import People
from keepwell.sources.simulation.season import Calendar, stream
from keepwell.sources.simulation.world import World


@dataclass(frozen=True, slots=True)
class Scene:
    """What is settled before any event is drawn."""

    seed: int
    calendar: Calendar
    world: World
    life: Life
    people: People

    @classmethod
    def of(cls, seed: int, accounts: int, calendar: Calendar) -> "Scene":
        """Lives the lives of that many accounts (10 or more)."""
        them = world.populate(seed, accounts, calendar)
        life = lives.live(seed, them, calendar)
        return cls(seed, calendar, them, life, people.gather(seed, them, calendar, life))

    def draws(self, name: str) -> np.random.Generator:
        """The generator of one part of the simulation."""
        return stream(self.seed, name)
