"""Whether bands warned before a loss: who stood green shortly before it, and how early the first warning came."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from keepwell.proof.interval import Estimate, share
from keepwell.proof.tally import MIN_OUTCOMES
from keepwell.proof.timeline import GREEN, UNCOVERED, Happenings
from keepwell.scoring.bands import NO_BAND
from keepwell.scoring.observed import Bools, Floats

DAYS_BEFORE = (30, 60, 90)
"""How many days before the outcome it is asked who stood green."""


class Money(StrEnum):
    """What a happening is worth."""

    AMOUNT = "amount"
    """The amount that the outcome itself names, whatever its sign."""

    WORTH = "worth"
    """The account's value at the last as_of before: some happening names no amount."""


@dataclass(frozen=True, slots=True)
class GreenBefore:
    """Where accounts stood at the latest as_of at least `days` before the outcome happened.

    `outcomes`: happenings whose account had a band then. `unbanded`: those whose account had none (no score, or too
    little data). `uncovered`: those of which that day lies outside the as_ofs; they are not counted. `green`: the share
    (0–1) of `outcomes` that stood green (`None`: fewer than `tally.MIN_OUTCOMES`). `money`: what `outcomes` were worth
    in all, in the project's currency; `money_green`: the share of it that stood green (both `None`: not known, or too
    few).
    """

    days: int
    outcomes: int
    unbanded: int
    uncovered: int
    green: Estimate | None
    money: float | None
    money_green: Estimate | None


@dataclass(frozen=True, slots=True)
class Warnings:
    """How early bands warned. A warning is the first as_of in yellow or red without a return to green before the
    outcome.

    `outcomes`: happenings within the as_ofs whose account had a band before. `never`: the share (0–1) that stood green
    to the last (`None`: fewer than `tally.MIN_OUTCOMES`). `days`: the quartiles (25%, 50%, 75%) of the days from the
    first warning to the outcome, over those warned (`None`: fewer than `tally.MIN_OUTCOMES`). `from_start`: how many of
    those had never been green since they were first seen, so that their warning came at least that early.
    `green_before`: 30, 60 and 90 days before. `money_is`: what the money there means (`None`: it is not known).
    """

    outcomes: int
    never: Estimate | None
    days: tuple[float, float, float] | None
    from_start: int
    green_before: tuple[GreenBefore, ...]
    money_is: Money | None


def warnings(found: Happenings, accounts: int, which: Bools, money_is: Money | None) -> Warnings:
    """The warnings before some of the happenings."""
    seen = which & found.banded
    warned = seen & ~np.isnan(found.lead)
    leads = found.lead[warned]
    outcomes = int(np.count_nonzero(seen))
    quartiles = np.percentile(leads, (25, 50, 75)) if len(leads) >= MIN_OUTCOMES else None
    return Warnings(
        outcomes=outcomes,
        never=_share(found, accounts, seen, np.isnan(found.lead)) if outcomes >= MIN_OUTCOMES else None,
        days=None if quartiles is None else (float(quartiles[0]), float(quartiles[1]), float(quartiles[2])),
        from_start=int(np.count_nonzero(warned & found.from_start)),
        green_before=tuple(_green(found, accounts, which, days, money_is) for days in found.stood),
        money_is=money_is,
    )


def money_of(found: Happenings) -> Money | None:
    """What the happenings' money is: their amounts if each names one, or the accounts' value, if any is known."""
    if len(found.amount) and not np.isnan(found.amount).any():
        return Money.AMOUNT
    return Money.WORTH if len(found.worth) and not np.isnan(found.worth).all() else None


def _green(found: Happenings, accounts: int, which: Bools, days: int, money_is: Money | None) -> GreenBefore:
    stood = found.stood[days]
    banded = which & (stood >= 0)
    outcomes = int(np.count_nonzero(banded))
    enough = outcomes >= MIN_OUTCOMES
    money = None
    if money_is is not None and enough:
        money = np.abs(np.nan_to_num(found.amount if money_is is Money.AMOUNT else found.worth))
    return GreenBefore(
        days=days,
        outcomes=outcomes,
        unbanded=int(np.count_nonzero(which & (stood == NO_BAND))),
        uncovered=int(np.count_nonzero(which & (stood == UNCOVERED))),
        green=_share(found, accounts, banded, stood == GREEN) if enough else None,
        money=None if money is None else float(money[banded].sum()),
        money_green=None if money is None else _share(found, accounts, banded, stood == GREEN, money),
    )


def _share(
    found: Happenings, accounts: int, among: Bools, holds: Bools, weight: Floats | None = None
) -> Estimate | None:
    """The share of some happenings, or of their money, of which something holds; several of one account are one
    witness.
    """
    weights = np.ones(len(among)) if weight is None else weight
    whole = np.zeros(accounts)
    part = np.zeros(accounts)
    np.add.at(whole, found.account[among], weights[among])
    np.add.at(part, found.account[among], (weights * holds)[among])
    return share(part, whole)
