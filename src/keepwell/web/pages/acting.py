"""What a page does after something was changed: it is shown anew, whether a form or a script had asked."""

from fastapi import Request
from fastapi.responses import HTMLResponse


def done(request: Request, to: str) -> HTMLResponse:
    """Leads to the page at an address of ours, which then shows what was changed."""
    if request.headers.get("hx-request") == "true":
        return HTMLResponse("", 204, headers={"HX-Redirect": to})
    return HTMLResponse("", 303, headers={"Location": to})
