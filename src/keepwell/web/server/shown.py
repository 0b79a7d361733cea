"""A template as an answer, with around it what the request tells of its reader."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from keepwell.project.turning import turned
from keepwell.web.look.frame import Frame
from keepwell.web.look.rendering import rendered
from keepwell.web.look.saying import Saying
from keepwell.web.server.asking import person_of, serving


def framed(request: Request, title: str) -> Frame:
    """What stands around a page that answers a request."""
    served, person = serving(request), person_of(request)
    project = served.project()
    clock = turned(served.folder) if project.simulated else None
    return Frame(
        title=title,
        project=project.name,
        simulated=project.simulated,
        person=person,
        path=request.url.path,
        csrf=str(getattr(request.state, "csrf", "")),
        pending=len(served.pending().files) if person is not None else 0,
        saying=Saying(
            zone=person.zone if person else project.zone.key,
            locale=person.locale if person else "en",
            currency=project.currency,
            home=project.zone.key,
        ),
        turned=None if clock is None else clock.now,
    )


def shown(
    request: Request, template: str, *, title: str = "", status: int = 200, **content: object
) -> HTMLResponse:
    """The answer to a request: a page made by a template of `keepwell.web/templates`, never kept by the browser or anything between."""
    page = rendered(template, framed(request, title), **content)
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store", "Vary": "HX-Request"})
