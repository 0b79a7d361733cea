"""Compiled SQL = reference on larger data: a realistic set of signals over long, dense and odd grids."""

from datetime import time, timedelta
from itertools import accumulate

import pytest

from keepwell.sql.among import OneIn
from tests.oracle.agreement import check
from tests.oracle.crowd import crowd, grid

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_weeks(zone: str) -> None:
    check(crowd(1, zone, grid(zone, 26, 7)))


@pytest.mark.parametrize("zone", ZONES)
def test_a_month_of_days(zone: str) -> None:
    check(crowd(2, zone, grid(zone, 16, 1)))


@pytest.mark.parametrize(
    ("zone", "at"), [("Europe/Berlin", time(2, 30)), ("America/New_York", time(1, 30)), ("UTC", time(9, 15))]
)
def test_days_that_begin_off_midnight(zone: str, at: time) -> None:
    check(crowd(3, zone, grid(zone, 12, 1, at)))


def test_instants_without_a_pattern() -> None:
    steps = [
        timedelta(hours=5),
        timedelta(days=3),
        timedelta(minutes=61),
        timedelta(days=40),
        timedelta(days=7),
    ]
    first = grid("Europe/Berlin", 1, 1)[0] - timedelta(days=70)
    points = [first + passed for passed in accumulate(steps)]
    check(crowd(4, "Europe/Berlin", points))


def test_one_instant() -> None:
    check(crowd(5, "Europe/Berlin", grid("Europe/Berlin", 1, 1), accounts=30))


def test_some_accounts_of_many() -> None:
    check(crowd(6, "UTC", grid("UTC", 5, 7)), accounts=[2, 3, 11])


def test_one_account_in_so_many() -> None:
    check(crowd(6, "UTC", grid("UTC", 5, 7)), accounts=OneIn(3))


def test_the_days_on_which_clocks_change() -> None:
    around = grid("America/New_York", 6, 1)  # LAST is three days after the change
    check(crowd(7, "America/New_York", around))
