from xml.etree import ElementTree

from keepwell.web.report.charts import (
    Bar,
    Part,
    Stride,
    bars,
    histogram,
    sparkline,
    stacked,
    strip,
    waterfall,
)


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def rects(svg: str, style: str) -> list[tuple[float, float]]:
    """Where the bars of a style begin and how wide they are, in per cent."""
    return [
        (float(rect.attrib["x"][:-1]), float(rect.attrib["width"][:-1]))
        for rect in drawn(svg).iter("rect")
        if rect.attrib["class"] == style
    ]


def test_waterfall_steps_from_the_baseline_to_the_score() -> None:
    svg = waterfall(100, [Stride("usage", -30), Stride("nps", -20), Stride("rule", 5)], "why")
    assert rects(svg, "fill-neutral") == [(0, 100)]
    assert rects(svg, "fill-loss") == [(70, 30), (50, 20)]
    assert rects(svg, "fill-gain") == [(50, 5)]
    assert rects(svg, "fill-accent") == [(0, 55)]
    assert [text.text for text in drawn(svg).iter("text")][-2:] == ["Score", "55.0"]


def test_waterfall_below_zero_keeps_its_scale() -> None:
    svg = waterfall(50, [Stride("a", -75), Stride("clamp", 25)], "why")
    assert rects(svg, "fill-loss") == [(0, 60)]
    assert rects(svg, "fill-gain") == [(0, 20)]


def test_stacked_columns_are_shares_from_the_foot_up() -> None:
    column = ("30 Jun", [Part(3, "green", "green"), Part(1, "red", "red")])
    heights = [
        float(rect.attrib["height"]) for rect in drawn(stacked([column], "bands", height=132)).iter("rect")
    ]
    assert heights == [74, 24]  # of 100, less the gap of 1 between them


def test_stacked_with_no_accounts_draws_no_bars() -> None:
    assert list(drawn(stacked([("30 Jun", [Part(0, "green", "green")])], "bands")).iter("rect")) == []


def test_histogram_counts_by_fives_and_100_is_in_the_last() -> None:
    svg = drawn(histogram([0, 4.9, 39.9, 40, 70, 100], (40, 70), "scores"))
    tips = [title.text for title in svg.iter("title")]
    assert tips[0] == "0–5: 2 accounts"
    assert tips[7] == "35–40: 1 account"
    assert tips[19] == "95–100: 1 account"
    styles = [rect.attrib["class"] for rect in svg.iter("rect")]
    assert styles == ["fill-red"] * 8 + ["fill-yellow"] * 6 + ["fill-green"] * 6


def test_bars_share_one_scale_and_zero_draws_none() -> None:
    svg = bars([Bar("smb", 200, "200"), Bar("mid", 100, "100"), Bar("any", 0, "0")], "value")
    assert rects(svg, "fill-accent") == [(0, 100), (0, 50)]
    assert bars([], "none")


def test_strip_lays_shares_side_by_side() -> None:
    svg = strip([Part(1, "green", "green"), Part(0, "yellow", "yellow"), Part(3, "red", "red")], "mix")
    assert rects(svg, "fill-green") == [(0, 25)]
    assert rects(svg, "fill-red") == [(25, 75)]


def test_sparkline_breaks_where_the_score_is_unknown() -> None:
    svg = drawn(sparkline([50, 60, None, 70, 80], "trend"))
    assert len(list(svg.iter("polyline"))) == 2
    assert sparkline([None, None], "trend") == ""


def test_words_from_data_are_escaped() -> None:
    svg = bars([Bar('<script>"&', 1, "1")], '"><script>')
    assert "<script>" not in svg
    assert next(text.text for text in drawn(svg).iter("text")) == '<script>"&'
    assert drawn(svg).attrib["aria-label"] == '"><script>'
