"""Outcomes on a terminal: each in words and figures, then what contradicts."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.proof.outcome import Cause
from keepwell.runs import figures
from keepwell.runs.contradicting import Contradiction
from keepwell.runs.outcomes import OutcomeLine, Outcomes

_CAUSES = {
    str(Cause.VOLUNTARY): "decided by the customer",
    str(Cause.PAYMENT_FAILURE): "failed payments",
    "unknown": "of unknown cause",
}


def screen(found: Outcomes, *, zone: ZoneInfo) -> list[RenderableType]:
    """The whole screen."""
    parts: list[RenderableType] = []
    for line in found.lines:
        parts += [*_outcome(line, zone, found), Text("")]
    if found.contradictions:
        parts += _contradictions(found.contradictions, found)
    return parts if found.contradictions else parts[:-1]


def _outcome(line: OutcomeLine, zone: ZoneInfo, found: Outcomes) -> list[RenderableType]:
    judges = f"judges {line.purpose}" + (
        "" if found.judging.get(line.purpose) == line.name else " where it is named"
    )
    said = [figures.plain(line.what), line.ahead, f"Among {figures.plain(line.among)}."]
    rows: list[strokes.Row] = [["happened", _happened(line, zone)]]
    if line.months:
        rows.append(["by month", strokes.counts([count for _, count in line.months])])
    if line.causes:
        causes = (f"{line.causes[name]:,} {words}" for name, words in _CAUSES.items() if line.causes[name])
        rows.append(["causes", ", ".join(causes)])
    if line.through is not None and line.judged_to is not None:
        # The instant itself is the first of which nothing is known: the day before a midnight is the last known one.
        through = figures.day(line.through - timedelta(microseconds=1), zone)
        judged = figures.day(line.judged_to, zone)
        rows.append(["known to", f"{through}; scores up to {judged} can be judged"])
    risk = f"{line.at_risk:,} of {figures.count(line.active, 'active account')}"
    rows.append(["at risk now", risk])
    worries = [strokes.indented(Text(worry, "yellow")) for worry in line.worries]
    return [
        strokes.heading(figures.plain(line.title)),
        strokes.indented(Text(f"{line.name} · {line.kind} · {judges}", "dim")),
        strokes.indented(Text(" ".join(each for each in said if each))),
        strokes.indented(strokes.table(["", ""], rows, wraps=1)),
        *worries,
    ]


def _happened(line: OutcomeLine, zone: ZoneInfo) -> str:
    accounts = figures.count(line.accounts, "account")
    if not line.dated:
        unknown = f"; of {line.unknown:,} nobody knows" if line.unknown else ""
        return f"to {accounts}, on no known day{unknown}"
    if line.first is None or line.last is None:
        return "never"
    first, last = figures.day(line.first, zone), figures.day(line.last, zone)
    when = f"on {first}" if first == last else f"{first} to {last}"
    return f"{figures.count(line.happened, 'time')}, to {accounts}, {when}"


def _contradictions(pairs: Sequence[Contradiction], found: Outcomes) -> list[RenderableType]:
    rows: list[strokes.Row] = []
    for pair in pairs:
        whole = pair.both + pair.disagree + pair.neither
        rows.append(
            [
                f"{pair.one} and {pair.other}",
                *(f"{each:,}" for each in (pair.both, pair.only_one, pair.only_other, pair.neither)),
                figures.share(pair.disagree, whole),
            ]
        )
    first = dict.fromkeys(
        found.judging.get(line.purpose, line.name)
        for line in found.lines
        if any(line.name in (pair.one, pair.other) for pair in pairs)
    )
    judge = ", ".join(first)
    return [
        Text("These outcomes contradict each other", "bold yellow"),
        Text("Accounts that they name:", "dim"),
        strokes.table(
            ["", ">both", ">only the first", ">only the second", ">neither", ">disagree"], rows, wraps=0
        ),
        Text(
            f"Only you know which of them is true. Until you say so, scores are judged by the first: {judge}. To let another count, "
            "move it to the top of outcomes.yml; remove those that are wrong."
        ),
    ]
