"""One account on a terminal: its score as a waterfall, its trend, why it moved, and what would turn it green."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.models.outlook import chance
from keepwell.runs import figures
from keepwell.runs.portfolio import basis_in_words, listed, told
from keepwell.runs.predict import Beside
from keepwell.scoring.score import Explanation, Score, Step

BAR = 20
FACTORS = 5
"""So many factors of a model are shown, those that count most."""


def screen(
    explanation: Explanation, models: Sequence[Beside] = (), *, currency: str, zone: ZoneInfo
) -> list[RenderableType]:
    """The whole screen; `models` say their part beside the score."""
    score = explanation.score
    parts: list[RenderableType] = [_head(score), *_about(score, currency, zone), Text("")]
    if score.score is None:
        parts += [Text(f"No score: {figures.plain(score.why_not)}"), Text("")]
    else:
        parts += [strokes.heading("How the score comes about"), strokes.indented(_waterfall(score)), Text("")]
        parts += _advice(score)
    parts += _trend(explanation, zone)
    parts += _moves(explanation, zone)
    parts += _remedies(explanation)
    parts += _models(models)
    parts.append(Text(f"Scorecard {score.scorecard or '–'}, version {score.version or '–'}", "dim"))
    return parts


def _models(models: Sequence[Beside]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for one in models:
        said = "" if one.said is None else chance(one.said.probability)
        parts.append(strokes.heading(f"{figures.plain(one.title)} {said}".strip(), "as a model sees it"))
        if one.said is None:
            parts.append(Text(f"  {figures.plain(one.why_not)}", "dim"))
        else:
            outlook = one.said.outlook.words()
            parts += [Text(f"  {outlook}")] if outlook else []
            rows: list[strokes.Row] = [
                ["•", figures.plain(factor.text)] for factor in one.said.explanation.factors[:FACTORS]
            ]
            parts.append(strokes.indented(strokes.table(["", ""], rows, wraps=1)))
        parts.append(Text(""))
    return parts


def _head(score: Score) -> Text:
    name = figures.plain(score.name or score.account_id)
    beside = figures.plain(score.account_id) if score.name and score.name != score.account_id else ""
    return strokes.heading(name, beside)


def _about(score: Score, currency: str, zone: ZoneInfo) -> list[Text]:
    line = Text(f"{score.purpose} {figures.score(score.score)}  ", "bold") + strokes.band(score.band)
    if score.days_in_band is not None:
        line += Text(f" for {figures.count(score.days_in_band, 'day')}")
    line += Text(f" · {figures.moment(score.as_of, zone)} · coverage {figures.share(score.coverage, 1)}")
    facts = [score.segment if score.segment != "any" else "", score.stage if score.stage != "any" else ""]
    facts.append(f"owner {score.owner}" if score.owner else "")
    if score.value is not None:
        worth = f"worth {figures.money(score.value, currency)}"
        if score.value_at_risk:
            basis = basis_in_words(score.risk_basis)
            worth += f", at risk {figures.money(score.value_at_risk, currency)} ({basis})"
        facts.append(worth)
    said = " · ".join(figures.plain(fact) for fact in facts if fact)
    return [line, *([Text(said, "dim")] if said else [])]


def _waterfall(score: Score) -> Table:
    reasons = [reason for reason in listed(score) if _matters(reason.points)]
    levels = [score.baseline]
    for reason in reasons:
        levels.append(levels[-1] + reason.points)
    low, high = min(0.0, *levels), max(100.0, *levels)

    def place(value: float) -> float:
        return (value - low) / (high - low)

    rows: list[strokes.Row] = [
        [
            figures.score(score.baseline),
            Text(strokes.span(place(0), place(score.baseline), BAR), "dim"),
            "Baseline",
        ]
    ]
    for reason, start, end in zip(reasons, levels, levels[1:], strict=False):
        drawn = Text(strokes.span(place(start), place(end), BAR), "red" if end < start else "green")
        rows.append([strokes.change(reason.points), drawn, figures.plain(told(reason))])
    left = (score.score or 0.0) - levels[-1]
    if _matters(left):
        rows.append([strokes.change(left), "", "smaller reasons together"])
    total = Text(strokes.span(place(0), place(score.score or 0.0), BAR), "cyan")
    rows.append([Text(figures.score(score.score), "bold"), total, Text("Score", "bold")])
    if score.computed_score is not None and score.computed_score != score.score:
        rows.append([figures.score(score.computed_score), "", "before any override"])
    return strokes.table([">points", "", "reason"], rows, wraps=2)


def _matters(points: float) -> bool:
    return figures.points(points) != "0.0"


def _advice(score: Score) -> list[RenderableType]:
    steps = (Step.MEASURE, Step.RULE, Step.CAP)
    said = [
        reason for reason in listed(score) if reason.advice and reason.points < 0 and reason.step in steps
    ]
    if not said:
        return []
    lines = dict.fromkeys(
        figures.plain(reason.advice) for reason in sorted(said, key=lambda reason: reason.points)
    )
    rows = [["•", line] for line in lines]
    return [strokes.heading("What to do"), strokes.indented(strokes.table(["", ""], rows, wraps=1)), Text("")]


def _trend(explanation: Explanation, zone: ZoneInfo) -> list[RenderableType]:
    values = [value for _, value, _ in explanation.trend]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return []
    first, last = explanation.trend[0][0], explanation.trend[-1][0]
    between = f"{figures.day(first, zone)} to {figures.day(last, zone)}, {figures.score(min(known))} to {figures.score(max(known))}"
    return [strokes.heading("Trend", between), strokes.indented(strokes.sparkline(values)), Text("")]


def _moves(explanation: Explanation, zone: ZoneInfo) -> list[RenderableType]:
    since = explanation.since
    if since is None:
        return []
    now = explanation.score
    title = f"Since {figures.moment(since.as_of, zone)}"
    ends = f"{figures.score(since.score)} → {figures.score(now.score)}"
    if since.score is not None and now.score is not None:
        ends += f" ({figures.points(now.score - since.score)})"
    rows: list[strokes.Row] = [
        [strokes.change(move.points), move.cause, figures.plain(move.text)]
        for move in explanation.moves
        if _matters(move.points)
    ]
    body = strokes.table([">points", "cause", ""], rows, wraps=2) if rows else Text("Nothing moved it.")
    return [strokes.heading(title, ends), strokes.indented(body), Text("")]


def _remedies(explanation: Explanation) -> list[RenderableType]:
    if not explanation.remedies:
        return []
    rows: list[strokes.Row] = [
        [Text(figures.points(remedy.points), "green"), figures.plain(remedy.text)]
        for remedy in explanation.remedies
    ]
    return [
        strokes.heading("What would turn it green"),
        strokes.indented(strokes.table([">points", ""], rows, wraps=1)),
        Text(""),
    ]
