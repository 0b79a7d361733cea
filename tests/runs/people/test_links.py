"""Links work once, for what they are for, and not for long."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from keepwell import clock
from keepwell.errors import UserError
from keepwell.people import Role, Scope
from keepwell.runs.people import links, members, sessions, teams
from keepwell.runs.people.links import Offer
from keepwell.runs.people.signing_in import by_password
from keepwell.store.engine import Store
from keepwell.store.links import Kind
from tests.runs.people.made import ADMIN, HOME, OTHER, PASSWORD, admin, events, joined, signed_in, token
from tests.store.made import NOON

NO_LINK = "this link does not work"


def test_the_first_admin_comes_in_by_the_set_up_link_and_nobody_after_them(store: Store) -> None:
    first, second = token(links.set_up(store)), token(links.set_up(store))
    with pytest.raises(UserError, match=NO_LINK):
        links.accept(store, Kind.SET_UP, first, name="Eve", password=PASSWORD, email="eve@example.com")
    user = links.accept(
        store, Kind.SET_UP, second, name=" Ada  L. ", password=PASSWORD, email=" ADA@example.com"
    )
    assert (user.email, user.name, user.role, user.scope) == (ADMIN, "Ada L.", Role.ADMIN, Scope.ALL)
    with pytest.raises(UserError, match=NO_LINK):
        links.accept(store, Kind.SET_UP, second, name="Eve", password=PASSWORD, email="eve@example.com")
    assert links.set_up(store) is None
    assert events(store) == ["user:joined", "server:set_up"]


def test_an_invitation_makes_what_it_offers_once(store: Store) -> None:
    admin(store)
    north = teams.make(store, "North", actor=ADMIN)
    offer = Offer(Role.CSM, Scope.SEGMENT, ("smb",), "Kim S.", (north.number,))
    at = token(links.invite(store, "kim@example.com", offer, actor=ADMIN))
    user = links.accept(store, Kind.INVITATION, at, name="Kim", password=PASSWORD, email="other@example.com")
    assert (user.email, user.role, user.scope, user.segments, user.owner) == (
        "kim@example.com",
        Role.CSM,
        Scope.SEGMENT,
        ("smb",),
        "Kim S.",
    )
    assert members.everybody(store).member(user.number).teams[0].members == (user.number,)
    with pytest.raises(UserError, match=NO_LINK):
        links.accept(store, Kind.INVITATION, at, name="Kim", password=PASSWORD)


def test_who_is_a_user_is_not_invited(store: Store) -> None:
    admin(store)
    with pytest.raises(UserError, match=f"{ADMIN} is a user already"):
        links.invite(store, "Ada@Example.com", Offer(Role.VIEWER), actor=ADMIN)


@pytest.mark.parametrize(
    "email", ["", "kim", "kim@", "@b.example", "k m@b.example", "a@b@c", "k\u202em@b.example"]
)
def test_what_is_no_address_is_refused(store: Store, email: str) -> None:
    with pytest.raises(UserError, match="is no e-mail address"):
        links.invite(store, email, Offer(Role.VIEWER), actor=ADMIN)


def test_a_link_is_over_after_its_time(store: Store) -> None:
    with clock.pinned(NOON):
        at = token(links.invite(store, "kim@example.com", Offer(Role.VIEWER), actor=ADMIN))
    with clock.pinned(NOON + timedelta(days=7, seconds=-1)):
        assert links.opened(store, Kind.INVITATION, at).email == "kim@example.com"
    with clock.pinned(NOON + timedelta(days=7)), pytest.raises(UserError, match=NO_LINK):
        links.opened(store, Kind.INVITATION, at)


def test_a_link_that_was_withdrawn_or_replaced_does_not_work(store: Store) -> None:
    first = token(links.invite(store, "kim@example.com", Offer(Role.VIEWER), actor=ADMIN))
    second = token(links.invite(store, "kim@example.com", Offer(Role.CSM), actor=ADMIN))
    (waits,) = links.waiting(store)
    assert links.of(waits) == Offer(Role.CSM)
    links.withdraw(store, waits.number, actor=ADMIN)
    for at in (first, second):
        with pytest.raises(UserError, match=NO_LINK):
            links.opened(store, Kind.INVITATION, at)
    with pytest.raises(UserError, match="no such link"):
        links.withdraw(store, waits.number, actor=ADMIN)


def test_a_link_leads_to_nothing_else(store: Store) -> None:
    at = token(links.invite(store, "kim@example.com", Offer(Role.VIEWER), actor=ADMIN))
    for kind in (Kind.SET_UP, Kind.RESET):
        with pytest.raises(UserError, match=NO_LINK):
            links.opened(store, kind, at)


def test_a_password_that_is_no_good_leaves_the_link_as_it_was(store: Store) -> None:
    at = token(links.invite(store, "kim@example.com", Offer(Role.VIEWER), actor=ADMIN))
    with pytest.raises(UserError, match="too easily guessed"):
        links.accept(store, Kind.INVITATION, at, name="Kim", password="password1234")
    links.accept(store, Kind.INVITATION, at, name="Kim", password=PASSWORD)


def test_of_two_who_use_it_at_once_one_comes_in(store: Store) -> None:
    at = token(links.set_up(store))

    def come(name: str) -> bool:
        try:
            links.accept(store, Kind.SET_UP, at, name=name, password=PASSWORD, email=f"{name}@example.com")
        except UserError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(come, ["kim", "eve"])) == [False, True]
    assert len(members.everybody(store).members) == 1


def test_a_new_password_ends_what_the_old_one_opened(store: Store) -> None:
    admin(store)
    kim = joined(store, "kim@example.com")
    session = signed_in(store, "kim@example.com")
    at = token(links.offer_reset(store, kim.number, actor=ADMIN))
    links.reset(store, at, OTHER)
    assert sessions.recognise(store, session) is None
    with pytest.raises(UserError, match="is wrong"):
        by_password(store, "kim@example.com", PASSWORD, HOME)
    assert signed_in(store, "kim@example.com", OTHER)
    with pytest.raises(UserError, match=NO_LINK):
        links.reset(store, at, PASSWORD)


def test_the_store_holds_no_token(store: Store) -> None:
    at = token(links.set_up(store))
    with store.reading() as connection:
        kept = connection.execute(sa.text("SELECT * FROM links")).one()
    assert at not in str(kept)
