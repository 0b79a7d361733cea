"""A firm on a real server into which people come and go."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from keepwell.people import Role
from keepwell.store.engine import Store
from keepwell.web.app import app
from keepwell.web.server.serving import Serving
from tests.web.entered import PASSWORD, Browser, user
from tests.web.firm import quick, stands_on
from tests.web.served import running

__all__ = ["quick", "stands_on"]


@pytest.fixture(scope="session")
def url(stands_on: Serving) -> Iterator[str]:
    """The address of the server."""
    with running(app(stands_on)) as at:
        yield at


@pytest.fixture
def store(stands_on: Serving) -> Store:
    """The server's store."""
    return stands_on.store


@pytest.fixture
def browser(url: str) -> Iterator[Callable[..., Browser]]:
    """Opens browsers."""
    with ExitStack() as stack:
        yield lambda **headers: stack.enter_context(Browser(url, **headers))


@pytest.fixture
def email(stands_on: Serving, request: pytest.FixtureRequest) -> str:
    """The address of a csm who can sign in, another for each test."""
    made = user(stands_on.store, f"{request.node.name[:60]}@firm.example", Role.CSM, password=PASSWORD)
    return made.email
