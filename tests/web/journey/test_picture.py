"""The picture of a journey: nothing overlaps, everything is inside, each step is there once, and text is escaped."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from keepwell.outreach.journey import Journey, walked
from keepwell.outreach.naming import kind
from keepwell.outreach.step import Arm, Branch, Exit, Experiment, Note, Step
from keepwell.outreach.trigger import ByHand
from keepwell.signals.expression import parse
from keepwell.web.journey.layout import WIDTH, Drawing, drawn
from keepwell.web.journey.picture import html, svg

WHEN = parse("x > 1")


def note(name: str) -> Note:
    return Note(name, name)


def fork(name: str, then: tuple[Step, ...], otherwise: tuple[Step, ...] = ()) -> Branch:
    return Branch(name, WHEN, then, otherwise)


DEEP = fork(
    "a",
    (fork("b", (fork("c", (note("d"), note("e")), (note("f"),)), note("g")), (note("h"),)),),
    (note("i"),),
)
WIDE = Experiment("e", tuple(Arm(f"arm{n}", 0.25, (fork(f"f{n}", (note(f"n{n}"),)),)) for n in range(4)))
JOURNEYS = [
    Journey("one", ByHand(), (note("only"),)),
    Journey("deep", ByHand(), (note("first"), DEEP, note("last"))),
    Journey("wide", ByHand(), (WIDE, DEEP)),
    Journey("over", ByHand(), (fork("x", (Exit("yes"),), (Exit("no"),)),)),
    Journey("<script>", ByHand(), (Note("note", 'a <b> & "c" ' * 30),), description="<i>"),
]


@pytest.mark.parametrize("journey", JOURNEYS, ids=[one.name for one in JOURNEYS])
class TestEvery:
    def test_boxes_do_not_touch_and_stand_inside(self, journey: Journey) -> None:
        drawing = drawn(journey)
        for one, other in combinations(drawing.boxes, 2):
            beside = abs(one.x - other.x) >= WIDTH + 20
            above = one.y + one.height + 20 <= other.y or other.y + other.height + 20 <= one.y
            assert beside or above, (one, other)
        assert all(WIDTH / 2 <= box.x <= drawing.width - WIDTH / 2 for box in drawing.boxes)
        assert all(box.y >= 0 and box.y + box.height <= drawing.height for box in drawing.boxes)

    def test_every_step_has_its_box_and_a_line_to_it(self, journey: Journey) -> None:
        drawing = drawn(journey)
        own = [box for box in drawing.boxes if box.kind not in ("trigger", "end")]
        assert sorted(box.kind for box in own) == sorted(kind(step) for step in walked(journey.steps))
        arrows = {join.end for join in drawing.joins if join.arrow}
        assert arrows == {(box.x, box.y) for box in drawing.boxes[1:]}

    def test_lines_cross_no_box(self, journey: Journey) -> None:
        drawing = drawn(journey)
        for box in drawing.boxes:
            for (x, top), (_, bottom) in upright(drawing):
                inside = (
                    abs(x - box.x) < WIDTH / 2 and top < box.y + box.height - 0.01 and bottom > box.y + 0.01
                )
                assert not inside, (box, x, top, bottom)

    def test_it_is_sound_xml_that_asks_for_nothing(self, journey: Journey) -> None:
        root = ET.fromstring(svg(journey))
        assert root.attrib["role"] == "img"
        assert journey.name in root.attrib["aria-label"]
        page = html(journey)
        assert not re.search(r"""(src|href)=|url\(|<script|<i>""", page)
        assert "prefers-color-scheme: dark" in page


def upright(drawing: Drawing) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The upright stretches of all lines, the upper end first."""
    found = []
    for join in drawing.joins:
        found.append((join.start, (join.start[0], join.bend)))
        found.append(((join.end[0], join.bend), join.end))
    return [(min(pair, key=lambda one: one[1]), max(pair, key=lambda one: one[1])) for pair in found]


def test_nothing_goes_on_after_exits_on_every_way() -> None:
    kinds = {journey.name: [box.kind for box in drawn(journey).boxes] for journey in JOURNEYS}
    assert "end" not in kinds["over"]
    assert kinds["deep"].count("end") == 1


def test_long_words_are_cut() -> None:
    assert max(len(box.lines) for box in drawn(JOURNEYS[-1]).boxes) == 4
