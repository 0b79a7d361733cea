"""Panels made by hand, or drawn from a law that is known, for tests of proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.proof.certificate import Setting
from keepwell.proof.outcome import Dated, Kind, Outcome
from keepwell.proof.panel import CENSORED, HAPPENED, KEPT, Panel
from keepwell.proof.subject import Subject
from keepwell.proof.timeline import Timeline, timeline
from keepwell.scoring.observed import Bools, Floats, Groups, Ints
from keepwell.signals.window import Span, Unit

R, Y, G, NONE = 0, 1, 2, -1
"""The codes of bands."""

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
CHURN = Outcome("churn", Kind.CHURNED, Dated("outcomes"), horizon=Span(60, Unit.DAYS))
SUBJECT = Subject("acme", "health", "default", ("v1",))
SETTING = Setting(made_at=datetime(2025, 6, 1, tzinfo=UTC), zone=ZoneInfo("UTC"))


def days(number: int, every: int = 7) -> tuple[datetime, ...]:
    """So many instants, so many days apart."""
    return tuple(BEGIN + timedelta(days=step * every) for step in range(number))


def panel(
    rows: Sequence[tuple[int, int, float]],
    *,
    every: int = 7,
    points: int | None = None,
    band: Sequence[int] | None = None,
    state: Sequence[int | np.int8] | None = None,
    days_to: Sequence[float] | None = None,
    worth: Sequence[float] | None = None,
    amount: Sequence[float] | None = None,
    contacted: Sequence[bool] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Panel:
    """A panel from (point, account, score) rows, ordered. Whatever is not said: no band, kept, unknown value, nobody contacted."""
    size = len(rows)
    last = max((row[0] for row in rows), default=-1)
    nothing = [np.nan] * size
    return Panel(
        as_ofs=days(last + 1 if points is None else points, every),
        point=np.array([row[0] for row in rows], dtype=np.int64),
        account=np.array([row[1] for row in rows], dtype=np.int64),
        score=np.array([row[2] for row in rows], dtype=np.float64),
        band=np.array([-1] * size if band is None else band, dtype=np.int8),
        state=np.array([KEPT] * size if state is None else state, dtype=np.int8),
        days=np.array(days_to or nothing, dtype=np.float64),
        worth=np.array(worth or nothing, dtype=np.float64),
        amount=np.array(amount or nothing, dtype=np.float64),
        contacted=np.array([False] * size if contacted is None else contacted, dtype=np.bool_),
        groups={name: Groups.of(labels) for name, labels in (groups or {}).items()},
    )


def one(bands: list[int], gone: float | None = None, every: int = 7, horizon: float = 1_000) -> Panel:
    """One account with a band a step; it churns `gone` days after the first."""
    left = [np.nan if gone is None else gone - step * every for step in range(len(bands))]
    return panel(
        [(step, 7, 50.0) for step in range(len(bands))],
        every=every,
        band=bands,
        state=[KEPT if np.isnan(days) or days >= horizon else HAPPENED for days in left],
        days_to=left,
        worth=[100.0] * len(bands),
    )


def line_of(of: Panel, days_before: tuple[int, ...] = (30,)) -> Timeline:
    """The bands of a panel over time."""
    found = timeline(of, days_before, 14)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Law:
    """How a made firm behaves. `signal`: how much an account's lasting frailty shows in its score (0: not at all; below 0: upside down).

    `level`: the log-odds of churn per step of an average account. `frailty`: how much accounts differ in it.
    """

    signal: float = 1.0
    level: float = -4.0
    frailty: float = 1.0


def drawn(
    accounts: int, points: int, law: Law | None = None, *, every: int = 7, horizon: int = 60, seed: int = 0
) -> Panel:
    """A firm whose accounts churn by a known law: bands by the score's thresholds 70 and 40, two segments, worths, outcomes known to the last as_of.

    An account is seen at every as_of until it churns.
    """
    law = law or Law()
    random = np.random.default_rng(seed)
    frail = random.normal(size=accounts)
    risk = 1 / (1 + np.exp(-(law.level + law.frailty * frail)))
    gone = random.geometric(np.clip(risk, 1e-9, 1)) * every - random.uniform(0, every, accounts)
    worth = random.lognormal(3, 1, accounts).round(2)
    segment = random.integers(0, 2, accounts)
    point = np.repeat(np.arange(points), accounts)
    account = np.tile(np.arange(accounts), points)
    now = point * every
    here = gone[account] > now
    point, account, now = point[here], account[here], now[here]
    noise = random.normal(size=len(point))
    score = (100 / (1 + np.exp(law.signal * frail[account] + 0.5 * noise - 0.5))).round(6)
    left = gone[account] - now
    end = (points - 1) * every
    known = (left < horizon) & (gone[account] < end)
    state = np.where(now + horizon > end, CENSORED, np.where(known, HAPPENED, KEPT)).astype(np.int8)
    return Panel(
        as_ofs=days(points, every),
        point=point,
        account=account + 1_000,
        score=score,
        band=((score >= 40).astype(np.int8) + (score >= 70)).astype(np.int8),
        state=state,
        days=np.where(known, left, np.nan),
        worth=worth[account],
        amount=np.where(known, worth[account], np.nan),
        contacted=random.random(len(point)) < 0.1,
        groups={"segment": Groups(("smb", "enterprise"), segment[account])},
    )


def clustered(
    random: np.random.Generator, accounts: int, seen: int, level: float = -3.0
) -> tuple[Bools, Floats, Ints]:
    """Outcomes, risks and accounts, each seen 1 to 2·`seen` − 1 times; rows of one account are alike in both."""
    times = random.integers(1, 2 * seen, accounts)
    account = np.repeat(np.arange(accounts), times)
    shown, hidden = random.normal(size=accounts), random.normal(size=accounts)
    rows = len(account)
    risk = shown[account] + 0.7 * random.normal(size=rows) + 0.5 * hidden[account]
    odds = level + shown[account] + 0.8 * hidden[account] + 0.3 * random.normal(size=rows)
    return random.random(rows) < 1 / (1 + np.exp(-odds)), risk.round(2), account
