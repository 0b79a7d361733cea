"""No other site changes anything: forms carry a token that only our own pages know, and browsers say where they come from."""

from collections.abc import Callable

import httpx
import pytest

from keepwell.people import Role
from keepwell.store import audit
from keepwell.web.server.serving import Serving
from tests.web.entered import Browser, key, program, user

Opens = Callable[..., Browser]

PROFILE = {"name": "Kim", "zone": "UTC", "locale": "en"}


def _answer(kim: Browser, fields: dict[str, str], **headers: str) -> int:
    return kim.client.post("/profile", data=PROFILE | fields, headers=headers).status_code


def test_a_form_without_its_token_changes_nothing(browser: Opens, email: str) -> None:
    kim = browser()
    kim.sign_in(email)
    kim.look("/profile")
    assert _answer(kim, {}) == 403
    assert _answer(kim, {"csrf": "guessed"}) == 403
    assert _answer(kim, {"csrf": kim.token}) == 303
    assert _answer(kim, {}, **{"X-CSRF-Token": kim.token}) == 303


def test_a_token_is_of_its_own_session_alone(browser: Opens, email: str) -> None:
    kim, eve = browser(), browser()
    kim.look("/sign-in")
    before = kim.token
    for each in (kim, eve):
        each.sign_in(email)
        each.look("/profile")
    assert _answer(kim, {"csrf": eve.token}) == 403
    assert _answer(kim, {"csrf": before}) == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_what_another_site_sends_changes_nothing(
    browser: Opens, email: str, headers: dict[str, str], status: int
) -> None:
    kim = browser()
    kim.sign_in(email)
    kim.look("/profile")
    assert _answer(kim, {"csrf": kim.token}, **headers) == status


def test_our_own_origin_is_taken(browser: Opens, email: str, url: str) -> None:
    kim = browser()
    kim.sign_in(email)
    kim.look("/profile")
    assert _answer(kim, {"csrf": kim.token}, Origin=url) == 303


def test_nobody_is_signed_in_by_another_site(browser: Opens, email: str) -> None:
    kim = browser()
    answer = kim.client.post("/sign-in", data={"email": email, "password": "tuesday-otter-lamp"})
    assert answer.status_code == 403
    assert "keepwell" not in kim.client.cookies


def test_a_session_needs_the_token_for_the_api_too_and_a_key_needs_none(
    browser: Opens, stands_on: Serving, url: str
) -> None:
    ada = user(stands_on.store, "ada.meant@firm.example", Role.ADMIN, password="tuesday-otter-lamp")
    kim = browser()
    kim.sign_in(ada.email)
    kim.look("/profile")
    asked = {"name": "West"}
    assert kim.client.post("/api/teams", json=asked).status_code == 403
    assert kim.client.post("/api/teams", json=asked, headers={"X-CSRF-Token": kim.token}).status_code == 201
    with program(url, key(stands_on.store, ada)) as client:
        assert client.post("/api/teams", json={"name": "East"}).status_code == 201
    with stands_on.store.reading() as connection:
        origins = [each.detail for each in audit.entries(connection, 3)]
    assert ['"from": "127.0.0.1"' in origins[0], '"from": "127.0.0.1, key ' in origins[2]] == [True, True]


def test_a_key_that_does_not_work_is_told_even_beside_a_session(browser: Opens, email: str) -> None:
    kim = browser()
    kim.sign_in(email)
    assert kim.client.get("/api/me").status_code == 200
    answer: httpx.Response = kim.client.get("/api/me", headers={"Authorization": "Bearer kw_nothing"})
    assert (answer.status_code, answer.json()["detail"]) == (401, "this key does not work, or not any more")


def test_a_page_is_read_from_any_method_but_changed_by_none_that_should_not(
    browser: Opens, email: str
) -> None:
    kim = browser()
    kim.sign_in(email)
    assert kim.client.get("/sign-out").status_code == 405
    assert kim.client.get("/profile").status_code == 200
    assert kim.client.head("/profile/sessions/end-others").status_code == 405


def test_a_form_that_never_ends_is_refused(browser: Opens) -> None:
    kim = browser()
    kim.look("/sign-in")
    answer = kim.client.post("/sign-in", data={"email": "x" * 1_100_000, "csrf": kim.token})
    assert answer.status_code == 413
