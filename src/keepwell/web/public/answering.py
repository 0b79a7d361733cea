"""Surveys: the page that a link of one leads to. Following it keeps nothing, since scanners do; sending the form does."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from keepwell.outreach.links import Link, Use
from keepwell.runs.outreach import surveying
from keepwell.store.survey_answers import Answer
from keepwell.web.public.told import Told, link, page, words
from keepwell.web.server.asking import public, serving

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())], route_class=Told)


@router.api_route("/m/answer/{token}", methods=["GET", "HEAD"])
def look(request: Request, token: str) -> Response:
    """Asks, with the answer at hand that the link gives."""
    found = link(request, token, Use.ANSWER)
    return _page(request, found, surveying.given(serving(request).store, found), done=False)


@router.post("/m/answer/{token}")
def answer(
    request: Request,
    token: str,
    score: Annotated[int | None, Form()] = None,
    comment: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Keeps an answer, or what is written beside it."""
    found = link(request, token, Use.ANSWER)
    served = serving(request)
    kept = surveying.answer(served.project(), served.store, found, score, comment)
    return _page(request, found, kept, done=True)


def _page(request: Request, found: Link, kept: Answer | None, *, done: bool) -> Response:
    asked = surveying.survey(serving(request).project(), found)
    said = words(request)
    question, low, high = said.surveys[asked.kind]
    return page(
        request,
        "survey.html.j2",
        asked.question or question,
        scale=asked.kind.scale,
        low=low,
        high=high,
        chosen=found.score if kept is None else kept.score,
        kept=kept,
        done=done,
    )
