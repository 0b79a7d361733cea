"""Cells, notes and requests of many megabytes: refused in words or shown cut off, and nothing else is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from keepwell.people import Role
from keepwell.project import load
from keepwell.runs.ingest import load as ingest
from keepwell.runs.score import score
from keepwell.web.app import app
from tests.cli.test_commands import make
from tests.runs.acme import NOW, copied, edit, standing
from tests.web.entered import PASSWORD, Browser, key, program, user
from tests.web.served import running, serving

TEN, ONE = 10_000_000, 1_000_000
SMALL = 200_000
"""More bytes than a page of the small firm has."""


def _stuffed(folder: Path, size: int) -> None:
    """A firm in which an account's name, an event's and a ticket's subject have so many characters, each with a line of its own."""
    make(folder)
    edit(folder, "sources.yml", "opened_at: opened}", "opened_at: opened}\n    attributes: {subject: text}")
    for name, line in (
        ("accounts", f"A9,2024-01-01,{'N' * size},kim,10\n"),
        ("events", f"A1,2025-06-28T13:00:00,{'E' * size}\n"),
    ):
        with (folder / "data" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(line)
    subject = f"id,account,opened,subject\nT1,A1,2025-06-05,{'S' * size}\nT2,A1,2025-06-06,short\n"
    (folder / "data" / "tickets.csv").write_text(subject, encoding="utf-8")


def test_a_cell_of_10_mb_is_rejected_with_its_row_and_all_others_are_kept(tmp_path: Path) -> None:
    _stuffed(tmp_path, TEN)
    project = load(tmp_path)
    with standing(project) as warehouse:
        ingest(project, warehouse, now=NOW)
        found = warehouse.query(
            "SELECT * FROM ingest.rejects WHERE rule = 'malformed' ORDER BY source"
        ).to_pylist()
        kept = {
            table: warehouse.query(f"SELECT count(*) AS n FROM facts.{table}")["n"][0].as_py()
            for table in ("events", "tickets")
        }
    said = [(each["source"], each["row"], each["reason"]) for each in found]
    assert said == [
        ("accounts", 6, "the row is longer than 4 MB"),
        ("events", 20, "the row is longer than 4 MB"),
        ("tickets", 2, "the row is longer than 4 MB"),
    ]
    assert kept == {"events": 17, "tickets": 1}
    assert max(len(each["record"]) for each in found) == 10_000, "of such a row its beginning is kept"


@contextmanager
def _served(folder: Path) -> Iterator[tuple[Browser, httpx.Client]]:
    """Somebody who may do everything, in a browser and by a program."""
    with serving(folder) as stands_on:
        ada = user(stands_on.store, "ada@firm.example", Role.ADMIN, password=PASSWORD)
        secret = key(stands_on.store, ada)
        with running(app(stands_on)) as url, Browser(url) as browser, program(url, secret) as client:
            browser.sign_in("ada@firm.example")
            yield browser, client


def test_cells_of_1_mb_are_loaded_and_shown_cut_off(tmp_path: Path) -> None:
    _stuffed(tmp_path, ONE)
    project = load(tmp_path)
    with standing(project) as warehouse:
        ingest(project, warehouse, now=NOW)
        score(project, warehouse)
    with _served(tmp_path) as (browser, client):
        for path in (
            "/",
            "/portfolio",
            "/portfolio/accounts",
            "/accounts/A9",
            "/accounts/A1",
            "/accounts/A1/timeline",
            "/data",
        ):
            answer = browser.look(path)
            assert (answer.status_code, answer.url.path) == (200, path)
            assert len(answer.content) < SMALL, path
        assert "N" * 200 + "…" in browser.look("/accounts/A9").text
        assert client.get("/api/accounts/A9").json()["name"] == "N" * ONE, "a program gets what the firm has"
        names = {each["name"] for each in client.get("/api/accounts").json()["accounts"]}
    assert {"Northwind", "Cobalt"} < names


@pytest.fixture(scope="module")
def firm(
    acme_loaded: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Browser, httpx.Client]]:
    folder = copied(acme_loaded, tmp_path_factory.mktemp("huge") / "acme")
    project = load(folder)
    with standing(project) as warehouse:
        score(project, warehouse)
    with _served(folder) as found:
        yield found


SAID: dict[str, tuple[str, dict[str, object]]] = {
    "/accounts/A1/notes": ("words", {"kind": "note"}),
    "/accounts/A1/overrides": ("reason", {"target": "score", "value": 50}),
    "/accounts/A1/pulses": ("reason", {"score": 50}),
    "/accounts/A1/tasks": ("title", {}),
}


@pytest.mark.parametrize("path", SAID)
def test_what_somebody_says_at_too_great_length_is_refused_in_words(
    firm: tuple[Browser, httpx.Client], path: str
) -> None:
    browser, client = firm
    name, rest = SAID[path]
    browser.look("/accounts/A1")
    token = browser.token
    assert token
    whole = browser.client.post(path, data={"csrf": token, **rest, name: "x" * TEN})
    assert whole.status_code == 413
    assert "the request is larger than 1 MiB" in whole.text
    part = browser.client.post(path, data={"csrf": token, **rest, name: "x" * 500_000})
    assert part.status_code in (400, 422), part.text[:500]
    assert len(part.content) < SMALL
    asked = client.post(f"/api{path}", json={**rest, name: "x" * TEN})
    assert (asked.status_code, asked.json()["detail"]) == (413, "the request is larger than 1 MiB")
    asked = client.post(f"/api{path}", json={**rest, name: "x" * 500_000})
    assert asked.status_code in (400, 422)
    assert len(asked.content) < 10_000, "it does not say it all again"
    assert _texts(client, path, name) == []
    short = browser.client.post(path, data={"csrf": token, **rest, name: "in a few words"})
    assert short.status_code == 303, "it was the length alone that was refused"
    assert client.post(f"/api{path}", json={**rest, name: "in a few words"}).is_success
    assert set(_texts(client, path, name)) == {"in a few words"}


def _texts(client: httpx.Client, path: str, name: str) -> list[str]:
    """What has been said of the account in this way."""
    said = client.get(f"/api{path}").json()
    return [each[name] for each in said]
