"""Which accounts of a sheet are asked for."""

import numpy as np
import pyarrow.compute as pc

from keepwell.runs.board.filters import Filters, Moved
from keepwell.runs.board.sheet import Sheet
from keepwell.scoring.bands import NO_BAND, code_of
from keepwell.scoring.observed import Bools, Floats, Groups


def matching(sheet: Sheet, filters: Filters) -> Bools:
    """The active accounts that have a score (or, if that is asked, have none) and are all that the filters ask for."""
    fits = sheet.active & (~sheet.scored if filters.unscored else sheet.scored)
    for groups, wanted in (
        (sheet.segments, filters.segments),
        (sheet.stages, filters.stages),
        (sheet.scorecards, filters.scorecards),
        (sheet.owners, filters.owners),
    ):
        if wanted:
            fits = fits & _among(groups, wanted)
    if filters.bands:
        fits = fits & np.isin(sheet.bands, [code_of(band) for band in filters.bands])
    for values, least, most in (
        (sheet.scores, filters.least_score, filters.most_score),
        (sheet.value, filters.least_value, filters.most_value),
    ):
        fits = fits & _between(values, least, most)
    if filters.renews_within is not None:
        fits = fits & (sheet.days_to_renewal < filters.renews_within)
    if filters.moved is not None:
        fits = fits & moved(sheet, filters.moved)
    return fits & _named(sheet, filters.text) if filters.text.strip() else fits


def moved(sheet: Sheet, which: Moved) -> Bools:
    """The accounts whose band is another one than it was, and worse or better."""
    known = (sheet.bands != NO_BAND) & (sheet.band_then != NO_BAND)
    went = sheet.bands < sheet.band_then if which is Moved.WORSE else sheet.bands > sheet.band_then
    return np.asarray(known & went)


def _among(groups: Groups, wanted: tuple[str, ...]) -> Bools:
    folded = {name.casefold() for name in wanted}
    return groups.among(frozenset(name for name in groups.names if name.casefold() in folded))


def _between(values: Floats, least: float | None, most: float | None) -> Bools:
    within = np.ones(len(values), dtype=np.bool_)
    if least is not None:
        within &= values >= least
    if most is not None:
        within &= values <= most
    return within


def _named(sheet: Sheet, text: str) -> Bools:
    wanted = text.strip()
    found = [
        pc.match_substring(texts, wanted.lower()).to_numpy(zero_copy_only=False)
        for texts in (sheet.called, pc.utf8_lower(sheet.ids))
    ]
    return np.asarray(found[0] | found[1], dtype=np.bool_)
