"""What journeys would have done over the last days, on a terminal."""

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs.outreach.replay.replayed import Course, Happened, Load, Replayed

_MANY = 8


def screen(found: Replayed) -> list[RenderableType]:
    """Journey by journey, then what falls to whom, then what is taken for granted and what is still to be done."""
    first, last = (at.astimezone(found.zone) for at in (found.first, found.last))
    days = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}; nothing was sent"
    parts: list[RenderableType] = [strokes.heading("Simulated outreach", days), Text("")]
    if not found.courses:
        parts.append(Text("  There is no journey: keepwell journeys library lists worked ones."))
    for course in found.courses:
        parts += [*_course(course, found.zone), Text("")]
    parts += [*_load(found.load), Text("")]
    if found.holds:
        parts += [*_held(found), Text("")]
    parts += _said("Taken for granted", found.assumed)
    if found.needed:
        parts += [Text(""), *_said("Before anything goes", found.needed)]
    return parts


def _course(course: Course, zone: ZoneInfo) -> Iterator[RenderableType]:
    begun = (
        f"{course.begun:,} begun, {course.held_out:,} of them held out, {course.under_way:,} under way still"
    )
    yield strokes.heading(course.journey, begun)
    reached = f"{course.reached:,}"
    if course.held_out:
        reached += f" of {course.begun - course.held_out:,}; {course.reached_held_out:,} of {course.held_out:,} held out"
    rows: list[strokes.Row] = [
        ["messages", _counts(course.sent)],
        ["done besides", _counts(course.done)],
        *(
            ["skipped" if not at else "", f"{n:,} {why}"]
            for at, (why, n) in enumerate(course.skipped.items())
        ),
        *(
            ["waits" if not at else "", f"{n:,} {why or 'its turn'}"]
            for at, (why, n) in enumerate(course.waiting.items())
        ),
        ["held", f"{course.held:,} for a person to decide"] if course.held else [],
        ["goal reached", reached],
        *(["such as" if not at else "", _example(each, zone)] for at, each in enumerate(course.examples)),
    ]
    shown = [row for row in rows if row and row[1]]
    if course.begun or course.held:
        yield strokes.indented(strokes.table(["", ""], shown, wraps=1))


def _example(each: Happened, zone: ZoneInfo) -> str:
    to = f" to {each.to}" if each.to else ""
    what = {"message": f"{each.channel} {each.subject!r}{to}", "skipped": f"{each.channel} not sent{to}"}
    said = what.get(each.what, f"{each.what}{f' {each.subject!r}' if each.subject else ''}{to}")
    why = f": {each.why}" if each.why else ""
    return f"{each.at.astimezone(zone):%m-%d %H:%M} {each.account_id}: {said}{why}"


def _load(load: Load) -> Iterator[RenderableType]:
    said = f"{load.messages:,} messages to {load.people:,} people, at most {load.most:,} to one"
    yield strokes.heading("How much falls to whom", said)
    rows: list[strokes.Row] = [
        ["most messages", _counts(load.contacts)],
        ["tasks by owner", _counts(load.owners)],
        ["tasks by team", _counts(load.teams)],
    ]
    shown = [row for row in rows if row[1]]
    if shown:
        yield strokes.indented(strokes.table(["", ""], shown, wraps=1))


def _held(found: Replayed) -> Iterator[RenderableType]:
    yield strokes.heading("Held for a person", "waves in which very many accounts moved at once")
    rows: list[strokes.Row] = [
        [f"{each.put_at.astimezone(found.zone):%Y-%m-%d}", each.journey, f"{each.accounts:,}"]
        for each in found.holds
    ]
    yield strokes.indented(strokes.table(["day", "journey", "accounts"], rows))


def _said(title: str, lines: tuple[str, ...]) -> list[RenderableType]:
    rows: list[strokes.Row] = [["·", line] for line in lines]
    return [strokes.heading(title), strokes.indented(strokes.table(["", ""], rows, wraps=1))]


def _counts(counts: Mapping[str, int]) -> str:
    shown = [f"{count:,} {name}" for name, count in list(counts.items())[:_MANY]]
    more = len(counts) - _MANY
    return ", ".join([*shown, f"{more:,} more"] if more > 0 else shown)
