"""Digests: what moved among one's own accounts, grouped, capped, once a day, over a real mail server."""

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_string
from email.policy import default

import pytest

from keepwell import clock
from keepwell.channels import mail
from keepwell.channels.mail import MailServer, NotSentError, UnknownFateError
from keepwell.errors import UserError
from keepwell.people import Role, Scope
from keepwell.runs import digesting, tasking
from keepwell.runs.alerts import Group
from keepwell.runs.reaching import Reached
from keepwell.runs.score import score
from keepwell.runs.tasking import Wanted
from keepwell.store import digests, users
from keepwell.store.digests import Rhythm, State
from keepwell.store.engine import Store
from tests.channels.mailbox import mailbox
from tests.runs.firm import AS_OF, Firm, project
from tests.runs.records.conftest import ANA, KIM, person

LATER = AS_OF + timedelta(days=1)
NOW = LATER + timedelta(hours=8)
LIVE = project(as_of=None)
NOBODY = MailServer("127.0.0.1", 9, False, "", "", "keepwell@firm.example")


@pytest.fixture
def moved(firm: Firm) -> Firm:
    """A day later A1 has fallen from 100 to 60, to yellow, and A2 has risen from 0 to 100, to green."""
    firm.warehouse.execute(f"UPDATE scores.runs SET \"at\" = TIMESTAMP '{AS_OF:%Y-%m-%d %H:%M}'")
    firm.facts("surveys", [{"account": 1, "occurred_at": AS_OF, "score": 2, "key": "0" * 32}], AS_OF)
    firm.facts("surveys", [{"account": 2, "occurred_at": AS_OF, "score": 10, "key": "1" * 32}], AS_OF)
    for number in (1, 2):
        firm.logins(number, *[LATER - timedelta(hours=hour) for hour in range(1, 11)])
    with clock.pinned(LATER):
        score(LIVE, firm.warehouse, LATER)
    return firm


def _user(
    store: Store, name: str, scope: Scope = Scope.ALL, rhythm: Rhythm = Rhythm.DAILY, most: int = 20
) -> None:
    with store.writing() as connection:
        users.add(
            connection,
            email=f"{name}@firm.example",
            name=name.capitalize(),
            role=Role.CSM,
            scope=scope,
            owner=name,
            at=AS_OF,
        )
    digesting.wish(store, person(name), rhythm, most)


def test_what_moved_is_grouped_by_what_it_is(moved: Firm, store: Store, acme: Reached) -> None:
    with clock.pinned(NOW):
        tasking.make(store, acme, Wanted("Call\nthem", due_on=date(2025, 6, 29)), by=ANA)
        tasking.make(store, acme, Wanted("Later", due_on=date(2025, 7, 20)), by=ANA)
        found = digesting.digest(LIVE, moved.warehouse, store, ANA, since=NOW - timedelta(days=1), most=20)
    assert found.groups == (
        Group("Turned yellow", ("Firm 1 (A1): 100 → 60",)),
        Group("Tasks due", ("Call them (A1), since 2025-06-29",)),
        Group("Got better", ("Firm 2 (A2): 0 → 100",)),
    )
    assert (found.total, found.shown) == (3, 3)
    assert found.subject == "Keepwell: 1 turned yellow, 1 tasks due, 1 got better"


def test_nobody_is_told_of_others_accounts(moved: Firm, store: Store) -> None:
    found = digesting.digest(LIVE, moved.warehouse, store, KIM, since=NOW - timedelta(days=1), most=20)
    assert found.groups == (Group("Turned yellow", ("Firm 1 (A1): 100 → 60",)),)


def test_it_tells_no_more_than_was_wished_and_says_so(moved: Firm, store: Store) -> None:
    found = digesting.digest(LIVE, moved.warehouse, store, ANA, since=NOW - timedelta(days=1), most=1)
    assert (found.shown, found.total) == (1, 2)
    assert "And 1 more: look at Keepwell." in found.text


def test_what_moved_before_is_not_told_again(moved: Firm, store: Store) -> None:
    found = digesting.digest(LIVE, moved.warehouse, store, ANA, since=NOW, most=20)
    assert found.groups == ()


