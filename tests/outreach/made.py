"""Journeys, timelines and drums for tests, short to write down."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from keepwell.outreach.engine import Setting
from keepwell.outreach.enrollment import Enrollment, begun
from keepwell.outreach.journey import Journey
from keepwell.outreach.lot import Drum
from keepwell.outreach.route import route_of
from keepwell.outreach.step import Message, Note, Step, Task, Wait
from keepwell.outreach.timeline import Event, Known, Timeline
from keepwell.outreach.trigger import BandEnters
from keepwell.scoring.score import Band
from keepwell.signals.window import Span

ZONE = ZoneInfo("UTC")
BEGIN = datetime(2026, 7, 1, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
DRUM = Drum(b"0123456789abcdef")
SETTING = Setting(DRUM, ZONE, ZONE)


def journey(*steps: Step, **fields: Any) -> Journey:
    """A journey named `rescue` that begins when the band turns yellow."""
    made: dict[str, Any] = {"name": "rescue", "trigger": BandEnters(Band.YELLOW), "steps": steps}
    return Journey(**(made | fields))


def enrolled(of: Journey, account: str = "A1", **fields: Any) -> Enrollment:
    """An account at the begin of a journey."""
    return begun(route_of(of), "v1", account, BEGIN, DRUM, **fields)


def message(id: str, **fields: Any) -> Message:
    """An e-mail of the template of that name."""
    return Message(id, fields.pop("template", id), "email", **fields)


def wait(id: str, span: str, **fields: Any) -> Wait:
    """A wait for a span."""
    return Wait(id, Span.parse(span), **fields)


def task(id: str) -> Task:
    """A call."""
    return Task(id, "Call them")


def note(id: str) -> Note:
    """A note."""
    return Note(id, "Seen")


def known(hours: float, band: str = "", **values: Any) -> Known:
    """What is known from so many hours after `BEGIN` on."""
    return Known(BEGIN + hours * HOUR, values, {"health": Band(band)} if band else {})


def timeline(*known: Known, **events: float) -> Timeline:
    """What is known, and events by the hours after `BEGIN` at which they become known."""
    happened = sorted(
        (Event(BEGIN + at * HOUR, name) for name, at in events.items()), key=lambda each: each.at
    )
    return Timeline(known, tuple(happened))
