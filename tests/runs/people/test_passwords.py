"""Which passwords are taken, and how they are kept."""

import pytest
from argon2 import PasswordHasher

from keepwell.errors import UserError
from keepwell.runs.people import passwords

OWN = passwords.hasher
"""As it is before any test runs."""


@pytest.mark.parametrize(
    "password",
    [
        "tuesday-otter-lamp",
        "correct horse battery",
        "grün Öltank Fähre 9",
        "xK9#qL2$vR7!",
        "日本語のとても長い合言葉です",
    ],
)
def test_what_is_long_and_unlikely_is_taken(password: str) -> None:
    passwords.check(password, ("Kim Smith", "kim@example.com"))


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "12 to 128 characters; this one has 0"),
        ("xK9#qL2$vR7", "this one has 11"),
        ("otter lamp " * 12, "this one has 132"),
        ("password1234", "easily guessed"),
        ("P@ssw0rd12345", "easily guessed"),
        ("qwertyuiop123", "easily guessed"),
        ("aaaaaaaaaaaaaaaaaa", "easily guessed"),
        ("abcdefghijklmnop", "easily guessed"),
        ("kim.smith.1980", "easily guessed"),
        ("keepwell-Keepwell-1", "easily guessed"),
        ("Summer2026!!!", "easily guessed"),
    ],
)
def test_what_is_short_or_likely_is_refused(password: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        passwords.check(password, ("Kim Smith", "kim@example.com"))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the costs are those that people get, whatever tests of pages have made of them meanwhile."""
    monkeypatch.setattr(passwords, "hasher", OWN)


def test_it_is_kept_by_argon2id_with_a_salt_of_its_own() -> None:
    first, second = passwords.hashed("tuesday-otter-lamp"), passwords.hashed("tuesday-otter-lamp")
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert passwords.matches(first, "tuesday-otter-lamp")
    assert not passwords.matches(first, "tuesday-otter-Lamp")


def test_nobodys_password_is_never_right() -> None:
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches("no hash", "no hash")


def test_a_hash_of_other_costs_is_outdated() -> None:
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))
    assert not passwords.outdated(passwords.hashed("x"))
