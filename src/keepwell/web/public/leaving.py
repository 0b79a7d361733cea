"""Unsubscribing, by a page or by one click (RFC 8058)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from keepwell.errors import UserError
from keepwell.outreach.links import Use
from keepwell.runs.outreach import choosing
from keepwell.web.public.told import Told, link, links, page, words
from keepwell.web.server.asking import address, public, serving

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())], route_class=Told)

ONE_CLICK = "One-Click"


@router.api_route("/m/unsubscribe/{token}", methods=["GET", "HEAD"])
def look(request: Request, token: str) -> Response:
    """Asks whether somebody means it. Looking changes nothing, whoever looks: scanners follow this link too."""
    found = link(request, token, Use.UNSUBSCRIBE)
    served = serving(request)
    seen = choosing.subject(served.project(), served.store, found.number)
    return _page(request, found.number, done=seen.unsubscribed)


@router.post("/m/unsubscribe/{token}")
def leave(
    request: Request,
    token: str,
    one_click: Annotated[str, Form(alias="List-Unsubscribe", max_length=100)] = "",
    meant: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Unsubscribes: a mail program posts `List-Unsubscribe=One-Click`, the page `meant=yes`. Repeating it is harmless.

    Neither cookie nor CSRF token is asked for: the signed link says who is meant, and nobody else has it.
    """
    found = link(request, token, Use.UNSUBSCRIBE)
    if one_click != ONE_CLICK and not meant:
        raise UserError("nothing says that this is meant", do="post List-Unsubscribe=One-Click")
    choosing.unsubscribe(serving(request).store, found.number)
    return _page(request, found.number, done=True)


def _page(request: Request, number: int, *, done: bool) -> Response:
    said = words(request)
    choose = links(serving(request), address(request)).preferences(number)
    title = said.unsubscribed if done else said.unsubscribe
    return page(request, "unsubscribe.html.j2", title, done=done, choose=choose)
