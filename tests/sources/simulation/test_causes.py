"""Hazards follow from causes as the effects say, and churn follows the hazards."""

import numpy as np
import pytest

from keepwell.sources.simulation.causes import CAUSES, Effects, area_under_curve, chance, renewal_after
from keepwell.sources.simulation.lives import live
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Calendar
from keepwell.sources.simulation.world import populate


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene.of(11, 3000, Calendar.of(24))


def test_the_area_under_the_curve_counts_pairs_by_hand() -> None:
    scores = np.array([0.1, 0.4, 0.4, 0.8])
    happened = np.array([False, True, False, True])
    # pairs (happened, not): 0.4>0.1, 0.4=0.4, 0.8>0.1, 0.8>0.4: three and a half of four
    assert area_under_curve(scores, happened) == pytest.approx(3.5 / 4)
    assert np.isnan(area_under_curve(scores, np.zeros(4, dtype=bool)))


def test_churn_a_year_is_that_of_a_real_firm(scene: Scene) -> None:
    years = scene.life.active.sum() * 7 / 365.25
    assert 0.12 < scene.life.left.sum() / years < 0.20


def test_as_many_leave_as_the_hazards_say(scene: Scene) -> None:
    expected = scene.life.hazard.sum()
    assert scene.life.left.sum() == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_leavers_are_as_frequent_as_their_hazard_in_every_tenth(scene: Scene) -> None:
    life = scene.life
    week = scene.calendar.week(np.where(life.left, life.ended, scene.calendar.last))
    leaves = np.arange(scene.calendar.weeks)[:, None] == np.where(life.left, week, -1)
    at_risk = life.active & (life.hazard > 0)
    hazard, left = life.hazard[at_risk], leaves[at_risk]
    order = np.argsort(hazard)
    for part in np.array_split(order, 10)[5:]:
        expected = hazard[part].sum()
        assert left[part].sum() == pytest.approx(expected, abs=4.5 * np.sqrt(expected) + 1)


@pytest.mark.parametrize("number", range(5))
def test_each_cause_raises_the_hazard(scene: Scene, number: int) -> None:
    life = scene.life
    strength = life.states[:, number, :]
    risk = np.log(life.risk)
    others = [one for one in range(5) if one != number]
    calm = life.active & (life.states[:, others, :].max(axis=1) < 0.05)
    steps = [calm & (strength <= 0.05), calm & (strength > 0.05) & (strength <= 0.6), calm & (strength > 0.6)]
    means = [risk[step].mean() for step in steps if step.sum() > 50]
    assert len(means) >= 2
    assert means == sorted(means)
    assert means[-1] - means[0] > 0.5


def test_without_effects_nobody_leaves_but_by_chance() -> None:
    calendar = Calendar.of(12)
    world = populate(5, 2000, calendar)
    calm = Effects(base=0.0, unexplained=0.002)
    life = live(5, world, calendar, calm)
    expected = life.active.sum() * 0.002
    assert life.left.sum() == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert (life.cause[life.left] == CAUSES.index("no_visible_reason")).mean() > 0.95


def test_yearly_contracts_end_at_their_renewals_mostly(scene: Scene) -> None:
    life, world = scene.life, scene.world
    annual = life.left & world.annual
    at_renewal = renewal_after(world, np.where(annual, life.ended, world.began + 1)) == life.ended
    assert at_renewal[annual].mean() > 0.35
    assert at_renewal[life.left & ~world.annual].mean() < 0.05


def test_the_true_chance_ranks_leavers_well_and_not_perfectly(scene: Scene) -> None:
    found = []
    for week in range(10, 88, 6):
        day = scene.calendar.day(week)
        here = scene.life.active[week] & ~(scene.life.ended <= day)
        gone = scene.life.ended < day + 90
        found.append(area_under_curve(chance(scene.life, scene.calendar, week, 90)[here], gone[here]))
    assert 0.78 < np.mean(found) < 0.92


def test_renewals_fall_on_anniversaries() -> None:
    world = populate(2, 50, Calendar.of(24))
    day = np.full(50, np.datetime64("2025-03-15", "D"))
    renewal = renewal_after(world, day)
    assert (renewal >= day).all()
    assert (renewal > world.began).all()
    months = (renewal.astype("datetime64[M]") - world.began.astype("datetime64[M]")).astype(int)
    assert (months % 12 == 0).all()
    established = world.began < np.datetime64("2024-03-01")
    assert ((renewal - day).astype(int)[established] <= 366).all()
