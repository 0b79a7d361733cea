"""What requests may say and answers hold, where it is the same in many: instants, numbers, problems."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictStr

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Asked(BaseModel):
    """The body of a request: what it may say and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """The body of an answer."""

    model_config = ConfigDict(from_attributes=True)


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("an instant is a text such as 2025-06-30T12:00:00Z")
    return value


def _within(value: datetime) -> datetime:
    if not FIRST.year < value.year < LAST.year:
        raise ValueError(f"an instant is between {FIRST.year} and {LAST.year}")
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_within)]
"""An aware instant that somebody names, in UTC."""

Percent = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]
"""A score, 0 to 100."""


def _count(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("a number is expected")
    return value


Whole = Annotated[int, BeforeValidator(_count)]
"""A whole number, also as JSON has it: 3 or 3.0."""

Words = Annotated[StrictStr, Field(max_length=10_000)]
"""What somebody writes."""

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""The number of a record, in an address."""

_TEXT = {"type": "string"}
_FINDING = {
    "type": "object",
    "properties": {"where": _TEXT, "what": _TEXT, "do": _TEXT},
    "required": ["where", "what"],
}

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "An error, as RFC 9457 has it: what went wrong (`detail`), where, what to do; the words are those of the command line.",
    "type": "object",
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "where": _TEXT,
        "do": _TEXT,
        "problems": {"type": "array", "items": _FINDING},
        "request": {"type": "string", "description": "The number under which the server's log tells more"},
    },
    "required": ["type", "title", "status", "detail"],
}
"""The schema of an error."""

_MEANS = {
    400: "The request makes no sense; `detail` says why, `do` what to do",
    401: "Nobody who is known asks",
    403: "Whoever asks may not do this",
    404: "There is no such thing, or not for whoever asks",
    409: "It does not go with the state things are in",
    422: "The request is not of the form that is described here",
    429: "Too many requests; `Retry-After` says when the next may come",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What the documentation of a route says of the errors that it answers with."""
    content = {"application/problem+json": {"schema": PROBLEM}}
    return {status: {"description": _MEANS[status], "content": content} for status in (*statuses, 401, 429)}
