"""Where the steps of a journey stand in its picture: from top to bottom, the ways of a fork side by side, joined again below.

Every list of steps is a column with one axis. A fork's columns stand beside each other, `APART` from one another; each is as wide as
the widest thing in it, so that nothing ever overlaps. Lengths are in pixels.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from keepwell.outreach.flow import ends
from keepwell.outreach.journey import Journey, within
from keepwell.outreach.naming import kind
from keepwell.outreach.step import Step
from keepwell.outreach.wording import begins, does, ways

WIDTH = 232
LINE = 19
PADDING = 11
GAP = 30
APART = 26
CHARACTERS = 28
"""Of a line of words in a box."""

TRIGGER, END = "trigger", "end"
"""The kinds of the first and the last box, which are no steps."""


@dataclass(frozen=True, slots=True)
class Box:
    """A step's box: its middle (`x`), its top (`y`), its lines of words."""

    kind: str
    x: float
    y: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """How tall it is."""
        return LINE * len(self.lines) + 2 * PADDING


@dataclass(frozen=True, slots=True)
class Join:
    """A line from one place to another, down, across at `bend`, and down again; an arrow if it ends at a box. `name` is the way's."""

    start: tuple[float, float]
    end: tuple[float, float]
    bend: float
    arrow: bool = True
    name: str = ""


@dataclass(slots=True)
class Drawing:
    """The boxes and joins of a journey, and how large the picture is."""

    width: float = 0.0
    height: float = 0.0
    boxes: list[Box] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)

    def column(
        self, steps: Sequence[Step], x: float, start: tuple[float, float], name: str = ""
    ) -> tuple[float, float]:
        """Draws steps below one another around the axis `x`, from where the line before them ends; gives where their own line ends."""
        at = start
        for step in steps:
            box = Box(kind(step), x, at[1] + GAP + (LINE if name else 0), _lines(does(step)))
            self._to(box, at, name)
            name = ""
            at = (x, box.y + box.height)
            if within(step):
                at = self._fork(step, box)
        if name:
            bottom = (x, at[1] + GAP + LINE)
            self.joins.append(Join(at, bottom, at[1] + GAP / 2, arrow=False, name=name))
            at = bottom
        return at

    def _to(self, box: Box, start: tuple[float, float], name: str) -> None:
        self.boxes.append(box)
        self.joins.append(Join(start, (box.x, box.y), start[1] + GAP / 2, name=name))

    def _fork(self, step: Step, box: Box) -> tuple[float, float]:
        """Draws the ways of a fork, and joins those that go on."""
        columns = within(step)
        widths = [_width(steps) for steps in columns]
        left = box.x - (sum(widths) + APART * (len(widths) - 1)) / 2
        foot = (box.x, box.y + box.height)
        tails: list[tuple[float, float]] = []
        lowest = foot[1]
        for steps, width, name in zip(columns, widths, ways(step), strict=True):
            tail = self.column(steps, left + width / 2, foot, name)
            lowest = max(lowest, tail[1])
            if not ends(steps):
                tails.append(tail)
            left += width + APART
        meeting = (box.x, lowest + GAP)
        self.joins.extend(Join(tail, meeting, lowest + GAP / 2, arrow=False) for tail in tails)
        return meeting if tails else (box.x, lowest)


def drawn(journey: Journey) -> Drawing:
    """The picture of a journey."""
    drawing = Drawing(_width(journey.steps))
    middle = drawing.width / 2
    first = Box(TRIGGER, middle, 1, _lines(begins(journey.trigger)))
    drawing.boxes.append(first)
    tail = drawing.column(journey.steps, middle, (middle, first.y + first.height))
    if not ends(journey.steps):
        last = Box(END, middle, tail[1] + GAP, ("End",))
        drawing.boxes.append(last)
        drawing.joins.append(Join(tail, (middle, last.y), tail[1] + GAP / 2))
    drawing.height = max(box.y + box.height for box in drawing.boxes) + 1
    return drawing


def _width(steps: Sequence[Step]) -> float:
    return max([float(WIDTH), *_forks(steps)])


def _forks(steps: Sequence[Step]) -> Iterator[float]:
    for step in steps:
        columns = within(step)
        if columns:
            yield sum(_width(column) for column in columns) + APART * (len(columns) - 1)


def _lines(words: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(words, CHARACTERS, max_lines=4, placeholder=" …")) or ("",)
