"""A report made by hand-written rules and a seeded dice, large enough to look like a firm's."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from keepwell.runs.data_health import DataHealth, FeedLine, LoadLine
from keepwell.runs.rejects import Tally
from keepwell.runs.report import Report, Week, report
from keepwell.scoring.score import Band, Reason, Score, Step
from tests.scored import AS_OF, score, weeks

TITLES = {
    "active_days": "Active days",
    "usage_change": "Usage against its own baseline",
    "seat_use": "Seat use",
    "open_escalations": "Open escalations",
    "nps": "Last NPS",
    "days_late": "Days invoices are late",
}
TEXTS = {
    "active_days": "Active on {n} of the last 28 days",
    "usage_change": "Usage fell {n}% against its own baseline",
    "seat_use": "{n}% of the seats are used",
    "open_escalations": "{n} escalations are open",
    "nps": "Last NPS answer was {n} of 10",
    "days_late": "Invoices are paid {n} days late",
}
ADVICE = {"usage_change": "Ask the champion what changed, and offer the refresher course."}
FIRST = [
    "Northwind",
    "Halden",
    "Ostrava",
    "Lumen",
    "Cobalt",
    "Fernhill",
    "Quarry",
    "Tessera",
    "Marlow",
    "Pinnacle",
]
SECOND = ["Logistics", "Bank", "Foods", "Robotics", "Health", "Energy", "Studios", "Freight", "Media", "Labs"]


def firm(size: int = 240, seed: int = 7, **changes: Any) -> Report:
    """A report over `size` accounts and 13 weeks."""
    dice = random.Random(seed)
    grid, histories = weeks(13), {}
    for place in range(size):
        level, drift = dice.gauss(72, 16), dice.gauss(-0.2, 1.2)
        series = [min(98.0, max(4.0, level + drift * week + dice.gauss(0, 2))) for week in range(13)]
        histories[f"A-{place:04d}"] = series
    now = [_scored(name, series[-1], AS_OF, dice) for name, series in histories.items()]
    before = [_scored(name, series[-2], grid[-2], random.Random(1)) for name, series in histories.items()]
    now += [score(f"B-{place}", None) for place in range(9)]
    made: dict[str, Any] = {
        "project": "Acme Cloud",
        "zone": ZoneInfo("Europe/Berlin"),
        "currency": "EUR",
        "simulated": True,
        "made_at": AS_OF + timedelta(hours=7, minutes=12),
        "compared": grid[-2],
        "score_before": {each.account_id: each for each in before}.get,
        "titles": TITLES,
        "thresholds": (40, 70),
        "weeks": [
            _week(at, [series[place] for series in histories.values()]) for place, at in enumerate(grid)
        ],
        "trends": {name: tuple(zip(grid, series, strict=True)) for name, series in histories.items()},
        "data": data_health(),
    }
    return report(now, before, **(made | changes))


def _scored(account_id: str, value: float, as_of: datetime, dice: random.Random) -> Score:
    shares = [dice.random() ** 2 for _ in TEXTS]
    lost = 100 - value
    reasons = [
        Reason(Step.MEASURE, name, -lost * part / sum(shares), text.format(n=dice.randint(2, 80)), "adoption",
               advice=ADVICE.get(name, ""))
        for (name, text), part in zip(TEXTS.items(), shares, strict=True)
    ]  # fmt: skip
    worth = round(dice.lognormvariate(9.6, 1.0), 2)
    band = Band.GREEN if value >= 70 else Band.YELLOW if value >= 40 else Band.RED
    number = int(account_id[2:])
    name = f"{FIRST[number % 10]} {SECOND[number // 10 % 10]}" + (
        f" {number // 100 + 1}" if number >= 100 else ""
    )
    return score(
        account_id,
        value,
        name=name,
        as_of=as_of,
        value=worth,
        value_at_risk=worth * {Band.RED: 1, Band.YELLOW: 0.5, Band.GREEN: 0}[band],
        segment=dice.choice(["smb", "smb", "mid-market", "enterprise"]),
        owner=dice.choice(["Kim Aho", "Ravi Nair", "Lena Voss"]),
        coverage=dice.choice([1.0, 0.95, 0.85, 0.7]),
        days_in_band=dice.randint(0, 120),
        reasons=tuple(reasons),
    )


def _week(as_of: datetime, values: list[float]) -> Week:
    bands = Counter(Band.GREEN if v >= 70 else Band.YELLOW if v >= 40 else Band.RED for v in values)
    return Week(as_of, {band: bands[band] for band in Band}, 9)


def data_health() -> DataHealth:
    """Three loads, two kinds of rejects, one silent feed."""
    at = AS_OF - timedelta(hours=2)
    return DataHealth(
        loads=(
            LoadLine("events", "events", at, 2_014_220, 2_013_998, 222),
            LoadLine("subscriptions", "subscriptions", at, 3_120, 3_120, 0),
            LoadLine("tickets", "tickets", at, 18_442, 18_401, 41),
        ),
        rejects=(
            Tally("events", "unknown_account", "account_id", "reject", 222, "no account is called X-1"),
            Tally(
                "tickets",
                "unreadable",
                "opened_at",
                "reject",
                41,
                "32-13-2025 is no date of the form day-month-year",
            ),
        ),
        feeds=(
            FeedLine("events", "events", AS_OF - timedelta(hours=3), "3 days", False),
            FeedLine("surveys", "surveys", AS_OF - timedelta(days=41), "30 days", True),
        ),
    )
