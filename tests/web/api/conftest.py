"""A firm on a real server, and the people who ask it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from keepwell.people import Role
from keepwell.project import load
from keepwell.runs.score import score
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.web.app import app
from keepwell.web.server.serving import Serving
from tests.runs.acme import loaded
from tests.web.entered import REACHES, key, program, user
from tests.web.served import running, serving

PEOPLE = {"ada": Role.ADMIN, "ana": Role.CSM, "vi": Role.VIEWER, "bo": Role.CSM}
"""Who asks, each with a key; bo sees the accounts of nobody."""


@pytest.fixture(scope="session")
def stands_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """What the server stands on: a firm that is loaded and scored."""
    folder: Path = loaded(tmp_path_factory.mktemp("api") / "acme")
    project = load(folder)
    with open_warehouse(project.warehouse) as warehouse:
        score(project, warehouse)
    with serving(folder) as made:
        yield made


@pytest.fixture(scope="session")
def secrets(stands_on: Serving) -> dict[str, str]:
    """The keys of people by their names."""
    far = {"bo": REACHES["own"]}
    made = {
        name: user(stands_on.store, f"{name}@firm.example", role, **far.get(name, {}))
        for name, role in PEOPLE.items()
    }
    return {name: key(stands_on.store, who) for name, who in made.items()}


@pytest.fixture(scope="session")
def url(stands_on: Serving) -> Iterator[str]:
    """The address of the server."""
    with running(app(stands_on)) as at:
        yield at


@pytest.fixture
def asked_by(url: str, secrets: dict[str, str]) -> Iterator[Callable[[str], httpx.Client]]:
    """Gives clients of people by their names; whoever is none of them shows no key."""
    clients: list[httpx.Client] = []

    def client(name: str) -> httpx.Client:
        made = program(url, secrets[name]) if name in secrets else httpx.Client(base_url=url)
        clients.append(made)
        return made

    yield client
    for each in clients:
        each.close()


@pytest.fixture
def ana(asked_by: Callable[[str], httpx.Client]) -> httpx.Client:
    """A customer success manager who sees all accounts."""
    return asked_by("ana")
