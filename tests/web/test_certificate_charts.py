"""Where things are drawn on the certificate's pictures: reckoned here by hand, read from the SVG."""

from xml.etree import ElementTree

import pytest

from keepwell.proof.interval import Estimate
from keepwell.web.certificate import charts, rows
from keepwell.web.certificate.charts import FOOT, HEAD, Column, Curve
from keepwell.web.certificate.rows import Mark
from keepwell.web.certificate.scale import Scale


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def number(text: str) -> float:
    return float(text.rstrip("%"))


def lines(svg: str, style: str) -> list[tuple[float, ...]]:
    """Ends of the lines of a style: x1, x2, y1, y2."""
    return [
        tuple(number(line.attrib[name]) for name in ("x1", "x2", "y1", "y2"))
        for line in drawn(svg).iter("line")
        if line.attrib["class"] == style
    ]


def test_columns_stand_on_zero_and_reach_their_rate() -> None:
    made = [
        Column("1", "1.6", Estimate(0.2, 0.1, 0.25), "first"),
        Column("2", "0.4", Estimate(0.05, 0.0, 0.1), "second"),
    ]
    svg = charts.columns(made, 0.125, "tenth", "by tenth", height=HEAD + FOOT + 100)
    bars = [rect for rect in drawn(svg).iter("rect") if rect.attrib["class"].startswith("fill-")]
    assert [(float(bar.attrib["y"]), float(bar.attrib["height"])) for bar in bars] == [(40, 80), (100, 20)]
    assert [bar.attrib["class"] for bar in bars] == ["fill-accent", "fill-calm"]
    assert lines(svg, "whisker over") == [(25, 25, 20, 80), (75, 75, 80, 120)]
    assert lines(svg, "edge") == [(0, 100, 70, 70)]
    assert drawn(svg).attrib["aria-label"] == "by tenth"


def test_gains_run_from_nothing_to_everything() -> None:
    svg = charts.gains(
        [Curve([(0, 0), (0.5, 0.8), (1, 1)], "own")], "looked at", "found", height=HEAD + FOOT + 100
    )
    curve = next(each for each in drawn(svg).iter("polyline"))
    assert curve.attrib["points"] == "0,100 50,20 100,0"
    (dot,) = drawn(svg).iter("circle")
    assert (dot.attrib["cx"], dot.attrib["cy"]) == ("50%", "40")
    assert next(title.text for title in drawn(svg).iter("title")) == "the first 50%: 80% found"


def test_reliability_has_one_scale_for_what_was_stated_and_what_came_true() -> None:
    bins = [(0.05, Estimate(0.1, 0.05, 0.15), "a"), (0.2, Estimate(0.2, 0.15, 0.25), "b")]
    svg = charts.reliability(bins, "stated", "as stated", height=HEAD + FOOT + 100)
    dots = [(number(dot.attrib["cx"]), number(dot.attrib["cy"])) for dot in drawn(svg).iter("circle")]
    assert dots == [(20, 80), (80, 40)]
    assert lines(svg, "whisker ink-accent") == [(20, 20, 60, 100), (80, 80, 20, 60)]


def test_lead_time_runs_to_the_right_up_to_the_outcome() -> None:
    svg = charts.lead_time((20.0, 40.0, 80.0), "churned", "early")
    (box,) = drawn(svg).iter("rect")
    left = number(box.attrib["x"])
    right = left + number(box.attrib["width"])
    ((middle, *_),) = lines(svg, "median")
    (dot,) = drawn(svg).iter("circle")
    assert 0 < left < middle < right < number(dot.attrib["cx"]) == 100
    assert (middle - left) / (right - middle) == pytest.approx(2, rel=1e-3)


def test_rows_share_the_scale_and_its_marks() -> None:
    scale = Scale(0.0, 1.0, 0.5)
    svg = rows.interval(scale, Estimate(0.5, 0.25, 1.0), [Mark(0.5, "chance")], "neutral")
    assert [line[0] for line in lines_across(svg, "whisker ink-neutral")] == [26.5]
    assert lines_across(svg, "whisker ink-neutral")[0][1] == 97
    assert lines_across(svg, "chance") == [(50, 50)]
    (dot,) = drawn(svg).iter("circle")
    assert dot.attrib["cx"] == "50%"
    bar = next(each for each in drawn(rows.bar(scale, Estimate(0.5, 0.25, 1.0))).iter("rect"))
    assert (bar.attrib["x"], bar.attrib["width"]) == ("3%", "47%")


def lines_across(svg: str, style: str) -> list[tuple[float, float]]:
    return [
        (number(line.attrib["x1"]), number(line.attrib["x2"]))
        for line in drawn(svg).iter("line")
        if line.attrib["class"] == style
    ]


def test_an_axis_keeps_its_origin_where_there_is_little_room() -> None:
    svg = rows.axis(Scale(-0.1, 0.2, 0.1), ["a", "zero", "b", "c"])
    assert [text.text for text in drawn(svg).iter("text") if "spare" not in text.attrib["class"]] == [
        "zero",
        "c",
    ]


def test_a_length_with_an_open_end_says_so() -> None:
    scale = Scale(0.0, 100.0, 50.0)
    assert "→" in rows.length(scale, 80.0, "green", open_end=True)
    assert "→" not in rows.length(scale, 80.0, "green", open_end=False)


def test_words_from_data_are_escaped() -> None:
    svg = charts.lead_time((1.0, 2.0, 3.0), "<script>", '"><script>')
    assert "<script>" not in svg
    assert drawn(svg).attrib["aria-label"] == '"><script>'
