"""Behind TLS, cookies and answers bind the browser to it."""

import asyncio

import httpx
import pytest

from keepwell.web.app import app
from keepwell.web.server.serving import Serving


@pytest.fixture
def tls(stands_on: Serving) -> httpx.AsyncClient:
    """A client whose requests arrive as those of a proxy that ends TLS."""
    transport = httpx.ASGITransport(app=app(stands_on))
    return httpx.AsyncClient(transport=transport, base_url="https://keepwell.example.com")


def _answer(client: httpx.AsyncClient, path: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        async with client:
            return await client.get(path)

    return asyncio.run(asked())


def test_over_tls_nobody_else_can_have_set_it(tls: httpx.AsyncClient) -> None:
    (cookie,) = _answer(tls, "/sign-in").headers.get_list("set-cookie")
    name, *said = (part.strip() for part in cookie.split(";"))
    assert name.startswith("__Host-keepwell-form=")
    assert {part.lower() for part in said} == {"httponly", "path=/", "samesite=strict", "secure"}


def test_over_tls_the_browser_comes_back_by_tls(tls: httpx.AsyncClient) -> None:
    found = _answer(tls, "/sign-in").headers["strict-transport-security"]
    assert found == "max-age=31536000; includeSubDomains"
