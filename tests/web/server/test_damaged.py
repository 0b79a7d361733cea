"""Files that are damaged: whoever starts the server is told which one and what to do, and a request gets no bug for an answer."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from keepwell.errors import StoreError, UserError, WarehouseError
from keepwell.people import Role
from keepwell.web.app import app
from keepwell.web.running import Started, run
from tests.runs.acme import copied
from tests.web.entered import key, program, user
from tests.web.served import running, serving

WAREHOUSE, STORE = ".keepwell/warehouse.duckdb", ".keepwell/store.sqlite"


def _overwritten(path: Path) -> None:
    path.write_bytes(b"\xa5" * 8192 + path.read_bytes()[8192:] if path.exists() else b"\xa5" * 50_000)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100_000])


@pytest.mark.parametrize(
    "case",
    [
        (WAREHOUSE, _overwritten, WarehouseError, "is no warehouse: it is not a DuckDB file"),
        (WAREHOUSE, _cut, WarehouseError, "warehouse.duckdb cannot be opened"),
        (STORE, _overwritten, StoreError, "is no store, or a damaged one"),
    ],
)
def test_a_damaged_file_is_told_at_the_start(
    acme_loaded: Path, tmp_path: Path, case: tuple[str, Callable[[Path], None], type[UserError], str]
) -> None:
    name, damage, kind, said = case
    folder = copied(acme_loaded, tmp_path / "acme")
    damage(folder / name)
    before = (folder / name).read_bytes()
    with pytest.raises(kind, match=said) as caught:
        run(folder, host="127.0.0.1", port=0, tell=_unheard)
    assert caught.value.do
    assert (folder / name).read_bytes() == before, "what is there is left for whoever mends it"


def test_a_store_that_is_damaged_meanwhile_is_told(acme_loaded: Path, tmp_path: Path) -> None:
    folder = copied(acme_loaded, tmp_path / "acme")
    with serving(folder) as stands_on:
        secret = key(stands_on.store, user(stands_on.store, "ada@firm.example", Role.ADMIN))
        with running(app(stands_on)) as url, program(url, secret) as client:
            assert client.get("/api/me").status_code == 200
            stands_on.store.engine.dispose()
            for path in folder.glob(f"{STORE}*"):
                path.write_bytes(b"\xa5" * 100_000)
            answer = client.get("/api/me")
            assert answer.status_code == 503, answer.text
            assert "store" in answer.json()["detail"]
            assert httpx.get(f"{url}/healthz").status_code == 200
            assert httpx.get(f"{url}/readyz").status_code == 503


def _unheard(started: Started) -> None:
    raise AssertionError(f"it answers at {started.url}")
