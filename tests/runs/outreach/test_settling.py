"""What journeys want done besides messages."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from keepwell.errors import AbsentError, ConflictError
from keepwell.outreach.journey import Journey
from keepwell.outreach.lot import Drum
from keepwell.outreach.step import Alert, Exit, Note, SetField, Start, Task, Wait, Webhook
from keepwell.outreach.trigger import Becomes, ByHand
from keepwell.people import Role
from keepwell.runs.outreach.by_hand import put_in
from keepwell.runs.outreach.enrolling import Entrance
from keepwell.runs.outreach.status import status
from keepwell.signals.expression import parse
from keepwell.signals.window import Span
from keepwell.store import alerts, deliveries, enrollments, fields, notes, owners, tasks, users, webhooks
from keepwell.store.engine import Store
from tests.runs.firm import ago
from tests.runs.outreach.living import KEY, World, instant, journey, living, world

BY_HAND = ByHand()


@pytest.fixture
def one(tmp_path: Path, store: Store) -> Iterator[World]:
    """Two accounts: A1 is Kim's, who can sign in; A2 is nobody's."""
    made = world(tmp_path, store)
    made.firm.account(1, ago(400), seats=10, owner="Kim")
    made.firm.account(2, ago(400), seats=10)
    with store.writing() as connection:
        users.add(
            connection, email="kim@firm.example", name="Kim", role=Role.CSM, at=instant(-9), owner="Kim"
        )
    made.score(0)
    yield made
    made.firm.warehouse.close()


def done(one: World, *journeys: Journey, accounts: tuple[str, ...] = ("A1",), days: float = 0) -> None:
    """Puts accounts into the first of the journeys, and takes a step."""
    one.project = living(*journeys)
    entrance = Entrance(one.project, "files of one", Drum(KEY))
    for account in accounts:
        put_in(one.store, entrance, account, journeys[0].name, actor="kim", at=instant(days))
    one.step(days)


def test_a_task_is_its_owners_and_due_in_the_hours_of_the_team(one: World) -> None:
    steps = (
        Task("call", "Call them", due=Span.parse("2 days")),
        Task("soon", "Write to them", due=Span.parse("4 hours")),
        Task("sla", "Look", business_days=False),
    )
    sla = journey(BY_HAND, *steps, sla=Span.parse("3 days"), sla_business=True, owner="ana@firm.example")
    done(one, sla, accounts=("A1", "A2"), days=3.5)  # Thursday, 14:00 in Berlin
    with one.store.reading() as connection:
        kim = tasks.of(connection, assignee="kim@firm.example")
        other = tasks.of(connection, account_id="A2")
        came_of = connection.exec_driver_sql("SELECT came_of FROM intents ORDER BY number").scalars().all()
    assert {each.title: (each.due_on, each.due_at) for each in kim} == {
        "Call them": (date(2025, 7, 7), datetime(2025, 7, 7, 12, tzinfo=UTC)),
        "Write to them": (date(2025, 7, 4), datetime(2025, 7, 4, 8, tzinfo=UTC)),  # 3 hours, then 9 to 10
        "Look": (date(2025, 7, 8), datetime(2025, 7, 8, 12, tzinfo=UTC)),
    }
    assert {each.assignee for each in other} == {"ana@firm.example"}
    assert {each.author for each in kim} == {"journey rescue"}
    assert sorted(came_of) == [f"task {number}" for number in range(1, 7)]


def test_who_was_named_owner_here_is_told(one: World) -> None:
    with one.store.writing() as connection:
        owners.assign(connection, "A2", "Kim", actor="ada", at=instant(-1))
    done(one, journey(BY_HAND, Alert("a", "Look at them")), accounts=("A2",))
    with one.store.reading() as connection:
        (alert,) = alerts.of(connection, assignee="kim@firm.example")
    assert (alert.account_id, alert.text, alert.journey, alert.at) == (
        "A2",
        "Look at them",
        "rescue",
        instant(0),
    )
    with one.store.writing() as connection:
        alerts.see(connection, alert, actor="kim@firm.example", at=instant(1))
        assert alerts.of(connection, assignee="kim@firm.example") == ()
        assert len(alerts.of(connection, account_id="A2", unseen=False)) == 1


def test_notes_fields_and_exits(one: World) -> None:
    steps = (Note("n", "They were called"), SetField("f", "tier", "saved"), Exit("x", "That is all"))
    done(one, journey(BY_HAND, *steps))
    with one.store.reading() as connection:
        (note,) = notes.of(connection, "A1")
        assert fields.of(connection, "A1") == {"tier": "saved"}
        assert fields.every(connection) == {"A1": {"tier": "saved"}}
        assert enrollments.wanted(connection, 9) == ()
    assert (note.words, note.author) == ("They were called", "journey rescue")
    assert one.of(1)[0].because == "That is all"


def test_a_field_is_read_by_the_conditions_of_journeys(one: World) -> None:
    done(one, journey(BY_HAND, SetField("f", "tier", "saved")))
    saved = journey(Becomes(parse("account.tier == 'saved' and account.seats == 10")), name="saved")
    one.memory.names = frozenset()
    one.project = living(saved)
    # the field was set after the first run: the next one knows it, the first, which is looked at again, does so too
    one.step(0.5)
    one.score(1)
    found = one.step(1, memory=one.memory)
    assert found.waves == 1
    assert one.memory.sightings[max(one.memory.sightings)].columns["account.tier"] == ["saved", None]


def test_webhooks_of_that_name_are_told_each_once(one: World) -> None:
    with one.store.writing() as connection:
        for url, events, about in (
            ("https://crm.example/a", ("journey.webhook",), "CRM"),
            ("https://crm.example/b", ("journey.webhook",), "Other"),
            ("https://crm.example/c", ("run.finished",), "crm"),
        ):
            webhooks.add(connection, webhooks.Webhook(url, events, about, "ada", instant(-1)))
    done(one, journey(BY_HAND, Webhook("w", "crm"), Webhook("v", "nobody")))
    with one.store.reading() as connection:
        (put,) = deliveries.due(connection, instant(0), 9)
        came_of = connection.exec_driver_sql("SELECT came_of FROM intents ORDER BY number").scalars().all()
    told = json.loads(put.body)
    assert (told["type"], told["data"]["account_id"], told["data"]["step"]) == ("journey.webhook", "A1", "w")
    assert list(came_of) == [f"delivery {put.number}", "no webhook is called nobody"]


def test_another_journey_begins_and_one_that_leads_back_does_not_go_on_for_ever(one: World) -> None:
    there = journey(BY_HAND, Start("s", "back"), Start("gone", "none"))
    back = journey(BY_HAND, Note("n", "Back"), Start("s", "rescue"), name="back")
    done(one, there, back)
    assert (len(one.of(1)), len(one.of(1, "back"))) == (1, 1)
    with one.store.reading() as connection:
        assert [each.words for each in notes.of(connection, "A1")] == ["Back"]
        came_of = connection.exec_driver_sql("SELECT came_of FROM intents ORDER BY number").scalars().all()
    assert list(came_of) == [
        "begun back",
        "the applied version has no journey none",
        "note 1",
        "not in rescue again",
    ]


def test_who_is_put_in_by_hand_must_be_let_in(one: World) -> None:
    rest = journey(BY_HAND, Wait("rest", Span.parse("3 days")))
    done(one, rest)
    entrance = Entrance(one.project, "files of one", Drum(KEY))
    with pytest.raises(ConflictError, match="A1 does not enter rescue: it is in it"):
        put_in(one.store, entrance, "A1", "rescue", actor="kim", at=instant(1))
    with pytest.raises(AbsentError, match="no journey 'rescu'"):
        put_in(one.store, entrance, "A1", "rescu", actor="kim", at=instant(1))
    (standing,) = status(one.project, one.store).journeys
    assert (standing.under_way, standing.to_do, standing.ended) == (1, 0, {})
