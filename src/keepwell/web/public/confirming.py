"""Double opt-in: the page that a confirmation's link leads to."""

from fastapi import APIRouter, Depends, Request, Response

from keepwell.outreach.links import Use
from keepwell.runs.outreach import confirming
from keepwell.store.opt_ins import OptIn
from keepwell.web.public.told import Told, link, page, words
from keepwell.web.server.asking import public, serving

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())], route_class=Told)


@router.api_route("/m/confirm/{token}", methods=["GET", "HEAD"])
def look(request: Request, token: str) -> Response:
    """Asks whether somebody wants to be written to. Looking changes nothing."""
    number = link(request, token, Use.CONFIRM).number
    return _page(request, confirming.asked(serving(request).store, number))


@router.post("/m/confirm/{token}")
def confirm(request: Request, token: str) -> Response:
    """Notes that they do."""
    number = link(request, token, Use.CONFIRM).number
    return _page(request, confirming.confirm(serving(request).store, number))


def _page(request: Request, asked: OptIn) -> Response:
    said, project = words(request), serving(request).project()
    about = ""
    if asked.category is not None:
        about = project.outreach.category(asked.category).about or asked.category
    question = (
        said.confirm_about.format(about, project.name) if about else said.confirm_ask.format(project.name)
    )
    done = asked.confirmed_at is not None
    return page(request, "confirm.html.j2", said.confirm, question=question, done=done)
