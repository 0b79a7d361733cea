"""What people read on a terminal: within 80 columns, in words, without colour or junk when piped."""

import io
import re
from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from keepwell.cli.screens import account, outcomes, portfolio, strokes
from keepwell.runs.contradicting import Contradiction
from keepwell.runs.outcomes import OutcomeLine, Outcomes
from keepwell.runs.portfolio import portfolio as sum_up
from keepwell.scoring.score import Band, Explanation, Move, Remedy, Score, Step
from tests.scored import AS_OF, reason, score, weeks

UTC = ZoneInfo("UTC")


def drawn(parts: Sequence[RenderableType], width: int = 80, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=colour, highlight=False, markup=False)
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


REASONS = (
    reason(
        "usage", -40.0, "Usage fell 42% against its own baseline: −40 points", advice="Call the champion."
    ),
    reason("nps", -25.0, "Last NPS: 3, full marks at 9: −25 points"),
    reason("tenure", 2.0, "A long-standing customer: +2 points"),
    reason("payment_failed", -7.0, "A payment failed, so at most 30: −7 points", step=Step.CAP, dimension=""),
)
RED = score("A-1", 30.0, name="Northwind Logistics", reasons=REASONS, previous_band=Band.YELLOW)


def whole_screen(scores: Sequence[Score], **changes: object) -> str:
    whole = sum_up(scores, "health", AS_OF)
    return drawn(
        portfolio.screen(
            whole,
            whole.to_act[:3],
            project="Acme",
            currency="EUR",
            zone=UTC,
            since=weeks(2)[0],
            hints=["surveys is silent"],
        )
    )


def test_portfolio_by_hand() -> None:
    text = whole_screen([RED, score("A-2", 55.0), score("A-3", 90.0), score("A-4", None)])
    lines = text.splitlines()
    assert lines[0] == "Acme · health · 30 Jun 2025"
    assert lines[3].split()[:6] == ["●", "green", "1", "33%", "EUR", "1.20"]
    assert lines[6].split() == ["○", "no", "score", "1", "not", "enough", "data", "1"]
    assert "Since 23 Jun 2025: 1 fell (1 yellow → red)" in text
    assert "To act on   2 of 2, by value at risk: EUR 1.80 k in all" in text
    assert "(the whole value in red, half in yellow, none in green)" in text
    at = lines.index(next(line for line in lines if "Northwind" in line))
    assert lines[at].split() == ["Northwind", "Logistics", "A-1", "30.0", "■", "red", "EUR", "1.20", "k"]
    assert lines[at + 1].split(maxsplit=1) == ["−40.0", "Usage fell 42% against its own baseline"]
    assert lines[at + 2].split(maxsplit=1) == ["−25.0", "Last NPS: 3, full marks at 9"]
    assert "! surveys is silent" in text


def test_portfolio_without_value_names_no_money() -> None:
    text = whole_screen([score("A-1", 30.0, value=None, value_at_risk=None)])
    assert "EUR" not in text
    assert "at risk" not in text


def test_nobody_to_act_on() -> None:
    assert "No account is in red or yellow." in whole_screen([score("A-1", 90.0)])


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = score("A-" + "9" * 60, 20.0, name="株式会社" * 20, reasons=(reason("m", -80.0, "very " * 60),))
    whole = sum_up([long], "health", AS_OF)
    parts = portfolio.screen(
        whole, [long], project="P" * 90, currency="EUR", zone=UTC, since=weeks(2)[0], hints=["h " * 80]
    )
    parts += account.screen(explained(long), currency="EUR", zone=UTC)
    for line in drawn(parts, width).splitlines():
        assert cell_len(line) <= max(width, 80), line


def explained(made: Score, **fields: object) -> Explanation:
    return Explanation(
        score=made,
        since=score(made.account_id, 61.0, as_of=weeks(2)[0]),
        moves=(
            Move("data", -29.0, "Usage fell from 12 to 3"),
            Move("coverage", 0.0, ""),
            Move("override", -2.0, "An override ended"),
        ),
        remedies=(Remedy("usage", -0.42, 0.02, 40.0, "Usage against its own baseline up to +2%"),),
        trend=tuple((at, value, None) for at, value in zip(weeks(4), (80.0, None, 61.0, 30.0), strict=True)),
    )


def test_account_by_hand() -> None:
    text = drawn(account.screen(explained(RED), currency="EUR", zone=UTC))
    assert text.startswith(
        "Northwind Logistics   A-1\nhealth 30.0  ■ red for 3 days · 30 Jun 2025 · coverage 90%"
    )
    assert "worth EUR 1,200, at risk EUR 1,200" in text
    figures = [float(each.replace("−", "-")) for each in re.findall(r"^ +([−+]?\d+\.\d) +█", text, re.M)]
    assert figures == [100.0, -40.0, -25.0, 2.0, -7.0, 30.0]
    assert "Call the champion." in text
    assert "Since 23 Jun 2025   61.0 → 30.0 (−31.0)" in text
    assert "coverage 0.0" not in text
    assert "What would turn it green" in text
    assert "Trend   9 Jun 2025 to 30 Jun 2025, 30.0 to 80.0" in text


