"""Which facts can be read at an instant."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from keepwell.signals.facts import Fact, visible
from keepwell.signals.meaning import Value

H = datetime(2024, 6, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


def ticket(
    key: int = 1, occurred: datetime = H - 9 * DAY, known: datetime | None = None, **values: Value
) -> Fact:
    return Fact("tickets", 7, UUID(int=key), occurred, known or occurred, "desk", values)


def event(
    key: int = 1, occurred: datetime = H - 9 * DAY, known: datetime | None = None, **values: Value
) -> Fact:
    return Fact("events", 7, UUID(int=key), occurred, known or occurred, "app", values)


def read(facts: Iterable[Fact], column: str, table: str = "tickets", horizon: datetime = H) -> list[Value]:
    return [fact.values.get(column) for fact in visible(facts, table, horizon)]


def test_both_clocks_must_be_before_the_horizon() -> None:
    facts = [
        event(1, H - TICK, H - TICK),
        event(2, H - TICK, H),
        event(3, H, H - TICK),
        event(4, H - DAY, H + DAY),
        event(5, H + DAY, H - DAY),
    ]
    assert [fact.key.int for fact in visible(facts, "events", H)] == [1]


def test_other_tables_are_not_read() -> None:
    assert visible([event()], "tickets", H) == ()


def test_the_latest_revision_known_is_read() -> None:
    facts = [
        ticket(known=H - 2 * DAY, priority="high"),
        ticket(known=H - 3 * DAY, priority="low"),
        ticket(known=H, priority="urgent"),
    ]
    assert read(facts, "priority") == ["high"]
    assert read(facts, "priority", horizon=H - 2 * DAY) == ["low"]
    assert read(facts, "priority", horizon=H + TICK) == ["urgent"]
    assert read(facts, "priority", horizon=H - 3 * DAY) == []


def test_a_revision_replaces_the_others_even_if_it_moves_the_fact_out_of_sight() -> None:
    facts = [ticket(known=H - 3 * DAY), ticket(occurred=H + DAY, known=H - 2 * DAY)]
    assert visible(facts, "tickets", H) == ()


def test_a_revision_may_move_the_fact_to_another_account() -> None:
    moved = Fact("tickets", 8, UUID(int=1), H - 9 * DAY, H - DAY, "desk", {})
    assert [fact.account for fact in visible([ticket(), moved], "tickets", H)] == [8]


def test_of_an_immutable_table_the_first_arrival_wins() -> None:
    facts = [event(known=H - 2 * DAY, name="second"), event(known=H - 3 * DAY, name="first")]
    assert read(facts, "name", "events") == ["first"]


def test_the_occurred_column_reads_when_it_occurred() -> None:
    assert read([ticket()], "opened_at") == [H - 9 * DAY]
    assert read([event()], "occurred_at", "events") == [H - 9 * DAY]


def test_a_column_is_hidden_while_what_shows_it_is_to_come() -> None:
    closed = ticket(closed_at=H, satisfaction=5.0, reopened=1, escalated=True)
    assert read([closed], "closed_at") == [None]
    assert read([closed], "satisfaction") == [None]
    assert read([closed], "reopened") == [None]
    assert read([closed], "escalated") == [True]
    assert read([closed], "closed_at", horizon=H + TICK) == [H]
    assert read([closed], "satisfaction", horizon=H + TICK) == [5.0]


def test_a_column_is_shown_if_what_shows_it_is_not_set() -> None:
    assert read([ticket(satisfaction=5.0)], "satisfaction") == [5.0]
    assert read([ticket(closed_at=None, satisfaction=5.0)], "satisfaction") == [5.0]


def test_facts_come_in_the_order_of_their_keys() -> None:
    facts = [event(3), event(1), event(2)]
    assert [fact.key.int for fact in visible(facts, "events", H)] == [1, 2, 3]
