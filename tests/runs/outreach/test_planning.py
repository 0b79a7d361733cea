"""Whom messages go to: the right people, each once, and a reason where there is nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keepwell.outreach.journey import Journey
from keepwell.outreach.step import Offer, Whom
from keepwell.people import Role
from keepwell.runs.outreach.planning import Planned
from keepwell.signals.window import Span
from keepwell.store import gifts, picks, users
from keepwell.store.engine import Store
from tests.runs.firm import AS_OF, Firm, ago
from tests.runs.outreach.posting import DAY, Post, hello, journey, lite, posted


@pytest.fixture
def store(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in SQLite; what it keeps is tested in both databases beside it."""
    return lite(seeded, tmp_path, monkeypatch)


@pytest.fixture
def made(tmp_path: Path, store: Store) -> Iterator[Callable[..., Post]]:
    with Firm(tmp_path) as firm:
        yield lambda *journeys, **fields: posted(firm, store, *journeys, **fields)


Make = Callable[..., Post]


def whom(post: Post) -> list[str]:
    return [each.key.recipient for each in post.entries() if not each.reason]


def to(who: Whom, **fields: str) -> Journey:
    return journey(hello(to=who, **fields))


def test_the_champion_is_written_to_and_the_intent_is_settled_with_it(made: Make) -> None:
    post = made(journey(expires=Span.parse("30 days"), priority=70))
    post.account()
    post.person(1, "ana")
    post.person(1, "ben", "user")
    begun = post.want()
    assert post.plan(1) == Planned(settled=1, planned=1)
    assert post.plan(1) == Planned()
    (entry,) = post.entries()
    assert (entry.key.enrollment, entry.key.step, entry.key.recipient) == (
        begun.id,
        "hello",
        "ana@firm.example",
    )
    assert (entry.contact, entry.journey, entry.priority, entry.category) == ("ana", "rescue", 70, "tips")
    assert entry.expires_at == AS_OF + 30 * DAY


def test_of_several_champions_the_one_who_uses_the_product_most(made: Make) -> None:
    post = made()
    post.account()
    post.person(1, "ana", uses=1)
    post.person(1, "ben", uses=4)
    post.want()
    post.plan()
    assert whom(post) == ["ben@firm.example"]


def test_the_most_active_is_nobody_where_nobody_uses_it(made: Make) -> None:
    post = made(to(Whom.MOST_ACTIVE))
    for number in (1, 2):
        post.account(number)
        post.person(number, f"p{number}", "user", uses=number - 1)
        post.want(number)
    assert post.plan() == Planned(settled=2, planned=1, skipped=1)
    assert post.fates() == [("", "skipped", "nobody"), ("p2@firm.example", "planned", "")]


@pytest.mark.parametrize(
    ("who", "role", "expected"),
    [
        (Whom.BILLING, "", ["bill@firm.example"]),
        (Whom.ADMIN, "", ["adam@firm.example"]),
        (Whom.ROLE, "Sponsor", ["sue@firm.example", "sven@firm.example"]),
        (
            Whom.EVERYONE,
            "",
            ["adam@firm.example", "bill@firm.example", "sue@firm.example", "sven@firm.example"],
        ),
    ],
)
def test_roles(made: Make, who: Whom, role: str, expected: list[str]) -> None:
    post = made(to(who, role=role))
    post.account()
    for id, its in (("adam", "Admin"), ("bill", "Finance"), ("sue", "sponsor"), ("sven", "Sponsor")):
        post.person(1, id, its)
    post.want()
    post.plan()
    assert whom(post) == expected


def test_one_person_with_several_records_is_written_to_once(made: Make) -> None:
    post = made(to(Whom.EVERYONE))
    post.account()
    post.person(1, "ana", email="Ana@Firm.example")
    post.person(1, "ana2", email="ana@firm.EXAMPLE.", consent=False)
    post.want()
    assert post.plan() == Planned(settled=1, planned=1)
    assert whom(post) == ["ana@firm.example"]


def test_whom_the_owner_has_picked_as_long_as_they_are_there(made: Make) -> None:
    post = made(to(Whom.PICKED))
    for number in (1, 2):
        post.account(number)
        post.person(number, f"p{number}", "user", left_at=ago(5) if number == 2 else None)
        with post.store.writing() as connection:
            picks.pick(connection, f"A{number}", f"p{number}", actor="kim", at=AS_OF)
        post.want(number)
    post.plan()
    assert post.fates() == [("p1@firm.example", "planned", ""), ("", "skipped", "nobody")]


def test_the_owner_of_the_account_is_one_of_the_team(made: Make) -> None:
    post = made(to(Whom.OWNER))
    post.account(1, owner="Kim")
    post.account(2, owner="nobody we know")
    with post.store.writing() as connection:
        users.add(connection, email="kim@acme.example", name="Kim Ray", role=Role.CSM, at=AS_OF, owner="kim")
    post.want(1)
    post.want(2)
    post.plan()
    assert post.fates() == [("kim@acme.example", "planned", ""), ("", "skipped", "nobody")]


def test_who_has_no_address_on_the_channel_is_told_apart_from_nobody(made: Make) -> None:
    post = made(journey(hello(channel="sms")), journey(name="other"))
    post.account()
    post.person(1, "ana", email="not an address", consent=False)
    post.want(1)
    post.want(1, name="other")
    assert post.plan() == Planned(settled=2, skipped=2)
    assert post.fates() == [("", "skipped", "no_address")] * 2


def test_in_the_app_people_go_by_their_ids(made: Make) -> None:
    post = made(journey(hello(channel="in_app")))
    post.account()
    post.person(1, "ana", email="", consent=False)
    post.want()
    post.plan()
    assert whom(post) == ["ana"]


def test_an_offer_goes_with_its_message_as_long_as_the_budget_lasts(made: Make) -> None:
    month = Offer("month", 40.0, "EUR", budget=100.0, code="THANKS")
    post = made(journey(hello(template="offered", offer=month)))
    for number in (1, 2, 3):
        post.account(number)
        post.person(number, f"p{number}")
        post.want(number)
    post.plan()
    post.send()
    assert [each.message.text.splitlines()[0] for each in post.caught()] == [
        "Code THANKS",
        "Code THANKS",
        "No gift",
    ]
    with post.store.reading() as connection:
        assert gifts.spent(connection, "rescue", "month") == 80
