"""The page that shows the table of permissions: which role may do and does not see what."""

from fastapi import APIRouter, Request, Response

from keepwell.people import GRANTS, HIDDEN, Permission, Private, Role
from keepwell.web.pages.admin.people import Admin
from keepwell.web.server.shown import shown

router = APIRouter(include_in_schema=False)


@router.get("/admin/roles")
def show(request: Request, _person: Admin) -> Response:
    """The table, as the code has it."""
    return shown(
        request,
        "admin/roles.html.j2",
        title="Roles",
        roles=tuple(Role),
        permissions=[(each, [each in GRANTS[role] for role in Role]) for each in Permission],
        private=[(each, [each not in HIDDEN[role] for role in Role]) for each in Private],
    )
