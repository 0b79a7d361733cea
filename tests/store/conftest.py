"""Stores for tests: each test of a store runs in SQLite and in a real PostgreSQL server."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from keepwell.store import engine, snapshots, versions
from keepwell.store.address import URL_VARIABLE, Address, address
from keepwell.store.engine import Store
from keepwell.store.versions import Seen
from tests.servers import Server, postgres, reachable
from tests.store.made import NOON

SEEDED = "seeded"
_numbers = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server with a store in the database `seeded`."""
    with postgres(reachable(tmp_path_factory.mktemp("store"))) as running:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(URL_VARIABLE, database(running, SEEDED))
            _seed(address(Path()))
        yield running


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with a store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        at = address(tmp_path_factory.mktemp("seeded"))
        _seed(at)
    assert at.file is not None
    return at.file


def database(running: Server, name: str = "", template: str = "template1") -> str:
    """The URL of a new database."""
    name = name or f"store{next(_numbers)}"
    with psycopg.connect(running.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return running.url.rpartition("/")[0] + f"/{name}"


def _seed(at: Address) -> None:
    """Makes a store in which the versions `one` and `two` have been seen."""
    with engine.made(at).writing() as connection:
        for name in ("one", "two"):
            snapshots.keep(connection, f"files of {name}", {"keepwell.yml": f"project: {name}\n"}, NOON)
            versions.see(connection, Seen(name, f"files of {name}", NOON, {"health": f"h{name}"}))


@pytest.fixture(params=["sqlite", "postgresql"])
def at(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Address:
    """Where no store is yet: in a folder of its own, or in a database of its own on the server."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    if request.param == "postgresql":
        monkeypatch.setenv(URL_VARIABLE, database(request.getfixturevalue("server")))
    return address(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in which the versions `one` and `two` have been seen."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    if request.param == "postgresql":
        running: Server = request.getfixturevalue("server")
        monkeypatch.setenv(URL_VARIABLE, database(running, template=SEEDED))
    at = address(tmp_path)
    if at.file is not None:
        at.file.parent.mkdir()
        shutil.copy(request.getfixturevalue("seeded"), at.file)
    found = engine.existing(at)
    assert found is not None
    return found
