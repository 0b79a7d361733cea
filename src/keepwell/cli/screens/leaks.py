"""What knows the outcome, on a terminal: sign by sign, each with what it means once and its evidence below."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from keepwell.proof.leaks import MEANING, Leak, Sign
from keepwell.runs import figures
from keepwell.runs.inspection import Inspection

WAIVE = "take it out, or say why it is none: keepwell waive {what} --why REASON"


def screen(inspections: Sequence[Inspection], *, history: bool = False) -> list[RenderableType]:
    """What was found against each outcome, or why nothing was looked for.

    Attributes without history are left out, if not said: where the rules of good practice stand below, these name them already.
    """
    return [part for inspection in inspections for part in _one(inspection, history)]


def _one(inspection: Inspection, history: bool) -> Iterator[RenderableType]:
    if inspection.why_not:
        yield Text(f"The data were not looked at for leaks of {inspection.outcome}: {inspection.why_not}.\n")
        return
    shown = [leak for leak in inspection.leaks if history or leak.sign is not Sign.NO_HISTORY]
    ordered = sorted(shown, key=lambda leak: (not leak.blocks, list(MEANING).index(leak.sign)))
    for (blocks, sign), group in groupby(ordered, key=lambda leak: (leak.blocks, leak.sign)):
        yield Text(sign, "bold red" if blocks else "bold yellow")
        yield Padding(Text(MEANING[sign], "dim"), (0, 0, 0, 2))
        yield from (Padding(_leak(leak), (0, 0, 0, 2)) for leak in group)
        yield Text("")
    if inspection.waived:
        yield Text("Waived", "bold")
        said = dict.fromkeys((each.leak.what, each.why) for each in inspection.waived)
        yield from (Padding(Text(f"{what}: {figures.plain(why)}"), (0, 0, 0, 2)) for what, why in said)
        yield Text("")
    yield from _sum(inspection)


def _leak(leak: Leak) -> Text:
    where = f"{leak.where}: " if leak.where else ""
    text = Text(where, "bold") + Text(f"{leak.what}: {figures.plain(leak.evidence)}", "not bold")
    return text + Text(f"\n    {WAIVE.format(what=leak.what)}", "not bold") if leak.blocks else text


def _sum(inspection: Inspection) -> Iterator[Text]:
    outcome = inspection.outcome
    blocking = len({leak.what for leak in inspection.blocking})
    if blocking:
        know = "knows" if blocking == 1 else "know"
        yield Text(
            f"Against {outcome}, {blocking:,} of what is read {know} the outcome: nothing is fitted to it until it is waived.\n"
        )
    if inspection.too_little:
        yield Text(f"Against {outcome}: {inspection.too_little}.\n", "yellow")
    elif not blocking:
        yield Text(f"Against {outcome}, nothing that is read knows the outcome.\n")
