"""A certificate as it was kept: what a page shows of it, as tiles, pictures and tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from keepwell.web.look.drawing import Drawing
from keepwell.web.look.saying import Saying

Content = Mapping[str, Any]

SHOWN_SLICES = ("segment", "stage", "quarter")
"""By what order is shown apart; the certificate itself has more."""


def tenths(content: Content, say: Saying) -> Drawing:
    """How often it happened in each tenth of the rows, from the lowest scores up."""
    found = content["whole"]["deciles"] or ()
    names = [str(each["number"]) for each in found]
    shares = [round(100 * each["rate"]["value"], 2) for each in found]
    rows = [
        [
            str(each["number"]),
            f"{say.number(100 * each['rate']['value'], 1)}%",
            f"{say.number(each['lift'], 1)} ×",
            say.share(each["captured"]),
        ]
        for each in found
    ]
    data = {"kind": "columns", "x": names, "series": [{"name": "happened", "values": shares}], "unit": "%"}
    return Drawing(
        data,
        "How often it happened, by tenth of the scores, from the end where it is likeliest",
        ("Tenth", "Happened", "Of the average", "Held so far"),
        rows,
    )


def stated(content: Content, say: Saying) -> Drawing:
    """What probability was stated, and how often it happened then."""
    found = (content["whole"]["calibration"] or {}).get("bins") or ()
    names = [f"{say.number(100 * each['stated'], 1)}%" for each in found]
    series = [
        {"name": "stated", "tone": "neutral", "values": [round(100 * each["stated"], 2) for each in found]},
        {
            "name": "happened",
            "tone": "accent",
            "values": [round(100 * each["rate"]["value"], 2) for each in found],
        },
    ]
    rows = [
        [
            name,
            f"{say.number(100 * each['rate']['value'], 1)}%",
            between(each["rate"], say),
            say.number(each["rows"]),
        ]
        for name, each in zip(names, found, strict=True)
    ]
    data = {"kind": "columns", "x": names, "series": series, "unit": "%", "beside": True}
    heads = ("Stated", "Happened", "95% interval", "Rows")
    return Drawing(data, "Stated probability and what happened", heads, rows)


def between(estimate: Mapping[str, float], say: Saying) -> str:
    """The interval of a share, in per cent."""
    return f"{say.number(100 * estimate['low'], 1)}–{say.number(100 * estimate['high'], 1)}%"


def slices(content: Content) -> Sequence[Mapping[str, Any]]:
    """How well order holds within groups, those by segment, stage and quarter."""
    return [each for each in content["slices"] if each["by"] in SHOWN_SLICES]
