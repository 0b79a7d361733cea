from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from keepwell.runs import figures


@pytest.mark.parametrize(
    ("value", "text"),
    [(-14.04, "−14.0"), (3, "+3.0"), (0, "0.0"), (-0.04, "0.0"), (0.04, "0.0"), (1234.5, "+1,234.5")],
)
def test_points(value: float, text: str) -> None:
    assert figures.points(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (3.0, "3"),
        (12345.0, "12,345"),
        (0.4213, "0.421"),
        (12.345, "12.3"),
        (-1.5, "−1.50"),
        (1234.56, "1,235"),
    ],
)
def test_measured(value: float | None, text: str) -> None:
    assert figures.measured(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (950.0, "EUR 950"), (1_234.0, "EUR 1.23 k"), (52_340.0, "EUR 52.3 k"), (1_530_000.0, "EUR 1.53 M"),
     (-2e9, "EUR −2.00 bn"), (999_999.0, "EUR 1.00 M")],
)  # fmt: skip
def test_short_money(value: float | None, text: str) -> None:
    assert figures.short_money(value, "EUR") == text


@pytest.mark.parametrize(("part", "text"), [(0, "0%"), (1, "<1%"), (500, "50%"), (1000, "100%")])
def test_share(part: int, text: str) -> None:
    assert figures.share(part, 1000) == text
    assert figures.share(1, 0) == "0%"


def test_counts_and_days() -> None:
    assert figures.count(1, "account") == "1 account"
    assert figures.count(2000, "account") == "2,000 accounts"
    berlin = ZoneInfo("Europe/Berlin")
    assert figures.moment(datetime(2025, 6, 29, 22, tzinfo=UTC), berlin) == "30 Jun 2025"
    assert figures.moment(datetime(2025, 6, 30, tzinfo=UTC), berlin) == "30 Jun 2025 02:00"


def test_names_from_data_cannot_move_the_cursor() -> None:
    assert figures.plain("Acme\x1b[31m\nGmbH\u202e") == "Acme�[31m GmbH�"
    assert figures.plain("Müller & Söhne") == "Müller & Söhne"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("no_show", "no show"),
        ("rollout_goal", "rollout goal"),
        ("A_B", "A_B"),
        ("call", "call"),
        ("on_2 x", "on_2 x"),
    ],
)
def test_values_written_for_programs_are_spoken(value: str, told: str) -> None:
    assert figures.spoken(value) == told
