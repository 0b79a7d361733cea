"""What expressions over raw columns mean."""

import pytest
from sqlglot import exp

from keepwell.signals.expression import parse
from keepwell.sources.source import RAW_FUNCTIONS
from keepwell.sql.ingest.expressions import UnknownColumn, translator
from tests.sql.ingest.engine import value

COLUMNS = {"a": exp.convert(" 1,5 "), "b": exp.convert("x-y-z"), "Two words": exp.convert("there")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("number(a) * 2", 3.0),
        ("concat(upper(b), '!')", "X-Y-Z!"),
        ("replace(b, '-', '')", "xyz"),
        ("trim(a)", "1,5"),
        ("part(b, '-', 2)", "y"),
        ("part(b, '-', 9)", None),
        ("column('Two words')", "there"),
        ("b == 'x-y-z'", True),
    ],
)
def test_functions_over_raw_columns(text: str, expected: object) -> None:
    assert value(translator(COLUMNS, ",").typed(parse(text, RAW_FUNCTIONS)).sql) == expected


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownColumn) as caught:
        translator(COLUMNS, ".").typed(parse("upper(c)", RAW_FUNCTIONS))
    assert caught.value.name == "c"
