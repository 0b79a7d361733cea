"""Lists of accounts as files, sent while they are made."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from keepwell.people import Permission, Person
from keepwell.runs.board.exporting import ListFormat, pieces, wanted
from keepwell.web.api.reading import Asking
from keepwell.web.api.shapes import problems
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk

router = APIRouter(prefix="/api", tags=["Accounts and scores"])


class ExportAsked(Asking):
    """Which accounts, as what."""

    format: ListFormat = ListFormat.CSV


_FILE: dict[str, Any] = {
    "description": "The file",
    "content": {each.media_type: {"schema": {"type": "string", "format": "binary"}} for each in ListFormat},
}


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: _FILE, **problems(403, 404, 422)},
)
def export(
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.SCORES_EXPORT))],
    asked: Annotated[ExportAsked, Query()],
) -> StreamingResponse:
    """The accounts that you reach and ask for as a file: CSV (no cell begins a formula), JSON Lines or Parquet."""
    with ExitStack() as opening:
        desk = opening.enter_context(at_desk(served, person, asked.purpose))
        places = wanted(desk, asked.filters())
        current = desk.current
        day = (
            "never"
            if current.as_of is None
            else current.as_of.astimezone(desk.project.zone).date().isoformat()
        )
        name = f"keepwell-{day}.{asked.format}"
        open_ = opening.pop_all()

    def sent() -> Iterator[bytes]:
        with open_:
            yield from pieces(desk, places, asked.format)

    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(sent(), media_type=asked.format.media_type, headers=headers)
