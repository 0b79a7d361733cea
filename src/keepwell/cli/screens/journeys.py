"""Journeys on a terminal: the list, and one of them from top to bottom."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.outreach.journey import Journey, walked, within
from keepwell.outreach.naming import kind
from keepwell.outreach.step import Step
from keepwell.outreach.wording import begins, does, facts, ways
from keepwell.project.playbooks import Playbook

_STYLES = {
    "message": "blue",
    "task": "green",
    "alert": "green",
    "note": "green",
    "wait": "yellow",
    "exit": "red",
}


WIDE = 76
"""Columns that a step's words may take, its indentation among them."""


def listed(journeys: Sequence[Journey]) -> list[RenderableType]:
    """A few lines per journey."""
    return [part for journey in journeys for part in _journey(journey)][:-1]


def _journey(journey: Journey) -> list[RenderableType]:
    steps = sum(1 for _ in walked(journey.steps))
    rows: list[strokes.Row] = [
        [name, words] for name, words in facts(journey) if name in ("begins", "for", "goal")
    ]
    beside = f"{steps} steps, {100 * journey.holdout:.4g}% held out"
    return [
        strokes.heading(journey.name, beside),
        strokes.indented(strokes.table(["", ""], rows, wraps=1)),
        Text(""),
    ]


def shown(journey: Journey) -> list[RenderableType]:
    """One journey: what it says, then its steps as a flow."""
    rows: list[strokes.Row] = [[name, words] for name, words in facts(journey)]
    head: list[RenderableType] = [strokes.heading(journey.name)]
    if journey.description:
        head.append(strokes.indented(Text(journey.description)))
    flow = [
        Text("  ● ", "bold") + Text(begins(journey.trigger), "bold"),
        *_flow(journey.steps, "  "),
        Text("  ■ End", "dim"),
    ]
    return [*head, strokes.indented(strokes.table(["", ""], rows, wraps=1)), Text(""), *flow]


def _flow(steps: Sequence[Step], before: str) -> Iterator[Text]:
    """The steps below one another, each under its id, the ways of a fork beside a line of their own."""
    for step in steps:
        yield Text(f"{before}│  {step.id}", "dim")
        style = _STYLES.get(kind(step), "")
        for number, line in enumerate(wrap(does(step), WIDE - len(before))):
            yield Text(f"{before}{'│ ' if number else '├ '}", "dim") + Text(line, style)
        for name, way in zip(ways(step), within(step), strict=True):
            yield Text(f"{before}│ └ ", "dim") + Text(name if way else f"{name}: go on", "cyan")
            yield from _flow(way, f"{before}│   ")


def library(known: Sequence[Playbook]) -> list[RenderableType]:
    """The playbooks that can be added."""
    rows: list[strokes.Row] = [[one.name, one.description, one.example] for one in known]
    return [
        strokes.table(["playbook", "what it does", "fits the example"], rows, wraps=1),
        Text("\nAdd one: keepwell journeys add NAME", "dim"),
    ]
