"""What people say beside the scores, on a terminal: how they agree, and whom the outcome proved right."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.proof.agreement import FeedbackAgreement, PulseAgreement
from keepwell.proof.interval import Estimate
from keepwell.runs import figures
from keepwell.runs.opinions import Opinions

TOO_LITTLE = "too little data"


def screen(opinions: Opinions) -> Iterator[RenderableType]:
    """How pulses and feedback agree with the score, and whom the outcome proved right."""
    if opinions.pulses:
        yield strokes.heading(
            "Pulses", "people's opinions less the score, in points; whom the outcome proved right"
        )
        rows: list[strokes.Row] = [_pulse(each) for each in opinions.pulses]
        yield strokes.table(["", ">pulses", ">less score", ">ranks", ">AUC people", ">score"], rows, wraps=0)
        yield Text(_sided(opinions.pulses[0]))
        yield Text("")
    if opinions.feedback:
        yield strokes.heading("Is this score right?")
        rows = [_word(each) for each in opinions.feedback]
        yield strokes.table(["", ">answers", ">right", ">too high", ">too low"], rows, wraps=0)
        yield Text("")


def _pulse(each: PulseAgreement) -> strokes.Row:
    sides = each.sides
    return [
        _name(each.by, each.group),
        f"{each.rows:,}",
        Text(TOO_LITTLE, "dim") if each.difference is None else figures.points(each.difference.value),
        _figure(each.ranks),
        _figure(sides.people),
        _figure(sides.score),
    ]


def _sided(whole: PulseAgreement) -> str:
    sides = whole.sides
    if sides.difference is None:
        return f"Who was right: too little data, {figures.count(sides.rows, 'pulse')} of which the outcome is known."
    value = sides.difference
    interval = f"AUC {figures.number(value.value, 2)} apart, {figures.number(value.low, 2)} to {figures.number(value.high, 2)}"
    if value.includes(0):
        return f"Neither people nor the score told the outcome better ({interval})."
    return f"{'People' if value.value > 0 else 'The score'} told the outcome better ({interval})."


def _word(each: FeedbackAgreement) -> strokes.Row:
    shares = (each.right, each.too_high, each.too_low)
    said = [Text(TOO_LITTLE, "dim") if share is None else f"{share.value:.0%}" for share in shares]
    return [_name(each.by, each.group), f"{each.rows:,}", *said]


def _name(by: str, group: str) -> str:
    return f"{by} {figures.plain(group)}" if by else "all"


def _figure(value: Estimate | None) -> str:
    return figures.DASH if value is None else f"{value.value:.2f}"
