"""Messages in the app: for a contact's token alone, and for pages of the origins that are declared."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from playwright.sync_api import sync_playwright

from keepwell import clock
from keepwell.outreach.contact_token import token
from keepwell.outreach.ledger import State
from keepwell.outreach.response import Kind
from keepwell.store import in_app, ledger, responses
from keepwell.store.in_app import Put
from keepwell.store.ledger import Entry
from keepwell.web.public.inbox import VARIABLE
from keepwell.web.server.serving import Serving
from tests.outreach.made import DAY, HOUR
from tests.web.chromium import BACKGROUND_OFF, CHROMIUM, NEEDED
from tests.web.public.conftest import APP, Sends

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret that the firm's server has as well."""
    monkeypatch.setenv(VARIABLE, SECRET)


@pytest.fixture
def puts(firm: Serving, sends: Sends) -> Callable[..., Entry]:
    """Puts a message into a contact's inbox."""

    def put(to: str, title: str = "A guide", until: timedelta | None = None) -> Entry:
        entry = sends(channel="in_app", to=to)
        now = clock.now()
        with firm.store.writing() as connection:
            whom = ledger.recipient_of(connection, entry.number)
            message = Put(
                entry.number,
                whom,
                title,
                "<p>Hello <b>you</b></p>",
                "Hello you",
                now,
                None if until is None else now + until,
            )
            in_app.put(connection, [message])
        return entry

    return put


def _headers(contact: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(SECRET.encode(), contact, clock.now() + HOUR)}"}


def test_a_contact_sees_reads_and_puts_away_their_own_messages(
    client: httpx.Client, firm: Serving, puts: Callable[..., Entry]
) -> None:
    first, second = puts("C1"), puts("C1", "News")
    puts("C2")
    mine, others = _headers("C1"), _headers("C2")
    told = client.get("/m/inbox", headers=mine).json()
    assert (told["unread"], [each["title"] for each in told["messages"]]) == (2, ["News", "A guide"])
    assert told["messages"][1]["html"] == "<p>Hello <b>you</b></p>"
    for _ in range(2):
        assert client.post(f"/m/inbox/{first.number}/read", headers=mine).status_code == 204
    assert client.post(f"/m/inbox/{second.number}/dismiss", headers=others).status_code == 404
    assert client.post(f"/m/inbox/{second.number}/dismiss", headers=mine).status_code == 204
    told = client.get("/m/inbox", headers=mine).json()
    assert (told["unread"], [each["read"] for each in told["messages"]]) == (0, [True])
    with firm.store.reading() as connection:
        came = [[each.kind for each in responses.of(connection, one.number)] for one in (first, second)]
        state = ledger.get(connection, first.number)
    assert came == [[Kind.OPENED], [Kind.DISMISSED]]
    assert state is not None
    assert state.state is State.DELIVERED


def test_what_is_over_is_not_shown(client: httpx.Client, puts: Callable[..., Entry]) -> None:
    puts("C3", until=timedelta(hours=1))
    assert client.get("/m/inbox", headers=_headers("C3")).json()["unread"] == 1
    with clock.pinned(clock.now() + 2 * HOUR):
        assert client.get("/m/inbox", headers=_headers("C3")).json()["messages"] == []


def test_nobody_gets_in_without_a_good_token(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    old = token(SECRET.encode(), "C1", clock.now() - DAY)
    for headers in ({}, {"Authorization": "Bearer nothing"}, {"Authorization": f"Bearer {old}"}):
        assert client.get("/m/inbox", headers=headers).status_code == 401
        assert client.post("/m/inbox/1/read", headers=headers).status_code == 401
    monkeypatch.setenv(VARIABLE, "short")
    assert client.get("/m/inbox", headers=_headers("C1")).status_code == 400


def test_only_pages_of_declared_origins_are_let_in(client: httpx.Client) -> None:
    mine = _headers("C9")
    asked = client.options("/m/inbox", headers={"Origin": APP, "Access-Control-Request-Method": "GET"})
    assert asked.headers["access-control-allow-origin"] == APP
    assert asked.headers["access-control-allow-headers"] == "Authorization"
    assert "access-control-allow-credentials" not in asked.headers
    assert (
        client.get("/m/inbox", headers=mine | {"Origin": APP}).headers["access-control-allow-origin"] == APP
    )
    for origin in ("https://evil.example", "null", f"{APP}0"):
        answer = client.get("/m/inbox", headers=mine | {"Origin": origin})
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


PAGE = """<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>
<script src="{server}/m/keepwell-inbox.js"></script>
<keepwell-inbox token="{token}"></keepwell-inbox></html>"""


@contextmanager
def shop(text: str) -> Iterator[None]:
    """The firm's own server, with one page."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", int(APP.rpartition(":")[2])), Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@NEEDED
def test_the_script_shows_messages_on_a_page_of_the_firm(
    client: httpx.Client, firm: Serving, puts: Callable[..., Entry]
) -> None:
    entry = puts("C4", "Hello")
    hostile = puts("C4", "<script>document.title = 'taken'</script>")
    server = str(client.base_url).rstrip("/")
    page_text = PAGE.format(server=server, token=token(SECRET.encode(), "C4", clock.now() + HOUR))
    with shop(page_text), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=BACKGROUND_OFF)
        page = chromium.new_page(viewport={"width": 390, "height": 800})
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{APP}/shop")
        button = page.get_by_role("button", name="Messages")
        page.get_by_text("2", exact=True).wait_for()
        button.press("Enter")
        assert button.get_attribute("aria-expanded") == "true"
        assert page.frame_locator("iframe").first.get_by_text("Hello you").inner_text() == "Hello you"
        page.get_by_role("button", name="Dismiss: Hello").click()
        page.get_by_role("heading", name="Hello").wait_for(state="detached")
        page.keyboard.press("Escape")
        assert button.get_attribute("aria-expanded") == "false"
        assert (page.title(), said) == ("Shop", [])
        chromium.close()
    with firm.store.reading() as connection:
        assert {each.kind for each in responses.of(connection, entry.number)} == {Kind.OPENED, Kind.DISMISSED}
        assert {each.kind for each in responses.of(connection, hostile.number)} == {Kind.OPENED}
