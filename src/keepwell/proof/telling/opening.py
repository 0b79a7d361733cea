"""The headline, and what it rests on: the data and the method."""

from collections.abc import Iterator

from keepwell.proof.evidence import Evidence
from keepwell.proof.grade import Grade
from keepwell.proof.statement import Statement, Tone, Topic
from keepwell.proof.subject import Grid, Question
from keepwell.proof.tally import MIN_OTHERS, MIN_OUTCOMES, Tally
from keepwell.proof.telling.figures import accounts, auc, percent, rows
from keepwell.scoring.wording import number


def headline(grade: Grade, question: Question, whole: Evidence) -> str:
    """The most important thing."""
    if whole.ranking is None:
        return f"Too little data: {_too_little(question, whole.tally)} No figure is shown."
    told, verb = auc(whole.ranking.auc), question.kind.value
    ahead = "lower" if question.kind.adverse else "higher"
    match grade:
        case Grade.NO_SIGNAL:
            return (
                f"No usable signal: the interval includes chance ({told}; chance is 0.5). "
                f"{accounts(whole.tally.outcomes)} {verb}, "
                "and the score did not tell them from the others."
            )
        case Grade.UPSIDE_DOWN:
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
        return f"none of {accounts(tally.accounts)} {verb} {question.within}."
    if not tally.others:
        return f"all of {accounts(tally.accounts)} {verb}: there are no others to tell them from."
    if tally.outcomes < MIN_OUTCOMES:
        return f"{accounts(tally.outcomes)} {verb} ({MIN_OUTCOMES} at the least are needed)."
    return f"{accounts(tally.others)} had another fate ({MIN_OTHERS} at the least are needed)."


def _left_out(tally: Tally) -> str:
    reasons = (
        (tally.censored, "the horizon is not over yet"),
        (tally.too_soon, "it happened within the action gap"),
        (tally.otherwise, "the account ended for another cause"),
        (tally.not_at_risk, "the account was not at risk"),
        (tally.unscored, "there was no score"),
    )
    return ", ".join(f"{why} ({rows(count)})" for count, why in reasons if count)


def of_grid(grid: Grid) -> Iterator[Statement]:
    """What is to be held against the method."""
    if not grid.point_in_time:
        yield Statement(
            Topic.METHOD,
            Tone.ALARM,
            "Not point in time: the data has no dates, so values may have been recorded after the outcome. "
            "Nobody could have had "
            "these scores in advance as they stand.",
        )
    if grid.in_sample:
        every = grid.in_sample == grid.as_ofs
        yield Statement(
            Topic.METHOD,
            Tone.ALARM if every else Tone.CAUTION,
            f"{'All' if every else f'{grid.in_sample} of'} {grid.as_ofs} as_ofs lie in the time that the "
            "version was fitted on. "
            "Figures from there flatter it.",
        )
    if grid.every_days is not None and grid.every_days > 1 and not grid.folded_daily:
        yield Statement(
            Topic.METHOD,
            Tone.CAUTION,
            f"Bands were worked out every {number(grid.every_days)} days only; live, they would follow every "
            "day, and could differ where the "
            "score is near a threshold.",
        )


def of_tally(question: Question, tally: Tally) -> Iterator[Statement]:
    """What was judged, what was not, and whom outreach reached."""
    left_out = _left_out(tally)
    yield Statement(
        Topic.DATA,
        Tone.PLAIN,
        f"Judged on {rows(tally.judged)} (an account at an as_of) of {accounts(tally.accounts)}; "
        f"{tally.outcomes:,} of these "
        f"{question.kind.value}." + (f" Left out: {left_out}." if left_out else ""),
    )
    if tally.contacted:
        yield Statement(
            Topic.DATA,
            Tone.CAUTION,
            f"Outreach reached {percent(tally.contacted / tally.judged)} of the rows. Where it changed what happened, the "
            "figures speak of score and outreach together; see reached and not reached apart.",
        )
