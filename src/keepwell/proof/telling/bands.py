"""What evidence says of bands."""

from collections.abc import Iterator

from keepwell.proof.evidence import Evidence
from keepwell.proof.interval import Estimate
from keepwell.proof.outcome import Counts
from keepwell.proof.statement import Statement, Tone, Topic
from keepwell.proof.subject import Question
from keepwell.proof.telling.figures import between, percent
from keepwell.proof.warnings import GreenBefore
from keepwell.scoring.wording import number

TELLING_DAYS = 60
"""Of the days before the outcome, those whose share of green the verdict tells."""

MUCH_GREEN, SOME_GREEN = 0.5, 0.25
"""From which share that stood green the verdict is alarmed, or cautions."""


def of_standings(question: Question, whole: Evidence) -> Iterator[Statement]:
    """What became of each band, and whether the bands are in order."""
    by_money = question.counts is Counts.REVENUE
    rates = {
        standing.band: rate
        for standing in whole.standings
        if standing.band is not None
        and (rate := standing.worth_rate if by_money and standing.worth_rate else standing.rate)
    }
    if len(rates) < 2:
        return
    told = ", ".join(f"{percent(rate.value)} of {band}" for band, rate in rates.items())
    of_what = " (by value)" if by_money and any(one.worth_rate for one in whole.standings) else ""
    first, *_, last = rates.values()
    low, high = (first, last) if question.kind.adverse else (last, first)
    names = list(rates)
    if low.low > high.high:
        tone, end = Tone.ALARM, f" {str(names[0]).capitalize()} and {names[-1]} are upside down."
    elif low.high < high.low:
        tone, end = Tone.GOOD, ""
    else:
        tone, end = (
            Tone.CAUTION,
            f" {str(names[0]).capitalize()} and {names[-1]} cannot be told apart by this.",
        )
    yield Statement(Topic.BANDS, tone, f"What {question.kind.value} by band{of_what}: {told}.{end}")


def of_warnings(question: Question, whole: Evidence) -> Iterator[Statement]:
    """Who stood green before, and how early warnings came."""
    if whole.warnings is None:
        return
    for found in whole.warnings.green_before:
        if found.days == TELLING_DAYS and found.green is not None:
            yield _green(question, found, found.green)
    never, days = whole.warnings.never, whole.warnings.days
    if days is not None:
        at_least = (
            f" {number(whole.warnings.from_start)} of them were never green since first seen, so theirs came at "
            "least that early."
            if whole.warnings.from_start
            else ""
        )
        yield Statement(
            Topic.WARNING,
            Tone.PLAIN,
            f"The first warning (yellow or red, and never green again) came {number(round(days[1]))} days "
            "before (median; half of them "
            f"between {number(round(days[0]))} and {number(round(days[2]))}).{at_least}",
        )
    if never is not None:
        yield Statement(
            Topic.WARNING,
            _by_green(never.value),
            f"{percent(never.value)} of those that {question.kind.value} stood green to the last ({between(never)}).",
        )


def _green(question: Question, found: GreenBefore, green: Estimate) -> Statement:
    money, verb = found.money_green, question.kind.value
    told = f"{percent(green.value)} of the accounts that {verb} stood green {found.days} days before ({between(green)})"
    share = green
    if money is not None:
        told += f", and {percent(money.value)} of their revenue"
        share = money if question.counts is Counts.REVENUE else green
    return Statement(Topic.GREEN_BEFORE, _by_green(share.value), f"{told}.")


def _by_green(share: float) -> Tone:
    return Tone.ALARM if share >= MUCH_GREEN else Tone.CAUTION if share >= SOME_GREEN else Tone.GOOD
