"""What people did in the product, and the errors and waiting times it met them with."""

from dataclasses import dataclass

import numpy as np

from keepwell.sources.simulation.happenings import Happenings, happen
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Integers, Numbers

EVENTS_PER_ACCOUNT = 1015
FEATURES = (
    "planning",
    "board",
    "comments",
    "reports",
    "dashboards",
    "time_tracking",
    "automations",
    "integrations",
    "api",
    "forecasting",
)
NAMES = ("login", "plan_saved", "feature_used", "report_shared", "export", "invite_sent", "guide_opened")
CHANNELS = ("web", "mobile", "api")


@dataclass(frozen=True, slots=True)
class Usage:
    """Product events: when and by whom, and the numbers of their name, feature (-1: none) and channel."""

    when: Happenings
    person: Integers
    name: Integers
    feature: Integers
    channel: Integers
    seconds: Integers


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Errors, and samples of the waiting time in ms (`nan` for errors)."""

    when: Happenings
    latency: Numbers


def use(scene: Scene) -> Usage:
    """About `EVENTS_PER_ACCOUNT` events per account, by engagement, users, season and age."""
    rng = scene.draws("usage")
    wish = np.where(
        scene.life.active,
        scene.life.users**0.75 * np.exp(scene.world.taste + 0.85 * scene.life.engagement),
        0.0,
    )
    wish *= scene.calendar.busy().reshape(scene.calendar.weeks, 7).sum(axis=1, keepdims=True)
    when = happen(rng, scene, wish * (EVENTS_PER_ACCOUNT * len(scene.world) / wish.sum()))
    count = len(when)
    users = scene.life.users[when.week, when.account]
    person = scene.people.choose(when.account, when.week, users, rng.random(count))
    name = np.searchsorted([0.22, 0.46, 0.90, 0.935, 0.965, 0.985], rng.random(count), side="right")
    feature = _features(rng, scene, when)
    feature = np.where(name == 1, 0, np.where(name == 3, 3, np.where((name == 0) | (name > 3), -1, feature)))
    api = (feature == 8) | (feature == 7)
    channel = np.where(api, 2, (rng.random(count) < 0.2).astype(np.int64))
    seconds = np.where(name == 0, np.exp(rng.normal(6.3, 0.8, count)), 0).astype(np.int64)
    return Usage(when, person, name, feature, channel, seconds)


def _features(rng: np.random.Generator, scene: Scene, when: Happenings) -> Integers:
    """Which feature each event used: of an account's own order of features it knows the first few, more with time."""
    known = 3 + 5 * rng.random(len(scene.world)) + 0.6 * scene.world.onboarding
    age = np.maximum(np.arange(scene.calendar.weeks)[:, None] - scene.calendar.week(scene.world.began), 0)
    breadth = np.clip(
        known * (0.5 + 0.5 * np.minimum(age / 26, 1)) * np.exp(0.45 * scene.life.engagement), 1, 10
    )
    order = np.argsort(
        rng.random((len(scene.world), len(FEATURES))) + np.arange(len(FEATURES)) * 0.09, axis=1
    )
    rank = (breadth[when.week, when.account] * rng.random(len(when)) ** 1.4).astype(np.int64)
    return np.asarray(order[when.account, rank])


def monitor(scene: Scene) -> Monitoring:
    """Errors and waiting times; both are worse where the account is in trouble with the product."""
    rng = scene.draws("monitoring")
    busy = scene.life.users**0.5 * np.exp(0.4 * scene.life.engagement)
    error_rate = 0.09 * busy * np.exp(rng.normal(0, 0.4, len(scene.world))) * (1 + 4 * scene.life.trouble)
    sample_rate = 0.16 * busy
    when = happen(rng, scene, error_rate + sample_rate)
    share = (error_rate / (error_rate + sample_rate))[when.week, when.account]
    slow = 1 + 1.2 * scene.life.trouble[when.week, when.account]
    latency = np.round(np.exp(rng.normal(5.7, 0.45, len(when))) * slow)
    return Monitoring(when, np.where(rng.random(len(when)) < share, np.nan, latency))
