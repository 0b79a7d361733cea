"""Styles, scripts and icons for the browser, which may keep them for good: their address changes with them."""

from fastapi import APIRouter, Depends, Request, Response

from keepwell.errors import AbsentError
from keepwell.web.look.assets import assets
from keepwell.web.server.asking import public

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])

FOR_GOOD = "public, max-age=31536000, immutable"


@router.get("/static/{digest}/{name:path}")
def static(request: Request, name: str) -> Response:
    """A file, whatever the digest in its address: a page that was open while the server was renewed still finds its files.

    Raises:
        AbsentError: there is none of that name.
    """
    found = assets().get(name)
    if found is None:
        raise AbsentError("there is no such file", do="load the page again")
    headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            found.packed, media_type=found.media_type, headers=headers | {"Content-Encoding": "gzip"}
        )
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.get("/favicon.ico")
def favicon() -> Response:
    """The icon in the browser's tab, for browsers that ask for it by its old name."""
    found = assets()["favicon.svg"]
    return Response(
        found.content, media_type=found.media_type, headers={"Cache-Control": "public, max-age=86400"}
    )
