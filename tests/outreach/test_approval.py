"""An approval holds for one content and dies with any edit."""

from datetime import UTC, datetime, timedelta

import pytest

from keepwell.outreach.approval import Approval, content

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = content("steps", {"check_in": "Hello", "guide": "Look"}, "segment: smb")


@pytest.mark.parametrize(
    "edited",
    [
        content("steps.", {"check_in": "Hello", "guide": "Look"}, "segment: smb"),
        content("steps", {"check_in": "Hello!", "guide": "Look"}, "segment: smb"),
        content("steps", {"check_in": "Look", "guide": "Hello"}, "segment: smb"),
        content("steps", {"check_in": "Hello"}, "segment: smb"),
        content("steps", {"check_in": "Hello", "guide": "Look"}, "segment: enterprise"),
        content("step", {"check_in": "Hello", "guide": "Look"}, "ssegment: smb"),
    ],
)
def test_any_edit_is_another_content(edited: str) -> None:
    assert edited != WORDS
    assert not Approval(WORDS, "kim", NOON).covers(edited, NOON + HOUR)


def test_the_order_of_templates_is_no_edit() -> None:
    assert content("steps", {"guide": "Look", "check_in": "Hello"}, "segment: smb") == WORDS


def test_an_approval_holds_from_when_it_is_given_until_it_is_withdrawn() -> None:
    given = Approval(WORDS, "kim", NOON, NOON + HOUR)
    held = [given.covers(WORDS, NOON + n * HOUR / 2) for n in (-1, 0, 1, 2)]
    assert held == [False, True, True, False]
