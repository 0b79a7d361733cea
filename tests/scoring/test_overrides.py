"""Which corrections are in force, and which of several wins."""

from datetime import UTC, datetime
from typing import Any

from keepwell.scoring.overrides import Override, astray, in_force
from tests.scoring.made import card, dimension, measure


def june(day: int) -> datetime:
    return datetime(2025, 6, day, tzinfo=UTC)


def override(since: int, value: float = 50, **fields: Any) -> Override:
    made: dict[str, Any] = {
        "account": 1,
        "target": "score",
        "known_at": june(since),
        "key": f"{since}/{value}",
    } | fields
    return Override(value=value, since=june(since), **made)


def value(
    day: int, *revisions: Override, purpose: str = "health", horizon: int | None = None
) -> float | None:
    found = in_force(revisions, purpose, june(day), june(horizon or day)).of(1).get("score")
    return None if found is None else found.value


def test_an_override_holds_over_as_many_midnights_as_it_has_days() -> None:
    # from the 10th until the 12th: the midnights that close the 10th and the 11th
    said = override(10, until=june(12))
    assert [value(day, said) for day in (10, 11, 12, 13)] == [None, 50, 50, None]


def test_without_an_end_it_holds_for_good() -> None:
    assert value(30, override(1)) == 50


def test_nobody_knows_it_before_it_was_known() -> None:
    late = override(1, known_at=june(20))
    assert [value(day, late) for day in (20, 21)] == [None, 50]
    assert value(25, late, horizon=15) is None


def test_the_latest_made_known_wins() -> None:
    assert value(10, override(2, 20), override(5, 80)) == 80
    assert value(10, override(2, 20, known_at=june(9)), override(5, 80)) == 20


def test_a_revision_takes_the_place_of_what_it_revises() -> None:
    first = override(2, 20, key="a")
    shortened = override(2, 20, key="a", known_at=june(8), until=june(9))
    assert value(7, first, shortened) == 20
    assert value(12, first, shortened) is None


def test_purposes_are_apart() -> None:
    said = override(2, purpose="expansion")
    assert value(5, said) is None
    assert value(5, said, purpose="expansion") == 50


def test_an_override_that_no_scorecard_has_a_place_for_is_found() -> None:
    own = card(dimension("voice", 1, measure("nps")))
    said = [override(1, target=target, key=target) for target in ("score", "voice", "nps", "npz")]
    force = in_force(said, "health", june(9), june(9))
    assert [found.target for found in astray(force, [own])] == ["npz"]
