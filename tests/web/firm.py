"""The small firm, loaded and scored, as a server's ground; and passwords that cost little."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from keepwell.project import load
from keepwell.runs.people import passwords
from keepwell.runs.score import score
from keepwell.store.address import URL_VARIABLE
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.web.server.serving import Serving
from tests.runs.acme import loaded
from tests.web.served import serving


@pytest.fixture(scope="session")
def quick() -> Iterator[None]:
    """Argon2 at its least cost, for tests that make many passwords."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def stands_on(tmp_path_factory: pytest.TempPathFactory, quick: None) -> Iterator[Serving]:
    """What the server stands on: a firm that is loaded and scored, with a store of its own."""
    folder = loaded(tmp_path_factory.mktemp("firm") / "acme")
    project = load(folder)
    with open_warehouse(project.warehouse) as warehouse:
        score(project, warehouse)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        with serving(folder) as made:
            yield made
