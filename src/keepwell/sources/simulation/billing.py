"""What the accounts contracted, what they were billed and paid, and the offers made to keep them."""

import numpy as np
from numpy.typing import NDArray

from keepwell.sources.simulation.causes import Change, renewal_after
from keepwell.sources.simulation.happenings import home, later, office, until
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Days, Flags, Integers, Numbers, Rows
from keepwell.sources.simulation.world import LIST_PRICES, World

_FACTOR = {"EUR": 1.0, "USD": 1.1, "GBP": 0.85}  # the price lists in other currencies
_WORTH = {"USD": 0.92, "GBP": 1.16}  # EUR for one unit, about which the rates wander
_NO_DAY = np.datetime64("NaT", "D")
_NO_INSTANT = np.datetime64("NaT", "s")


def rates(scene: Scene) -> Rows:
    """What one USD and one GBP is worth in EUR at the first of each month, from 2018 on."""
    rng = scene.draws("rates")
    months = np.arange(np.datetime64("2018-01", "M"), np.datetime64(scene.calendar.end, "M") + 1)
    parts = [
        (code, worth * np.exp(np.cumsum(rng.normal(0, 0.008, len(months))))) for code, worth in _WORTH.items()
    ]
    return {
        "date": np.tile(months.astype("datetime64[D]"), len(parts)),
        "currency": np.repeat([code for code, _ in parts], len(months)),
        "rate": np.round(np.concatenate([worth for _, worth in parts]), 4),
    }


def subscriptions(scene: Scene) -> Rows:
    """A row for each stretch of a contract: it ends with its account, or when a renewal or change takes its place."""
    changes = sorted(_beginnings(scene) + scene.life.changes, key=lambda one: (one.account, one.day))
    account = np.array([one.account for one in changes])
    started = np.array([one.day for one in changes], dtype="datetime64[D]")
    plan = np.array([one.plan for one in changes])
    seats = np.array([one.seats for one in changes])
    discount = np.array([one.discount for one in changes])
    last = np.append(account[1:] != account[:-1], True)
    ended = np.where(last, scene.life.ended[account], np.append(started[1:], _NO_DAY))
    factor = np.array([_FACTOR[code] for code in scene.world.currency])[account]
    full = np.round(LIST_PRICES[plan] * seats * factor, 2)
    renews = np.where(scene.world.annual[account], _renewals(scene.world, account, started + 1), _NO_DAY)
    return {
        "account": account,
        "started": started,
        "ended": ended,
        "reason": np.where(np.isnat(ended), "", np.where(last, "cancelled", "replaced")),
        "renews": renews,
        "plan": plan,
        "seats": seats,
        "discount": discount,
        "full": full,
        "amount": np.round(full * (1 - discount), 2),
        "change": np.array([one.kind for one in changes]),
    }


def _beginnings(scene: Scene) -> list[Change]:
    """The contract each account has at its beginning, or at the beginning of the span."""
    start = np.broadcast_to(scene.calendar.first, len(scene.world)).astype("datetime64[D]")
    renewed = renewal_after(scene.world, start - 365)
    renewed = np.where(renewed == start, start - 365, renewed)
    current = np.where(
        scene.world.annual & (renewed < start) & (renewed > scene.world.began), renewed, scene.world.began
    )
    return [
        Change(
            account,
            current[account],
            "new" if current[account] == scene.world.began[account] else "renewal",
            int(scene.world.seats[account]),
            int(scene.world.plan[account]),
            float(scene.world.discount[account]),
        )
        for account in range(len(scene.world))
    ]


