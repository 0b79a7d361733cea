"""Stores in SQLite and PostgreSQL, for what outreach does."""

from tests.store.conftest import seeded, server, store

__all__ = ["seeded", "server", "store"]
