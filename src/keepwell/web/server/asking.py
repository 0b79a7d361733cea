"""Who asks, and whether they may: what every route depends on.

Each route has exactly one of `needs(PERMISSION)`, `signed_in()` and `public()` among its dependencies, so that a test can walk all routes
and find what each asks for.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from keepwell.errors import ForbiddenError, UserError
from keepwell.people import Permission, Person
from keepwell.web.server.serving import Serving


class NotSignedInError(UserError):
    """Somebody whom the server does not know asks for something that is not for everybody."""


class FactorNeededError(ForbiddenError):
    """Somebody whose role must have a second factor has none yet: they reach their profile alone."""


def serving(request: HTTPConnection) -> Serving:
    """What the server serves."""
    served: Serving = request.app.state.serving
    return served


Served = Annotated[Serving, Depends(serving)]


def address(request: HTTPConnection) -> str:
    """The address of the server as whoever asks calls it, such as `https://keepwell.example`; links begin with it."""
    return f"{request.url.scheme}://{request.url.netloc}"


def person_of(request: HTTPConnection) -> Person | None:
    """Who asks, as the session or the key says; `None` if neither is there or holds any more."""
    found: Person | None = getattr(request.state, "person", None)
    return found


def asker(request: HTTPConnection) -> Person:
    """Who asks.

    Raises:
        NotSignedInError: nobody who is known. An API answers 401, a page leads to the sign-in.
    """
    person = person_of(request)
    if person is None:
        raise NotSignedInError("nobody is signed in", do="sign in, or send an API key")
    return person


@dataclass(frozen=True, slots=True)
class Needs:
    """A route for people who have a permission, or, with `None`, for everybody who is signed in."""

    permission: Permission | None

    def __call__(self, request: HTTPConnection) -> Person:
        """Who asks.

        Raises:
            NotSignedInError: nobody who is known.
            FactorNeededError: they have to set up a second factor first.
            ForbiddenError: they may not.
        """
        person = asker(request)
        if self.permission is not Permission.PROFILE_OWN and getattr(request.state, "factorless", False):
            raise FactorNeededError(
                f"a {person.role} must have a second factor here", do="set one up on your profile"
            )
        if self.permission is not None and not person.may(self.permission):
            raise ForbiddenError(
                f"a {person.role} with this key or session may not do this: it needs {self.permission}",
                do="ask an admin for another role, or use a key with this scope",
            )
        return person


@dataclass(frozen=True, slots=True)
class Public:
    """A route for everybody, signed in or not."""

    def __call__(self) -> None:
        """Lets everybody through."""


def needs(permission: Permission) -> Needs:
    """What a route for people with a permission depends on; it gives the `Person`."""
    return Needs(permission)


def signed_in() -> Needs:
    """What a route for everybody who is signed in depends on; it gives the `Person`."""
    return Needs(None)


def public() -> Public:
    """What a route for everybody depends on."""
    return Public()
