"""Guessing becomes slow, for those who guess alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from keepwell import clock
from keepwell.errors import UserError
from keepwell.runs.people import throttle
from keepwell.runs.people.signing_in import From, by_password
from keepwell.runs.people.throttle import Held, pause
from keepwell.store.engine import Store
from tests.runs.people.made import ADMIN, HOME, PASSWORD, admin, events, signed_in
from tests.store.made import NOON


@pytest.mark.parametrize(
    ("kind", "failures", "seconds"),
    [
        *[("pair", 4, 0), ("pair", 5, 30), ("pair", 6, 60), ("pair", 9, 480), ("pair", 10, 900)],
        *[("pair", 5000, 900), ("user", 49, 0), ("user", 50, 30), ("address", 49, 0), ("address", 51, 60)],
    ],
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(kind: str, failures: int, seconds: int) -> None:
    assert pause(kind, failures) == timedelta(seconds=seconds)


def _fails(store: Store, asker: From = HOME, email: str = ADMIN) -> UserError:
    with pytest.raises(UserError) as caught:
        by_password(store, email, "not the password", asker)
    return caught.value


def test_after_five_failures_even_the_right_password_waits(store: Store) -> None:
    admin(store)
    with clock.pinned(NOON):
        assert [type(_fails(store)) for _ in range(6)] == [UserError] * 5 + [Held]
        with pytest.raises(Held, match="too many attempts") as caught:
            by_password(store, ADMIN, PASSWORD, HOME)
        assert caught.value.seconds == 30
        assert caught.value.do == "try again in 30 seconds"
    with clock.pinned(NOON + timedelta(seconds=31)):
        assert signed_in(store)
    assert events(store)[-2:] == ["sign_in:held", "session:begun"]


def test_who_is_elsewhere_does_not_wait_with_them(store: Store) -> None:
    admin(store)
    for _ in range(6):
        _fails(store, From("198.51.100.9"))
    assert signed_in(store)


def test_one_address_that_tries_many_names_waits(store: Store) -> None:
    with clock.pinned(NOON), store.writing() as connection:
        for place in range(50):
            throttle.reserve(connection, throttle.subjects(f"user {place}", "198.51.100.9"), NOON)
        with pytest.raises(Held):
            throttle.reserve(connection, throttle.subjects("another", "198.51.100.9"), NOON)


def test_a_user_whom_many_addresses_try_is_guarded(store: Store) -> None:
    with clock.pinned(NOON), store.writing() as connection:
        for place in range(50):
            throttle.reserve(connection, throttle.subjects(ADMIN, f"198.51.100.{place}"), NOON)
        with pytest.raises(Held):
            throttle.reserve(connection, throttle.subjects(ADMIN, "192.0.2.1"), NOON)


def test_many_at_once_gain_nothing(store: Store) -> None:
    admin(store)

    def guess(_place: int) -> bool:
        return isinstance(_fails(store), Held)

    with ThreadPoolExecutor(4) as pool:
        held = list(pool.map(guess, range(8)))
    assert held.count(False) == 5


def test_a_clock_that_is_set_back_holds_nobody_for_longer(store: Store) -> None:
    admin(store)
    with clock.pinned(NOON):
        _fails(store)
    with clock.pinned(NOON - timedelta(days=30)):
        assert signed_in(store)
        for _ in range(5):
            _fails(store)
        held = _fails(store)
    assert isinstance(held, Held)
    assert held.seconds == 30


def test_what_failed_is_forgotten_after_a_day(store: Store) -> None:
    admin(store)
    with clock.pinned(NOON):
        for _ in range(5):
            _fails(store)
    with clock.pinned(NOON + timedelta(hours=25)):
        assert [type(_fails(store)) for _ in range(5)] == [UserError] * 5
