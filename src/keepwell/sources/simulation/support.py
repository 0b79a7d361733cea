"""The tickets of the accounts and how support dealt with them."""

import numpy as np

from keepwell.sources.simulation.happenings import happen, home, later, until
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Rows

PRIORITIES = ("low", "normal", "high", "urgent")
TOPICS = ("how_to", "bug", "billing", "integration", "performance", "access")
CHANNELS = ("email", "chat", "phone", "web")
_ANSWER_HOURS = np.array([14.0, 7.0, 3.0, 1.2])
_SOLVE_HOURS = np.array([60.0, 36.0, 20.0, 12.0])


def tickets(scene: Scene) -> Rows:
    """Tickets: where an account is in trouble there are more, answered later, reopened and escalated more often."""
    rng = scene.draws("support")
    expected = 0.045 * scene.life.users**0.5 * (1 + 2.6 * scene.life.trouble)
    when = happen(rng, scene, expected)
    count = len(when)
    bad = scene.life.trouble[when.week, when.account]
    pain = scene.life.states[when.week, 3, when.account]
    priority = np.searchsorted([0.25, 0.75, 0.94], rng.random(count) * 0.9 + 0.1 * bad, side="right")
    answered = later(rng, when.at, _ANSWER_HOURS[priority] * (1 + 2.2 * bad), 0.9)
    closed = later(rng, answered, _SOLVE_HOURS[priority] * (1 + 2.0 * bad), 1.0)
    escalated = rng.random(count) < 0.03 + 0.22 * bad + 0.04 * (priority == 3)
    escalated_at = np.where(escalated, later(rng, when.at, 20.0, 0.7), np.datetime64("NaT", "s"))
    end = home(scene.calendar.last)
    rated = rng.random(count) < 0.38
    rating = np.clip(np.round(4.5 - 1.6 * pain - 0.7 * bad + rng.normal(0, 0.7, count)), 1, 5)
    closed = until(closed, end)
    return {
        "account": when.account,
        "person": scene.people.someone(when.account, when.week, rng.random(count)),
        "opened_at": when.at,
        "answered_at": until(answered, end),
        "closed_at": closed,
        "escalated_at": until(escalated_at, end),
        "reopened": rng.poisson(0.06 + 0.45 * bad) * ~np.isnat(closed),
        "priority": np.array(PRIORITIES)[priority],
        "topic": np.array(TOPICS)[rng.integers(0, len(TOPICS), count)],
        "channel": np.array(CHANNELS)[rng.integers(0, len(CHANNELS), count)],
        "rating": np.where(rated & ~np.isnat(closed), rating, np.nan),
    }
