"""What became of each group of accounts, in figures that the terminal and pages share."""

from collections.abc import Sequence

from keepwell.proof.evidence import Evidence, Slice
from keepwell.proof.standing import Standing
from keepwell.proof.subject import Question
from keepwell.proof.warnings import GreenBefore
from keepwell.runs import estimates, figures
from keepwell.scoring.score import Band

LONG_BEFORE = 60
"""So many days before the outcome it is asked, of each group, what stood in green."""

CONTACTED = "contacted"


def title(by: str) -> str:
    """What groups are split by, for people."""
    return "Reached by outreach" if by == CONTACTED else figures.words(figures.plain(by))


def named(part: Slice) -> str:
    """A group with what it is split by: `Segment: smb`."""
    return f"{title(part.by)}: {figures.plain(part.name)}"


def heads(question: Question) -> tuple[str, ...]:
    """What `became` tells, after the group's name; of losses also how early bands warned, and how much money they missed."""
    warned = ("warned", "worth", "missed") if question.kind.adverse else ()
    return (str(question.kind), "by value", "green", "red", *warned)


def legend(question: Question, currency: str) -> str:
    """What the heads mean, in a few words each."""
    said = (
        f"By value: the share of the rows' value that {question.kind}. Green, red: of the rows in that band."
    )
    if not question.kind.adverse:
        return said
    return (
        f"{said} Warned: days from the first warning to the end, the median. Worth: of those that {question.kind}, in {currency}. "
        f"Missed: the share of it that still stood in green {LONG_BEFORE} days before."
    )


def became(part: Evidence, question: Question) -> tuple[str, ...]:
    """How many rows of a group it happened to, also by value and in green and in red; of losses the median of the days from the first warning, and
    the money of the group with its share that stood green long before. A dash where there is too little data."""
    rates = [
        figures.DASH if part.ranking is None else estimates.rate(part.ranking.rate),
        _rate(by_value(part.standings)),
        *(_rate(_in_band(part.standings, band)) for band in (Band.GREEN, Band.RED)),
    ]
    if not question.kind.adverse:
        return tuple(rates)
    days = None if part.warnings is None else part.warnings.days
    before = _before(part)
    money = None if before is None else before.money
    return (
        *rates,
        figures.DASH if days is None else figures.number(days[1]),
        figures.DASH if money is None else figures.short_money(money, "").strip(),
        _rate(None if before is None or before.money_green is None else before.money_green.value),
    )


def by_value(standings: Sequence[Standing]) -> float | None:
    """The share (0–1) of the rows' value that the outcome happened to; `None`: no value is known."""
    known = [
        (each.worth, each.worth_happened)
        for each in standings
        if each.worth is not None and each.worth_happened is not None
    ]
    whole = sum(worth for worth, _ in known)
    return sum(happened for _, happened in known) / whole if whole else None


EVERY_HEADS = (
    "Group",
    "Rows",
    "Rate",
    "AUC",
    "Avg. precision",
    "KS",
    "Lift",
    "First k hold",
    "Brier",
    "Gap",
    "Green",
    "Red",
    "Green 60 days before",
    "Flaps",
)
"""What `every_figure` are of, after the group's name."""


def every_figure(part: Evidence) -> tuple[str, ...]:
    """The figures of a group, in the order of `EVERY_HEADS` after its name; a dash where there is too little data."""
    rank, stated = part.ranking, part.calibration
    by_band = {each.band: each.rate for each in part.standings}
    before = _before(part)
    return (
        f"{part.tally.judged:,}",
        figures.DASH if rank is None else estimates.rate(rank.rate),
        _or_dash(None if rank is None else estimates.number(rank.auc)),
        _or_dash(None if rank is None else estimates.percent(rank.average_precision)),
        figures.DASH if rank is None else figures.number(rank.ks, 2),
        figures.number(part.deciles[0].lift, 1) if part.deciles else figures.DASH,
        _or_dash(None if part.capture is None else estimates.percent(part.capture.recall)),
        _or_dash(None if stated is None else estimates.number(stated.brier, 3)),
        figures.DASH if stated is None else estimates.rate(stated.expected_error),
        *(
            _or_dash(None if rate is None else estimates.percent(rate))
            for rate in (by_band.get(Band.GREEN), by_band.get(Band.RED))
        ),
        _or_dash(None if before is None or before.green is None else estimates.percent(before.green)),
        figures.DASH
        if part.stays is None or part.stays.flaps is None
        else figures.number(part.stays.flaps, 2),
    )


def _before(part: Evidence) -> GreenBefore | None:
    if part.warnings is None:
        return None
    return next((each for each in part.warnings.green_before if each.days == LONG_BEFORE), None)


def _in_band(standings: Sequence[Standing], band: Band) -> float | None:
    return next((each.rate.value for each in standings if each.band is band and each.rate is not None), None)


def _rate(value: float | None) -> str:
    return figures.DASH if value is None else estimates.rate(value)


def _or_dash(said: estimates.Said | None) -> str:
    return figures.DASH if said is None else str(said)
