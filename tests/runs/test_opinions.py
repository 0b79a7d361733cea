"""Pulses and feedback beside scores and outcomes: which as_of each is held against, by hand; and end to end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from keepwell.proof.agreement import Word
from keepwell.proof.outcome import Dated, Kind, Outcome
from keepwell.proof.panel import Panel
from keepwell.runs import opinions as people
from keepwell.runs.opinions import NOTHING_SAID, opinions
from keepwell.runs.panels import panel
from keepwell.signals.window import Span
from tests.runs.firm import AS_OF, Firm, ago, card, every_day, project

CHURN = Outcome(
    "churn", Kind.CHURNED, Dated("accounts", at="ended_at"), Span.parse("20 days"), until="2025-06-29"
)
PROJECT = project(card("small", segments=frozenset({"small"})), card("rest"), outcomes=(CHURN,))


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """Twelve accounts, of which four end 30 days ago; each scored by logins and NPS."""
    with Firm(tmp_path) as made:
        for number in range(1, 13):
            ended = {"ended_at": ago(30)} if number <= 4 else {}
            made.account(number, ago(300), seats=60 if number > 8 else 10, **ended)
            made.survey(number, ago(100), number % 10)
            made.logins(number, *every_day(1, 90, 31))
        yield made


def seen(firm: Firm) -> Panel:
    return panel(PROJECT, firm.warehouse, CHURN, [_midnight(back) for back in (49, 42, 35)])


def _midnight(back: int) -> datetime:
    local = (AS_OF - timedelta(days=back)).astimezone(PROJECT.zone)
    return datetime(local.year, local.month, local.day, tzinfo=PROJECT.zone).astimezone(UTC)


def pulse(account: int, back: float, score: float, author: str = "kim") -> dict[str, object]:
    return {"account": account, "occurred_at": ago(back), "score": score, "author": author}


def test_a_pulse_is_held_against_the_last_as_of_before_it(firm: Firm) -> None:
    firm.facts(
        "pulses", [pulse(9, 40, 50), pulse(9, 36, 50), pulse(10, 60, 50), pulse(11, 1, 50), pulse(77, 40, 50)]
    )
    made = seen(firm)
    found = people._pulses(PROJECT, firm.warehouse, CHURN, made)
    assert found is not None
    # Too early for any as_of is that of 60 days ago, too late that of yesterday: no as_of lies in the 31 days before it.
    assert found.account.tolist() == [9, 9, 77]
    scores = {(int(p), int(a)): s for p, a, s in zip(made.point, made.account, made.score, strict=True)}
    assert found.score[:2].tolist() == [scores[1, 9], scores[1, 9]]
    assert np.isnan(found.score[2])
    assert [found.groups["scorecard"][place] for place in range(3)] == ["rest", "rest", "none"]
    assert [found.groups["team"][place] for place in range(3)] == ["kim"] * 3


def test_people_who_see_it_coming_are_told_apart(firm: Firm) -> None:
    firm.facts(
        "pulses",
        [
            pulse(number, 40, 10 if number <= 4 else 90, "kim" if number % 2 else "ravi")
            for number in range(1, 13)
        ],
    )
    whole, *groups = opinions(PROJECT, firm.warehouse, CHURN, seen(firm)).pulses
    assert (whole.rows, whole.accounts, whole.sides.rows) == (12, 12, 12)
    assert whole.difference is not None
    assert whole.sides.rate is not None
    assert whole.sides.rate.value == pytest.approx(4 / 12)
    assert whole.sides.people is None, "four outcomes are too few for an AUC"
    # By hand: 7 logins of 10 are 70, and the NPS of account n is 10 · (n mod 10): scores of 35 + 5 · (n mod 10).
    apart = [(10 if n <= 4 else 90) - (35 + 5 * (n % 10)) for n in range(1, 13)]
    assert whole.difference.value == pytest.approx(np.mean(apart))
    assert [(each.by, each.group, each.rows) for each in groups] == [
        ("team", "kim", 6),
        ("team", "ravi", 6),
        ("scorecard", "rest", 4),
        ("scorecard", "small", 8),
    ]


def test_feedback_is_of_the_purpose_it_names_and_in_any_writing(firm: Firm) -> None:
    words = ["right", "Too high", "too-low", "RIGHT", "perhaps"]
    firm.facts(
        "feedback",
        [
            {
                "account": number,
                "occurred_at": ago(40),
                "verdict": words[number % 5],
                "team": "north",
                "purpose": purpose,
            }
            for number in range(1, 13)
            for purpose in (None, "expansion")
        ],
    )
    whole, *groups = opinions(PROJECT, firm.warehouse, CHURN, seen(firm)).feedback
    # Of the accounts 1 to 12 those whose number leaves 4 (4 and 9) said something unknown.
    assert whole.rows == 10
    assert whole.right is not None
    assert whole.right.value == 4 / 10
    assert whole.too_high is not None
    assert whole.too_high.value == 3 / 10
    assert [each.group for each in groups if each.by == "team"] == ["north"]
    assert Word.TOO_HIGH.value == "too_high"


def test_where_nobody_said_anything_nothing_is_told(firm: Firm) -> None:
    assert opinions(PROJECT, firm.warehouse, CHURN, seen(firm)) == NOTHING_SAID
