"""A value on its way from text to its kind."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlglot import exp

from keepwell.signals.tables import Kind
from keepwell.sql.ingest.field import Field
from tests.sql.ingest.engine import rows


def _read(field: Field) -> object:
    parsed = exp.select(*(value.as_(name, quoted=True) for name, value in field.parsed()))
    return rows(exp.select(field.typed()).from_("parsed").with_("parsed", parsed))[0][0]


@pytest.mark.parametrize(
    ("kind", "text", "decimal", "expected"),
    [
        (Kind.TEXT, " as it is ", ".", " as it is "),
        (Kind.INTEGER, "1.234", ",", 1234),
        (Kind.INTEGER, "12.5", ".", None),
        (Kind.NUMBER, "1.234,5", ",", 1234.5),
        (Kind.NUMBER, "inf", ".", None),
        (Kind.MONEY, "0.00005", ".", Decimal("0.0001")),
        (Kind.BOOLEAN, " Yes ", ".", True),
        (Kind.BOOLEAN, "perhaps", ".", None),
    ],
)
def test_a_text_is_read_as_its_kind_or_is_unknown(
    kind: Kind, text: str, decimal: str, expected: object
) -> None:
    assert _read(Field("x", kind, exp.convert(text), decimal=decimal)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-30 01:30", "2025-03-30 00:30"),
        ("2025-10-26 02:30", "2025-10-26 00:30"),  # occurs twice: the first is meant
        ("2025-06-30T12:00:00+05:00", "2025-06-30 07:00"),
        ("2025-06-30 12:00:00Z", "2025-06-30 12:00"),
        ("1700-01-01", None),
    ],
)
def test_local_times_become_utc(text: str, expected: str | None) -> None:
    read = _read(Field("x", Kind.INSTANT, exp.convert(text), zone="Europe/Berlin"))
    assert read == (expected and datetime.fromisoformat(expected))
