"""What all routes that change something have in common: an idempotency key, with which a request that is sent twice changes nothing twice."""

import hashlib
import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.routing import APIRoute
from pydantic import StringConstraints
from pydantic.json_schema import SkipJsonSchema
from starlette.concurrency import run_in_threadpool

from keepwell import clock
from keepwell.errors import ConflictError, UserError
from keepwell.runs.forgetting import REMEMBERED
from keepwell.store import requests
from keepwell.store.requests import Answer, Claim
from keepwell.web.server.asking import person_of, serving
from keepwell.web.server.serving import Serving

KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
NO_STORE = "no-store"
_PATTERN = r"^[\x21-\x7e]{1,200}$"


def idempotency_key(
    key: Annotated[
        Annotated[str, StringConstraints(pattern=_PATTERN)] | SkipJsonSchema[None],
        Header(
            alias=KEY,
            description="A name of your own for this request, for example a UUID. Sent again within a day with the same key, it is "
            "answered as the first time and changes nothing more.",
        ),
    ] = None,
) -> None:
    """Declares the header; the route itself heeds it."""


IDEMPOTENT = Depends(idempotency_key)
"""What a route that changes something depends on, so that its documentation names the header."""


class Writing(APIRoute):
    """A route that changes something.

    The key is claimed before and its answer kept after the change. Where the process ends between the two, the key stays
    claimed: nothing is ever done twice, and whoever asked is told to look. So it does after an answer that must not be stored,
    such as one with a secret.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key, person = request.headers.get(KEY), person_of(request)
            if key is None or person is None or re.fullmatch(_PATTERN, key) is None:
                return await handle(request)
            served = serving(request)
            fingerprint = _fingerprint(request, await request.body())
            before = await run_in_threadpool(_claimed, served, person.email, key, fingerprint)
            if before is not None:
                return _again(before)
            try:
                response = await handle(request)
            except (UserError, HTTPException, RequestValidationError):
                await run_in_threadpool(_released, served, person.email, key)
                raise
            if response.headers.get("Cache-Control") != NO_STORE:
                await run_in_threadpool(_settled, served, person.email, key, response)
            return response

        return once


def _fingerprint(request: Request, body: bytes) -> str:
    said = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body
    return hashlib.sha256(said).hexdigest()


def _claimed(served: Serving, person: str, key: str, fingerprint: str) -> Answer | None:
    """Claims a key; what was answered to it before, if anything was.

    Raises:
        ConflictError: the first request is still under way, or was lost; or the key was used for another request.
    """
    now = clock.now()
    with served.store.writing() as connection:
        claim, answer = requests.claim(connection, person, key, fingerprint, at=now, oldest=now - REMEMBERED)
    if claim is Claim.OTHER:
        raise ConflictError(f"the key {key!r} was used for another request", where=KEY, do="use a new one")
    if claim is Claim.UNDER_WAY:
        raise ConflictError(
            f"the first request with the key {key!r} is not answered yet, was broken off, or held a secret",
            where=KEY,
            do="ask again in a moment; if it stays so, look what has become of it, and use a new key",
        )
    return answer


def _released(served: Serving, person: str, key: str) -> None:
    with served.store.writing() as connection:
        requests.release(connection, person, key)


def _settled(served: Serving, person: str, key: str, response: Response) -> None:
    body = bytes(response.body).decode()
    kind = response.headers.get("Content-Type", "")
    answer = Answer(response.status_code, kind, response.headers.get("Location"), body)
    with served.store.writing() as connection:
        requests.settle(connection, person, key, answer)


def _again(answer: Answer) -> Response:
    headers = {REPLAYED: "true"}
    if answer.location is not None:
        headers["Location"] = answer.location
    if answer.kind:
        headers["Content-Type"] = answer.kind
    return Response(answer.body.encode(), answer.status, headers)
