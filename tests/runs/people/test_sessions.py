"""Sessions: how long they last, how their tokens change, and what ends them."""

import json
from datetime import timedelta

import pytest

from keepwell import clock
from keepwell.errors import UserError
from keepwell.people import Permission, Role
from keepwell.runs.people import members, sessions
from keepwell.store import audit
from keepwell.store import sessions as kept
from keepwell.store.engine import Store
from tests.runs.people.made import ADMIN, admin, events, joined, person_of, signed_in
from tests.store.made import NOON


def _begun(store: Store) -> str:
    with clock.pinned(NOON):
        admin(store)
        return signed_in(store)


def _known(store: Store, token: str, hours: float) -> sessions.Recognised | None:
    with clock.pinned(NOON + timedelta(hours=hours)):
        return sessions.recognise(store, token)


def test_a_token_tells_who_it_is(store: Store) -> None:
    known = _known(store, _begun(store), 0)
    assert known is not None
    assert (known.person.email, known.person.role) == (ADMIN, Role.ADMIN)
    assert (known.session.address, known.session.agent) == ("203.0.113.7", "Firefox")
    assert (known.token, known.proven) == (None, True)
    assert _known(store, "another", 0) is None


def test_it_ends_when_nobody_has_asked_for_eight_hours(store: Store) -> None:
    token = _begun(store)
    assert _known(store, token, 0.5) is not None
    assert _known(store, token, 8.49) is not None
    with clock.pinned(NOON):
        other = signed_in(store)
    assert _known(store, other, 8) is None
    assert events(store)[-1] == "session:ended"
    assert _known(store, other, 0.1) is None


def test_it_ends_after_seven_days_however_busy(store: Store) -> None:
    token = _begun(store)
    for hour in range(7, 168, 7):
        known = _known(store, token, hour)
        assert known is not None, hour
        token = known.token or token
    assert _known(store, token, 168) is None


def test_its_token_is_exchanged_each_hour_and_the_former_one_counts_a_little_longer(store: Store) -> None:
    token = _begun(store)
    known = _known(store, token, 1)
    assert known is not None
    assert known.token is not None
    late = _known(store, token, 1.03)
    assert late is not None
    assert late.token is None
    assert late.session.form == known.session.form
    assert _known(store, known.token, 1.04) is not None


def test_a_former_token_that_comes_late_ends_the_session(store: Store) -> None:
    token = _begun(store)
    known = _known(store, token, 1)
    assert known is not None
    assert known.token is not None
    assert _known(store, token, 1.1) is None
    assert _known(store, known.token, 1.1) is None


def test_who_proved_it_long_ago_is_not_proven(store: Store) -> None:
    token = _begun(store)
    known = _known(store, token, 0.99)
    assert known is not None
    assert known.proven
    later = _known(store, token, 1.01)
    assert later is not None
    assert not later.proven


def test_a_role_that_changes_counts_at_once_and_a_disabled_user_is_out(store: Store) -> None:
    admin(store)
    kim = joined(store, "kim@example.com", Role.ANALYST)
    token = signed_in(store, "kim@example.com")
    members.change(store, kim.number, actor=ADMIN, role=Role.VIEWER)
    known = sessions.recognise(store, token)
    assert known is not None
    assert not known.person.may(Permission.PLANS_MAKE)
    members.disable(store, kim.number, actor=ADMIN)
    assert sessions.recognise(store, token) is None
    members.enable(store, kim.number, actor=ADMIN)
    assert sessions.recognise(store, token) is None
    assert signed_in(store, "kim@example.com")


def test_people_end_their_own_sessions_and_no_others(store: Store) -> None:
    admin(store)
    joined(store, "kim@example.com")
    theirs, first, second = signed_in(store), *(signed_in(store, "kim@example.com") for _ in range(2))
    kim = person_of(store, "kim@example.com")
    (other,) = sessions.mine(store, person_of(store))
    with pytest.raises(UserError, match="no such session"):
        sessions.end(store, kim, other.number)
    here = sessions.recognise(store, first)
    assert here is not None
    assert sessions.end_others(store, kim, here.session.number) == 1
    assert sessions.recognise(store, second) is None
    sessions.end(store, kim, here.session.number)
    assert sessions.recognise(store, first) is None
    assert sessions.recognise(store, theirs) is not None


def test_an_admin_signs_somebody_out(store: Store) -> None:
    admin(store)
    kim = joined(store, "kim@example.com")
    token = signed_in(store, "kim@example.com")
    assert members.sign_out(store, kim.number, actor=ADMIN) == 1
    assert sessions.recognise(store, token) is None


def test_old_sessions_can_be_forgotten(store: Store) -> None:
    _begun(store)
    with store.writing() as connection:
        assert kept.forget(connection, NOON) == 0
        assert kept.forget(connection, NOON + timedelta(days=90)) == 1


def test_a_clock_that_is_set_back_a_little_throws_nobody_out(store: Store) -> None:
    token = _begun(store)
    known = _known(store, token, -5 / 60)
    assert known is not None
    assert known.token is None
    assert _known(store, token, 0.5) is not None


@pytest.mark.parametrize("hours", [-1, -24, -31 * 24])
def test_a_clock_that_is_set_back_far_ends_it_for_it_would_last_too_long(store: Store, hours: float) -> None:
    token = _begun(store)
    assert _known(store, token, hours) is None
    assert _known(store, token, 0.1) is None, "it stays ended when the clock is right again"
    with store.reading() as connection:
        last = audit.entries(connection)[-1]
        assert (last.event, json.loads(last.detail)["why"]) == ("session:ended", "the clock was set back")
        assert list(audit.flaws(connection)) == []


def test_a_clock_that_was_a_month_ahead_leaves_no_session_of_a_month(store: Store) -> None:
    admin(store)
    with clock.pinned(NOON + timedelta(days=31)):
        token = signed_in(store)
    assert _known(store, token, 0) is None
    with clock.pinned(NOON):
        assert sessions.mine(store, person_of(store)) == ()
        again = signed_in(store)
    assert _known(store, again, 7) is not None


def test_a_clock_that_is_set_forward_a_month_ends_what_is_older_than_it_may_be(store: Store) -> None:
    token = _begun(store)
    assert _known(store, token, 31 * 24) is None
