"""Accounts as they stand in lists."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from keepwell.runs.board.desk import Desk
from keepwell.runs.board.row import Cost, Row
from keepwell.runs.board.sheet import Sheet, instant_of
from keepwell.runs.portfolio import costs, told
from keepwell.scoring.bands import band_of
from keepwell.scoring.observed import ACTIVE, Ints
from keepwell.scoring.score import Score

UNCARDED, TOO_LITTLE = "no scorecard", "not enough data"


def rows(desk: Desk, positions: Iterable[int] | Ints, reasons: Mapping[int, Cost]) -> tuple[Row, ...]:
    """The accounts at some positions of the sheet, in that order; `reasons` are what takes most from their scores, by position."""
    sheet = desk.sheet
    if sheet is None:
        return ()
    return tuple(row(desk, sheet, int(place), reasons.get(int(place))) for place in positions)


def costs_of(desk: Desk, places: Sequence[int]) -> dict[int, Cost]:
    """What takes most from the score of each account at some positions; none where nothing does."""
    sheet = desk.sheet
    if sheet is None or not places:
        return {}
    known = desk.costs
    accounts = {place: int(sheet.accounts[place]) for place in places}
    new = [place for place, account in accounts.items() if account not in known]
    if new:
        scores = desk.teller.scores(new)
        for place in new:
            score = scores.of(accounts[place])
            known[accounts[place]] = None if score is None or score.score is None else cost_of(score)
    found = {place: known[account] for place, account in accounts.items()}
    return {place: cost for place, cost in found.items() if cost is not None}


def cost_of(score: Score) -> Cost | None:
    """The reason that takes most points from a score; `None`: nothing does."""
    return next((Cost(one.name, one.points, told(one), one.advice) for one in costs(score, 1)), None)


def row(desk: Desk, sheet: Sheet, place: int, cost: Cost | None) -> Row:
    """The account at a position of the sheet."""
    known = desk.sees_value
    return Row(
        account_id=sheet.ids[place].as_py(),
        name=sheet.names[place].as_py(),
        owner=sheet.owners[place],
        segment=sheet.segments[place],
        stage=sheet.stages[place],
        scorecard=sheet.scorecards[place],
        score=known_number(sheet.scores[place]),
        band=band_of(int(sheet.bands[place])),
        change=_rounded(sheet.change[place]),
        band_before=band_of(int(sheet.band_then[place])),
        days_in_band=_whole(sheet.days_in_band[place]),
        coverage=known_number(sheet.coverage[place]) or 0.0,
        value=known_number(sheet.value[place]) if known else None,
        value_at_risk=known_number(sheet.value_at_risk[place]) if known else None,
        renews_at=instant_of(sheet.renews[place]),
        cost=cost,
        why_not=why_not(sheet, place),
    )


def why_not(sheet: Sheet, place: int) -> str:
    """Why an account has no score, in short; empty where it has one."""
    if sheet.scored[place]:
        return ""
    if sheet.population[place] != ACTIVE:
        return sheet.population[place]
    return TOO_LITTLE if sheet.kept[place] else UNCARDED


def known_number(value: float) -> float | None:
    """A number of an array, `None` for NaN."""
    return None if np.isnan(value) else float(value)


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
