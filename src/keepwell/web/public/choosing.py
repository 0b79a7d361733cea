"""The page of preferences: what somebody gets, how and how often, why they got a message, what they think of it, and whether to call them."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from keepwell import clock
from keepwell.outreach.links import Use
from keepwell.outreach.preference import Frequency, Preferences
from keepwell.runs.outreach import calling_back, choosing
from keepwell.store.remarks import Verdict
from keepwell.web.public.told import Told, link, page, words
from keepwell.web.server.asking import public, serving

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())], route_class=Told)

PAUSES = (7, 30, 90)
"""So many days somebody can ask to be left in peace."""

Name = Annotated[str, Field(max_length=200)]


class Chosen(BaseModel):
    """What the form says. A box that is not ticked is not sent: so the form says as well what it had shown."""

    model_config = ConfigDict(extra="ignore")

    shown: list[Name] = Field([], max_length=200)
    wanted: list[Name] = Field([], max_length=200)
    shown_channels: list[Name] = Field([], max_length=50)
    wanted_channels: list[Name] = Field([], max_length=50)
    frequency: Frequency = Frequency.ANY
    pause: Literal["", "keep", "7", "30", "90"] = ""
    sharing: bool = False


@router.api_route("/m/preferences/{token}", methods=["GET", "HEAD"])
def look(request: Request, token: str) -> Response:
    """Shows what somebody gets, and why. Looking changes nothing."""
    return _page(request, token, link(request, token, Use.PREFERENCES).number)


@router.post("/m/preferences/{token}")
def choose(request: Request, token: str, said: Annotated[Chosen, Form()]) -> Response:
    """Keeps what somebody wants from now on."""
    number = link(request, token, Use.PREFERENCES).number
    served = serving(request)
    seen = choosing.subject(served.project(), served.store, number)
    known, channels = {each.name for each in seen.categories}, set(seen.channels)
    declined = (seen.wants.declined - set(said.shown)) | ((set(said.shown) & known) - set(said.wanted))
    shown = set(said.shown_channels)
    unwanted = (seen.wants.unwanted - shown) | ((shown & channels) - set(said.wanted_channels))
    wants = Preferences(
        frozenset(declined), frozenset(unwanted), said.frequency, _until(said, seen.wants), said.sharing
    )
    choosing.prefer(served.store, number, wants)
    return _page(request, token, number, words(request).saved)


@router.post("/m/preferences/{token}/again")
def again(request: Request, token: str) -> Response:
    """Takes back that somebody has unsubscribed."""
    number = link(request, token, Use.PREFERENCES).number
    choosing.resubscribe(serving(request).store, number)
    return _page(request, token, number, words(request).resubscribed)


@router.post("/m/preferences/{token}/remark")
def remark(
    request: Request,
    token: str,
    verdict: Annotated[Verdict, Form()],
    text: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Keeps what somebody says of the message."""
    number = link(request, token, Use.PREFERENCES).number
    choosing.remark(serving(request).store, number, verdict, text)
    return _page(request, token, number, words(request).remarked)


@router.post("/m/preferences/{token}/call")
def call(request: Request, token: str, text: Annotated[str, Form(max_length=10_000)] = "") -> Response:
    """Has the owner of the account call."""
    number = link(request, token, Use.PREFERENCES).number
    served = serving(request)
    with served.warehouse.reading() as warehouse:
        made = calling_back.call_back(served.project(), served.store, warehouse, number, text)
    said = words(request)
    return _page(request, token, number, said.call_open if made is None else said.called)


def _page(request: Request, token: str, number: int, said: str = "") -> Response:
    served = serving(request)
    project = served.project()
    seen = choosing.subject(project, served.store, number)
    title = words(request).preferences.format(project.name)
    paused = seen.wants.paused_until is not None and seen.wants.paused_until > clock.now()
    return page(
        request,
        "preferences.html.j2",
        title,
        seen=seen,
        said=said,
        at=f"/m/preferences/{token}",
        pauses=PAUSES,
        paused=paused,
    )


def _until(said: Chosen, before: Preferences) -> datetime | None:
    if said.pause == "keep":
        return before.paused_until
    return clock.now() + timedelta(days=int(said.pause)) if said.pause else None
