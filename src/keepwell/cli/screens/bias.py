"""Whether the score errs more for some accounts than for others, on a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.proof.bias import Comparison, Error, GroupError
from keepwell.runs import estimates, figures

WORDS = {
    Error.FALSE_GREEN: "stood green among those it ended badly for",
    Error.FALSE_RED: "stood red among those it ended well for",
    Error.RATE: "outcome's rate beside that of all with about the same score",
}


def screen(found: Sequence[Comparison]) -> list[RenderableType]:
    """The errors that differ between groups by more than chance; the others are counted."""
    if not found:
        return []
    names = ", ".join(dict.fromkeys(figures.words(each.by).lower() for each in found))
    differing = [each for each in found if each.differs]
    tested = sum(each.chance is not None for each in found)
    said = (
        f"{len(differing)} of {tested} errors differ between groups by more than chance, all comparisons reckoned with."
        if tested
        else "Too little data in the groups to compare them."
    )
    parts: list[RenderableType] = [Text(""), strokes.heading("Bias", f"by {names}"), Text(said), Text("")]
    for each in differing:
        parts += [
            Text(f"  {figures.words(each.by)}: {WORDS[each.error]}", "bold yellow"),
            strokes.indented(strokes.table(["group", ">accounts", ">error"], list(_rows(each))), 4),
            Text(""),
        ]
    return parts


def _rows(each: Comparison) -> Iterator[strokes.Row]:
    for group in (each.whole, *each.groups):
        yield [figures.plain(group.group) or "all", f"{group.accounts:,}", _error(each.error, group)]


def _error(error: Error, group: GroupError) -> str:
    if group.rate is None:
        return "too few"
    return str((estimates.difference if error is Error.RATE else estimates.percent)(group.rate))
