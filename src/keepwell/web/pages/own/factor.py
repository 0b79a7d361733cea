"""Taking on a second factor, or giving it up; only shortly after signing in."""

import os
from http import HTTPStatus

import segno
from fastapi import APIRouter, Depends, Request, Response

from keepwell.errors import UserError
from keepwell.runs.people import second_factor
from keepwell.runs.people.cipher import Cipher
from keepwell.runs.people.second_factor import Offered
from keepwell.web.pages.own.profile import HERE, Own, done
from keepwell.web.server.asking import serving
from keepwell.web.server.shown import shown
from keepwell.web.signin.entering import Field
from keepwell.web.signin.proof import proven

router = APIRouter(prefix=f"{HERE}/second-factor", include_in_schema=False, dependencies=[Depends(proven)])


@router.post("")
def offer(request: Request, person: Own) -> Response:
    """Shows a new secret, as letters and as a picture that an app reads."""
    return _offered(request, second_factor.offer(serving(request).store, person, _cipher(request)))


@router.post("/confirm")
def confirm(request: Request, person: Own, code: Field) -> Response:
    """Lets it count, once a code of it is right; the recovery codes are shown this once."""
    store, cipher = serving(request).store, _cipher(request)
    try:
        codes = second_factor.confirm(store, person, code, cipher)
    except UserError as error:
        return _offered(request, second_factor.offered(store, person, cipher), error)
    return shown(request, "own/codes.html.j2", title="Your recovery codes", codes=codes)


@router.post("/remove")
def remove(request: Request, person: Own) -> Response:
    """Gives it up.

    Raises:
        ForbiddenError: one's role must have it.
    """
    second_factor.give_up(serving(request).store, person, second_factor.compulsory(os.environ))
    return done("removed")


def _offered(request: Request, offered: Offered, error: UserError | None = None) -> Response:
    picture = segno.make_qr(offered.uri).svg_data_uri(scale=5, border=2, light="#fff", dark="#000")
    return shown(
        request,
        "own/factor.html.j2",
        title="Your second factor",
        status=HTTPStatus.OK if error is None else HTTPStatus.BAD_REQUEST,
        offered=offered,
        picture=picture,
        error=error,
    )


def _cipher(request: Request) -> Cipher:
    return Cipher(serving(request).secret("second factors"))
