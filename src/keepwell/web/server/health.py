"""Whether the server lives, and whether it can answer."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse

from keepwell.web.server.asking import public, serving
from keepwell.web.server.serving import Serving

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])


@router.get("/healthz")
def healthz() -> PlainTextResponse:
    """The process answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def readyz(served: Annotated[Serving, Depends(serving)]) -> PlainTextResponse:
    """Store, warehouse and definitions can be read.

    Raises:
        UserError: one of them cannot, and why.
    """
    served.project()
    with served.warehouse.reading() as warehouse:
        warehouse.query("SELECT 1")
    return PlainTextResponse("ready\n")
