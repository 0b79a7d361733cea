"""What is known at an instant, and what becomes known next."""

import pytest

from keepwell.outreach.timeline import Timeline
from tests.outreach.made import BEGIN, HOUR, known, timeline

FACTS = timeline(known(1, use=3), known(4, use=5), opened=2)


@pytest.mark.parametrize(("hours", "use"), [(0, None), (1, 3), (3, 3), (4, 5), (9, 5)])
def test_what_became_known_last_counts(hours: int, use: int | None) -> None:
    assert FACTS.at(BEGIN + hours * HOUR).values.get("use") == use


@pytest.mark.parametrize(("hours", "then"), [(0, 1), (1, 2), (2, 4), (4, None)])
def test_facts_and_events_come_in_their_order(hours: int, then: int | None) -> None:
    assert FACTS.next_after(BEGIN + hours * HOUR) == (None if then is None else BEGIN + then * HOUR)


@pytest.mark.parametrize(
    ("name", "after", "until", "happened"),
    [("opened", 1, 2, True), ("opened", 2, 9, False), ("opened", 0, 1, False), ("replied", 0, 9, False)],
)
def test_an_event_counts_after_one_instant_and_up_to_another(
    name: str, after: int, until: int, happened: bool
) -> None:
    assert FACTS.happened(name, BEGIN + after * HOUR, BEGIN + until * HOUR) is happened


def test_what_is_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="order of instants"):
        Timeline((known(4), known(1)))
