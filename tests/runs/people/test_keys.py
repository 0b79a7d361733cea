"""Keys: shown once, never more than their user, and over when they should be."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from keepwell import clock
from keepwell.errors import UserError
from keepwell.people import OWN, Permission, Role
from keepwell.runs.people import keys, members
from keepwell.runs.people.keys import Made
from keepwell.store.engine import Store
from tests.runs.people.made import ADMIN, admin, events, joined, person_of
from tests.store.made import NOON

P = Permission


def _made(store: Store, *scopes: Permission, email: str = ADMIN, days: int = 30) -> Made:
    return keys.make(store, person_of(store, email), "nightly export", scopes, days)


def _may(store: Store, secret: str, permission: Permission) -> bool:
    found = keys.recognise(store, secret)
    return found is not None and found[0].may(permission)


def test_a_key_does_what_it_is_for_and_no_more(store: Store) -> None:
    admin(store)
    made = _made(store, P.SCORES_READ, P.AUDIT_READ)
    assert made.secret.startswith("kw_")
    assert made.secret.startswith(made.key.start)
    assert [each for each in P if _may(store, made.secret, each)] == [P.SCORES_READ, P.AUDIT_READ]
    assert events(store)[-1] == "key:made"
    with store.reading() as connection:
        for table in ("keys", "audit"):
            assert made.secret not in str(connection.execute(sa.text(f"SELECT * FROM {table}")).all())


@pytest.mark.parametrize(
    "scopes", [(P.PEOPLE_MANAGE,), (P.SCORES_READ, P.PLANS_APPLY), *((one,) for one in sorted(OWN))]
)
def test_nobody_makes_a_key_for_what_they_may_not_do_or_only_people_may(
    store: Store, scopes: Iterable[P]
) -> None:
    admin(store)
    joined(store, "kim@example.com", Role.CSM)
    with pytest.raises(UserError, match="you cannot let a key do this"):
        keys.make(store, person_of(store, "kim@example.com"), "key", scopes, 30)


def test_even_an_admin_makes_no_key_that_makes_keys(store: Store) -> None:
    admin(store)
    for scope in OWN:
        with pytest.raises(UserError, match="you cannot let a key do this"):
            _made(store, scope)


@pytest.mark.parametrize(
    ("days", "scopes", "what"), [(0, 1, "1 to 365 days"), (366, 1, "1 to 365 days"), (9, 0, "may do nothing")]
)
def test_a_key_without_use_or_end_is_refused(store: Store, days: int, scopes: int, what: str) -> None:
    admin(store)
    with pytest.raises(UserError, match=what):
        _made(store, *[P.SCORES_READ][:scopes], days=days)


def test_a_key_is_over_after_its_days(store: Store) -> None:
    admin(store)
    with clock.pinned(NOON):
        secret = _made(store, P.SCORES_READ).secret
    with clock.pinned(NOON + timedelta(days=30, seconds=-1)):
        assert keys.recognise(store, secret) is not None
    with clock.pinned(NOON + timedelta(days=30)):
        assert keys.recognise(store, secret) is None


def test_a_key_goes_where_its_user_goes(store: Store) -> None:
    admin(store)
    kim = joined(store, "kim@example.com", Role.ANALYST)
    secret = _made(store, P.PLANS_MAKE, P.SCORES_READ, email="kim@example.com").secret
    members.change(store, kim.number, actor=ADMIN, role=Role.VIEWER)
    assert not _may(store, secret, P.PLANS_MAKE)
    assert _may(store, secret, P.SCORES_READ)
    members.disable(store, kim.number, actor=ADMIN)
    assert keys.recognise(store, secret) is None


def test_a_key_can_be_revoked_by_its_user_and_by_admins_alone(store: Store) -> None:
    admin(store)
    for email in ("kim@example.com", "ravi@example.com"):
        joined(store, email)
    kims, ravis = (person_of(store, f"{name}@example.com") for name in ("kim", "ravi"))
    first, second = (keys.make(store, kims, "key", [P.SCORES_READ], 9) for _ in range(2))
    with pytest.raises(UserError, match="no such key"):
        keys.revoke(store, first.key.number, ravis)
    keys.revoke(store, first.key.number, kims)
    assert keys.recognise(store, first.secret) is None
    assert [key.number for key in keys.mine(store, kims)] == [second.key.number]
    assert [(key.number, user.email) for key, user in keys.every(store)] == [(second.key.number, kims.email)]
    keys.revoke(store, second.key.number, person_of(store))
    assert keys.recognise(store, second.secret) is None


def test_its_last_use_is_noted_to_the_minute(store: Store) -> None:
    admin(store)
    with clock.pinned(NOON):
        secret = _made(store, P.SCORES_READ).secret
        keys.recognise(store, secret)
    with clock.pinned(NOON + timedelta(seconds=30)):
        keys.recognise(store, secret)
    assert keys.mine(store, person_of(store))[0].used_at == NOON
