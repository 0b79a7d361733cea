"""The messages of a contact, for the customer's page: asked for by a script there, with a token of the firm's own server.

Other origins are let in one by one, as outreach.yml declares them; no cookie counts here, so that nothing can be done with somebody else's.
"""

import os
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from keepwell import clock
from keepwell.errors import UserError
from keepwell.outreach.contact_token import LEAST_SECRET, contact_of
from keepwell.runs.outreach import inbox
from keepwell.store.in_app import Shown
from keepwell.web.look.assets import assets
from keepwell.web.public.told import FOLLOWING
from keepwell.web.server.asking import public, serving

VARIABLE = "KEEPWELL_INBOX_SECRET"
"""The environment variable that holds the secret which the firm's server shares with this one."""

SCRIPT = "keepwell-inbox.js"

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])


@router.get("/m/keepwell-inbox.js")
def script() -> Response:
    """The script for the customer's page; any page may load it, since it holds nothing of anybody's."""
    found = assets()[SCRIPT]
    headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.options("/m/inbox")
@router.options("/m/inbox/{number}/read")
@router.options("/m/inbox/{number}/dismiss")
def asked_first(request: Request) -> Response:
    """Tells a browser whether a page of that origin may ask."""
    headers = _allowed(request) | {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Authorization",
        "Access-Control-Max-Age": "600",
    }
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)


@router.get("/m/inbox")
def listed(request: Request) -> Response:
    """The messages, the latest first."""
    headers = _allowed(request)
    messages = inbox.listed(serving(request).store, _contact(request))
    unread = sum(each.read_at is None for each in messages)
    return JSONResponse({"unread": unread, "messages": [_told(each) for each in messages]}, headers=headers)


@router.post("/m/inbox/{number}/read")
def read(request: Request, number: int) -> Response:
    """Notes that a message was read."""
    headers = _allowed(request)
    inbox.read(serving(request).store, _contact(request), number)
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)


@router.post("/m/inbox/{number}/dismiss")
def dismiss(request: Request, number: int) -> Response:
    """Notes that a message was put away."""
    headers = _allowed(request)
    inbox.dismiss(serving(request).store, _contact(request), number)
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)


def _told(message: Shown) -> dict[str, Any]:
    return {
        "number": message.entry,
        "title": message.title,
        "text": message.text,
        "html": message.html,
        "at": message.at.isoformat(),
        "read": message.read_at is not None,
    }


def _allowed(request: Request) -> dict[str, str]:
    """What an answer tells the browser of who may read it.

    Raises:
        HTTPException: a page of an origin asks that outreach.yml does not declare (403).
    """
    headers = {"Cache-Control": "no-store", "Vary": "Origin", "X-Robots-Tag": "noindex, nofollow"}
    origin = request.headers.get("origin")
    if origin is None:
        return headers
    if origin not in serving(request).project().outreach.origins:
        raise HTTPException(
            HTTPStatus.FORBIDDEN, "pages of this origin are not declared in outreach.yml", headers
        )
    return headers | {"Access-Control-Allow-Origin": origin, "Cross-Origin-Resource-Policy": "cross-origin"}


def _contact(request: Request) -> str:
    """The contact whose token came along.

    Raises:
        UserError: no secret is set, or too short a one.
        HTTPException: there is no token, it is not good, or it is used too often.
    """
    secret = os.environ.get(VARIABLE, "").encode()
    if len(secret) < LEAST_SECRET:
        raise UserError("the inbox is not set up", do=f"set {VARIABLE} to {LEAST_SECRET} characters or more")
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    contact = contact_of(secret, token.strip(), clock.now()) if kind.lower() == "bearer" else None
    if contact is None:
        FOLLOWING.miss(request)
        headers = _allowed(request) | {"WWW-Authenticate": "Bearer"}
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "the token is not good, or over", headers)
    FOLLOWING.follow(f"inbox of {contact}")
    return contact
