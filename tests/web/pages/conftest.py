"""A firm on a real server, and people of each role who are signed in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from keepwell.people import Role, Scope
from keepwell.web.app import app
from keepwell.web.server.serving import Serving
from tests.web.chromium import browser
from tests.web.entered import PASSWORD, Browser, user
from tests.web.firm import quick, stands_on
from tests.web.served import running

__all__ = ["browser", "quick", "stands_on"]

PEOPLE: dict[str, tuple[Role, dict[str, Any]]] = {
    "ada": (Role.ADMIN, {"scope": Scope.ALL}),
    "ann": (Role.ANALYST, {"scope": Scope.ALL}),
    "bea": (Role.ANALYST, {"scope": Scope.ALL}),
    "kim": (Role.CSM, {"scope": Scope.OWN, "owner": "kim"}),
    "vic": (Role.VIEWER, {"scope": Scope.ALL}),
    "new": (Role.CSM, {"scope": Scope.OWN, "owner": "nobody"}),
}
"""Kim owns A1 and A3."""


@pytest.fixture(scope="session")
def url(stands_on: Serving) -> Iterator[str]:
    """The address of the server."""
    for name, (role, fields) in PEOPLE.items():
        user(stands_on.store, f"{name}@acme.example", role, password=PASSWORD, **fields)
    with running(app(stands_on)) as at:
        yield at


@pytest.fixture(scope="session")
def entered(url: str) -> Iterator[Callable[[str], Browser]]:
    """Gives browsers without scripts in which somebody is signed in, by name."""
    opened: dict[str, Browser] = {}

    def of(name: str) -> Browser:
        if name not in opened:
            opened[name] = Browser(url)
            assert opened[name].sign_in(f"{name}@acme.example").status_code == 200
        return opened[name]

    yield of
    for each in opened.values():
        each.client.close()


@pytest.fixture
def seen_by(
    browser: Chromium, url: str, entered: Callable[[str], Browser]
) -> Iterator[Callable[..., BrowserContext]]:
    """Gives windows of a real Chromium in which somebody is signed in, by name; their width and scheme can be said."""
    opened: list[BrowserContext] = []

    def window(name: str, width: int = 1400, scheme: str = "light") -> BrowserContext:
        context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        jar = entered(name).client.cookies.jar
        context.add_cookies([{"name": one.name, "value": one.value or "", "url": url} for one in jar])
        opened.append(context)
        return context

    yield window
    for each in opened:
        each.close()
