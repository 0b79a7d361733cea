"""A certificate on a terminal: the verdict first, within 80 columns, in plain signs, every figure with its interval."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import Console

from keepwell.cli.screens.certificate import screen
from keepwell.cli.terminal import ASCII
from keepwell.proof.certificate import Certificate
from keepwell.proof.evidence import Slice
from keepwell.runs.evidence import LeakLine
from tests.web import proofs

LEAKS = (
    LeakLine("churn_reason", "filled only for one outcome", "Filled for 98% of those that churned."),
    LeakLine("plan", "moves only after the outcome", "By 3.1 in its week.", "Not scored. Ravi, 12 Jun 2025"),
)


def drawn(certificate: Certificate, width: int = 80, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=colour, highlight=False, markup=False)
    parts = screen(certificate, project="Acme", currency="EUR", zone=ZoneInfo("Europe/Berlin"), leaks=LEAKS)
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


@pytest.mark.parametrize("made", proofs.ALL)
def test_no_line_is_wider_than_the_terminal_and_none_is_cut(made: Callable[[], Certificate]) -> None:
    text = drawn(made())
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "…" not in text
    text.translate(ASCII).encode("ascii")


@pytest.mark.parametrize("made", proofs.ALL)
def test_the_verdict_stands_before_cautions_leaks_and_figures(made: Callable[[], Certificate]) -> None:
    certificate = made()
    text = drawn(certificate)
    headings = ["Before any figure", "Signals that may know", "Order ", "What this rests on"]
    places = [text.index(heading) for heading in headings if heading in text]
    assert places == sorted(places)
    grades = {
        "good": "+ USEFUL",
        "too_little": "! TOO LITTLE DATA",
        "upside_down": "!! UPSIDE DOWN",
        "snapshot": "+ STRONG",
    }
    assert 0 < text.index(grades[made.__name__]) < places[0]


def test_figures_by_hand() -> None:
    lines = [line.strip() for line in drawn(proofs.good()).splitlines()]
    found = [re.split(r"\s{2,}", line) for line in lines]
    assert ["AUC", "0.78 (0.75–0.81)", "0.5 is chance, 1 is perfect"] in found
    assert ["1", "21% (19–24%)", "3.6", "36%", "33%", "█" * 14] in found  # 0.363 to the power of 1.1
    assert ["■ red", "301", "11%", "24% (21–27%)", "26% (22–30%)", "█" * 7] in found
    assert ["60 days before", "190", "24% (18–30%)", "19% (10–28%)", "EUR 2.31 M"] in found
    assert ["enterprise", "6 of 96", "too little data"] in found
    assert ["● green", "over 357 days", "812", "401"] in found
    assert ["13%", "12% (10–14%)", "2,041"] in found
    assert ["mid-market", "5.9%", "5.6%", "1.8%", "24%", "61", "2.31 M", "19%"] in found
    assert ["enterprise", *"–––––––"] in found


def test_intervals_are_drawn_where_they_lie() -> None:
    lines = drawn(proofs.good()).splitlines()
    plots = {line.split()[0]: line for line in lines if "●" in line and ("|" in line or "–––" in line)}
    sure, unsure = plots["smb"], plots["onboarding"]
    chance = sure.index("|")
    assert chance < sure.index("–") < sure.index("●")
    assert unsure.index("–") < chance < unsure.index("●")
    assert "|" not in unsure


def test_too_little_data_shows_no_figure() -> None:
    text = drawn(proofs.too_little())
    assert "3 accounts churned (10 at the least are needed). No figure is shown." in text
    assert "AUC" not in text
    assert "%" not in text[text.index("What this rests on") :]


def test_leaks_are_told_with_why_they_are_waived() -> None:
    text = " ".join(drawn(proofs.good()).split())
    assert (
        "!! churn_reason. Filled only for one outcome. Filled for 98% of those that churned. Not waived."
        in text
    )
    assert (
        "· plan. Moves only after the outcome. By 3.1 in its week. Waived: Not scored. Ravi, 12 Jun 2025"
        in text
    )


def test_names_from_data_can_neither_colour_nor_move_the_cursor() -> None:
    evil = "\x1b[31mEvil\r\n[bold]x"
    whole = proofs.good()
    made = replace(
        whole,
        subject=replace(whole.subject, project=evil, name=evil, purpose=evil, versions=(evil,)),
        question=replace(whole.question, title=evil),
        slices=tuple(Slice(evil, evil, each.evidence) for each in whole.slices[:2]),
        baselines=tuple(replace(each, name=evil) for each in whole.baselines),
        verdict=replace(
            whole.verdict,
            headline=evil,
            statements=tuple(replace(each, text=evil) for each in whole.verdict.statements),
        ),
    )
    text = drawn(made)
    assert "\x1b" not in text
    assert "[bold]x" in text


def test_colour_is_never_all_that_tells() -> None:
    plain, coloured = drawn(proofs.upside_down()), drawn(proofs.upside_down(), colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split() == plain.split()
