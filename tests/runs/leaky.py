"""A small firm as files in which some columns know who leaves, and honest ones do not."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tests.runs import firms

BEGAN, END = date(2024, 1, 1), date(2025, 6, 29)
WEEKS = 77
ACCOUNTS = 240

FILES = {
    "keepwell.yml": firms.settings("leaky"),
    "sources.yml": firms.SOURCES.replace(
        firms.ACCOUNTS, firms.ACCOUNTS + "    attributes: {tier: text}\n    history: false\n"
    )
    + """\
  mailings:
    files: data/mailings.csv
    table: messages
    columns: {account_id: account, occurred_at: at, action: action}
    known_at: known
  tickets:
    files: data/tickets.csv
    table: tickets
    columns: {ticket_id: id, account_id: account, opened_at: opened, closed_at: closed, category: category}
    attributes: {resolution: text}
  pulses:
    files: data/pulses.csv
    table: pulses
    columns: {pulse_id: {expression: "concat(account, ' ', at)"}, account_id: account, given_at: at, score: score, author: author}
  feedback:
    files: data/feedback.csv
    table: feedback
    columns: {feedback_id: {expression: "concat(account, ' ', at)"}, account_id: account, given_at: at, verdict: verdict, team: team}
""",
    "signals.yml": "signals:\n"
    + "".join(firms.reading(kind, kind.capitalize(), kind) for kind in ("honest", "noise", "oracle"))
    + """\
  laggard: {label: Laggard, from: events, where: {name: laggard}, aggregate: count, window: 28 days, missing: zero}
  mails: {label: Mails, from: messages, aggregate: count, window: 28 days, missing: zero}
  solved: {label: Solved, from: tickets, where: {resolution: solved}, aggregate: count, window: 90 days, missing: zero}
  gold: {label: Gold, expression: "when(account.tier == 'gold', 1, 0)", missing: unknown}
""",
    "scorecards/default.yml": """\
scorecard: default
dimensions:
  use:
    weight: 100
    measures:
      honest: {weight: 2, scale: {0: 0, 100: 100}}
      noise: {weight: 1, scale: {0: 0, 100: 100}}
bands: {green: 60, yellow: 40}
""",
    "outcomes.yml": "by: [tier]\n" + firms.outcome(),
}
"""`honest` tells something of who leaves, `noise` nothing, `oracle` all; `laggard` stops when they have left. Mailings are said to be known before they were
sent. A ticket's `resolution` is only filled in at its end. Of `tier` only today's value is known."""


def write(folder: Path, accounts: int = ACCOUNTS, seed: int = 5) -> Path:
    """The firm's project and its exports; gives the folder."""
    draw = np.random.default_rng(seed)
    lines = {
        "accounts": ["id,began,ended,tier"],
        "readings": ["account,at,kind,score"],
        "mailings": ["account,at,action,known"],
        "tickets": ["id,account,opened,closed,category,resolution"],
        "pulses": ["account,at,score,author"],
        "feedback": ["account,at,verdict,team"],
    }
    for number in range(accounts):
        _account(f"A{number}", draw, lines)
    return firms.write(folder, FILES, lines)


def _account(name: str, draw: np.random.Generator, lines: dict[str, list[str]]) -> None:
    frail = draw.normal()
    leaves = draw.random() < 1 / (1 + np.exp(0.2 - 1.2 * frail))
    ended = BEGAN + timedelta(days=int(draw.integers(120, 7 * WEEKS - 60))) if leaves else None
    lines["accounts"].append(f"{name},{BEGAN},{ended or ''},{draw.choice(['gold', 'tin'])}")
    for week in range(WEEKS):
        day = BEGAN + timedelta(days=7 * week)
        if day > END:
            break
        soon = ended is not None and ended - day <= timedelta(days=35)
        readings = {
            "honest": 60 - 10 * frail + draw.normal(0, 8),
            "noise": draw.uniform(0, 100),
            "oracle": 10 + draw.uniform(0, 5) if soon else 50 + draw.uniform(0, 40),
        }
        lines["readings"] += [f"{name},{day},{kind},{max(value, 0):.0f}" for kind, value in readings.items()]
        if ended is None or day < ended:
            lines["readings"] += [f"{name},{day},laggard,1"] * int(draw.integers(1, 4))
            if draw.random() < 0.7:
                lines["mailings"].append(f"{name},{day},sent,{day - timedelta(days=3)}")
        if week % 13 == 0:
            closed = day + timedelta(days=10) if day + timedelta(days=10) < END and week % 2 == 0 else None
            resolution = "solved" if closed else ""
            lines["tickets"].append(f"{name}-{week},{name},{day},{closed or ''},question,{resolution}")
            if ended is None or day < ended:
                said = np.clip(55 - 10 * frail + draw.normal(0, 10), 0, 100)
                lines["pulses"].append(f"{name},{day},{said:.0f},{draw.choice(['kim', 'ravi'])}")
                lines["feedback"].append(
                    f"{name},{day},{draw.choice(['right', 'Too high', 'too_low'])},north"
                )
