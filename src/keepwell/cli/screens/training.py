"""A fitted model on a terminal: what it learned from, how it does beside its rivals, and where it was written."""

from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs import estimates, figures
from keepwell.runs.train import Trained


def screen(trained: Trained, written: bool, *, zone: ZoneInfo) -> list[RenderableType]:
    """The whole screen."""
    model, contest = trained.model, trained.contest
    learned = model.training
    parts: list[RenderableType] = [
        strokes.heading(f"{model.name} · {model.kind}", model.question),
        Text(
            f"Learned from {figures.count(learned.rows, 'row')}, {figures.count(learned.outcomes, 'outcome')}, "
            f"of {learned.first[:10]} to {learned.last[:10]}."
        ),
    ]
    if contest.auc is None or contest.first is None or contest.last is None:
        parts.append(Text("Too few outcomes are known of later days to judge it by.", "yellow"))
    else:
        parts += [
            Text(
                f"Judged on {figures.count(contest.rows, 'row')} of {figures.count(contest.accounts, 'account')}, "
                f"{figures.count(contest.outcomes, 'account')} with the outcome, {figures.day(contest.first, zone)} to "
                f"{figures.day(contest.last, zone)}, which it had not seen."
            ),
            Text(""),
            Text(f"AUC {estimates.number(contest.auc)}"),
            Text(
                f"Brier {figures.number(contest.brier or 0.0, 4)}; always stating the rate would give "
                f"{figures.number(contest.brier_of_rate or 0.0, 4)}. It says {estimates.rate(contest.stated or 0.0)} on average; "
                f"{estimates.rate(contest.rate or 0.0)} came true."
            ),
        ]
    if contest.rivals:
        rows: list[strokes.Row] = [
            [each.name, str(estimates.number(each.auc)), str(estimates.difference(each.difference))]
            for each in contest.rivals
        ]
        heads = ["beside, on the same rows", ">AUC", ">the model less it"]
        parts += [Text(""), strokes.indented(strokes.table(heads, rows))]
    parts += [Text(f"! {note}.", "yellow") for note in trained.notes]
    parts += [
        Text(f"! {name} has seen these outcomes, and is not compared.", "yellow") for name in contest.unfair
    ]
    said = f"Written to {trained.path}." if written else "Nothing is written: --write keeps it."
    return [*parts, Text(""), Text(said, "dim")]
