"""What rows are split by."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.proof.slices import MOST_GROUPS, OTHERS, quarter, ways
from tests.proof.made import panel

ZONE = ZoneInfo("UTC")


def test_groups_quarters_and_outreach() -> None:
    of = panel(
        [(step, account, 50.0) for step in range(14) for account in range(2)],
        contacted=[False, True] * 14,
        groups={"segment": ["smb", "enterprise"] * 14},
    )
    found = {way.by: way.groups for way in ways(of, ZONE)}
    assert list(found) == ["segment", "quarter", "contacted"]
    # names in order, whatever their codes were
    assert found["segment"].names == ("enterprise", "smb")
    assert [found["segment"][row] for row in (0, 1)] == ["smb", "enterprise"]
    # thirteen weeks from 1 January end on 1 April
    assert found["quarter"].names == ("2024 Q1", "2024 Q2")
    assert np.bincount(found["quarter"].codes).tolist() == [26, 2]
    assert [found["contacted"][row] for row in (0, 1)] == ["no", "yes"]


def test_one_quarter_and_no_outreach_split_nothing() -> None:
    assert list(ways(panel([(0, 1, 50.0), (1, 1, 50.0)]), ZONE)) == []


def test_a_quarter_begins_at_local_midnight() -> None:
    eve = datetime(2025, 3, 31, 22, 0, tzinfo=UTC)
    assert quarter(eve, ZONE) == "2025 Q1"
    assert quarter(eve, ZoneInfo("Europe/Berlin")) == "2025 Q2"


def test_the_smallest_of_very_many_groups_are_taken_together() -> None:
    names = [f"g{number:03}" for number in range(MOST_GROUPS + 5)]
    # the first five occur once, the others twice
    labels = names + names[5:]
    of = panel([(0, row, 50.0) for row in range(len(labels))], groups={"region": labels})
    (way,) = ways(of, ZONE)
    assert way.groups.names == (*names[5:], OTHERS)
    assert [way.groups[row] for row in range(6)] == [OTHERS] * 5 + ["g005"]
