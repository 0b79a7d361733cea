"""A made-up shop without contracts: customers who order at their own pace until, unseen, they stop."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keepwell.sources.simulation import names
from keepwell.sources.simulation.formats import Delimited, cents, json_lines, styled, texts, write_lines, zulu
from keepwell.sources.simulation.happenings import home, later, office
from keepwell.sources.simulation.season import (
    HOME,
    Calendar,
    Days,
    Integers,
    Numbers,
    Rows,
    local,
    stream,
)

CATEGORIES = ("beans", "filters", "machines", "tea", "gifts")
REASONS = ("moved_on", "price", "bad_delivery")
_MONTHS = 18


@dataclass(frozen=True, slots=True)
class Shoppers:
    """The customers: when each began and silently stopped (`NaT`: not yet), and their own usual gap in days."""

    ids: np.ndarray[tuple[int], np.dtype[np.str_]]
    began: Days
    stopped: Days
    reason: Integers
    gap: Numbers
    basket: Numbers


def write(folder: Path, seed: int, customers: int = 400) -> None:
    """Writes a shop's exports to `folder/data` and when and why each customer stopped to `folder/truth`."""
    calendar = Calendar.of(_MONTHS)
    shoppers = _shoppers(seed, customers, calendar)
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "README.txt").write_text(_README, encoding="utf-8")
    orders = _orders(seed, shoppers, calendar)
    Delimited().write(data / "customers.csv", _customers(seed, shoppers))
    Delimited(";").write(data / "orders.csv.gz", _order_lines(shoppers, orders))
    write_lines(data / "vouchers.jsonl", json_lines(_vouchers(seed, shoppers, calendar)))
    Delimited().write(data / "ratings.csv", _ratings(seed, shoppers, orders, calendar))
    Delimited().write(data / "mailings.csv", _mailings(seed, shoppers, calendar))
    truth = folder / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    stopped = ~np.isnat(shoppers.stopped)
    rows = {
        str(one): {"stopped": str(day), "reason": REASONS[reason]}
        for one, day, reason in zip(
            shoppers.ids[stopped], shoppers.stopped[stopped], shoppers.reason[stopped], strict=True
        )
    }
    (truth / "truth.json").write_text(
        json.dumps({"simulated": True, "seed": seed, "stopped": rows}, indent=1) + "\n"
    )


def _shoppers(seed: int, customers: int, calendar: Calendar) -> Shoppers:
    rng = stream(seed, "shoppers")
    began = calendar.first + rng.integers(0, calendar.days - 60, customers).astype("timedelta64[D]")
    life = rng.exponential(650, customers)
    stopped = began + (30 + life).astype("timedelta64[D]")
    return Shoppers(
        ids=np.array([f"K{1000 + number}" for number in range(customers)]),
        began=began,
        stopped=np.where(stopped < calendar.last, stopped, np.datetime64("NaT", "D")),
        reason=rng.choice(3, size=customers, p=[0.5, 0.3, 0.2]),
        gap=np.exp(rng.normal(np.log(26), 0.45, customers)),
        basket=np.exp(rng.normal(np.log(38), 0.5, customers)),
    )


def _orders(seed: int, shoppers: Shoppers, calendar: Calendar) -> Rows:
    """Orders at gamma-distributed gaps; those about to leave order less and rate worse."""
    rng = stream(seed, "orders")
    most = 60
    gaps = rng.gamma(4.0, shoppers.gap[:, None] / 4.0, (len(shoppers.ids), most))
    gaps[:, 0] = 0
    days = shoppers.began[:, None] + np.ceil(np.cumsum(gaps, axis=1)).astype("timedelta64[D]")
    ends = np.where(np.isnat(shoppers.stopped), calendar.last, shoppers.stopped)[:, None]
    customer, number = np.nonzero(days < ends)
    day = days[customer, number]
    order = np.argsort(day, kind="stable")
    customer, day = customer[order], day[order]
    count = len(customer)
    leaving = (shoppers.stopped[customer] - day).astype(np.int64) < 60
    leaving &= ~np.isnat(shoppers.stopped[customer])
    discount = np.where(rng.random(count) < 0.2, 0.1, 0.0)
    amount = shoppers.basket[customer] * np.exp(rng.normal(0, 0.35, count)) * np.where(leaving, 0.75, 1.0)
    return {
        "customer": customer,
        "at": office(rng, day),
        "amount": np.round(amount * (1 - discount), 2),
        "items": 1 + rng.poisson(1.4, count),
        "category": rng.choice(len(CATEGORIES), size=count, p=[0.45, 0.2, 0.05, 0.2, 0.1]),
        "mobile": rng.random(count) < 0.55,
        "discount": discount,
        "leaving": leaving,
    }


