"""A firm on a real server, and the people who ask it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from keepwell.people import EVERYTHING, Person, Reach, Role
from keepwell.people import Scope as Far
from keepwell.project import load
from keepwell.runs.score import score
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.web.app import app
from keepwell.web.server.serving import Serving
from tests.runs.acme import loaded
from tests.web.served import running, serving

PEOPLE = {
    name: Person(number, f"{name}@firm.example", name.capitalize(), role, reach, owner=name)
    for number, (name, role, reach) in enumerate(
        [
            ("ada", Role.ADMIN, EVERYTHING),
            ("ana", Role.CSM, EVERYTHING),
            ("vi", Role.VIEWER, EVERYTHING),
            ("bo", Role.CSM, Reach(Far.OWN, owners=frozenset({"nobody"}))),
        ],
        1,
    )
}


class As:
    """Takes whoever a request says that it is from at their word."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = dict(scope.get("headers", [])).get(b"x-as", b"").decode()
        if said in PEOPLE:
            scope.setdefault("state", {})["person"] = PEOPLE[said]
        await self._app(scope, receive, send)


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
def url(stands_on: Serving) -> Iterator[str]:
    """The address of the server."""
    application = app(stands_on)
    application.add_middleware(As)
    with running(application) as at:
        yield at


@pytest.fixture
def asked_by(url: str) -> Iterator[Callable[[str], httpx.Client]]:
    """Gives clients of people by their names."""
    clients: list[httpx.Client] = []

    def client(name: str) -> httpx.Client:
        clients.append(httpx.Client(base_url=url, headers={"X-As": name}))
        return clients[-1]

    yield client
    for each in clients:
        each.close()


@pytest.fixture
def ana(asked_by: Callable[[str], httpx.Client]) -> httpx.Client:
    """A customer success manager who sees all accounts."""
    return asked_by("ana")
