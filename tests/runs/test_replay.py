"""Replay agrees with live, whatever the facts: bands folded day by day are those folded at once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.clock import pinned
from keepwell.project.project import Project
from keepwell.runs.history import history
from keepwell.runs.score import score
from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import Dimension, Measure, Peers, Percentile
from tests.runs.firm import SEATS, Firm, ago, card, project

LAST, SPAN, FIRST = 0, 7, 3
ACCOUNTS = (1, 2, 3)
DIMENSIONS = (
    Dimension("voice", 2, (Measure("nps", 1, SEATS),)),
    Dimension("adoption", 1, (Measure("logins", 1, Percentile(Peers.ALL)),)),
)
LIVE, REPLAYED = (project(card(dimensions=DIMENSIONS), history=days) for days in (FIRST, FIRST + SPAN))
"""The same scorecard; live begins at the first stop, `SPAN` days ago, and so both grids begin on the same day."""

Answer = tuple[int, float, float, int]
"""An account's answer to a survey: whose, how many days ago, how many days later it became known, and the score."""

ANSWERS = st.lists(
    st.tuples(st.sampled_from(ACCOUNTS), st.floats(0.1, 12), st.floats(0, 6), st.integers(3, 10)), max_size=12
)
LOGINS = st.lists(st.tuples(st.sampled_from(ACCOUNTS), st.floats(0.1, 12)), max_size=12)


def known(answer: Answer) -> float:
    """How many days ago an answer became known; below zero, it has not."""
    return answer[1] - answer[2]


def fill(firm: Firm, answers: Sequence[Answer], logins: Sequence[tuple[int, float]]) -> None:
    """One load: every fact with its own known_at."""
    for account, days, late, value in answers:
        row = {"account": account, "occurred_at": ago(days), "score": float(value)}
        firm.facts("surveys", [row], known=ago(days - late))
    for account, days in logins:
        firm.logins(account, ago(days))


def moments(firm: Firm, own: Project) -> dict[str, list[tuple[datetime, float | None, Band | None]]]:
    """Every account's scores on the days of the grid."""
    days = {}
    for number in ACCOUNTS:
        told = history(own, firm.warehouse, f"A{number}").moments
        days[f"A{number}"] = [(each.as_of, each.score, each.band) for each in told if not each.asked]
    return days


@settings(max_examples=6, deadline=None)
@given(ANSWERS, LOGINS, st.sets(st.integers(1, SPAN), max_size=2))
def test_bands_folded_day_by_day_are_those_folded_at_once(
    answers: list[Answer], logins: list[tuple[int, float]], stops: set[int]
) -> None:
    with (
        pinned(datetime(2026, 1, 1, tzinfo=UTC)),
        TemporaryDirectory() as one,
        TemporaryDirectory() as other,
        Firm(Path(one)) as live,
        Firm(Path(other)) as replayed,
    ):
        for firm in (live, replayed):
            for number in ACCOUNTS:
                firm.account(number, ago(100), seats=10)
        before = 1000.0
        for stop in (SPAN, *sorted(stops - {SPAN}, reverse=True), LAST):
            # what has become known since the last stop is loaded, and scored
            fill(
                live,
                [answer for answer in answers if before >= known(answer) > stop],
                [login for login in logins if before >= login[1] > stop],
            )
            score(LIVE, live.warehouse, ago(stop))
            before = stop
        fill(replayed, answers, logins)
        score(REPLAYED, replayed.warehouse, ago(LAST))
        assert moments(live, LIVE) == moments(replayed, REPLAYED)
