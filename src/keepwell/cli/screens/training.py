"""A fitted model on a terminal: what it learned from, how it does beside its rivals, and where it was written."""

from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.models.fitted import Training
from keepwell.proof.calibration import Calibration
from keepwell.runs import estimates, figures
from keepwell.runs.contest import Contest
from keepwell.runs.train import Trained


def screen(trained: Trained, written: bool, *, zone: ZoneInfo) -> list[RenderableType]:
    """The whole screen."""
    model, contest = trained.model, trained.contest
    learned = model.training
    parts: list[RenderableType] = [
        strokes.heading(f"{model.name} · {model.kind}", model.question),
        Text(_learned(learned)),
        *([Text(_calibrated(learned))] if learned.calibrated_rows else []),
    ]
    parts += _judged(contest, zone) + _rivals(contest)
    parts += [Text(f"! {note}.", "yellow") for note in trained.notes]
    parts += [
        Text(f"! {name} has seen these outcomes, and is not compared.", "yellow") for name in contest.unfair
    ]
    said = f"Written to {trained.path}." if written else "Nothing is written: --write keeps it."
    return [*parts, Text(""), Text(said, "dim")]


def _learned(learned: Training) -> str:
    """What it learned from; a model of purchases needs no outcomes."""
    if learned.purchases:
        return (
            f"Learned from {figures.count(learned.accounts, 'account')} and what they bought on "
            f"{figures.count(learned.purchases, 'day')} before {learned.first[:10]}."
        )
    return f"Learned from {_slice(learned.rows, learned.outcomes, learned.first, learned.last)}."


def _calibrated(learned: Training) -> str:
    first, last = learned.calibrated_first, learned.calibrated_last
    return f"Calibrated on {_slice(learned.calibrated_rows, learned.calibrated_outcomes, first, last)}."


def _slice(rows: int, outcomes: int, first: str, last: str) -> str:
    when = first[:10] if first == last else f"{first[:10]} to {last[:10]}"
    return f"{figures.count(rows, 'row')}, {figures.count(outcomes, 'outcome')}, of {when}"


def _judged(contest: Contest, zone: ZoneInfo) -> list[RenderableType]:
    """How it does on what it had not seen."""
    right = contest.calibration
    if contest.auc is None or right is None or contest.first is None or contest.last is None:
        return [Text("Too few outcomes are known of what it had not seen to judge it by.", "yellow")]
    first, last = figures.day(contest.first, zone), figures.day(contest.last, zone)
    days = f"{first if first == last else f'{first} to {last}'}, which it had not seen"
    if contest.stand_ins:
        days = f"by {contest.stand_ins} stand-ins, each of accounts that it had not seen"
    return [
        Text(
            f"Judged on {figures.count(contest.rows, 'row')} of {figures.count(contest.accounts, 'account')}, "
            f"{figures.count(contest.outcomes, 'account')} with the outcome, {days}."
        ),
        Text(""),
        Text(f"AUC {estimates.number(contest.auc, 3)}"),
        Text(
            f"Brier {estimates.number(right.brier, 3)}; always stating the rate would give {figures.number(right.brier_of_rate, 3)}."
        ),
        Text(
            f"Expected calibration error {_error(right)}, over {figures.count(right.rows, 'row')}. It says "
            f"{estimates.rate(right.stated)} on average; {estimates.percent(right.rate)} came true."
        ),
    ]


def _rivals(contest: Contest) -> list[RenderableType]:
    """The rivals' ranks, and how right those are that state a probability."""
    if not contest.rivals:
        return []
    ranks: list[strokes.Row] = [
        [each.name, str(estimates.number(each.auc, 3)), str(estimates.difference(each.difference))]
        for each in contest.rivals
    ]
    heads = ["beside, on the same rows", ">AUC", ">the model less it"]
    parts: list[RenderableType] = [Text(""), strokes.indented(strokes.table(heads, ranks))]
    right: list[strokes.Row] = [
        [
            each.name,
            str(estimates.number(each.calibration.brier, 3)),
            _error(each.calibration),
            f"{each.rows:,}",
        ]
        for each in contest.rivals
        if each.calibration is not None
    ]
    if right:
        heads = ["and their chances", ">Brier", ">calibration error", ">rows"]
        parts += [Text(""), strokes.indented(strokes.table(heads, right))]
    return parts


def _error(right: Calibration) -> str:
    return f"{figures.number(100 * right.expected_error, 1)} points"
