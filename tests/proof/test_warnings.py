"""Who stood green before a loss, by hand."""

import numpy as np
import pytest

from keepwell.proof.interval import share
from keepwell.proof.panel import HAPPENED, Panel
from keepwell.proof.timeline import Timeline
from keepwell.proof.warnings import Money, Warnings, money_of, warnings
from tests.proof.made import G, R, line_of, panel


def many(accounts: int, greens: int) -> tuple[Panel, Timeline]:
    """So many accounts gone on day 44, the first `greens` of which stood green throughout, the others red from day 21 on."""
    steps = 7
    rows = [(step, account, 50.0) for step in range(steps) for account in range(accounts)]
    of = panel(
        rows,
        band=[G if account < greens or step < 3 else R for step, account, _ in rows],
        state=[HAPPENED] * len(rows),
        days_to=[44.0 - 7 * step for step, _, _ in rows],
        worth=[float(10 * (account + 1)) for _, account, _ in rows],
        amount=[float(account + 1) for _, account, _ in rows],
    )
    return of, line_of(of, (30, 20))


def warned(line: Timeline) -> Warnings:
    found = line.happenings
    return warnings(found, line.accounts, np.ones(len(found.row), dtype=np.bool_), money_of(found))


def test_the_share_that_stood_green_by_accounts_and_by_money() -> None:
    _, line = many(20, 5)
    found = warned(line)
    assert (found.outcomes, found.from_start, found.money_is) == (20, 0, Money.AMOUNT)
    assert found.days == (23.0, 23.0, 23.0)
    assert found.never == share(np.repeat([1.0, 0.0], [5, 15]), np.ones(20))
    month, three_weeks = found.green_before
    # day 14: all green; day 24: only the five
    assert month.green is not None
    assert month.green.value == 1.0
    assert three_weeks.green == found.never
    # amounts 1 to 20 are 210 in all, those of the five 15
    assert three_weeks.money == 210.0
    assert three_weeks.money_green is not None
    assert three_weeks.money_green.value == pytest.approx(15 / 210)


def test_nine_happenings_are_too_few_for_a_share() -> None:
    _, line = many(9, 5)
    found = warned(line)
    assert (found.outcomes, found.never, found.days) == (9, None, None)
    assert all(one.green is None and one.money is None for one in found.green_before)


def test_money_is_the_accounts_value_where_an_amount_is_missing() -> None:
    of, _ = many(20, 5)
    of.amount[-1] = np.nan
    found = warned(line_of(of, (20,)))
    assert found.money_is is Money.WORTH
    assert found.green_before[0].money == 2_100.0
    of.worth[:], of.amount[:] = np.nan, np.nan
    assert warned(line_of(of, (20,))).money_is is None
