"""The portfolio: how all accounts in reach stand, how that came about, and the list of those that are asked for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from keepwell.people import Private
from keepwell.runs.board.choices import Choices, choices
from keepwell.runs.board.current import Current
from keepwell.runs.board.desk import Desk
from keepwell.runs.board.filters import Column, Filters, Listing
from keepwell.runs.board.matching import matching
from keepwell.runs.board.pages import ordered, page
from keepwell.runs.board.row import Row
from keepwell.runs.board.rows import costs_of, rows, why_not
from keepwell.runs.board.sheet import Sheet
from keepwell.runs.board.sums import (
    BandLine,
    Bin,
    Cell,
    MoveLine,
    band_lines,
    bins,
    cells,
    move_lines,
    total,
)
from keepwell.runs.portfolio import HEALTH
from keepwell.scoring.bands import code_of
from keepwell.scoring.observed import Ints
from keepwell.scoring.risk import basis, by_model
from keepwell.scoring.score import Band

EXPANSION = "expansion"
"""The purpose whose green accounts are ready to buy more."""

RENEWAL_DAYS = 90
"""How far ahead renewals are shown, in days."""

MOST_RISING, MOST_READY, MOST_RENEWALS = 10, 10, 20
"""How many accounts are shown beside the list."""

LEAST_FALL = 1.0
"""Points that an account must have lost to be among those whose risk rises."""


@dataclass(frozen=True, slots=True)
class PortfolioView:
    """The accounts that are within the viewer's reach and asked for.

    `total` counts the accounts of the list, `scored` those in reach and asked for that have a score, `unscored` the active others by why not.
    `rows` is the page that is asked for; `after` the cursor of the next one (`None`: it was the last); `listing` says how it is sorted. Sums are
    in the project's currency, `None` where no value is known or hidden from the viewer (`hidden` says so, and then there is no `matrix`
    either); `mean` is of the scores. `risk_basis` says what value at risk rests on. `rising` have lost at least a point within
    `CHANGE_DAYS`: the most points, times value where that is known, first. `ready` are green for the purpose expansion, by value, as rows of that purpose;
    without it `ready_known` is false. `renewals` are the next of `renewals_due` within `RENEWAL_DAYS`.
    """

    current: Current
    filters: Filters
    listing: Listing
    total: int
    scored: int
    unscored: Mapping[str, int]
    rows: tuple[Row, ...]
    after: str | None
    mean: float | None
    value: float | None
    value_at_risk: float | None
    risk_basis: str
    bands: tuple[BandLine, ...]
    moves: tuple[MoveLine, ...]
    distribution: tuple[Bin, ...]
    matrix: tuple[Cell, ...]
    rising: tuple[Row, ...]
    ready: tuple[Row, ...]
    ready_known: bool
    renewals: tuple[Row, ...]
    renewals_due: int
    choices: Choices
    hidden: frozenset[Private] = frozenset()


def portfolio(desk: Desk, filters: Filters, listing: Listing) -> PortfolioView:
    """What the portfolio page shows. Before the first run of scores everything in it is empty.

    Raises:
        UserError: the list cannot be sorted that way, or the cursor is none of its own.
        ForbiddenError: values are asked about by somebody who does not see them.
    """
    sheet = desk.sheet
    if sheet is None:
        return _empty(desk, filters, listing)
    listing = sorting(desk, sheet, listing)
    asked = asked_for(desk, sheet, filters)
    listed = page(sheet, asked, listing, listing.sort or Column.SCORE)
    found = asked if not filters.unscored else asked_for(desk, sheet, replace(filters, unscored=False))
    places = np.flatnonzero(found)
    rising, renewals = _rising(desk, sheet, places), _renewals(sheet, places)
    beside = (*listed.positions.tolist(), *rising.tolist(), *renewals[:MOST_RENEWALS].tolist())
    reasons = costs_of(desk, beside)
    worth = desk.sees_value
    return PortfolioView(
        current=desk.current,
        filters=filters,
        listing=listing,
        total=int(asked.sum()),
        scored=len(places),
        unscored=_unscored(desk, sheet, filters),
        rows=rows(desk, listed.positions, reasons),
        after=listed.after,
        mean=float(sheet.scores[places].mean()) if len(places) else None,
        value=total(sheet.value[places]) if worth else None,
        value_at_risk=total(sheet.value_at_risk[places]) if worth else None,
        risk_basis=risk_basis(desk),
        bands=band_lines(sheet, places, worth=worth),
        moves=move_lines(sheet, places, worth=worth),
        distribution=bins(sheet, places),
        matrix=cells(sheet, places) if worth else (),
        rising=rows(desk, rising, reasons),
        ready=_ready(desk, sheet, places),
        ready_known=EXPANSION in desk.current.purposes,
        renewals=rows(desk, renewals[:MOST_RENEWALS], reasons),
        renewals_due=len(renewals),
        choices=choices(sheet, desk.reached),
        hidden=desk.hidden,
    )


def asked_for(desk: Desk, sheet: Sheet, filters: Filters) -> np.typing.NDArray[np.bool_]:
    """The accounts in reach that the filters ask for.

    Raises:
        ForbiddenError: they ask about values, which the person does not see.
    """
    if filters.least_value is not None or filters.most_value is not None:
        desk.needs_value("a range of values")
    return matching(sheet, filters) & desk.reached


def sorting(desk: Desk, sheet: Sheet, listing: Listing) -> Listing:
    """The listing with the order that is meant where none is said.

    Raises:
        ForbiddenError: it sorts by values, which the person does not see.
    """
    if listing.sort in (Column.VALUE, Column.VALUE_AT_RISK):
        desk.needs_value("that order")
    if listing.sort is not None:
        return listing
    if desk.purpose != HEALTH:
        return replace(listing, sort=Column.SCORE, descending=True)
    if desk.sees_value and sheet.worth_known:
        return replace(listing, sort=Column.VALUE_AT_RISK, descending=True)
    return replace(listing, sort=Column.SCORE, descending=False)


def risk_basis(desk: Desk) -> str:
    """What value at risk rests on."""
    if desk.shown is None:
        return basis(desk.purpose)
    if desk.shown.risk_basis:
        return desk.shown.risk_basis
    model = desk.basis.definition.risk
    return by_model(model) if model else basis(desk.purpose)


def _rising(desk: Desk, sheet: Sheet, places: Ints) -> Ints:
    lost = -sheet.change[places]
    fell = places[lost >= LEAST_FALL]
    weight = -sheet.change[fell]
    if desk.sees_value and sheet.worth_known:
        weight = weight * np.nan_to_num(sheet.value[fell])
    if len(fell) > MOST_RISING:  # no need to sort them all
        enough = weight >= np.partition(weight, -MOST_RISING)[-MOST_RISING]
        fell, weight = fell[enough], weight[enough]
    return fell[np.lexsort((sheet.id_rank[fell], sheet.change[fell], -weight))][:MOST_RISING]


def _renewals(sheet: Sheet, places: Ints) -> Ints:
    due = places[sheet.days_to_renewal[places] < RENEWAL_DAYS]
    return due[np.lexsort((sheet.id_rank[due], sheet.days_to_renewal[due]))]


def _ready(desk: Desk, sheet: Sheet, places: Ints) -> tuple[Row, ...]:
    if EXPANSION not in desk.current.purposes:
        return ()
    other = replace_purpose(desk, EXPANSION)
    if other.sheet is None:
        return ()
    there = other.sheet.positions(sheet.accounts[places])
    there = there[there >= 0]
    green = np.zeros(len(other.sheet), dtype=np.bool_)
    green[there] = True
    green &= other.sheet.bands == code_of(Band.GREEN)
    by = Column.VALUE if desk.sees_value and other.sheet.worth_known else Column.SCORE
    best = ordered(other.sheet, green, by, descending=True)[:MOST_READY]
    return rows(other, best, costs_of(other, best.tolist()))


def replace_purpose(desk: Desk, purpose: str) -> Desk:
    """The same person's view of another purpose."""
    return Desk(desk.project, desk.warehouse, desk.person, purpose, desk.owners, desk.shelf)


def _unscored(desk: Desk, sheet: Sheet, filters: Filters) -> Mapping[str, int]:
    without = Filters(segments=filters.segments, stages=filters.stages, owners=filters.owners, unscored=True)
    places = np.flatnonzero(asked_for(desk, sheet, without))
    return Counter(why_not(sheet, int(place)) for place in places)


def _empty(desk: Desk, filters: Filters, listing: Listing) -> PortfolioView:
    return PortfolioView(
        current=desk.current,
        filters=filters,
        listing=listing,
        total=0,
        scored=0,
        unscored={},
        rows=(),
        after=None,
        mean=None,
        value=None,
        value_at_risk=None,
        risk_basis=risk_basis(desk),
        bands=(),
        moves=(),
        distribution=(),
        matrix=(),
        rising=(),
        ready=(),
        ready_known=EXPANSION in desk.current.purposes,
        renewals=(),
        renewals_due=0,
        choices=Choices(),
        hidden=desk.hidden,
    )
