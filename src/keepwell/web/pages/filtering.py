"""Which accounts an address asks for, and the address that asks for them: the filters, the order and the columns of a list."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from keepwell.errors import UserError
from keepwell.runs.board.filters import Column, Filters, Listing, Moved
from keepwell.scoring.score import Band

T = TypeVar("T", bound=StrEnum)

MOST_VALUES = 50
"""How many values of one filter an address may name."""


def filters(query: QueryParams) -> Filters:
    """The accounts that an address asks for.

    Raises:
        UserError: it names a band that does not exist, or a number that is none.
    """
    return Filters(
        segments=_several(query, "segment"),
        stages=_several(query, "stage"),
        bands=tuple(_one_of(Band, "band", each) for each in _several(query, "band")),
        owners=_several(query, "owner"),
        scorecards=_several(query, "scorecard"),
        text=query.get("text", "").strip()[:200],
        least_score=_number(query, "least_score"),
        most_score=_number(query, "most_score"),
        least_value=_number(query, "least_value"),
        most_value=_number(query, "most_value"),
        renews_within=_whole(query, "renews_within"),
        moved=_one_of(Moved, "moved", query["moved"]) if query.get("moved") else None,
        unscored=query.get("unscored") == "yes",
    )


def listing(query: QueryParams, size: int) -> Listing:
    """How an address wants the list to be shown: `sort=value`, or `sort=-value` from the top.

    Raises:
        UserError: it names a column that does not exist.
    """
    plain = Listing(size=size)
    said = query.get("sort", "")
    columns = tuple(_one_of(Column, "column", each) for each in _several(query, "column"))
    shown = replace(plain, after=query.get("after", ""), columns=columns or plain.columns)
    if not said:
        return shown
    return replace(
        shown, sort=_one_of(Column, "sort", said.removeprefix("-")), descending=said.startswith("-")
    )


def asking(query: QueryParams, *without: str, **changed: str | Sequence[str] | None) -> str:
    """The query of an address that asks the same, but for what is left out and what is changed; `None` leaves out, too."""
    left = [
        (name, value)
        for name, value in query.multi_items()
        if name not in without and name not in changed and value
    ]
    added: list[tuple[str, str]] = []
    for name, value in changed.items():
        values = (value,) if isinstance(value, str) else value or ()
        added += [(name, each) for each in values]
    return urlencode([*left, *added])


def _several(query: QueryParams, name: str) -> tuple[str, ...]:
    found = tuple(each for each in query.getlist(name) if each)
    if len(found) > MOST_VALUES:
        raise UserError(f"an address names at most {MOST_VALUES} of {name}", where=name, do="ask for fewer")
    return found


def _one_of(kind: type[T], where: str, value: str) -> T:
    try:
        return kind(value)
    except ValueError:
        raise UserError(
            f"{value!r} is none of what {where} can be", where=where, do=f"choose one of {', '.join(kind)}"
        ) from None


def _number(query: QueryParams, name: str) -> float | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -1e15 < value < 1e15:
        raise UserError(
            f"{text[:40]!r} is no number", where=name, do="type digits, with a point before decimals"
        )
    return value


def _whole(query: QueryParams, name: str) -> int | None:
    value = _number(query, name)
    if value is not None and value != int(value):
        raise UserError(f"{value:g} is no whole number", where=name, do="leave out the decimals")
    return None if value is None else int(value)
