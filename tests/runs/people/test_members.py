"""What admins do with users, and whom each user's work then reaches."""

from typing import Any

import pytest

from keepwell.errors import UserError
from keepwell.people import EVERYTHING, Reach, Role, Scope
from keepwell.runs.people import members, profile, teams
from keepwell.store import audit
from keepwell.store.engine import Store
from tests.runs.people.made import ADMIN, admin, events, joined, person_of


def test_somebody_has_to_be_admin(store: Store) -> None:
    ada = admin(store)
    for tried in (
        lambda: members.change(store, ada.number, actor=ADMIN, role=Role.VIEWER),
        lambda: members.disable(store, ada.number, actor=ADMIN),
    ):
        with pytest.raises(UserError, match="is the only admin"):
            tried()
    kim = joined(store, "kim@example.com", Role.ADMIN)
    members.disable(store, kim.number, actor=ADMIN)
    with pytest.raises(UserError, match="is the only admin"):
        members.disable(store, ada.number, actor=ADMIN)
    members.enable(store, kim.number, actor=ADMIN)
    members.change(store, ada.number, actor=ADMIN, role=Role.VIEWER)
    assert person_of(store).role is Role.VIEWER


def test_a_change_is_told_once_with_what_changed(store: Store) -> None:
    admin(store)
    kim = joined(store, "kim@example.com", Role.CSM)
    for _ in range(2):
        members.change(store, kim.number, actor=ADMIN, role=Role.ANALYST, scope=Scope.ALL)
    assert events(store).count("user:changed") == 1
    with store.reading() as connection:
        (entry,) = audit.entries(connection, 1)
    assert (entry.actor, entry.about, entry.detail) == (ADMIN, "kim@example.com", '{"role": "analyst"}')


@pytest.mark.parametrize(
    ("said", "reach"),
    [
        ({"scope": Scope.ALL}, EVERYTHING),
        ({"scope": Scope.OWN}, Reach(Scope.OWN, frozenset({"kim@example.com"}))),
        ({"scope": Scope.OWN, "owner": " Kim  S. "}, Reach(Scope.OWN, frozenset({"Kim S."}))),
        ({"scope": Scope.TEAM}, Reach(Scope.TEAM, frozenset({"kim@example.com", "Ravi R."}))),
        ({"scope": Scope.TEAM, "in_teams": ()}, Reach(Scope.TEAM, frozenset({"kim@example.com"}))),
        (
            {"scope": Scope.SEGMENT, "segments": ["b", "a", "b"]},
            Reach(Scope.SEGMENT, segments=frozenset("ab")),
        ),
    ],
)
def test_a_scope_is_the_reach_it_says(store: Store, said: dict[str, Any], reach: Reach) -> None:
    admin(store)
    kim = joined(store, "kim@example.com")
    ravi = joined(store, "ravi@example.com", owner="Ravi R.")
    joined(store, "eve@example.com")
    teams.make(store, "North", [kim.number, ravi.number], actor=ADMIN)
    members.change(store, kim.number, actor=ADMIN, **said)
    assert person_of(store, "kim@example.com").reach == reach


def test_who_is_not_there_is_told(store: Store) -> None:
    admin(store)
    for tried in (members.disable, members.enable, members.sign_out, members.change):
        with pytest.raises(UserError, match="there is no such user"):
            tried(store, 999, actor=ADMIN)


def test_people_say_how_they_read_dates_and_numbers(store: Store) -> None:
    admin(store)
    profile.change(store, person_of(store), name="Ada L.", zone="Europe/Berlin", locale="de-CH")
    person = person_of(store)
    assert (person.name, person.zone, person.locale) == ("Ada L.", "Europe/Berlin", "de-CH")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"zone": "Mars/Olympus"}, "no time zone"),
        ({"zone": "../../etc/passwd"}, "no time zone"),
        ({"locale": "de_CH; rm"}, "no locale"),
        ({"name": " "}, "a name has"),
        ({"name": "x" * 101}, "a name has"),
        ({"name": "Ada\u202egro"}, "a name has"),
    ],
)
def test_what_cannot_be_is_refused(store: Store, said: dict[str, str], what: str) -> None:
    admin(store)
    with pytest.raises(UserError, match=what):
        profile.change(store, person_of(store), **({"name": "Ada", "zone": "UTC", "locale": "en"} | said))


def test_an_entry_says_from_where_it_was_asked(store: Store) -> None:
    ada = admin(store)
    with audit.asked_from("203.0.113.7"):
        members.change(store, ada.number, actor=ADMIN, owner="Ada")
    with store.reading() as connection:
        (entry,) = audit.entries(connection, 1)
    assert entry.detail == '{"from": "203.0.113.7", "owner": "Ada"}'
