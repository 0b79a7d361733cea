"""Keeps an account's id one segment of the address, whatever it holds, until a route takes it."""

from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Receive, Scope, Send

BEFORE = (["", "accounts"], ["", "api", "accounts"])
"""The segments that stand before an account's id."""


class Segmented:
    """Leaves the id in an account's address percent-encoded: decoded, a slash in it would begin the next segment."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] == "http":
            scope["path"] = segmented((scope.get("raw_path") or b"").decode("ascii"), scope["path"])
        await self._app(scope, receive, send)


def segmented(raw: str, path: str) -> str:
    """The path by which a route is found, for an address as it came (`raw`) and decoded (`path`)."""
    parts = [unquote(part) for part in raw.split("/")]
    for before in BEFORE:
        place = len(before)
        if parts[:place] == before and len(parts) > place:
            parts[place] = quote(parts[place], safe="")
            return "/".join(parts)
    return path
