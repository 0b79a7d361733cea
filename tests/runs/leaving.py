"""A small firm as files whose accounts leave by known weights, so that a fit must find them."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tests.runs import firms

BEGAN, END = date(2024, 1, 1), date(2025, 6, 29)
WEEKS = 76
TRUE = {"logins": 0.7, "seats_used": 0.3}
"""What an account's chance to stay follows: the shares of these marks. `noise` is of no weight, `backwards` of negative weight."""

CARD = """\
# How well accounts do.
scorecard: default
dimensions:
  use:
    weight: 50          # chosen by the team
    measures:
      logins: {weight: 1, scale: {0: 0, 20: 100}, advice: Call them}
      seats_used:
        weight: 1
        scale: {0: 0, 100: 100}
  rest:
    weight: 50
    measures:
      noise: {weight: 1, scale: {0: 0, 100: 100}}
      backwards: {weight: 1, scale: {0: 0, 100: 100}}
bands: {green: 70, yellow: 40}   # as everybody does
missing: redistribute
"""

FILES = {
    "keepwell.yml": firms.settings("leaving"),
    "sources.yml": firms.SOURCES,
    "signals.yml": "signals:\n"
    + "".join(
        firms.reading(name, label, kind, " direction: higher_is_better,")
        for name, label, kind in (
            ("logins", "Logins", "read_logins"),
            ("seats_used", "Seats in use", "read_seats"),
            ("noise", "Noise", "read_noise"),
            ("backwards", "Backwards", "read_backwards"),
        )
    ),
    "scorecards/default.yml": CARD,
    "outcomes.yml": firms.outcome(),
}


def write(folder: Path, accounts: int = 260, seed: int = 3) -> Path:
    """The firm's project and its exports; gives the folder."""
    random = np.random.default_rng(seed)
    lines, readings = ["id,began,ended"], ["account,at,kind,score"]
    for number in range(accounts):
        level = random.normal(size=4)
        ended = ""
        for month in range(WEEKS // 4):
            at = BEGAN + timedelta(days=28 * month)
            marks = 100 / (1 + np.exp(-(level + 0.8 * random.normal(size=4))))
            readings += [
                f"A{number},{at},read_{kind},{value:.0f}"
                for kind, value in zip(
                    ("logins", "seats", "noise", "backwards"), (marks[0] / 5, *marks[1:]), strict=True
                )
            ]
            odds = 12 * (0.7 * marks[0] + 0.3 * marks[1] - 0.25 * marks[3]) / 100 - 1.6
            if random.random() < 1 / (1 + np.exp(odds)):
                ended = str(at + timedelta(days=int(random.integers(2, 27))))
                break
        lines.append(f"A{number},{BEGAN - timedelta(days=30)},{ended}")
    return firms.write(folder, FILES, {"accounts": lines, "readings": readings})
