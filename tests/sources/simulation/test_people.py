"""People: who acts for an account, and champions who come and leave."""

import numpy as np
import pytest

from keepwell.sources.simulation import usage
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Calendar


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene.of(4, 300, Calendar.of(12))


def test_everybody_joins_after_the_account_began_and_leaves_later(scene: Scene) -> None:
    people = scene.people
    assert (people.joined >= scene.world.began[people.account]).all()
    left = ~np.isnat(people.left)
    assert left.any()
    assert (people.left > people.joined)[left].all()


def test_champions_are_there_when_the_account_has_one(scene: Scene) -> None:
    active = scene.life.active
    assert ((scene.people.champion >= 0) == scene.life.champion)[active].all()
    week, account = np.nonzero(active & (scene.people.champion >= 0))
    champion = scene.people.champion[week, account]
    assert (scene.people.account[champion] == account).all()
    assert (scene.people.role[champion] == 0).all()
    assert (scene.people.left_week[champion] > week).all()


def test_events_come_from_the_accounts_own_people_and_rarely_after_they_left(scene: Scene) -> None:
    used = usage.use(scene)
    assert (scene.people.account[used.person] == used.when.account).all()
    late = scene.people.left_week[used.person] <= used.when.week
    assert late.mean() < 0.01


def test_usage_follows_engagement(scene: Scene) -> None:
    used = usage.use(scene)
    counts = np.zeros(scene.life.users.shape)
    np.add.at(counts, (used.when.week, used.when.account), 1)
    per_user = counts / np.maximum(scene.life.users, 1)
    low = scene.life.active & (scene.life.engagement < -0.8)
    usual = scene.life.active & (np.abs(scene.life.engagement) < 0.2)
    assert per_user[low].mean() < 0.8 * per_user[usual].mean()


def test_trouble_brings_errors_and_waiting(scene: Scene) -> None:
    seen = usage.monitor(scene)
    trouble = scene.life.trouble[seen.when.week, seen.when.account]
    assert np.nanmedian(seen.latency[trouble]) > 1.5 * np.nanmedian(seen.latency[~trouble])
    assert np.isnan(seen.latency[trouble]).mean() > np.isnan(seen.latency[~trouble]).mean()
