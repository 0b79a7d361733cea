"""Stores for people: each test runs in SQLite and in a real PostgreSQL server."""

import pytest
from argon2 import PasswordHasher

from keepwell.runs.people import passwords
from tests.store.conftest import seeded, server, store

__all__ = ["seeded", "server", "store"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its least cost: these tests make many passwords, and `test_passwords` looks at the costs."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
