"""Teams are made, changed and removed; their members stay users."""

import pytest

from keepwell.errors import UserError
from keepwell.runs.people import members, teams
from keepwell.store.engine import Store
from tests.runs.people.made import ADMIN, admin, events, joined


def test_teams_are_made_changed_and_removed(store: Store) -> None:
    ada = admin(store)
    kim = joined(store, "kim@example.com")
    north = teams.make(store, "North", [kim.number], actor=ADMIN)
    with pytest.raises(UserError, match="there is a team 'north' already"):
        teams.make(store, "north", actor=ADMIN)
    with pytest.raises(UserError, match="no such user"):
        teams.change(store, north.number, members=[999], actor=ADMIN)
    changed = teams.change(store, north.number, name="Nord", members=[ada.number, kim.number], actor=ADMIN)
    assert (changed.name, changed.members) == ("Nord", (ada.number, kim.number))
    teams.remove(store, north.number, actor=ADMIN)
    assert members.everybody(store).teams == ()
    assert len(members.everybody(store).members) == 2
    assert [event for event in events(store) if event.startswith("team")] == [
        "team:made",
        "team:changed",
        "team:removed",
    ]


def test_a_team_that_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(UserError, match="there is no such team"):
        teams.remove(store, 999, actor=ADMIN)
