"""The cookies of sign-in: what they are called, and how the browser keeps them."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that no script reads and no other site sends along; over TLS its name says that nobody else can have set it.

    `lasts` is in seconds; `None`: until the browser is closed. `crosses`: whether it comes along when another site links here.
    """

    name: str
    lasts: int | None = None
    crosses: bool = True

    def read(self, request: HTTPConnection) -> str:
        """Its value; empty if it did not come."""
        return request.cookies.get(self._name(request), "")

    def give(self, request: HTTPConnection, response: Response, value: str) -> None:
        """Has the browser keep a value."""
        self._set(request, response, value, self.lasts)

    def take(self, request: HTTPConnection, response: Response) -> None:
        """Has the browser forget it."""
        self._set(request, response, "", 0)

    def header(self, request: HTTPConnection, value: str) -> str:
        """What a header says to have the browser keep a value, or, if it is empty, forget it."""
        said = Response()
        if value:
            self.give(request, said, value)
        else:
            self.take(request, said)
        return said.headers["set-cookie"]

    def _set(self, request: HTTPConnection, response: Response, value: str, lasts: int | None) -> None:
        response.set_cookie(
            self._name(request),
            value,
            max_age=lasts,
            path="/",
            secure=_safe(request),
            httponly=True,
            samesite="lax" if self.crosses else "strict",
        )

    def _name(self, request: HTTPConnection) -> str:
        return f"__Host-{self.name}" if _safe(request) else self.name


def _safe(request: HTTPConnection) -> bool:
    return request.url.scheme == "https"


SESSION = Cookie("keepwell", lasts=7 * 24 * 3600)
"""The session of somebody who is signed in."""

FORM = Cookie("keepwell-form", crosses=False)
"""By which forms of somebody who is not signed in are known to be theirs."""

SIGN_IN = Cookie("keepwell-sign-in", lasts=15 * 60)
"""A sign-in that waits for its code, or for a provider's answer: then it comes along from there."""
