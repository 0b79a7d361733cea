"""The small firm, loaded and scored, as a server's ground; and passwords that cost little."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    with small_firm(tmp_path_factory.mktemp("firm")) as made:
        yield made


@contextmanager
def small_firm(folder: Path) -> Iterator[Serving]:
    """The firm in a folder, for tests after which its scores are others."""
    project = load(loaded(folder / "acme"))
    with open_warehouse(project.warehouse) as warehouse:
        score(project, warehouse)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        with serving(project.folder) as made:
            yield made
