from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Body, Depends

from keepwell.errors import ConflictError
from keepwell.people import Permission
from keepwell.web.server.asking import needs, public
from tests.runs.acme import copied
from tests.web.served import served

router = APIRouter(dependencies=[Depends(public())])


@router.get("/api/conflict")
def conflict() -> None:
    raise ConflictError("it is done already", where="plan 3", do="look at it")


@router.get("/page/conflict")
def conflict_page() -> None:
    raise ConflictError("<script>it</script> is done already")


@router.get("/api/bug")
def bug() -> None:
    raise RuntimeError("the inside of things")


@router.get("/api/number")
def number(n: Annotated[int, "a number"]) -> int:
    return n


@router.post("/api/body")
def body(said: Annotated[bytes, Body(media_type="application/octet-stream")]) -> int:
    return len(said)


closed = APIRouter()


@closed.get("/api/closed", dependencies=[Depends(needs(Permission.SCORES_READ))])
@closed.get("/closed", dependencies=[Depends(needs(Permission.SCORES_READ))])
def nothing() -> None:
    return None


@pytest.fixture(scope="module")
def client(acme_loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = copied(acme_loaded, tmp_path_factory.mktemp("served") / "acme")
    with served(folder, router, closed) as url, httpx.Client(base_url=url) as made:
        yield made


def test_it_lives_and_is_ready(client: httpx.Client) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"


def test_an_error_of_the_api_is_a_problem_in_the_same_words(client: httpx.Client) -> None:
    answer = client.get("/api/conflict")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "it is done already",
        "where": "plan 3",
        "do": "look at it",
        "request": answer.headers["x-request-id"],
    }


def test_an_error_of_a_page_is_a_page_in_which_nothing_is_executed(client: httpx.Client) -> None:
    answer = client.get("/page/conflict")
    assert answer.status_code == 409
    assert "&lt;script&gt;it&lt;/script&gt; is done already" in answer.text


def test_a_bug_tells_nothing_of_the_inside(client: httpx.Client) -> None:
    answer = client.get("/api/bug")
    assert answer.status_code == 500
    assert "inside" not in answer.text
    assert answer.json()["request"] == answer.headers["x-request-id"]


def test_what_cannot_be_understood_is_told_by_its_place(client: httpx.Client) -> None:
    answer = client.get("/api/number", params={"n": "many"})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"] == "query.n"


@pytest.mark.parametrize("address", ["/api/nowhere", "/nowhere"])
def test_nothing_is_at_an_unknown_address(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "there is nothing at this address" in answer.text


def test_who_is_not_known_is_refused_by_the_api_and_led_to_sign_in_by_a_page(client: httpx.Client) -> None:
    assert client.get("/api/closed").status_code == 401
    answer = client.get("/closed?a=b")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fclosed%3Fa%3Db")
    part = client.get("/closed", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize("address", ["/healthz", "/api/bug", "/nowhere"])
def test_every_answer_tells_the_browser_what_it_must_not_do(client: httpx.Client, address: str) -> None:
    policy = client.get(address).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_metrics_count_requests_by_pattern_for_programs_on_this_machine(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        client.get("/api/number", params={"n": 1})
    text = client.get("/metrics").text
    line = 'keepwell_requests_total{method="GET",route="/api/number",status="200"} '
    assert float(next(each for each in text.splitlines() if each.startswith(line))[len(line) :]) >= 3
    assert "keepwell_writing 0.0" in text
    monkeypatch.setenv("KEEPWELL_METRICS_TOKEN", "secret")
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer secret"}).status_code == 200


def test_a_body_is_refused_where_it_goes_on_for_too_long(client: httpx.Client) -> None:
    much = b"x" * (2**20 + 1)
    assert client.post("/api/body", content=much[1:]).json() == 2**20
    for content in (much, iter([much[:9], much])):
        answer = client.post("/api/body", content=content)
        assert (answer.status_code, answer.json()["detail"]) == (413, "the request is larger than 1 MiB")
