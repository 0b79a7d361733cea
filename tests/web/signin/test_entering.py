"""Signing in and out on a real server: what is asked, where it leads, and what the browser keeps."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pyotp
import pytest

from keepwell import clock
from keepwell.runs.people import sessions
from keepwell.store.engine import Store
from tests.web.entered import PASSWORD, Browser

Opens = Callable[..., Browser]


def test_a_page_leads_to_the_sign_in_and_from_there_back(browser: Opens, email: str) -> None:
    kim = browser()
    first = kim.client.get("/profile?saved=profile")
    assert (first.status_code, first.headers["location"]) == (
        303,
        "/sign-in?next=%2Fprofile%3Fsaved%3Dprofile",
    )
    kim.look(first.headers["location"])
    found = kim.send("/sign-in", email=email, password=PASSWORD, next="/profile?saved=profile")
    assert (found.status_code, found.url.path, found.url.query) == (200, "/profile", b"saved=profile")
    assert email in found.text


def test_the_cookie_is_for_the_server_alone(browser: Opens, email: str) -> None:
    kim = browser()
    kim.look("/sign-in")
    fields = {"csrf": kim.token, "email": email, "password": PASSWORD}
    answer = kim.client.post("/sign-in", data=fields)
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("keepwell=")]
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {
        "httponly",
        "path=/",
        "samesite=lax",
        "max-age=604800",
    }
    assert kim.client.get("/profile").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
        "evil",
    ],
)
def test_nobody_is_led_elsewhere(browser: Opens, email: str, wanted: str) -> None:
    kim = browser()
    kim.look("/sign-in")
    fields = {"csrf": kim.token, "email": email, "password": PASSWORD, "next": wanted}
    assert kim.client.post("/sign-in", data=fields).headers["location"] == "/"


def test_what_is_wrong_is_told_without_telling_what(browser: Opens, email: str) -> None:
    pages = []
    for who, password in [(email, "not the password"), ("nobody@firm.example", PASSWORD)]:
        kim = browser()
        answer = kim.sign_in(who, password)
        assert answer.status_code == 401
        pages.append(answer.text.replace(who, "").replace(kim.token, ""))
        assert password not in answer.text
    assert "The e-mail address or the password is wrong." in pages[0]
    assert pages[0] == pages[1]


def test_who_guesses_has_to_wait(browser: Opens, email: str) -> None:
    kim = browser()
    with clock.pinned(clock.now()):
        assert [kim.sign_in(email, "not the password").status_code for _ in range(6)] == [401] * 5 + [429]
        assert kim.sign_in(email).headers["retry-after"] == "30"


def test_signing_out_ends_it_on_the_server_too(browser: Opens, email: str) -> None:
    kim = browser()
    kim.sign_in(email)
    kim.look("/profile")
    kept = kim.client.cookies["keepwell"]
    kim.send("/sign-out")
    assert "keepwell" not in kim.client.cookies
    thief = browser(cookie=f"keepwell={kept}")
    assert thief.client.get("/profile").status_code == 303


def test_signing_in_again_ends_the_session_before(browser: Opens, email: str, store: Store) -> None:
    kim = browser()
    kim.sign_in(email)
    first = kim.client.cookies["keepwell"]
    with clock.pinned(clock.now() + timedelta(hours=2)):
        kim.look("/sign-in")
        kim.send("/sign-in", email=email, password=PASSWORD)
        second = kim.client.cookies["keepwell"]
        assert second != first
        assert sessions.recognise(store, first) is None
        assert sessions.recognise(store, second) is not None


def test_a_second_factor_is_set_up_asked_for_and_stands_in_for(browser: Opens, email: str) -> None:
    kim = browser()
    kim.sign_in(email)
    kim.look("/profile")
    page = kim.send("/profile/second-factor").text
    assert "data:image/svg+xml" in page
    secret = page.split("<code>")[1].split("</code>")[0]
    wrong = kim.send("/profile/second-factor/confirm", code="no code")
    assert wrong.status_code == 400
    assert secret in wrong.text
    codes = kim.send("/profile/second-factor/confirm", code=pyotp.TOTP(secret).now())
    recovery = codes.text.split("<li><code>")[1].split("</code>")[0]
    with browser() as other:
        asked = other.sign_in(email)
        assert asked.url.path == "/sign-in/code"
        assert other.client.get("/profile").status_code == 303
        assert other.send("/sign-in/code", code="123456").status_code == 401
        assert other.send("/sign-in/code", code=recovery, next="/profile").url.path == "/profile"


def test_a_session_that_is_over_asks_again(browser: Opens, email: str) -> None:
    kim = browser()
    kim.sign_in(email)
    with clock.pinned(clock.now() + timedelta(hours=9)):
        answer = kim.client.get("/profile")
    assert answer.headers["location"] == "/sign-in?next=%2Fprofile"
    assert "keepwell=" in answer.headers["set-cookie"]


def test_a_token_is_exchanged_in_the_browser_and_forms_that_are_open_stay_good(
    browser: Opens, email: str
) -> None:
    kim = browser()
    kim.sign_in(email)
    kim.look("/profile")
    token, cookie = kim.token, kim.client.cookies["keepwell"]
    with clock.pinned(clock.now() + timedelta(hours=1, minutes=1)):
        kim.client.get("/profile")
        assert kim.client.cookies["keepwell"] != cookie
        fields = {"csrf": token, "name": "Kim", "zone": "UTC", "locale": "en"}
        assert kim.client.post("/profile", data=fields).headers["location"] == "/profile?saved=profile"


def test_where_much_depends_on_it_people_show_once_more_who_they_are(browser: Opens, email: str) -> None:
    kim = browser()
    kim.sign_in(email)
    assert kim.client.get("/profile/keys").status_code == 200
    with clock.pinned(clock.now() + timedelta(hours=2)):
        answer = kim.client.get("/profile/keys")
        assert answer.headers["location"] == "/sign-in?next=%2Fprofile%2Fkeys"
        page = kim.look(answer.headers["location"])
        assert "Sign in once more" in page.text
        assert (
            kim.send("/sign-in", email=email, password=PASSWORD, next="/profile/keys").url.path
            == "/profile/keys"
        )


def test_the_server_takes_no_longer_field_than_it_needs(browser: Opens) -> None:
    kim = browser()
    kim.look("/sign-in")
    answer: httpx.Response = kim.send("/sign-in", email="x" * 1001, password="y")
    assert answer.status_code == 422
