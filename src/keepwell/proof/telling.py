"""The words in which evidence is told."""

from collections.abc import Iterator, Sequence

from keepwell.proof.baselines import Baseline
from keepwell.proof.calibration import Basis
from keepwell.proof.evidence import Evidence, Slice
from keepwell.proof.interval import Estimate
from keepwell.proof.outcome import Counts
from keepwell.proof.statement import Statement, Tone, Topic
from keepwell.proof.subject import Grid, Question
from keepwell.proof.tally import MIN_OTHERS, MIN_OUTCOMES, Tally
from keepwell.proof.warnings import GreenBefore
from keepwell.scoring.wording import PERCENT, number, quantity

TELLING_DAYS = 60
"""Of the days before the outcome, those whose share of green the verdict tells."""

MUCH_GREEN, SOME_GREEN = 0.5, 0.25
"""From which share that stood green the verdict is alarmed, or cautions."""


def percent(share: float) -> str:
    """A share for people: `12%`, `1.2%`, `0.04%`."""
    return quantity(share, PERCENT) if share >= 0.001 or share == 0 else f"{number(100 * share)}%"


def between(figure: Estimate) -> str:
    """The interval of a share, for people: `95% interval 10%–14%`."""
    return f"95% interval {percent(figure.low)}–{percent(figure.high)}"


def auc(figure: Estimate) -> str:
    """An AUC with its interval, for people: `AUC 0.71, 95% interval 0.66–0.75`."""
    return f"AUC {figure.value:.3f}, 95% interval {figure.low:.3f}–{figure.high:.3f}"


def _accounts(count: int) -> str:
    return f"{number(count)} {'account' if count == 1 else 'accounts'}"


def headline(grade: str, question: Question, whole: Evidence) -> str:
    """The most important thing, by the grade's name."""
    if whole.ranking is None:
        return f"Too little data: {_too_little(question, whole.tally)} No figure is shown."
    told, verb = auc(whole.ranking.auc), question.kind.value
    ahead = "lower" if question.kind.adverse else "higher"
    match grade:
        case "no_usable_signal":
            return (
                f"No usable signal: the interval includes chance ({told}; chance is 0.5). {_accounts(whole.tally.outcomes)} {verb}, "
                "and the score did not tell them from the others."
            )
        case "upside_down":
            return (
                f"Upside down: the score ranks worse than chance ({told}). Accounts that {verb} tended to score "
                f"{'higher' if question.kind.adverse else 'lower'} than others."
            )
        case _:
            return f"{grade.capitalize()}: accounts that {verb} tended to score {ahead} than others ({told}; chance is 0.5)."


def _too_little(question: Question, tally: Tally) -> str:
    verb = question.kind.value
    if not tally.rows:
        return "there are no accounts at these as_ofs."
    if not tally.judged:
        return f"no account can be judged: {_left_out(tally)}."
    if not tally.outcomes:
        return f"none of {_accounts(tally.accounts)} {verb} within {question.horizon}."
    if not tally.others:
        return f"all of {_accounts(tally.accounts)} {verb}: there are no others to tell them from."
    if tally.outcomes < MIN_OUTCOMES:
        return f"{_accounts(tally.outcomes)} {verb} ({MIN_OUTCOMES} at the least are needed)."
    return f"{_accounts(tally.others)} had another fate ({MIN_OTHERS} at the least are needed)."


def _left_out(tally: Tally) -> str:
    reasons = (
        (tally.censored, "the horizon is not over yet"),
        (tally.too_soon, "it happened within the action gap"),
        (tally.otherwise, "the account ended for another cause"),
        (tally.not_at_risk, "the account was not at risk"),
        (tally.unscored, "there was no score"),
    )
    return ", ".join(f"{why} ({number(count)} rows)" for count, why in reasons if count)


def of_grid(grid: Grid) -> Iterator[Statement]:
    """What is to be held against the method."""
    if not grid.point_in_time:
        yield Statement(
            Topic.METHOD,
            Tone.ALARM,
            "Not point in time: the data has no dates, so values may have been recorded after the outcome. Nobody could have had "
            "these scores in advance as they stand.",
        )
    if grid.in_sample:
        every = grid.in_sample == grid.as_ofs
        yield Statement(
            Topic.METHOD,
            Tone.ALARM if every else Tone.CAUTION,
            f"{'All' if every else f'{grid.in_sample} of'} {grid.as_ofs} as_ofs lie in the time that the version was fitted on. "
            "Figures from there flatter it.",
        )
    if grid.every_days is not None and grid.every_days > 1 and not grid.folded_daily:
        yield Statement(
            Topic.METHOD,
            Tone.CAUTION,
            f"Bands were worked out every {number(grid.every_days)} days only; live, they would follow every day, and could differ where the "
            "score is near a threshold.",
        )


def of_tally(question: Question, tally: Tally) -> Iterator[Statement]:
    """What was judged, what was not, and whom outreach reached."""
    left_out = _left_out(tally)
    yield Statement(
        Topic.DATA,
        Tone.PLAIN,
        f"Judged on {number(tally.judged)} rows (an account at an as_of) of {_accounts(tally.accounts)}; {tally.outcomes:,} of these "
        f"{question.kind.value}." + (f" Left out: {left_out}." if left_out else ""),
    )
    if tally.contacted:
        yield Statement(
            Topic.DATA,
            Tone.CAUTION,
            f"Outreach reached {percent(tally.contacted / tally.judged)} of the rows before the outcome. Where it changed what happened, the "
            "figures speak of score and outreach together; see contacted and not contacted apart.",
        )


