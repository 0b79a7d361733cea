"""Work that is begun over the API and on the page Data, and is done by a process of its own."""

from collections.abc import Callable

import httpx
import pytest

from tests.web.api.waiting import eventually


@pytest.fixture
def ada(asked_by: Callable[[str], httpx.Client]) -> httpx.Client:
    return asked_by("ada")


def test_work_is_begun_followed_and_shown(ada: httpx.Client) -> None:
    begun = ada.post("/api/works", json={"work": "score"})
    assert begun.status_code == 202, begun.text
    assert (begun.json()["state"], begun.json()["asked_by"]) == ("running", "ada@firm.example")
    place = begun.headers["location"]
    again = ada.post("/api/works", json={"work": "score"})
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "a run that scores every account is under way",
    )
    eventually(lambda: ada.get(place).json()["state"] != "running")
    ended = ada.get(place).json()
    assert (ended["state"], ended["error"], ended["log"]) == ("done", "", "")
    assert sum(ended["outcome"]["health"]["bands"].values()) == 3
    assert ada.get("/api/works").json()[0]["number"] == ended["number"]
    page = ada.get("/data/works").text
    assert "ada@firm.example" in page
    assert 'hx-trigger="every 2s"' not in page


def test_what_nobody_knows_is_refused(ada: httpx.Client) -> None:
    answer = ada.post("/api/works", json={"work": "dance"})
    assert answer.status_code == 422
    assert ada.get("/api/works/999999").status_code == 404


def test_only_those_who_may_begin_work(ana: httpx.Client) -> None:
    assert ana.post("/api/works", json={"work": "load"}).status_code == 403
    assert ana.post("/data/works", data={"work": "load"}).status_code == 403
