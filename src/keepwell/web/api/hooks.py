"""Webhooks: which programs are told of what, and what has become of every message."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response, status
from pydantic import Field, StrictStr
from pydantic.json_schema import SkipJsonSchema

from keepwell.people import Permission, Person
from keepwell.runs import hooking
from keepwell.runs.hooking import Secretive
from keepwell.runs.telling import Kind
from keepwell.store.deliveries import State
from keepwell.web.api.shapes import Asked, Number, Told, problems
from keepwell.web.api.writing import IDEMPOTENT, NO_STORE, Writing
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.serving import Serving

router = APIRouter(prefix="/api", route_class=Writing, tags=["Webhooks"])

SECRET = "webhooks"  # noqa: S105 - the name of a secret
MAY = needs(Permission.WEBHOOKS_MANAGE)
Manager = Annotated[Person, Depends(MAY)]
_ERRORS = problems(400, 403, 404, 409, 422)

Events = Annotated[list[Kind], Field(min_length=1, max_length=10, examples=[["band.changed"]])]
About = Annotated[StrictStr, Field(max_length=500, examples=["The CRM's inbox"])]


class WebhookAsked(Asked):
    """An address, and what it is to be told of."""

    url: Annotated[StrictStr, Field(min_length=1, max_length=2000, examples=["https://crm.example/keepwell"])]
    events: Events
    about: About = ""


class WebhookChange(Asked):
    """What a webhook is to be told of from now on."""

    events: Events
    about: About = ""


class WebhookTold(Told):
    """A webhook; `failing_since`: since when no message has come through."""

    number: int
    url: str
    events: list[str]
    about: str
    author: str
    made_at: datetime
    paused_at: datetime | None
    failing_since: datetime | None


class WebhookSecret(WebhookTold):
    """A webhook with the secret that verifies its messages (standardwebhooks.com). It is shown this once."""

    secret: str


class DeliveryTold(Told):
    """A message to a webhook, and when it is tried next; `message` is its id, the same at every try."""

    number: int
    message: str
    webhook: int
    event: str
    made_at: datetime
    state: State
    tries: int
    next_at: datetime | None
    settled_at: datetime | None


class TryTold(Told):
    """One try: the answer's status (none: nobody answered), its beginning or what went wrong, how many seconds it took."""

    at: datetime
    status: int | None
    answer: str
    seconds: float


class DeliveryWhole(DeliveryTold):
    """A message with its body as it is sent, and every try."""

    body: str
    history: list[TryTold]


@router.get("/webhooks", dependencies=[Depends(MAY)], responses=problems(403))
def webhooks(served: Served) -> list[WebhookTold]:
    """All webhooks, the oldest first."""
    return [WebhookTold.model_validate(each) for each in hooking.every(served.store)]


@router.post("/webhooks", status_code=status.HTTP_201_CREATED, dependencies=[IDEMPOTENT], responses=_ERRORS)
def add(asked: WebhookAsked, served: Served, person: Manager, response: Response) -> WebhookSecret:
    """Has another program told of what changes. Only HTTPS to the open internet is called."""
    response.headers["Cache-Control"] = NO_STORE
    events = [str(each) for each in asked.events]
    made = hooking.add(
        served.store, served.secret(SECRET), url=asked.url, events=events, about=asked.about, by=person
    )
    return _with_secret(made)


@router.get("/webhooks/{number}", dependencies=[Depends(MAY)], responses=problems(403, 404, 422))
def webhook(number: Number, served: Served) -> WebhookTold:
    """One webhook."""
    return WebhookTold.model_validate(hooking.found(served.store, number))


@router.put("/webhooks/{number}", dependencies=[IDEMPOTENT], responses=_ERRORS)
def change(number: Number, asked: WebhookChange, served: Served, person: Manager) -> WebhookTold:
    """Has a webhook told of other events, or describes it otherwise."""
    events = [str(each) for each in asked.events]
    return WebhookTold.model_validate(
        hooking.change(served.store, number, events=events, about=asked.about, by=person)
    )


@router.delete(
    "/webhooks/{number}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[IDEMPOTENT],
    responses=_ERRORS,
)
def remove(number: Number, served: Served, person: Manager) -> Response:
    """Removes a webhook."""
    hooking.remove(served.store, number, by=person)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/webhooks/{number}/pause", dependencies=[IDEMPOTENT], responses=_ERRORS)
def pause(number: Number, served: Served, person: Manager) -> WebhookTold:
    """Stops telling a webhook anything; what happens meanwhile it is never told."""
    return WebhookTold.model_validate(hooking.pause(served.store, number, by=person))


@router.post("/webhooks/{number}/resume", dependencies=[IDEMPOTENT], responses=_ERRORS)
def resume(number: Number, served: Served, person: Manager) -> WebhookTold:
    """Tells a paused webhook what happens from now on, and what still waited for it."""
    return WebhookTold.model_validate(hooking.resume(served.store, number, by=person))


@router.post("/webhooks/{number}/secret", dependencies=[IDEMPOTENT], responses=_ERRORS)
def renew(number: Number, served: Served, person: Manager, response: Response) -> WebhookSecret:
    """Gives a webhook another secret; the one before no longer signs."""
    response.headers["Cache-Control"] = NO_STORE
    return _with_secret(hooking.renew_secret(served.store, served.secret(SECRET), number, by=person))


@router.post(
    "/webhooks/{number}/test",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[Depends(MAY), IDEMPOTENT],
    responses=_ERRORS,
)
def try_it(number: Number, served: Served) -> DeliveryTold:
    """Sends a message that says nothing, within moments; look at the delivery for what has become of it."""
    return DeliveryTold.model_validate(hooking.try_it(served.store, number))


@router.get("/webhooks/{number}/deliveries", dependencies=[Depends(MAY)], responses=problems(403, 404, 422))
def deliveries(
    number: Number,
    served: Served,
    before: Annotated[
        Annotated[int, Field(ge=1, le=2**31 - 1)] | SkipJsonSchema[None],
        Query(description="A delivery's number"),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[DeliveryTold]:
    """What a webhook was told, the newest first; `before` asks for older ones. Settled deliveries are kept for 30 days."""
    found = hooking.told(served.store, number, before=before, most=limit)
    return [DeliveryTold.model_validate(each) for each in found]


@router.get("/deliveries/{number}", dependencies=[Depends(MAY)], responses=problems(403, 404, 422))
def delivery(number: Number, served: Served) -> DeliveryWhole:
    """One delivery, with its body and every try."""
    return _whole(served, number)


@router.post("/deliveries/{number}/replay", dependencies=[IDEMPOTENT], responses=_ERRORS)
def replay(number: Number, served: Served, person: Manager) -> DeliveryWhole:
    """Tells it once more, under the same id."""
    hooking.replay(served.store, number, by=person)
    return _whole(served, number)


def _whole(served: Serving, number: int) -> DeliveryWhole:
    found, tries = hooking.delivery(served.store, number)
    told = DeliveryTold.model_validate(found).model_dump()
    history = [TryTold.model_validate(each) for each in tries]
    return DeliveryWhole(**told, body=found.body, history=history)


def _with_secret(made: Secretive) -> WebhookSecret:
    told = WebhookTold.model_validate(made.webhook).model_dump()
    return WebhookSecret(**told, secret=made.secret)
