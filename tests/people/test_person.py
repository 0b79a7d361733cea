"""Who may do what, how far they see, and what stays hidden."""

import pytest

from keepwell.people import EVERYTHING, GRANTS, Permission, Person, Private, Reach, Role, Scope


def person(role: Role, scopes: frozenset[Permission] | None = None) -> Person:
    """Somebody of a role."""
    return Person(1, "ann@firm.test", "Ann", role, EVERYTHING, scopes=scopes)


def test_every_role_has_grants_and_only_admins_have_all() -> None:
    assert set(GRANTS) == set(Role)
    assert [role for role in Role if GRANTS[role] == frozenset(Permission)] == [Role.ADMIN]


@pytest.mark.parametrize(
    "permission", [p for p in Permission if p.value.endswith((":manage", ":approve", ":apply"))]
)
def test_those_who_look_after_accounts_do_not_rule(permission: Permission) -> None:
    assert not any(person(role).may(permission) for role in (Role.VIEWER, Role.CSM, Role.MARKETER))


def test_viewers_write_nothing_of_accounts() -> None:
    assert not any(person(Role.VIEWER).may(p) for p in (Permission.OVERRIDES_WRITE, Permission.NOTES_WRITE))


def test_a_key_can_only_take_away() -> None:
    key = frozenset({Permission.SCORES_READ, Permission.PEOPLE_MANAGE})
    assert person(Role.CSM, key).may(Permission.SCORES_READ)
    assert not person(Role.CSM, key).may(Permission.PEOPLE_MANAGE)
    assert not person(Role.CSM, key).may(Permission.NOTES_WRITE)


def test_reach() -> None:
    own = Reach(Scope.OWN, frozenset({"ann@firm.test"}))
    assert own.covers("Ann@Firm.test", "smb")
    assert not own.covers("", "smb")
    assert not own.covers("bob@firm.test", "smb")
    some = Reach(Scope.SEGMENT, segments=frozenset({"smb"}))
    assert some.covers("", "smb")
    assert not some.covers("", "enterprise")
    assert EVERYTHING.covers("", "")


def test_nobody_owns_what_has_no_owner() -> None:
    assert not Reach(Scope.TEAM, frozenset({""})).covers("", "smb")


def test_what_is_private() -> None:
    assert person(Role.CSM).sees(Private.VALUE)
    assert not person(Role.VIEWER).sees(Private.VALUE)
    assert not person(Role.ANALYST).sees(Private.CONTACTS)
