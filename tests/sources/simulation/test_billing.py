"""Contracts without gaps, bills within contracts, and payments that show trouble."""

import numpy as np
import pytest

from keepwell.sources.simulation import billing, support
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Calendar, Rows


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene.of(8, 800, Calendar.of(24))


@pytest.fixture(scope="module")
def contracts(scene: Scene) -> Rows:
    return billing.subscriptions(scene)


def test_an_accounts_contracts_follow_one_another_without_gaps(scene: Scene, contracts: Rows) -> None:
    same = contracts["account"][1:] == contracts["account"][:-1]
    assert (contracts["ended"][:-1][same] == contracts["started"][1:][same]).all()
    last = np.append(~same, True)
    left = scene.life.ended[contracts["account"][last]]
    ended = contracts["ended"][last]
    assert ((ended == left) | (np.isnat(ended) & np.isnat(left))).all()
    assert set(contracts["account"]) == set(range(len(scene.world)))


def test_yearly_contracts_renew_after_they_began_within_a_year(scene: Scene, contracts: Rows) -> None:
    annual = scene.world.annual[contracts["account"]]
    assert (np.isnat(contracts["renews"]) == ~annual).all()
    ahead = (contracts["renews"] - contracts["started"])[annual].astype(int)
    assert ahead.min() > 0
    assert ahead.max() <= 366


def test_bills_are_the_contracts_price_for_their_months(scene: Scene, contracts: Rows) -> None:
    bills = billing.invoices(scene, contracts)
    number = 17
    account, day = bills["account"][number], bills["issued"][number]
    mine = contracts["account"] == account
    held = mine & (contracts["started"] <= day) & ~(contracts["ended"] <= day)
    price = contracts["amount"][held]
    assert len(price) == 1
    assert bills["amount"][number] == pytest.approx(price[0] * scene.world.billing_months[account])


def test_payment_trouble_shows_in_failed_and_late_payments(scene: Scene, contracts: Rows) -> None:
    bills = billing.invoices(scene, contracts)
    week = scene.calendar.week(bills["issued"])
    trouble = scene.life.states[week, 2, bills["account"]] > 0
    failed = ~np.isnat(bills["failed_at"])
    assert failed[trouble].mean() > 0.4
    assert failed[~trouble].mean() < 0.03
    paid = ~np.isnat(bills["paid_at"])
    assert (bills["paid_at"] >= bills["issued"])[paid].all()


def test_trouble_shows_in_slow_reopened_and_escalated_tickets(scene: Scene) -> None:
    tickets = support.tickets(scene)
    week = scene.calendar.week(tickets["opened_at"])
    trouble = scene.life.trouble[week, tickets["account"]]
    waited = (tickets["answered_at"] - tickets["opened_at"]).astype(float)
    known = ~np.isnat(tickets["answered_at"])
    assert np.median(waited[trouble & known]) > 2 * np.median(waited[~trouble & known])
    assert tickets["reopened"][trouble].mean() > 3 * tickets["reopened"][~trouble].mean()
    escalated = ~np.isnat(tickets["escalated_at"])
    assert escalated[trouble].mean() > 3 * escalated[~trouble].mean()
