"""A firm with two accounts, its store, and the people who look after them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from keepwell.people import EVERYTHING, Person, Reach, Role, Scope
from keepwell.runs.reaching import Reached, reached
from keepwell.runs.score import score
from keepwell.store import engine
from keepwell.store.address import URL_VARIABLE, address
from keepwell.store.engine import Store
from tests.runs.firm import Firm, ago, every_day, project


def person(name: str, role: Role = Role.CSM, reach: Reach = EVERYTHING) -> Person:
    """Somebody of the firm."""
    return Person(1, f"{name}@firm.example", name.capitalize(), role, reach, owner=name)


KIM = person("kim", reach=Reach(Scope.OWN, owners=frozenset({"kim"})))
ANA = person("ana")
ADMIN = person("ada", Role.ADMIN)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty store and a scored warehouse: A1 is Kim's, with all marks; A2 is big and Ravi's, and nobody logs in there."""
    folder = tmp_path_factory.mktemp("records")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        engine.made(address(folder))
    with Firm(folder) as firm:
        firm.account(1, ago(400), seats=10, owner="Kim")
        firm.logins(1, *every_day(2, 30, 0))
        firm.survey(1, ago(20), 10)
        firm.account(2, ago(400), seats=70, owner="Ravi")
        score(project(), firm.warehouse)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    return shutil.copytree(made, tmp_path / "records")


@pytest.fixture
def store(folder: Path) -> Store:
    """The store in it."""
    found = engine.existing(address(folder))
    assert found is not None
    return found


@pytest.fixture
def firm(folder: Path) -> Iterator[Firm]:
    """The firm in it."""
    with Firm(folder) as opened:
        yield opened


@pytest.fixture
def acme(firm: Firm, store: Store) -> Reached:
    """The account A1."""
    return reached(firm.warehouse, store, ANA, "A1")