def test_waterfall_bars_begin_where_the_last_one_ended() -> None:
    text = drawn(account.screen(explained(RED), currency="EUR", zone=UTC))
    lines = [line for line in text.splitlines() if "█" in line][:6]
    ends = [(line.index("█"), line.rindex("█") + 1) for line in lines]
    first = ends[0][0]
    assert [(start - first, end - first) for start, end in ends] == [
        (0, 20),
        (12, 20),
        (7, 12),
        (7, 8),
        (6, 7),
        (0, 6),
    ]


def test_no_score_says_why() -> None:
    made = score("A-4", None)
    text = drawn(account.screen(Explanation(made, None, (), (), ()), currency="EUR", zone=UTC))
    assert "No score: not enough data: 45% of the weight is known, 60% needed" in text
    assert "○ none" in text


def test_names_from_data_can_neither_colour_nor_move_the_cursor() -> None:
    evil = score(
        "A-1", 20.0, name="\x1b[31mEvil\r\n[bold]x", reasons=(reason("m", -80.0, "\x1b]0;title\x07"),)
    )
    text = drawn(account.screen(explained(evil), currency="EUR", zone=UTC))
    whole = sum_up([evil], "health", AS_OF)
    text += drawn(
        portfolio.screen(
            whole, [evil], project="\x1bA", currency="EUR", zone=UTC, since=weeks(2)[0], hints=[]
        )
    )
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]x" in text


def test_sparkline_and_bars() -> None:
    assert strokes.sparkline([0.0, 50.0, None, 100.0]).plain == "▁▅ █"
    assert strokes.sparkline([50.0, 50.0]).plain == "▅▅"
    assert strokes.bar(0.5, 10) == "█████"
    assert strokes.bar(0.0001, 10) == "▎"
    assert strokes.bar(0, 10) == ""
    assert strokes.span(0.5, 1, 10) == "     █████"
    assert strokes.span(1, 1, 10) == "         █"


def line(name: str, **fields: object) -> OutcomeLine:
    """An outcome of which all is well."""
    made: dict[str, object] = {
        "name": name,
        "title": f"{name} \x1b[31m",
        "kind": "churned",
        "purpose": "health",
        "what": "It happens on the day in accounts.ended_at.",
        "ahead": "Looked for within 30 days.",
        "among": "active accounts",
        "dated": True,
        "happened": 3,
        "accounts": 2,
        "first": AS_OF - timedelta(days=60),
        "last": AS_OF,
        "months": ((date(2025, 5, 1), 2), (date(2025, 6, 1), 1)),
        "through": AS_OF,
        "judged_to": AS_OF - timedelta(days=30),
        "causes": {"voluntary": 2, "payment_failure": 0, "unknown": 1},
        "at_risk": 9,
        "active": 10,
        "unknown": 0,
        "worries": (),
    }
    return OutcomeLine(**(made | fields))  # type: ignore[arg-type]


def test_outcomes_are_told_with_their_figures_and_contradictions() -> None:
    flag = line(
        "flag", dated=False, first=None, last=None, months=(), through=None, judged_to=None, causes={},
        unknown=1, worries=("It has happened to every account, so that nothing can be judged by it.",),
    )  # fmt: skip
    pair = Contradiction("churned", "ended", "flag", both=1, only_one=1, only_other=2, neither=6)
    text = drawn(
        outcomes.screen(Outcomes(AS_OF, (line("ended"), flag), (pair,), {"health": "ended"}), zone=UTC)
    )
    lines = text.splitlines()
    assert lines[:2] == ["ended \N{REPLACEMENT CHARACTER}[31m", "  ended · churned · judges health"]
    assert "  flag · churned · judges health where it is named" in lines
    told = " ".join(text.split())
    for words in (
        "happened 3 times, to 2 accounts, 1 May 2025 to 30 Jun 2025",
        "by month █▄",
        "causes 2 decided by the customer, 1 of unknown cause",
        "known to 29 Jun 2025; scores up to 31 May 2025 can be judged",
        "at risk now 9 of 10 active accounts",
        "happened to 2 accounts, on no known day; of 1 nobody knows",
        "It has happened to every account",
        "ended and flag 1 1 2 6 30%",
        "scores are judged by the first: ended. To let another count, move it to the top of outcomes.yml",
    ):
        assert words in told, words
    assert max(cell_len(each) for each in lines) <= 80


def test_outcomes_that_agree_end_without_a_warning() -> None:
    text = drawn(
        outcomes.screen(Outcomes(AS_OF, (line("ended", first=None, last=None, months=()),), (), {}), zone=UTC)
    )
    assert "contradict" not in text
    assert "happened     never" in text


def test_counts_are_drawn_from_zero() -> None:
    assert strokes.counts([0, 1, 4, 8]).plain == " ▁▄█"
    assert strokes.counts(list(range(100)), width=3).plain == "███"
    assert strokes.counts([0, 0]).plain == "  "
