"""The address that a mail provider's events are sent to, signed as Standard Webhooks has it."""

import json
import os
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from keepwell.errors import UserError
from keepwell.outreach import provider
from keepwell.runs.outreach import hearing
from keepwell.web.public.told import FOLLOWING
from keepwell.web.server.asking import public, serving

VARIABLE = "KEEPWELL_PROVIDER_SECRET"
"""The environment variable that holds the secret which events are signed with: `whsec_` and base64."""

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])


@router.post("/m/events")
async def hear(request: Request) -> Response:
    """Takes events. One that comes twice, or of a message that is not ours, changes nothing."""
    body = await request.body()
    delivery = _verified(request, body)
    try:
        events = provider.told(json.loads(body))
    except ValueError as error:
        raise UserError(
            f"these are no events: {error}", do="send JSON as the documentation has it"
        ) from error
    new = await run_in_threadpool(hearing.hear, serving(request).store, delivery, events)
    return JSONResponse({"understood": len(events), "new": new}, headers={"Cache-Control": "no-store"})


def _verified(request: Request, body: bytes) -> str:
    """The id of a delivery whose signature is good.

    Raises:
        UserError: no secret is set, or none that can be.
        HTTPException: the signature is missing, wrong or too old.
    """
    secret = os.environ.get(VARIABLE, "")
    if not secret:
        raise UserError("no provider is set up", do=f"set {VARIABLE}")
    try:
        verifier = Webhook(secret)
    except ValueError as error:
        raise UserError(f"{VARIABLE} is no secret", do="set it to whsec_ and base64") from error
    try:
        verifier.verify(body, dict(request.headers))
    except WebhookVerificationError as error:
        FOLLOWING.miss(request)
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "the signature is not good") from error
    return request.headers["webhook-id"]
