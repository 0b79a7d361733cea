"""Whom outreach reached around an as_of, against a slow obvious count; and what counts as outreach."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.errors import UserError
from keepwell.proof.outcome import Dated, Kind, Outcome
from keepwell.proof.outreach import Outreach, Reach
from keepwell.runs.reached import contacted, counted_in_words
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit
from tests.runs.firm import Firm, ago, project

AS_OFS = [ago(60), ago(30)]
CHURN = Outcome(
    "churn", Kind.CHURNED, Dated("accounts", at="ended_at"), Span.parse("20 days"), gap=Span(7, Unit.DAYS)
)
LETTERS = Outreach((Reach("messages", parse("campaign == 'letter'")),), Span(10, Unit.DAYS))
SENT = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 80), st.sampled_from(["letter", "news"])), max_size=12
)


KEY = str(UUID(int=7))


def found(firm: Firm, rows: Sequence[tuple[int, int]], outreach: Outreach | None) -> list[bool]:
    """Which rows (a point, an account) were reached."""
    made = replace(project(), reached_by=outreach)
    point, account = (np.array([row[at] for row in rows]) for at in (0, 1))
    reached = contacted(made, firm.warehouse, CHURN, AS_OFS, point=point, account=account)
    return [bool(each) for each in reached]


@settings(max_examples=25, deadline=None)
@given(sent=SENT)
def test_it_agrees_with_a_slow_count(sent: Sequence[tuple[int, int, str]]) -> None:
    rows = [(point, account) for point in range(2) for account in (1, 2, 3)]
    with TemporaryDirectory() as folder, Firm(Path(folder)) as firm:
        firm.warehouse.create_facts("messages", {})
        if sent:
            facts = [{"account": who, "occurred_at": ago(back), "campaign": what} for who, back, what in sent]
            firm.facts("messages", [*facts, {"account": None, "occurred_at": ago(30), "campaign": "letter"}])
        answers = found(firm, rows, LETTERS)
    for (point, account), answer in zip(rows, answers, strict=True):
        since, until = AS_OFS[point] - timedelta(days=10), AS_OFS[point] + timedelta(days=7)
        slow = any(
            who == account and what == "letter" and since <= ago(back) < until for who, back, what in sent
        )
        assert answer is slow


def test_without_a_table_that_could_tell_nobody_was(tmp_path: Path) -> None:
    with Firm(tmp_path) as firm:
        assert found(firm, [(0, 1)], None) == [False]
        assert counted_in_words(project(), firm.warehouse, CHURN) == ""


def test_a_meeting_that_was_corrected_away_reached_nobody(tmp_path: Path) -> None:
    meetings = Outreach((Reach("interactions", parse("kind == 'call'")),))
    with Firm(tmp_path) as firm:
        firm.facts("interactions", [{"account": 1, "occurred_at": ago(40), "kind": "call", "key": KEY}])
        assert found(firm, [(1, 1)], meetings) == [True]
        told = [{"account": 1, "occurred_at": ago(40), "kind": "note", "key": KEY}]
        firm.facts("interactions", told, known=ago(1))
        assert found(firm, [(1, 1)], meetings) == [False]


def test_if_nothing_is_said_meetings_count_and_letters_that_are_not_to_everybody(tmp_path: Path) -> None:
    sent = [
        {"account": 1, "occurred_at": ago(31), "action": "sent", "campaign": "July Newsletter"},
        {"account": 2, "occurred_at": ago(31), "action": "sent", "campaign": "check-in"},
        {"account": 3, "occurred_at": ago(31), "action": "opened", "campaign": "check-in"},
        {"account": 4, "occurred_at": ago(31), "action": "sent", "campaign": None},
    ]
    with Firm(tmp_path) as firm:
        firm.facts("messages", sent)
        firm.facts("interactions", [{"account": 5, "occurred_at": ago(31), "kind": "call"}])
        assert found(firm, [(1, account) for account in range(1, 7)], None) == [
            False, True, False, False, True, False,
        ]  # fmt: skip
        said = counted_in_words(project(), firm.warehouse, CHURN)
    assert said == (
        "interactions, and messages sent that are not to everybody alike, "
        "in the 28 days before the day of the score or the 7 days after it"
    )


def test_what_is_declared_must_be_loaded(tmp_path: Path) -> None:
    with Firm(tmp_path) as firm:
        with pytest.raises(UserError, match="needs the table messages, which has not been loaded"):
            found(firm, [(0, 1)], LETTERS)
        firm.facts("messages", [{"account": 1, "occurred_at": ago(31), "action": "sent"}])
        kind = Outreach((Reach("messages", parse("tone == 'warm'")),))
        with pytest.raises(UserError, match=r"needs messages\.tone, which has not been loaded"):
            found(firm, [(0, 1)], kind)
