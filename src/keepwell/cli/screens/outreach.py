"""How journeys stand, on a terminal."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs.outreach.live import Stepped
from keepwell.runs.outreach.sending import Sent
from keepwell.runs.outreach.status import Status
from keepwell.runs.outreach.told import Told
from keepwell.store.holds import Cause, Hold

_CAUSES = {
    Cause.DEFINITION: "the score's definition changed",
    Cause.MASS: "very many accounts moved at once",
}


def standing(status: Status) -> list[RenderableType]:
    """A line per journey, and what a person is to decide."""
    off = "" if status.on else "off: nothing begins, advances or goes out"
    rows: list[strokes.Row] = [
        [
            each.journey if each.applied else f"{each.journey} (no more applied)",
            f"{each.under_way:,}",
            f"{each.held_out:,}",
            f"{each.to_do:,}",
            ", ".join(f"{count:,} {end}" for end, count in each.ended.items()),
        ]
        for each in status.journeys
    ]
    table = strokes.table(["journey", "under way", "held out", "to do", "ended"], rows)
    parts: list[RenderableType] = [strokes.heading("Outreach", off), strokes.indented(table)]
    return [*parts, Text(""), *held(status.held)] if status.held else parts


def held(holds: Sequence[Hold]) -> list[RenderableType]:
    """What is held, a line each."""
    rows: list[strokes.Row] = [
        [
            str(each.number),
            each.journey,
            f"{each.accounts:,}",
            _CAUSES[each.cause],
            f"{each.put_at:%Y-%m-%d %H:%M}",
        ]
        for each in holds
    ]
    table = strokes.table(["hold", "journey", "accounts", "since", "put"], rows, wraps=3)
    return [
        strokes.heading("Held for a person"),
        strokes.indented(table),
        Text("  keepwell outreach release HOLD lets them in, dismiss HOLD drops them", "dim"),
    ]


def stepped(done: Stepped) -> str:
    """What a step has done, in a line."""
    if not done.on:
        return "Outreach is off: write outreach.yml with `enabled: true`, and apply it."
    said = (
        f"{done.waves:,} new runs of scores",
        f"{done.begun:,} begun",
        f"{done.held:,} held",
        f"{done.refused:,} refused",
        f"{done.advanced:,} advanced",
        f"{done.settled:,} done",
        f"{done.stuck:,} stuck: their version cannot be read" if done.stuck else "",
    )
    return ", ".join(part for part in said if part)


def posted(sent: Sent) -> str:
    """What became of messages that were due, in a line."""
    said = {
        "sent": sent.accepted,
        "to be tried again": sent.deferred,
        "refused": sent.refused,
        "unknown": sent.unknown,
        "skipped": sent.skipped,
        "waiting": sent.waiting,
    }
    parts = [f"{count:,} {words}" for words, count in said.items() if count]
    return f"Messages: {', '.join(parts) or 'none was due'}."


def ledger(messages: Sequence[Told]) -> list[RenderableType]:
    """Messages, a line each: what became of them, and why."""
    rows: list[strokes.Row] = [
        [
            f"{(each.entry.handed_at or each.entry.planned_at):%Y-%m-%d %H:%M}",
            each.entry.journey,
            each.entry.account_id,
            each.entry.key.channel,
            str(each.entry.state),
            each.why,
        ]
        for each in messages
    ]
    table = strokes.table(["at", "journey", "account", "channel", "state", "why"], rows, wraps=5)
    return [strokes.heading("Messages"), strokes.indented(table)]
