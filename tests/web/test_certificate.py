"""The certificate page: what stands first, every figure with its interval, nothing from outside, no name that acts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from keepwell.proof.certificate import Certificate
from keepwell.proof.evidence import Slice
from keepwell.runs.evidence import LeakLine
from keepwell.web.certificate.page import html, tiles
from tests.web import proofs
from tests.web.outline import Outline

BERLIN = ZoneInfo("Europe/Berlin")
LEAKS = (
    LeakLine("churn_reason", "filled only for one outcome", "Filled for 98% of those that churned."),
    LeakLine("plan", "moves only after the outcome", "By 3.1 in its week.", "Not scored. Ravi, 12 Jun 2025"),
)


def page(certificate: Certificate, *, leaks: Sequence[LeakLine] = (), simulated: bool = False) -> str:
    return html(certificate, currency="EUR", zone=BERLIN, simulated=simulated, leaks=leaks)


def order(text: str, *pieces: str) -> bool:
    """Whether the pieces stand in the page one after the other."""
    places = [text.index(piece) for piece in pieces]
    return places == sorted(places)


@pytest.mark.parametrize("made", proofs.ALL)
def test_the_page_reaches_for_nothing_outside_itself(made: Callable[[], Certificate]) -> None:
    text = page(made(), leaks=LEAKS)
    outline = Outline(text)
    assert all(link.startswith(("#", "data:")) for link in outline.links)
    assert outline.styled == []
    assert outline.tags.count("script") == 0
    assert "http://" not in text
    assert "https://" not in text
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "script-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]


@pytest.mark.parametrize("made", proofs.ALL)
def test_structure_reads_without_seeing_it(made: Callable[[], Certificate]) -> None:
    outline = Outline(page(made(), leaks=LEAKS))
    assert outline.tags.count("table") == outline.tags.count("caption")
    levels = [int(tag[1]) for tag in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(outline.ids) == len(set(outline.ids))
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)
    assert outline.unnamed_pictures == 0


@pytest.mark.parametrize("made", proofs.ALL)
def test_the_verdict_comes_first_then_cautions_then_leaks_then_figures(
    made: Callable[[], Certificate],
) -> None:
    certificate = made()
    text = page(certificate, leaks=LEAKS)
    pieces = ["<h1", "may know the outcome beforehand"]
    if certificate.whole.ranking is not None:
        pieces.append('<dl class="tiles">')
    assert order(text, *pieces, "What this rests on")
    for said in certificate.verdict.statements:
        assert said.text.replace("'", "&#39;") in text
    for caution in [said for said in certificate.verdict.statements if said.topic == "method"]:
        assert order(text, "<h1", caution.text, "may know the outcome beforehand")


def test_a_grade_is_said_loudest_and_once() -> None:
    text = page(proofs.good())
    head = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert head is not None
    assert re.sub("<[^>]*>", "", head[1]).split() == ["Good:", "Useful"]
    assert '<li aria-current="true">Useful</li>' in text
    assert "Useful: accounts" not in text


def test_not_point_in_time_and_in_sample_stand_before_any_figure() -> None:
    assert order(
        page(proofs.snapshot()), "Before you read any figure", "Not point in time: the data", '"tiles"'
    )
    fitted = page(proofs.upside_down())
    assert order(fitted, "Before you read any figure", "26 of 52 as_ofs lie in the time", '"tiles"')
    assert "Fitted on data up to</dt><dd>23 Sep 2024" in fitted


def test_too_little_data_shows_no_figure() -> None:
    text = page(proofs.too_little())
    assert order(text, "Too little data", "3 accounts churned (10 at the least are needed)", "96 rows")
    assert tiles(proofs.too_little()) == []
    assert 'class="chart' not in text
    assert "AUC by group" not in text
    assert '<li aria-current="true">' not in text


def test_every_picture_has_its_figures_and_a_sentence_on_how_to_read_it() -> None:
    text = page(proofs.good())
    pictures = len(re.findall(r'<svg class="chart [^"]*" role="img"', text))
    assert pictures == 4
    assert text.count("<summary>Figures</summary>") == 4  # three of these pictures, and all figures by group
    assert (
        "Half of the first warnings came 24 to 118 days before the account churned; the median is 61 days."
        in text
    )
    assert text.count("How to read it:") == pictures + text.count('<table class="plot')


def test_figures_carry_their_intervals() -> None:
    text = page(proofs.good())
    for figure, interval in (("0.78", "0.75–0.81"), ("24%", "21–27%"), ("26%", "22–30%"), ("36%", "30–42%"),
                             ("0.56", "0.47–0.65"), ("+0.09", "+0.05 to +0.13"), ("+0.008", "−0.004 to +0.020")):  # fmt: skip
        assert f'<span class="strong">{figure}</span><span class="note">{interval}</span>' in text
    assert "13% (8–18%)" in text
    assert "0.049 (0.044–0.054)" in text
    assert '<span class="note">96 accounts, 6 churned</span>' in text
    assert text.count("too little data</span>") == 2


def test_what_became_of_each_group_is_in_sight() -> None:
    text = page(proofs.good())
    shown = text[text.index('<table class="became">') :]
    row = "".join(
        f'<td class="num">{cell}</td>' for cell in ("5.9%", "5.6%", "1.8%", "24%", "61", "2.31 M", "19%")
    )
    assert f'<th scope="row">mid-market</th>{row}' in shown
    assert '<th scope="row">enterprise</th>' + 7 * '<td class="num">–</td>' in shown
    assert "Worth: of those that churned, in EUR." in shown


def test_what_cannot_be_told_of_leaks_is_told_before_any_figure() -> None:
    text = html(
        proofs.good(),
        currency="EUR",
        zone=BERLIN,
        simulated=False,
        leaks_unknown="too little data to tell: <1 & 2",
    )
    assert order(text, "Whether a signal knows the outcome beforehand is not known", '"tiles"')
    assert "<span>Too little data to tell: &lt;1 &amp; 2.</span>" in text
    assert "Whether a signal knows" not in page(proofs.good())


def test_tiles_by_hand() -> None:
    shown = [(tile.label, tile.figure, tile.interval, tile.note) for tile in tiles(proofs.good())]
    assert shown == [
        ("AUC", "0.78", "0.75–0.81", "0.5 is chance, 1 is perfect"),
        ("Reached by looking after 40", "46%", "39–53%", "of those that churned; chance: 3.4%"),
        ("Still green 60 days before", "24%", "18–30%", "of 190 that churned; the less, the better"),
        ("First warning", "61 days", "half: 24–118", "before it churned, median"),
    ]
    labels = [tile.label for tile in tiles(proofs.snapshot())]
    assert labels == ["AUC", "In the likeliest tenth", "Gap to the stated probability", "Rows that expanded"]


def test_outcomes_one_hopes_for_are_told_the_other_way_round() -> None:
    text = page(proofs.snapshot())
    assert "Does the expansion score tell beforehand which accounts expand?" in text
    assert "Accounts in green should expand clearly more often" in text
    assert "riskiest" not in text
    assert "Still green before" not in text
    assert "No account had a band on the judged days." in text


def test_what_is_not_known_is_said_and_not_drawn() -> None:
    text = page(proofs.upside_down())
    assert "Too few of those that churned were warned of." in text
    assert "Calibration is not shown: there is too little data." in text
    assert "fewer than 10 accounts" in text
    assert "The judged days lie too far apart to see flaps." in text
    assert "their value" not in text


def test_leaks_are_listed_with_why_they_are_waived() -> None:
    text = page(proofs.good(), leaks=LEAKS)
    row = '<th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td>'
    first, second = LEAKS
    assert row.format(first.name, first.rule, first.evidence, '<span class="open">not waived</span>') in text
    assert row.format(second.name, second.rule, second.evidence, second.waived) in text
    assert "may know the outcome" not in page(proofs.good())


def test_names_from_data_are_text() -> None:
    evil = "<img src=x onerror=alert(1)>\"'\u202e"
    whole = proofs.good()
    made = replace(
        whole,
        subject=replace(whole.subject, project=evil, name=evil, purpose=evil, versions=(evil,)),
        question=replace(whole.question, title=evil, name=evil),
        slices=tuple(Slice(evil, evil, each.evidence) for each in whole.slices[:3]),
        baselines=tuple(replace(each, name=evil) for each in whole.baselines),
        verdict=replace(
            whole.verdict,
            headline=evil,
            statements=tuple(replace(each, text=evil) for each in whole.verdict.statements),
        ),
    )
    text = page(made, leaks=(LeakLine(evil, evil, evil, evil),), simulated=True)
    assert "<img" not in text
    assert "\u202e" not in text
    assert text.count("&lt;img") > 20


def test_simulated_data_are_said_to_be() -> None:
    text = page(proofs.good(), simulated=True)
    assert order(text, "Simulated data:", "<header", "<h1")
    assert "Simulated data:" not in page(proofs.good())


def test_outreach_bias_and_opinions_stand_on_the_page_where_there_are_such() -> None:
    text = html(
        proofs.good(),
        currency="EUR",
        zone=BERLIN,
        simulated=False,
        bias=proofs.BIAS,
        opinions=proofs.OPINIONS,
    )
    assert order(text, 'id="outreach"', 'id="groups"', 'id="bias"', 'id="people"', 'id="rests"')
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    assert "Outreach is interactions, in the 28 days before the day of the score." in plain
    assert "Reached 6,120 rows (15%) of 402 accounts, 24 churned" in plain
    assert "3.1% 1.9–4.3% 0.70 0.60–0.80" in plain
    assert "1 of 2 comparisons differ between groups by more than chance" in plain
    assert "from &lt;retail&gt; 12% (7–17%) to health 41% (33–49%)" in plain
    assert "from &lt;retail&gt; −1.2 (−3.0 to +0.6) to health +1.1 (−0.6 to +2.8)" in plain
    assert "The score told the outcome better (AUC −0.07 (−0.13 to −0.01))" in plain
    assert "Too little data to say it of 2 others" in plain
    assert "<Ali>" not in text
    bare = page(replace(proofs.good(), outreach="", treated=()))
    assert not any(f'id="{name}"' in bare or f'"#{name}"' in bare for name in ("outreach", "bias", "people"))
