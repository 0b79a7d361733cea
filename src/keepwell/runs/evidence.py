"""What a certificate tells people, in words that the terminal and pages share."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from keepwell.proof.certificate import Certificate
from keepwell.proof.grade import Grade
from keepwell.proof.outcome import Counts
from keepwell.proof.statement import Statement, Tone, Topic
from keepwell.proof.subject import Question
from keepwell.proof.tally import Tally
from keepwell.proof.treated import Treated
from keepwell.proof.verdict import Verdict
from keepwell.runs import figures

GRADES = {
    Grade.TOO_LITTLE_DATA: "Too little data",
    Grade.UPSIDE_DOWN: "Upside down",
    Grade.NO_SIGNAL: "No usable signal",
    Grade.WEAK: "Weak",
    Grade.USEFUL: "Useful",
    Grade.STRONG: "Strong",
}
"""Each grade's name, from nothing known and the worst to the best."""

TONES = {
    Grade.TOO_LITTLE_DATA: Tone.CAUTION,
    Grade.UPSIDE_DOWN: Tone.ALARM,
    Grade.NO_SIGNAL: Tone.ALARM,
    Grade.WEAK: Tone.CAUTION,
    Grade.USEFUL: Tone.GOOD,
    Grade.STRONG: Tone.GOOD,
}

TOPICS = {
    Topic.DATA: "Data",
    Topic.METHOD: "Method",
    Topic.RANKING: "Order",
    Topic.CAPACITY: "Capacity",
    Topic.BANDS: "Bands",
    Topic.GREEN_BEFORE: "Missed in green",
    Topic.WARNING: "Early warning",
    Topic.CALIBRATION: "Probability",
    Topic.BASELINES: "Simple rules",
    Topic.SLICES: "Groups",
}


@dataclass(frozen=True, slots=True)
class LeakLine:
    """What seems to know the outcome beforehand: its `name`, the `rule` that found it, the `evidence`, and why it was
    waived (`None`: it was not)."""

    name: str
    rule: str
    evidence: str
    waived: str | None = None


def headline(verdict: Verdict) -> str:
    """The headline without the grade's name, which stands above it wherever it is shown."""
    before, mark, after = verdict.headline.partition(f"{GRADES[verdict.grade]}: ")
    return figures.plain(before + after[:1].upper() + after[1:] if mark else verdict.headline)


def cautions(verdict: Verdict) -> list[Statement]:
    """What must be known before any figure: what is to be held against the data and the method."""
    return [said for said in verdict.statements if _before_figures(said)]


def findings(verdict: Verdict) -> list[Statement]:
    """The other statements."""
    return [said for said in verdict.statements if not _before_figures(said)]


def _before_figures(said: Statement) -> bool:
    return said.topic in (Topic.DATA, Topic.METHOD) and said.tone in (Tone.ALARM, Tone.CAUTION)


def asked(question: Question) -> str:
    """What the score is held against, as a clause: `churned within 90 days, beginning 14 days after the day of the score`."""
    within = f"{question.kind} {question.within}"
    if question.gap and not question.gap.startswith("0"):
        within += f", beginning {question.gap} after the day of the score"
    return within + (", counted in money" if question.counts is Counts.REVENUE else "")


def when(certificate: Certificate, zone: ZoneInfo) -> str:
    """The days it was judged on, as a clause."""
    grid = certificate.grid
    if grid.first is None or grid.last is None:
        return "no day could be judged"
    if grid.as_ofs == 1:
        return figures.day(grid.first, zone)
    every = ""
    if grid.every_days is not None:
        days = figures.number(grid.every_days)
        every = ", one a day" if days == "1" else f", one every {days} days"
    ends = f"{figures.day(grid.first, zone)} to {figures.day(grid.last, zone)}"
    return f"{figures.count(grid.as_ofs, 'day')} from {ends}{every}"


def rests_on(tally: Tally, question: Question) -> str:
    """What the figures are over, as a clause."""
    return (
        f"{figures.count(tally.judged, 'row')} (an account on a day) of {figures.count(tally.accounts, 'account')}, "
        f"{tally.outcomes:,} of which {question.kind}"
    )


def sample(tally: Tally, question: Question) -> str:
    """The size of a group, as a note: `1,240 accounts, 212 churned`."""
    return f"{figures.count(tally.accounts, 'account')}, {tally.outcomes:,} {question.kind}"


def side(treated: Treated) -> str:
    """What the rows are called that outreach reached, or did not."""
    return "Reached" if treated.reached else "Not reached"


def unjudged(tally: Tally) -> list[tuple[int, str]]:
    """How many rows could not be judged, and why, the most frequent first."""
    reasons = [
        (tally.censored, "its time is not over yet, so it is not known what becomes of it"),
        (tally.too_soon, "it happened too soon for anybody to act"),
        (tally.otherwise, "the account ended for another cause"),
        (tally.not_at_risk, "it could not happen to the account then"),
        (tally.unscored, "the account had no score, mostly for lack of data"),
    ]
    return sorted([each for each in reasons if each[0]], key=lambda each: -each[0])


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the certificate, explained."""

    name: str
    text: str


def terms(question: Question) -> Sequence[Term]:
    """The words that a head of customer success may not know, in plain ones."""
    done = question.kind
    return (
        Term(
            "Interval",
            "The figure is measured on a limited number of accounts, so it could have come out somewhat differently. "
            "The range in brackets holds the true value in 95 of 100 such tests. A wide range means: we do not know well.",
        ),
        Term(
            "AUC",
            f"Take one account that {done} and one that did not. AUC is how often the score told them apart the right way round. "
            "0.5 is a coin toss, 1 is always; 0.7 is useful in practice, and above 0.9 is rare enough to be suspicious.",
        ),
        Term(
            "Average precision",
            f"Work down the list from the top, and note at each account that {done} which share of those before it did too. "
            "This is the mean of these shares. Compare it with the rate: that is what chance would give.",
        ),
        Term(
            "KS",
            f"The largest gap, at any cut through the list, between the share of accounts that {done} above it and the share of all others above it. "
            "0 is none, 1 is a perfect cut.",
        ),
        Term(
            "Tenth, lift",
            "All rows are sorted by score and cut into ten equal parts. Lift says how many times the average rate a part has: 3 means three times as often.",
        ),
        Term(
            "Calibrated probability, Brier",
            f"If the score says 20%, about 20 of 100 such accounts should have {done}. Brier is the mean squared error of such "
            "statements: 0 is perfect, and it should lie below that of always stating the same rate.",
        ),
        Term(
            "Horizon, action gap",
            f"How far ahead one looks ({question.horizon or 'nowhere: nothing has a date'}), and how soon it would be too late to act "
            f"({question.gap or 'not asked'}). What happens in the gap is left out.",
        ),
        Term(
            "As_of, row",
            "An as_of is a past day from which the score looks ahead, knowing only what was known by then. A row is one account at one "
            "as_of. A row whose time is not over yet is never counted as kept.",
        ),
        Term(
            "First warning",
            "The first day in yellow or red from which the account did not return to green.",
        ),
        Term("Flap", "A return within 14 days to the band just left: it makes people stop believing bands."),
    )
