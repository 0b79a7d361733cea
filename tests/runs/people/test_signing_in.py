"""Signing in: what is needed, and what is never told."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from keepwell import clock
from keepwell.errors import UserError
from keepwell.runs.people import members, profile, second_factor, sessions
from keepwell.runs.people.cipher import Cipher
from keepwell.runs.people.signing_in import CodeNeeded, SignedIn, by_code, by_password
from keepwell.store import second_factors, users
from keepwell.store.engine import Store
from tests.runs.people.made import ADMIN, HOME, OTHER, PASSWORD, admin, events, joined, person_of, signed_in
from tests.store.made import NOON

CIPHER = Cipher(b"0" * 32)

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The ASCII letters 12345678901234567890 of RFC 6238, appendix B, in base 32."""

RFC_CODES = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
"""Its instants and codes, of which we take the last six digits."""


def _with_secret(store: Store, secret: str = RFC_SECRET) -> None:
    """Gives the admin a second factor."""
    user = admin(store)
    with store.writing() as connection:
        second_factors.offer(connection, user.number, CIPHER.hide(secret), NOON)
        second_factors.confirm(connection, user.number, NOON)


def _waiting(store: Store) -> str:
    found = by_password(store, ADMIN, PASSWORD, HOME)
    assert isinstance(found, CodeNeeded)
    return found.token


def test_the_right_password_signs_in(store: Store) -> None:
    user = admin(store)
    found = by_password(store, " ADA@example.com", PASSWORD, HOME)
    assert isinstance(found, SignedIn)
    assert found.user == user
    assert events(store)[-1] == "session:begun"


def test_nobody_learns_who_is_a_user(store: Store) -> None:
    admin(store)
    joined(store, "kim@example.com")
    members.disable(store, person_of(store, "kim@example.com").number, actor=ADMIN)
    told = set()
    for email, password in [(ADMIN, OTHER), ("nobody@example.com", PASSWORD), ("kim@example.com", PASSWORD)]:
        with pytest.raises(UserError) as caught:
            by_password(store, email, password, HOME)
        told.add(str(caught.value))
    assert told == {"the e-mail address or the password is wrong\n    try again"}


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_a_code_is_that_of_the_rfc(store: Store, seconds: int, code: str) -> None:
    _with_secret(store)
    with clock.pinned(datetime.fromtimestamp(seconds, UTC)):
        found = by_code(store, _waiting(store), f"{code[:3]} {code[3:]}", HOME, CIPHER)
        assert sessions.recognise(store, found.token) is not None


def test_a_code_is_taken_once(store: Store) -> None:
    _with_secret(store)
    code = pyotp.TOTP(RFC_SECRET).at(NOON)
    with clock.pinned(NOON):
        by_code(store, _waiting(store), code, HOME, CIPHER)
        with pytest.raises(UserError, match="the code is wrong"):
            by_code(store, _waiting(store), code, HOME, CIPHER)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_holds_a_step_before_and_after(store: Store, steps: int, taken: bool) -> None:
    _with_secret(store)
    code = pyotp.TOTP(RFC_SECRET).at(NOON + timedelta(seconds=30 * steps))
    with clock.pinned(NOON):
        waiting = _waiting(store)
        if taken:
            assert by_code(store, waiting, code, HOME, CIPHER)
        else:
            with pytest.raises(UserError, match="the code is wrong"):
                by_code(store, waiting, code, HOME, CIPHER)


def test_a_sign_in_waits_ten_minutes_for_its_code(store: Store) -> None:
    _with_secret(store)
    late = NOON + timedelta(minutes=10)
    with clock.pinned(NOON):
        waiting = _waiting(store)
    with clock.pinned(late), pytest.raises(UserError, match="waited for too long"):
        by_code(store, waiting, pyotp.TOTP(RFC_SECRET).at(late), HOME, CIPHER)


def test_a_session_is_no_sign_in_and_a_sign_in_no_session(store: Store) -> None:
    _with_secret(store)
    assert sessions.recognise(store, _waiting(store)) is None


def test_a_second_factor_counts_once_a_code_was_shown_and_its_recovery_codes_each_once(store: Store) -> None:
    admin(store)
    person = person_of(store)
    with clock.pinned(NOON):
        offered = second_factor.offer(store, person, CIPHER)
        assert (
            offered.uri
            == f"otpauth://totp/Keepwell:ada%40example.com?secret={offered.secret}&issuer=Keepwell"
        )
        assert signed_in(store)
        with pytest.raises(UserError, match="this is not the code"):
            second_factor.confirm(store, person, "no code", CIPHER)
        codes = second_factor.confirm(store, person, pyotp.TOTP(offered.secret).at(NOON), CIPHER)
        assert len(set(codes)) == 10
        assert second_factor.state(store, person) == (True, 10)
        by_code(store, _waiting(store), codes[3].upper().replace("-", " "), HOME, CIPHER)
        with pytest.raises(UserError, match="the code is wrong"):
            by_code(store, _waiting(store), codes[3], HOME, CIPHER)
        assert second_factor.state(store, person) == (True, 9)
        with pytest.raises(UserError, match="have a second factor already"):
            second_factor.offer(store, person, CIPHER)
        second_factor.remove(store, person.number, actor=person.email)
        assert signed_in(store)
    assert [event for event in events(store) if event.startswith(("second", "recovery"))] == [
        "second_factor:set",
        "recovery_code:used",
        "second_factor:removed",
    ]


def test_a_new_password_needs_the_former_one_and_ends_other_sessions(store: Store) -> None:
    admin(store)
    here, there = signed_in(store), signed_in(store)
    known = sessions.recognise(store, here)
    assert known is not None
    person, session = known.person, known.session.number
    with pytest.raises(UserError, match="not your password"):
        profile.set_password(store, person, former=OTHER, password=OTHER, session=session)
    profile.set_password(store, person, former=PASSWORD, password=OTHER, session=session)
    assert sessions.recognise(store, here) is not None
    assert sessions.recognise(store, there) is None
    assert signed_in(store, password=OTHER)


def test_a_hash_of_old_costs_is_made_anew(store: Store) -> None:
    user = admin(store)
    with store.writing() as connection:
        cheap = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
        users.set_password(connection, user.number, cheap.hash(PASSWORD))
    signed_in(store)
    with store.reading() as connection:
        kept = users.password(connection, user.number)
    assert kept is not None
    assert "m=8,t=1,p=1" in kept


def test_the_store_holds_neither_password_nor_token(store: Store) -> None:
    admin(store)
    session = signed_in(store)
    with store.reading() as connection:
        for table in ("users", "sessions", "audit", "attempts"):
            rows = str(connection.execute(sa.text(f"SELECT * FROM {table}")).all())
            assert PASSWORD not in rows
            assert session not in rows
