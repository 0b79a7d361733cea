"""The pages on which webhooks are added and looked after, with what each was told; only shortly after signing in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from keepwell.errors import UserError
from keepwell.people import Permission, Person
from keepwell.runs import hooking
from keepwell.runs.hooking import Secretive
from keepwell.runs.telling import Kind
from keepwell.web.api.hooks import SECRET
from keepwell.web.server.asking import needs, serving
from keepwell.web.server.shown import shown
from keepwell.web.signin.entering import Field
from keepwell.web.signin.proof import proven

HERE = "/admin/webhooks"
SHOWN = 50
"""So many deliveries a page shows."""

ABOUT = {
    Kind.BAND_CHANGED: "accounts in another band",
    Kind.SCORE_CHANGED: "scores that moved by 5 points or more",
    Kind.RUN_FINISHED: "that scores were made",
    Kind.JOURNEY: "what journeys send to the webhook of its description",
}

router = APIRouter(prefix=HERE, include_in_schema=False, dependencies=[Depends(proven)])

Manager = Annotated[Person, Depends(needs(Permission.WEBHOOKS_MANAGE))]
Events = Annotated[list[str] | None, Form(alias="events")]


@router.get("")
def show(request: Request, _person: Manager) -> Response:
    """All webhooks."""
    return _page(request)


@router.post("")
def add(request: Request, person: Manager, url: Field, about: Field = "", events: Events = None) -> Response:
    """Adds a webhook, and shows its secret this once."""
    served = serving(request)
    try:
        made = hooking.add(
            served.store, served.secret(SECRET), url=url.strip(), events=events or (), about=about, by=person
        )
    except UserError as error:
        return _page(request, error)
    return _secret(request, made)


@router.get("/{number}")
def one(request: Request, _person: Manager, number: int) -> Response:
    """One webhook, and what it was told last."""
    store = serving(request).store
    webhook = hooking.found(store, number)
    told = [hooking.delivery(store, each.number) for each in hooking.told(store, number, most=SHOWN)]
    return shown(request, "admin/webhook.html.j2", title="Webhook", webhook=webhook, told=told)


@router.post("/{number}/pause")
def pause(request: Request, person: Manager, number: int) -> Response:
    """Stops telling it anything."""
    hooking.pause(serving(request).store, number, by=person)
    return _to(number)


@router.post("/{number}/resume")
def resume(request: Request, person: Manager, number: int) -> Response:
    """Tells it what happens from now on."""
    hooking.resume(serving(request).store, number, by=person)
    return _to(number)


@router.post("/{number}/test")
def try_it(request: Request, _person: Manager, number: int) -> Response:
    """Sends it a message that says nothing."""
    hooking.try_it(serving(request).store, number)
    return _to(number)


@router.post("/{number}/secret")
def renew(request: Request, person: Manager, number: int) -> Response:
    """Gives it another secret, and shows it this once."""
    served = serving(request)
    return _secret(request, hooking.renew_secret(served.store, served.secret(SECRET), number, by=person))


@router.post("/{number}/remove")
def remove(request: Request, person: Manager, number: int) -> Response:
    """Removes it."""
    hooking.remove(serving(request).store, number, by=person)
    return RedirectResponse(HERE, HTTPStatus.SEE_OTHER)


@router.post("/{number}/deliveries/{delivery}/replay")
def replay(request: Request, person: Manager, number: int, delivery: int) -> Response:
    """Tells it something once more."""
    hooking.replay(serving(request).store, delivery, by=person)
    return _to(number)


def _to(number: int) -> Response:
    return RedirectResponse(f"{HERE}/{number}", HTTPStatus.SEE_OTHER)


def _secret(request: Request, made: Secretive) -> Response:
    return shown(
        request, "admin/webhook_secret.html.j2", title="The secret of a webhook", made=made, back=HERE
    )


def _page(request: Request, error: UserError | None = None) -> Response:
    return shown(
        request,
        "admin/webhooks.html.j2",
        title="Webhooks",
        status=HTTPStatus.OK if error is None else HTTPStatus.BAD_REQUEST,
        webhooks=hooking.every(serving(request).store),
        events=ABOUT,
        error=error,
    )
