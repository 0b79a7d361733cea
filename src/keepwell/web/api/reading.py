"""What all routes that only read have in common: what a list is asked by, and tags by which an answer that is as before is not sent again."""

import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from keepwell.people import Permission, Person
from keepwell.runs.board.current import Current
from keepwell.runs.board.filters import Column, Filters, Listing, Moved
from keepwell.scoring.score import Band
from keepwell.web.api.shapes import Told
from keepwell.web.server.asking import needs

Reader = Annotated[Person, Depends(needs(Permission.SCORES_READ))]

LARGEST = 1e15
"""No value or score is asked about beyond this."""

Several = Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=50)]
Measure = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Purpose = Annotated[
    str, Query(max_length=200, description="Which purpose's scores; the project's first (health) if empty")
]


class Tagged(APIRoute):
    """A route whose answers carry an `ETag`; whoever sends it back in `If-None-Match` gets 304 and no body while nothing has changed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        handle = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            response = await handle(request)
            if response.status_code != HTTPStatus.OK or isinstance(response, StreamingResponse):
                return response
            tag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
            headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
            known = {
                each.strip().removeprefix("W/")
                for each in request.headers.get("If-None-Match", "").split(",")
            }
            if tag in known or "*" in known:
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            response.headers.update(headers)
            return response

        return tagged


class Asking(BaseModel):
    """Which accounts are asked for, by the names that addresses of pages have for it."""

    model_config = ConfigDict(extra="forbid")

    segment: Annotated[Several, Field(description="Of any of these segments")] = []
    stage: Annotated[Several, Field(description="In any of these stages")] = []
    band: Annotated[list[Band], Field(max_length=3, description="In any of these bands")] = []
    owner: Annotated[
        Several, Field(description="Of any of these owners, compared without regard to case")
    ] = []
    scorecard: Annotated[Several, Field(description="Scored by any of these scorecards")] = []
    text: Annotated[str, Field(max_length=200, description="Contained in the name or the id")] = ""
    least_score: Measure | None = None
    most_score: Measure | None = None
    least_value: Measure | None = None
    most_value: Measure | None = None
    renews_within: Annotated[int | None, Field(ge=0, le=100_000, description="Days ahead")] = None
    moved: Annotated[Moved | None, Field(description="The way its band went within 28 days")] = None
    unscored: Annotated[bool, Field(description="The accounts without a score instead")] = False
    purpose: Annotated[str, Field(max_length=200, description="The project's first (health) if empty")] = ""

    def filters(self) -> Filters:
        """What is asked."""
        return Filters(
            segments=tuple(self.segment),
            stages=tuple(self.stage),
            bands=tuple(self.band),
            owners=tuple(self.owner),
            scorecards=tuple(self.scorecard),
            text=self.text,
            least_score=self.least_score,
            most_score=self.most_score,
            least_value=self.least_value,
            most_value=self.most_value,
            renews_within=self.renews_within,
            moved=self.moved,
            unscored=self.unscored,
        )


_SORTS = "|".join(column for column in Column if column is not Column.REASON)


class Listed(Asking):
    """Which page of them is asked for, in which order."""

    sort: Annotated[
        str,
        Field(
            pattern=f"^(-?({_SORTS}))?$",
            description="A column, with `-` before it from the top; what is most at risk first, if not said",
            examples=["-value_at_risk"],
        ),
    ] = ""
    after: Annotated[str, Field(max_length=4000, description="`next` of the page before")] = ""
    limit: Annotated[int, Field(ge=1, le=1000)] = 50

    def listing(self) -> Listing:
        """The page that is asked for."""
        sort = Column(self.sort.removeprefix("-")) if self.sort else None
        return Listing(sort, self.sort.startswith("-"), self.after, self.limit)


class CurrentTold(Told):
    """The run of scores that an answer speaks of; `notes` say how far it can be trusted."""

    purpose: str
    run: int | None
    as_of: datetime | None
    made_at: datetime | None
    version: str
    outdated: bool
    currency: str
    notes: list[str]

    @classmethod
    def of(cls, current: Current) -> "CurrentTold":
        """What is told of a run."""
        return cls.model_validate({name: getattr(current, name) for name in cls.model_fields})


class CostTold(Told):
    """What takes most points from a score (fewer than 0), in words, and what to do about it."""

    name: str
    points: float
    text: str
    advice: str


Name = Literal["account_id", "name", "owner", "segment", "stage", "scorecard", "score", "band", "change", "band_before",
               "days_in_band", "coverage", "value", "value_at_risk", "renews_at", "cost", "why_not"]  # fmt: skip
"""A field of an account."""


class RowTold(Told):
    """An account as it stands: what was asked for of it.

    `score` is 0–100, `change` in points since 28 days before. Values are in the project's currency, `null` where they are not known or not shown to
    whoever asks.
    """

    account_id: str
    name: str = ""
    owner: str = ""
    segment: str = ""
    stage: str = ""
    scorecard: str = ""
    score: float | None = None
    band: Band | None = None
    change: float | None = None
    band_before: Band | None = None
    days_in_band: int | None = None
    coverage: float = 0.0
    value: float | None = None
    value_at_risk: float | None = None
    renews_at: datetime | None = None
    cost: CostTold | None = None
    why_not: str = ""