def of_ranking(question: Question, whole: Evidence) -> Iterator[Statement]:
    """What the AUC means, and what the riskiest tenth holds."""
    assert whole.ranking is not None
    found, verb = whole.ranking.auc, question.kind.value
    first = "a lower" if question.kind.adverse else "a higher"
    yield Statement(
        Topic.RANKING,
        Tone.PLAIN,
        f"Of an account that {verb} and one that did not, the first had {first} score {found.value * 100:.0f} times in 100 (95% interval "
        f"{found.low * 100:.0f}–{found.high * 100:.0f}; a coin: 50).",
    )
    if whole.deciles:
        top = whole.deciles[0]
        edge = "lowest" if question.kind.adverse else "highest"
        yield Statement(
            Topic.RANKING,
            Tone.PLAIN,
            f"The tenth with the {edge} scores held {percent(top.captured)} of those that {verb}: {top.lift:.1f} times its share.",
        )


def of_capture(question: Question, whole: Evidence) -> Iterator[Statement]:
    """What the team would have seen."""
    found = whole.capture
    if found is None:
        return
    worth = f", and {percent(found.worth_recall.value)} of their value" if found.worth_recall else ""
    right = (
        f" Of those looked after, {percent(found.precision.value)} {question.kind.value}."
        if found.precision
        else ""
    )
    yield Statement(
        Topic.CAPACITY,
        Tone.PLAIN if found.recall.low > found.chance else Tone.CAUTION,
        f"Looking after {_accounts(found.capacity)} at each as_of would have reached {percent(found.recall.value)} of those that "
        f"{question.kind.value} ({between(found.recall)}){worth}; as many drawn at random, {percent(found.chance)}.{right}",
    )


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
            f" {number(whole.warnings.from_start)} of them were never green since first seen, so theirs came at least that early."
            if whole.warnings.from_start
            else ""
        )
        yield Statement(
            Topic.WARNING,
            Tone.PLAIN,
            f"The first warning (yellow or red, and never green again) came {number(round(days[1]))} days before (median; half of them "
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


def of_calibration(question: Question, whole: Evidence) -> Iterator[Statement]:
    """Whether a probability can be taken at its word."""
    found = whole.calibration
    if found is None:
        if whole.calibration_missing:
            yield Statement(Topic.CALIBRATION, Tone.CAUTION, whole.calibration_missing)
        return
    source = {
        Basis.GIVEN: "The stated probability",
        Basis.EARLIER: "The probability that each score had at earlier as_ofs",
        Basis.FOLDS: "The probability that each score had among other accounts, at the same as_ofs and so not ahead of time,",
    }[found.basis]
    figures = f"{percent(found.stated)} on average where {percent(found.rate.value)} {question.kind.value} ({between(found.rate)})"
    if found.rate.includes(found.stated):
        bent = found.slope is not None and not found.slope.includes(1.0)
        if bent and found.slope is not None:
            end = f", but is too {'extreme' if found.slope.value < 1 else 'timid'} (slope {found.slope.value:.2f}; right is 1)"
            yield Statement(
                Topic.CALIBRATION, Tone.CAUTION, f"{source} is right on the whole: {figures}{end}."
            )
        else:
            yield Statement(Topic.CALIBRATION, Tone.GOOD, f"{source} is right on the whole: {figures}.")
    else:
        wrong = "high" if found.stated > found.rate.value else "low"
        yield Statement(Topic.CALIBRATION, Tone.CAUTION, f"{source} is too {wrong}: {figures}.")


def of_baselines(found: Sequence[Baseline]) -> Iterator[Statement]:
    """What beats the score, what it is not shown to beat, and what it beats."""
    beaten = []
    for baseline in found:
        against, name = baseline.comparison, baseline.name.replace("_", " ")
        if against is None:
            yield Statement(
                Topic.BASELINES, Tone.PLAIN, f"Against {name} alone: too little data in which both are known."
            )
            continue
        told = (
            f"{against.other.value:.3f} to {against.own.value:.3f}, difference {_signed(against.difference)}"
        )
        if against.worse:
            yield Statement(
                Topic.BASELINES,
                Tone.ALARM,
                f"Beaten by {name} alone: it ranks better than the score ({told}).",
            )
        elif against.better:
            beaten.append(f"{name} ({_signed(against.difference)})")
        else:
            yield Statement(
                Topic.BASELINES, Tone.CAUTION, f"Not shown to beat {name} alone ({told}, which includes 0)."
            )
    if beaten:
        yield Statement(Topic.BASELINES, Tone.GOOD, f"In AUC, the score beats {', '.join(beaten)}.")


def _signed(figure: Estimate) -> str:
    return f"{figure.value:+.3f} ({figure.low:+.3f} to {figure.high:+.3f})".replace("-", "−")


def of_slices(upside_down: Sequence[Slice], poor: Sequence[Slice]) -> Iterator[Statement]:
    """Where the score ranks worse than chance, and of which groups nothing can be said."""
    for one in upside_down:
        assert one.evidence.ranking is not None
        yield Statement(
            Topic.SLICES,
            Tone.ALARM,
            f"Upside down where {one.by} is {one.name}: there the score ranks worse than chance ({auc(one.evidence.ranking.auc)}).",
        )
    if poor:
        names = ", ".join(f"{one.by} {one.name}" for one in poor)
        yield Statement(Topic.SLICES, Tone.PLAIN, f"Too little data to say anything of {names}.")
