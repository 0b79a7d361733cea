"""The order of a list, and its pages: a cursor is where the page before ended, and stays good when scores change."""

import base64
import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.errors import UserError
from keepwell.runs.board.filters import UNSORTED, Column, Listing
from keepwell.runs.board.sheet import Sheet
from keepwell.scoring.bands import NO_BAND
from keepwell.scoring.observed import Bools, Floats, Groups, Ints

MOST_ROWS = 1000
"""The largest page."""

MICROSECONDS_A_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """The positions of one page of a list, and the cursor of the next (`None`: it was the last)."""

    positions: Ints
    after: str | None


def page(sheet: Sheet, within: Bools, listing: Listing, sort: Column) -> Page:
    """A page of the accounts `within`, sorted by a column, equal ones by id; those without a value of it come last.

    Raises:
        UserError: the cursor is none of this list's, or the page is too large or empty.
    """
    if not 1 <= listing.size <= MOST_ROWS:
        raise UserError(
            f"a page holds 1 to {MOST_ROWS} accounts, not {listing.size}", do="ask for fewer at a time"
        )
    order = ordered(sheet, within, sort, descending=listing.descending)
    start = _start(sheet, order, listing, sort) if listing.after else 0
    positions = order[start : start + listing.size]
    more = start + listing.size < len(order)
    return Page(positions, _cursor(sheet, int(positions[-1]), listing, sort) if more else None)


def ordered(sheet: Sheet, within: Bools, sort: Column, *, descending: bool) -> Ints:
    """The positions of the accounts `within`, in that order."""
    whole = sheet.orders.get((sort, descending))
    if whole is None:
        whole = sheet.orders[sort, descending] = _ordered(sheet, sort, descending=descending)
    return whole[within[whole]]


def _ordered(sheet: Sheet, sort: Column, *, descending: bool) -> Ints:
    keys = keys_of(sheet, sort)
    unknown = np.isnan(keys)
    keys = np.where(unknown, 0.0, -keys if descending else keys)
    return np.lexsort((sheet.id_rank, keys, unknown))


def keys_of(sheet: Sheet, sort: Column) -> Floats:
    """A number per account by which a column sorts; NaN where there is no value."""
    match sort:
        case Column.ACCOUNT:
            return sheet.name_rank.astype(np.float64)
        case Column.OWNER:
            return _rank(sheet.owners)
        case Column.SEGMENT:
            return _rank(sheet.segments)
        case Column.STAGE:
            return _rank(sheet.stages)
        case Column.SCORE:
            return sheet.scores
        case Column.CHANGE:
            return sheet.change
        case Column.BAND:
            return np.where(sheet.bands == NO_BAND, np.nan, sheet.bands)
        case Column.DAYS_IN_BAND:
            return sheet.days_in_band
        case Column.COVERAGE:
            return sheet.coverage
        case Column.VALUE:
            return sheet.value
        case Column.VALUE_AT_RISK:
            return sheet.value_at_risk
        case Column.RENEWS_AT:
            return sheet.days_to_renewal
        case Column.REASON:
            raise UserError(
                f"a list cannot be sorted by {sort}",
                do=f"sort by one of {', '.join(each for each in Column if each not in UNSORTED)}",
            )


def _rank(groups: Groups) -> Floats:
    names = sorted(set(groups.names), key=lambda name: (name.casefold(), name))
    ranks = np.array([names.index(name) if name else np.nan for name in groups.names])
    return ranks[groups.codes] if len(groups.names) else np.empty(0)


def _cursor(sheet: Sheet, position: int, listing: Listing, sort: Column) -> str:
    """Where a page ended: the sorted column's value there, and the account's id."""
    value = _shown(sheet, position, sort)
    said = json.dumps([sort, listing.descending, value, sheet.ids[position].as_py()], separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _shown(sheet: Sheet, position: int, sort: Column) -> str | float | None:
    """An account's value in the column that sorts, in a form that means the same on another sheet."""
    key = float(keys_of(sheet, sort)[position])
    if np.isnan(key):
        return None
    match sort:
        case Column.ACCOUNT:
            return str(sheet.called[position].as_py())
        case Column.OWNER:
            return sheet.owners[position]
        case Column.SEGMENT:
            return sheet.segments[position]
        case Column.STAGE:
            return sheet.stages[position]
        case Column.RENEWS_AT:
            return int(sheet.renews[position].astype(np.int64))
        case _:
            return key


def _start(sheet: Sheet, order: Ints, listing: Listing, sort: Column) -> int:
    """How many accounts of an order come at or before a cursor, whether or not its account is still among them."""
    value, account_id = _read(listing, sort)
    tie = _place(sheet.ids, sheet.id_rank, account_id)
    keys = keys_of(sheet, sort)[order]
    unknown = np.isnan(keys)
    ties = sheet.id_rank[order]
    if value is None:
        return int((~unknown).sum() + (unknown & (ties <= tie)).sum())
    key = _key(sheet, sort, value)
    if listing.descending:
        keys, key = -keys, -key
    return int((~unknown & ((keys < key) | ((keys == key) & (ties <= tie)))).sum())


def _read(listing: Listing, sort: Column) -> tuple[str | float | None, str]:
    """What a cursor says."""
    strange = UserError(
        "the cursor is none of this list's",
        do="begin at the first page, or sort as the page before was sorted",
    )
    padded = listing.after + "=" * (-len(listing.after) % 4)
    try:
        by, descending, value, account_id = json.loads(
            base64.b64decode(padded, altchars=b"-_", validate=True)
        )
    except (ValueError, TypeError) as error:
        raise strange from error
    texts = sort in (Column.ACCOUNT, Column.OWNER, Column.SEGMENT, Column.STAGE)
    right = value is None or (isinstance(value, str) if texts else type(value) in (int, float))
    if by != sort or descending is not listing.descending or not isinstance(account_id, str) or not right:
        raise strange
    return value, account_id


def _key(sheet: Sheet, sort: Column, value: str | float) -> float:
    """The number that a cursor's value sorts by, today."""
    match sort:
        case Column.ACCOUNT:
            return _place(sheet.called, sheet.name_rank, str(value))
        case Column.OWNER:
            return _among(sheet.owners, str(value))
        case Column.SEGMENT:
            return _among(sheet.segments, str(value))
        case Column.STAGE:
            return _among(sheet.stages, str(value))
        case Column.RENEWS_AT:
            as_of = np.datetime64(sheet.as_of.replace(tzinfo=None), "us").astype(np.int64)
            return (float(value) - float(as_of)) / MICROSECONDS_A_DAY
        case _:
            return float(value)


def _place(texts: pa.Array, ranks: Ints, text: str) -> float:
    """The rank of a text; where it is not among them, half a rank after the last one before it."""
    before = pc.less_equal(texts, text).to_numpy(zero_copy_only=False)
    if not before.any():
        return 0.0
    last = int(ranks[before].max())
    same = texts[int(np.flatnonzero(before)[np.argmax(ranks[before])])].as_py() == text
    return float(last) if same else last + 0.5


def _among(groups: Groups, name: str) -> float:
    names = sorted(set(groups.names), key=lambda each: (each.casefold(), each))
    if name in names:
        return float(names.index(name))
    return sum((each.casefold(), each) < (name.casefold(), name) for each in names) - 0.5
