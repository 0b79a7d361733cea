"""Accounts whose ids hold whatever ids can hold: each has its addresses, over the API, the client and the pages."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from keepwell.client import Keepwell
from keepwell.client.address import account_id, segment
from keepwell.people import Role
from keepwell.project import load
from keepwell.runs.ingest import load as ingest
from keepwell.runs.score import score
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.web.app import app
from keepwell.web.server.segments import segmented
from tests.cli.test_commands import make
from tests.runs.acme import NOW
from tests.web.entered import key, program, user
from tests.web.served import running, serving

IDS = (
    "a/b",
    "a/b/moved",
    "/",
    "a//b",
    ".",
    "..",
    "~..",
    "../admin",
    "50%25",
    "%2e%2e",
    "x?y=1#z",
    "a\\b",
    "ü ñ 客",
    "<script>alert(1)</script>",
    "=cmd()",
    "\N{RIGHT-TO-LEFT OVERRIDE}cba",
    "x" * 300,
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a server whose accounts are called so, and a key to all of it."""
    rows, events = io.StringIO(), io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(("id", "began", "name", "owner", "seats"))
    writer.writerows((each, "2024-01-01", f"No {place}", "kim", "5") for place, each in enumerate(IDS))
    writer = csv.writer(events)
    writer.writerow(("account", "at", "what"))
    writer.writerows((each, "2025-06-27T12:00:00", "login") for each in IDS)
    folder = make(
        tmp_path_factory.mktemp("hostile") / "acme",
        **{"data/accounts.csv": rows.getvalue(), "data/events.csv": events.getvalue()},
    )
    project = load(folder)
    with open_warehouse(project.warehouse) as warehouse:
        ingest(project, warehouse, now=NOW)
        score(project, warehouse)
    with serving(folder) as stands_on, running(app(stands_on)) as at:
        yield at, key(stands_on.store, user(stands_on.store, "ada@firm.example", Role.ADMIN))


@pytest.fixture(scope="module")
def client(url: tuple[str, str]) -> Iterator[httpx.Client]:
    """A program that may do everything."""
    with program(*url) as made:
        yield made


@pytest.mark.parametrize("said", IDS)
def test_every_route_of_an_account_takes_its_id(client: httpx.Client, said: str) -> None:
    path = f"/api/accounts/{segment(said)}"
    assert client.get(path).json()["account_id"] == said
    for more in ("/score", "/history", "/notes", "/signals"):
        assert client.get(path + more).status_code == 200, more
    noted = client.post(f"{path}/notes", json={"words": f"of {said}"})
    assert noted.status_code == 201
    assert [each["words"] for each in client.get(f"{path}/notes").json()] == [f"of {said}"]


def test_the_client_finds_them(url: tuple[str, str]) -> None:
    with Keepwell(*url) as keepwell:
        listed = list(keepwell.accounts())
        assert {each.account_id for each in listed} == set(IDS)
        for each in listed:
            assert keepwell.account(each.account_id) == each


def test_links_of_pages_lead_to_them(client: httpx.Client) -> None:
    page = client.get("/portfolio/accounts").text
    links = {unescape(each) for each in re.findall(r'data-row href="([^"]+)"', page)}
    assert len(links) == len(IDS)
    names = set()
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, link
        names |= set(re.findall(r"<h1[^>]*>\s*(No \d+)", answer.text))
        assert "<script>alert" not in answer.text
        assert client.get(f"{link}/timeline").status_code == 200
    assert len(names) == len(IDS)


def test_nobody_is_led_to_another_account_or_page(client: httpx.Client) -> None:
    for path in ("/api/accounts/a%2Fb%2Fnotes", "/api/accounts/%00", "/api/accounts/%FF", "/accounts/a"):
        assert client.get(path).status_code == 404, path
    assert client.get("/api/accounts/a/b").status_code == 404, "a slash that is none of the id's"
    assert client.get("/api/accounts/" + "y" * 501).status_code == 422


@pytest.mark.parametrize("said", IDS)
def test_a_segment_stands_for_one_id(said: str) -> None:
    assert account_id(segment(said)) == said
    assert re.fullmatch(r"(?!\.\.?$)[^/?#]+", segment(said))


def test_other_addresses_stay_as_they_are() -> None:
    assert segmented("/admin/people%2F1", "/admin/people/1") == "/admin/people/1"
    assert segmented("/%61ccounts/a%2Fb/notes", "/accounts/a/b/notes") == "/accounts/a%2Fb/notes"
    assert segmented("", "/accounts/a") == "/accounts/a", "whoever calls the application without a raw path"


def test_an_export_runs_nothing(client: httpx.Client) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/api/export").text)))
    cells = {row["account_id"] for row in rows}
    assert "'=cmd()" in cells
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        for row in rows
        for cell in row.values()
        if not _number(cell)
    )


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