def _customers(seed: int, shoppers: Shoppers) -> Rows:
    rng = stream(seed, "shopper names")
    called = names.people(rng, len(shoppers.ids))
    return {
        "customer_no": texts(shoppers.ids),
        "name": texts(called),
        "first_order": texts(shoppers.began),
        "country": texts(rng.choice(["DE", "AT", "NL"], size=len(called), p=[0.7, 0.2, 0.1])),
        "source": texts(rng.choice(["search", "gift", "friend"], size=len(called), p=[0.6, 0.15, 0.25])),
    }


def _order_lines(shoppers: Shoppers, orders: Rows) -> Rows:
    clock = local(orders["at"], HOME)
    euros = np.array([one.replace(".", ",") for one in cents(orders["amount"]).tolist()], dtype=object)
    return {
        "order": texts(np.arange(len(clock)) + 9001),
        "customer": texts(shoppers.ids[orders["customer"]]),
        "date": styled(clock, lambda iso: f"{iso[8:10]}.{iso[5:7]}.{iso[:4]} {iso[11:16]}"),
        "total": euros,
        "items": texts(orders["items"]),
        "group": np.array(CATEGORIES, dtype=object)[orders["category"]],
        "via": np.where(orders["mobile"], "app", "web").astype(object),
        "rebate": texts((orders["discount"] * 100).astype(np.int64)),
    }


def _vouchers(seed: int, shoppers: Shoppers, calendar: Calendar) -> Rows:
    """Two vouchers a year for everyone; a third is used by those who still buy."""
    rng = stream(seed, "vouchers")
    rounds = calendar.days // 180
    customer = np.tile(np.arange(len(shoppers.ids)), rounds)
    day = calendar.first + np.repeat(np.arange(rounds) * 180 + 120, len(shoppers.ids)).astype(
        "timedelta64[D]"
    )
    kept = (day > shoppers.began[customer]) & (day < calendar.last)
    customer, day = customer[kept], day[kept]
    at = office(rng, day)
    stays = np.isnat(shoppers.stopped[customer]) | (shoppers.stopped[customer] > day)
    used = stays & (rng.random(len(customer)) < 0.35)
    redeemed = np.where(used, later(rng, at, 24.0 * 10, 0.6), np.datetime64("NaT", "s"))
    redeemed = np.where(
        redeemed < home(np.minimum(day + 45, calendar.last)), redeemed, np.datetime64("NaT", "s")
    )
    return {
        "id": texts([f"V{number}" for number in range(1, len(customer) + 1)]),
        "customer": texts(shoppers.ids[customer]),
        "sent": styled(at, zulu),
        "used": styled(redeemed, zulu),
        "ends": texts(day + 45),
        "code": texts(np.repeat("COFFEE10", len(customer))),
        "cost": cents(shoppers.basket[customer] * 0.1),
    }


def _ratings(seed: int, shoppers: Shoppers, orders: Rows, calendar: Calendar) -> Rows:
    rng = stream(seed, "ratings")
    rated = np.nonzero(rng.random(len(orders["at"])) < 0.3)[0]
    at = later(rng, orders["at"][rated], 60.0, 0.5)
    rated, at = rated[at < home(calendar.last)], at[at < home(calendar.last)]
    upset = orders["leaving"][rated] & (shoppers.reason[orders["customer"][rated]] == 2)
    stars = np.clip(np.round(4.4 - 1.9 * upset + rng.normal(0, 0.7, len(rated))), 1, 5).astype(np.int64)
    return {
        "rating_id": texts(np.arange(len(rated)) + 1),
        "customer": texts(shoppers.ids[orders["customer"][rated]]),
        "stars": texts(stars),
        "given": styled(at, zulu),
    }


def _mailings(seed: int, shoppers: Shoppers, calendar: Calendar) -> Rows:
    """A newsletter every fortnight, sent and perhaps opened."""
    rng = stream(seed, "mailings")
    rounds = calendar.days // 14
    customer = np.tile(np.arange(len(shoppers.ids)), rounds)
    day = calendar.first + np.repeat(np.arange(rounds) * 14 + 3, len(shoppers.ids)).astype("timedelta64[D]")
    kept = day > shoppers.began[customer]
    customer, day = customer[kept], day[kept]
    sent = office(rng, day)
    gone = ~np.isnat(shoppers.stopped[customer]) & (shoppers.stopped[customer] <= day)
    opened = rng.random(len(customer)) < np.where(gone, 0.06, 0.34)
    opened_at = later(rng, sent, 7.0, 0.8)
    opened &= opened_at < home(calendar.last)
    at = np.concatenate([sent, opened_at[opened]])
    order = np.argsort(at, kind="stable")
    who = np.concatenate([customer, customer[opened]])[order]
    action = np.concatenate([np.repeat("sent", len(customer)), np.repeat("opened", opened.sum())])[order]
    return {
        "customer": texts(shoppers.ids[who]),
        "what": texts(action),
        "when": styled(at[order], zulu),
    }


_README = """SIMULATED DATA

This shop is not a real one. Its customers and orders were drawn at random by Keepwell's simulator.
"""
