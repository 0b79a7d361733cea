"""Whether bands warned before the outcome: who stood green shortly before it, and how early the first warning came."""

from dataclasses import dataclass
from enum import StrEnum

from keepwell.proof.interval import Estimate

DAYS_BEFORE = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class GreenBefore:
    """Where the accounts stood at the latest as_of at least `days` before the outcome happened.

    `outcomes`: happenings whose account had a band then; `unbanded`: those whose account had none (not scored yet, too little
    data); happenings less than `days` after the first as_of are not counted. `green`: the share (0–1) of `outcomes` that
    stood green (`None`: fewer than `tally.MIN_OUTCOMES`). `money`: what they were worth in all, `money_green`: the share of it that stood green
    (`None`: not known). See `Warnings.money_is` for what is meant by their worth.
    """

    days: int
    outcomes: int
    unbanded: int
    green: Estimate | None
    money: float | None
    money_green: Estimate | None


class Money(StrEnum):
    """What a happening is worth."""

    AMOUNT = "amount"
    """The amount that the outcome itself names: what was lost or won."""

    WORTH = "worth"
    """The account's value at the last as_of before; some happening names no amount."""


@dataclass(frozen=True, slots=True)
class Warnings:
    """How early bands warned. A warning is the first as_of in yellow or red without a return to green before the outcome.

    `outcomes`: happenings whose account had a band before. `never`: the share (0–1) that stood green to the last. `days`: the quartiles (25%, 50%, 75%)
    of the days from the first warning to the outcome, over those warned (`None`: fewer than `tally.MIN_OUTCOMES`). `from_start`: how many of those had never been green since
    they were first seen, so that their warning came at least that early. `green_before`: at 30, 60 and 90 days. `money_is`: `amount` or `worth`.
    """

    outcomes: int
    never: Estimate | None
    days: tuple[float, float, float] | None
    from_start: int
    green_before: tuple[GreenBefore, ...]
    money_is: Money | None