def test_everybody_gets_what_they_wish_once_a_day(moved: Firm, store: Store) -> None:
    _user(store, "ana")
    _user(store, "kim", Scope.OWN)
    _user(store, "ravi", Scope.OWN, Rhythm.WEEKLY)
    _user(store, "bo", Scope.OWN)
    _user(store, "vi", rhythm=Rhythm.NEVER)
    with mailbox() as box:
        server = MailServer("127.0.0.1", box.port, False, "", "", "Keepwell <keepwell@firm.example>")
        with clock.pinned(NOW):
            assert digesting.send(LIVE, moved.warehouse, store, server) == digesting.Outcome(3, 1, 0)
            assert digesting.send(LIVE, moved.warehouse, store, server) == digesting.Outcome(0, 1, 0)
    letters = {m["To"]: m for m in (message_from_string(text, policy=default) for text in box.got)}
    assert set(letters) == {f"{name}@firm.example" for name in ("ana", "kim", "ravi")}
    assert "Firm 2 (A2)" in letters["ravi@firm.example"].get_content()
    assert "Firm 2 (A2)" not in letters["kim@firm.example"].get_content()
    assert len({m["Message-ID"] for m in letters.values()}) == 3


def test_a_weekly_one_comes_after_a_week(moved: Firm, store: Store) -> None:
    _user(store, "ana", rhythm=Rhythm.WEEKLY)
    days = []
    for day in range(9):
        with clock.pinned(NOW + timedelta(days=day)):
            sent = digesting.send(LIVE, moved.warehouse, store, NOBODY, lambda *_: None)
        days += [day] * (sent.sent + sent.empty)
    assert days == [0, 7, 8]  # after a week nothing has moved since; that is asked again the next day


def test_what_was_not_sent_is_tried_again_and_what_nobody_knows_of_is_not(moved: Firm, store: Store) -> None:
    _user(store, "ana")

    def refuses(*_: object) -> None:
        raise NotSentError("no")

    def vanishes(*_: object) -> None:
        raise UnknownFateError("gone")

    with clock.pinned(NOW):
        assert digesting.send(LIVE, moved.warehouse, store, NOBODY, refuses).failed == 1
        assert _states(store) == [(State.FAILED, "no")]
        assert digesting.send(LIVE, moved.warehouse, store, NOBODY, vanishes).failed == 1
        assert _states(store) == [(State.HANDED_OVER, "gone")]
        assert digesting.send(LIVE, moved.warehouse, store, NOBODY, vanishes) == digesting.Outcome(0, 0, 0)


def _states(store: Store) -> list[tuple[State, str]]:
    with store.reading() as connection:
        return [(each.state, each.error) for each in digests.of(connection, ANA.email)]


def test_who_may_no_longer_sign_in_gets_nothing(moved: Firm, store: Store) -> None:
    _user(store, "ana")
    with store.writing() as connection:
        user = users.by_email(connection, ANA.email)
        assert user is not None

        users.keep(connection, replace(user, disabled_at=NOW))
    with clock.pinned(NOW):
        assert digesting.send(LIVE, moved.warehouse, store, NOBODY) == digesting.Outcome(0, 0, 0)


def test_a_wish_is_kept_within_bounds(store: Store) -> None:
    for wrong in (0, 101):
        with pytest.raises(UserError, match="a digest cannot tell of"):
            digesting.wish(store, KIM, Rhythm.DAILY, wrong)
    digesting.wish(store, KIM, Rhythm.WEEKLY, 100)
    assert digesting.wished(store, KIM) == digests.Wish(KIM.email, Rhythm.WEEKLY, 100)


def test_hostile_names_stay_in_their_line(moved: Firm, store: Store) -> None:
    moved.warehouse.execute(
        "UPDATE directory.accounts SET name = 'Evil\nBcc: x@y.z \u202e' WHERE account = 1"
    )
    found = digesting.digest(LIVE, moved.warehouse, store, KIM, since=NOW - timedelta(days=1), most=20)
    assert found.groups[0].lines == ("Evil Bcc: x@y.z   (A1): 100 → 60",)
    assert mail.message(
        to=KIM.email, sender="a@b.c", subject=found.subject, text=found.text, number="<1@x>", at=NOW
    )
