"""What all public answers have in common: a page in the reader's language, that nobody keeps, finds or passes on; and the link that led there."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from keepwell.errors import AbsentError
from keepwell.outreach.links import SECRET, Link, Links, Use
from keepwell.web.look.frame import Frame
from keepwell.web.look.rendering import rendered
from keepwell.web.public.limits import Following
from keepwell.web.public.words import Words, preferred
from keepwell.web.server.asking import address, serving
from keepwell.web.server.serving import Serving

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept-Language",
}
"""What every public answer says: it is kept nowhere, no page that it leads to learns its address, and no search engine lists it."""

FOLLOWING = Following()


class Told(APIRoute):
    """A route whose refusals are told to people who have never heard of Keepwell, in their language."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handler(request)
            except AbsentError:
                return await run_in_threadpool(_gone, request)
            except HTTPException as error:
                if error.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                    raise
                return await run_in_threadpool(_often, request, dict(error.headers or {}))

        return answered


def links(served: Serving, otherwise: str) -> Links:
    """What makes and reads the links of messages; they begin with the rules' `public_url`, or, while none is said, with another address."""
    return Links(served.secret(SECRET), served.project().outreach.public_url or otherwise)


def link(request: Request, token: str, use: Use) -> Link:
    """The link that a token stands for.

    Raises:
        AbsentError: it is none of ours, or for another use.
        HTTPException: it, or whoever tries some, asks too often.
    """
    found = links(serving(request), address(request)).read(token)
    if found is None or found.use is not use:
        FOLLOWING.miss(request)
        raise AbsentError("this link does not work", do="use a link of a later message")
    FOLLOWING.follow(token)
    return found


def words(request: Request) -> Words:
    """What the pages say, in the language that the reader's browser likes best."""
    return preferred(request.headers.get("accept-language", ""))


def page(
    request: Request, template: str, title: str, *, status: int = HTTPStatus.OK, **content: object
) -> HTMLResponse:
    """A public page, made by a template of `public/`."""
    said, project = words(request), serving(request).project()
    frame = Frame(title, project.name, project.simulated, None, request.url.path)
    made = rendered(f"public/{template}", frame, w=said, zone=project.zone, **content)
    return HTMLResponse(made, status, headers={**HEADERS, "Content-Language": said.language})


def _gone(request: Request) -> Response:
    said = words(request)
    return page(request, "gone.html.j2", said.gone, status=HTTPStatus.NOT_FOUND, note=said.gone_note)


def _often(request: Request, headers: dict[str, str]) -> Response:
    said = words(request)
    made = page(
        request, "gone.html.j2", said.often, status=HTTPStatus.TOO_MANY_REQUESTS, note=said.often_note
    )
    made.headers.update(headers)
    return made