def _renewals(world: World, account: Integers, days: Days) -> Days:
    """The first renewal on or after each day."""
    began = world.began[account].astype("datetime64[M]")
    in_month = world.began[account] - began.astype("datetime64[D]")
    years = np.maximum((days.astype("datetime64[M]") - began).astype(np.int64) // 12, 1)
    first = (began + years * 12).astype("datetime64[D]") + in_month
    second = (began + (years + 1) * 12).astype("datetime64[D]") + in_month
    return np.asarray(np.where(first >= days, first, second))


def invoices(scene: Scene, contracts: Rows) -> Rows:
    """Bills on each account's own day of the month, monthly, quarterly or yearly, and how they were paid."""
    rng = scene.draws("invoices")
    account, issued_on = _bills(scene)
    row = _contract(contracts, account, issued_on)
    week = np.clip(scene.calendar.week(issued_on), 0, scene.calendar.weeks - 1)
    amount = np.round(contracts["amount"][row] * scene.world.billing_months[account], 2)
    trouble = scene.life.states[week, 2, account] > 0
    count = len(account)
    due_on = issued_on + np.where(scene.world.billing_months[account] > 1, 30, 14).astype("timedelta64[D]")
    failed = rng.random(count) < np.where(trouble, 0.6, 0.012)
    failed_at = np.where(failed, later(rng, office(rng, issued_on), 30.0, 0.5), _NO_INSTANT)
    paid_on = _payment_days(rng, issued_on, due_on, trouble, failed)
    end = home(scene.calendar.last)
    paid_at = until(office(rng, paid_on), end)
    return {
        "account": account,
        "issued": issued_on,
        "due": due_on,
        "failed_at": until(failed_at, end),
        "paid_at": paid_at,
        "amount": amount,
        "discount": contracts["discount"][row],
        "status": np.where(~np.isnat(paid_at), "paid", np.where(failed, "failed", "open")),
    }


def _bills(scene: Scene) -> tuple[Integers, Days]:
    began = scene.world.began.astype("datetime64[M]")
    in_month = scene.world.began - began.astype("datetime64[D]")
    ended = np.where(scene.life.left, scene.life.ended, scene.calendar.last)
    accounts, days = [], []
    first, last = np.datetime64(scene.calendar.start, "M"), np.datetime64(scene.calendar.end, "M")
    for month in first + np.arange((last - first).astype(np.int64) + 1):
        day = month.astype("datetime64[D]") + in_month
        falls = (month - began).astype(np.int64) % scene.world.billing_months == 0
        billed = np.nonzero(
            falls & (day >= scene.world.began) & (day < ended) & (day >= scene.calendar.first)
        )[0]
        accounts.append(billed)
        days.append(day[billed])
    return np.concatenate(accounts), np.concatenate(days)


def _contract(contracts: Rows, account: Integers, day: Days) -> Integers:
    """The row of the contract that held for each account on each day."""
    span = 100_000
    starts = contracts["account"] * span + contracts["started"].astype("datetime64[D]").astype(np.int64)
    return np.searchsorted(starts, account * span + day.astype(np.int64), side="right") - 1


def _payment_days(
    rng: np.random.Generator, issued: Days, due: Days, trouble: Flags, failed: Flags
) -> NDArray[np.datetime64]:
    count = len(issued)
    tardy = rng.random(count) < 0.12
    usual = (due - issued).astype(np.int64) * rng.random(count) + np.where(
        tardy, rng.uniform(8, 20, count), 0
    )
    again = rng.uniform(2, 8, count)
    late = (due - issued).astype(np.int64) + rng.uniform(6, 45, count)
    days: Numbers = np.where(trouble, late, np.where(failed, again, usual))
    paid = issued + np.ceil(days).astype("timedelta64[D]")
    never = trouble & failed & (rng.random(count) < 0.4)
    return np.where(never, _NO_DAY, paid)


def offers(scene: Scene, contracts: Rows) -> Rows:
    """Codes sent a month before a renewal, more often to the unhappy; some are used."""
    rng = scene.draws("offers")
    renews = contracts["renews"]
    row = np.nonzero(~np.isnat(renews))[0]
    row = row[(renews[row] - 30 >= scene.calendar.first + 7) & (renews[row] - 30 < scene.calendar.last - 1)]
    row = row[contracts["started"][row] <= renews[row] - 30]
    row = row[np.isnat(contracts["ended"][row]) | (contracts["ended"][row] > renews[row] - 30)]
    account = contracts["account"][row]
    offered_on = renews[row] - 30
    mood = scene.life.satisfaction[scene.calendar.week(offered_on), account]
    made = rng.random(len(row)) < 0.12 + 0.35 * (mood < -0.2)
    row, account, offered_on = row[made], account[made], offered_on[made]
    offered_at = office(rng, offered_on)
    used = rng.random(len(row)) < 0.4
    stays = np.isnat(scene.life.ended[account]) | (scene.life.ended[account] > offered_on + 31)
    redeemed = np.where(used & stays, later(rng, offered_at, 24.0 * 8, 0.6), _NO_INSTANT)
    expires = offered_on + 30
    redeemed = until(np.where(redeemed < home(expires), redeemed, _NO_INSTANT), home(scene.calendar.last))
    percent = np.where(rng.random(len(row)) < 0.5, 10, 15)
    return {
        "account": account,
        "offered_at": offered_at,
        "redeemed_at": redeemed,
        "expires": expires,
        "code": np.array([f"STAY{value}" for value in percent]),
        "cost": np.round(contracts["amount"][row] * 12 * percent / 100, 2),
    }
