import re
from dataclasses import replace
from itertools import pairwise

from keepwell.runs.data_health import DataHealth
from keepwell.runs.report import Mover, because, costs_of, movers, report, segment_lines
from keepwell.scoring.score import Band, Step
from keepwell.web.report.page import headline, html, tiles
from tests.scored import AS_OF, reason, score
from tests.web.made import TITLES, firm
from tests.web.outline import Outline


def test_the_page_reaches_for_nothing_outside_itself() -> None:
    page = html(firm())
    outline = Outline(page)
    assert all(link.startswith(("#", "data:")) for link in outline.links)
    assert outline.styled == []
    assert outline.tags.count("script") == 1
    assert "http://" not in page
    assert "https://" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy[1]


def test_every_table_has_a_caption_and_headings_never_skip_a_level() -> None:
    outline = Outline(html(firm()))
    assert outline.tags.count("table") == outline.tags.count("caption")
    levels = [int(tag[1]) for tag in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_names_from_data_are_text() -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    made = score(
        "<b>1", 20.0, name=evil, segment="<i>", owner=evil, reasons=(reason("m", -80.0, evil, advice=evil),)
    )
    whole = report(
        [made],
        [replace(made, score=90.0, band=Band.GREEN)],
        project=evil,
        zone=firm(4).zone,
        currency="EUR",
        simulated=False,
        made_at=AS_OF,
        compared=AS_OF,
        score_before=lambda _: None,
        titles={"m": evil},
        thresholds=(40, 70),
        weeks=(),
        trends={},
        data=DataHealth(),
    )
    page = html(whole)
    assert "<img" not in page
    assert "<i>" not in page
    assert "Simulated" not in page
    assert page.count("&lt;img") > 5


def test_simulated_data_are_said_to_be() -> None:
    page = html(firm())
    assert page.index("Simulated data:") < page.index("<header")
    assert '<meta name="simulated" content="true">' in page
    assert "Simulated data:" not in html(firm(simulated=False))


def test_a_page_without_value_history_or_data_still_stands() -> None:
    bare = [score(f"A-{n}", 20.0 + 7 * n, value=None, value_at_risk=None, segment="any") for n in range(10)]
    whole = firm(4)
    page = html(
        report(
            bare,
            [],
            project="Bare",
            zone=whole.zone,
            currency="USD",
            simulated=False,
            made_at=AS_OF,
            compared=None,
            score_before=lambda _: None,
            titles={},
            thresholds=(40, 70),
            weeks=(),
            trends={},
            data=DataHealth(),
        )
    )
    assert "There is no earlier week" in page
    assert "At risk" not in page
    assert "Nothing has been loaded." in page


def test_other_purposes_show_the_readiest() -> None:
    whole = firm(40)
    ready = [replace(made, purpose="expansion") for made in whole.portfolio.scored]
    page = html(
        report(
            ready,
            [],
            project="Acme",
            zone=whole.zone,
            currency="EUR",
            simulated=True,
            made_at=AS_OF,
            compared=None,
            score_before=lambda _: None,
            titles=TITLES,
            thresholds=(40, 70),
            weeks=whole.weeks,
            trends=whole.trends,
            data=whole.data,
        )
    )
    assert "Readiness to expand" in page
    assert "Readiest accounts" in page
    assert "Value at risk" not in page


def test_tiles_and_headline_by_hand() -> None:
    now = [
        score("a", 20.0, value=1000.0, value_at_risk=1000.0),
        score("b", 80.0, value=3000.0, value_at_risk=0.0),
    ]
    before = [
        score("a", 44.0, value=1000.0, value_at_risk=500.0),
        score("b", 82.0, value=3000.0, value_at_risk=0.0),
    ]
    whole = report(
        now,
        before,
        project="Acme",
        zone=firm(4).zone,
        currency="EUR",
        simulated=False,
        made_at=AS_OF,
        compared=AS_OF,
        score_before=lambda _: None,
        titles={"active_days": "Active days"},
        thresholds=(40, 70),
        weeks=(),
        trends={},
        data=DataHealth(),
    )
    assert [(tile.label, tile.figure, tile.change, tile.good) for tile in tiles(whole)] == [
        ("Mean score", "50.0", "−13.0", False),
        ("In green", "1", "no change", None),
        ("In red", "1", "+1", False),
        ("Value at risk", "EUR 1.00 k", "+100.0%", False),
    ]
    assert headline(whole) == (
        "1 account of 2 is in red, worth EUR 1.00 k. Since 30 Jun 2025, 1 account fell a band and 0 rose. "
        "What costs the most points: active days."
    )


def test_movers_segments_and_costs_by_hand() -> None:
    now = [score("a", 20.0, segment="smb"), score("b", 80.0, segment="big"), score("c", 50.0, segment="smb")]
    before = [score("a", 44.0), score("b", 80.05), score("d", 10.0)]
    assert [(mover.score.account_id, mover.change, mover.band_before) for mover in movers(now, before)] == [
        ("a", -24.0, Band.YELLOW)
    ]
    lines = segment_lines(now)
    assert [(line.name, line.accounts, line.mean, line.value_at_risk) for line in lines] == [
        ("smb", 2, 35.0, 1800.0),
        ("big", 1, 80.0, 0.0),
    ]
    (cost,) = costs_of(now, {})
    assert (cost.title, cost.step, cost.accounts) == ("Active days", Step.MEASURE, 3)
    assert cost.points == (-80 - 20 - 50) / 3
    assert cost.by_segment == {"smb": -65.0, "big": -20.0}


def test_a_mover_is_told_by_what_moved_it() -> None:
    then = score("a", 60.0, reasons=(reason("usage", -10.0), reason("nps", -30.0), reason("cap", 0.0)))
    now = score(
        "a", 40.0, reasons=(reason("usage", -32.0, "Usage fell: −32 points"), reason("nps", -28.0, "NPS 3"))
    )
    assert because(Mover(now, 60.0, Band.YELLOW), then) == "Usage fell"
    assert because(Mover(then, 40.0, Band.YELLOW), now) == "usage costs 10.0"
    capped = score("a", 40.0, reasons=(reason("left", -60.0, "The champion left", step=Step.CAP),))
    free = score("a", 100.0, reasons=())
    assert because(Mover(free, 40.0, Band.YELLOW), capped) == "No longer: The champion left"
    assert because(Mover(free, 100.0, Band.GREEN), free) == ""
