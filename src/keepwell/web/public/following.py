"""Links that lead on, and the picture that tells that a message was perhaps opened."""

import base64

from fastapi import APIRouter, Depends, Request, Response

from keepwell import clock
from keepwell.outreach.links import Use
from keepwell.outreach.response import Kind
from keepwell.outreach.visit import Visit
from keepwell.runs.outreach import following
from keepwell.web.public.told import HEADERS, Told, link
from keepwell.web.server.asking import public, serving

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())], route_class=Told)

DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A GIF of one transparent dot."""


@router.api_route("/m/go/{token}", methods=["GET", "HEAD"])
def go(request: Request, token: str) -> Response:
    """Leads on to the page that was signed into the link, and nowhere else; that it was followed is noted."""
    found = link(request, token, Use.CLICK)
    following.visited(serving(request).store, found.number, Kind.CLICKED, _visit(request), found.detail)
    return Response(status_code=302, headers={**HEADERS, "Location": found.detail})


@router.api_route("/m/seen/{token}", methods=["GET", "HEAD"])
def seen(request: Request, token: str) -> Response:
    """A picture of one transparent dot; that it was loaded is noted."""
    found = link(request, token, Use.PIXEL)
    following.visited(serving(request).store, found.number, Kind.OPENED, _visit(request))
    headers = {**HEADERS, "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(DOT, media_type="image/gif", headers=headers)


def _visit(request: Request) -> Visit:
    asked = request.headers
    purpose = " ".join(asked.get(name, "") for name in ("sec-purpose", "purpose", "x-moz", "x-purpose"))
    return Visit(clock.now(), request.method, asked.get("user-agent", ""), purpose)
