"""An expression as text is read as the same expression again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.signals.expression import (
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Literal,
    Logic,
    Membership,
    Name,
    Not,
    parse,
)
from keepwell.signals.writing import written

_NUMBERS = st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False)
_SCALARS = _NUMBERS | st.text(max_size=6) | st.booleans()


def _above(below: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(below, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Arithmetic, st.sampled_from("+-*/"), below, below),
        st.builds(Comparison, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), below, below),
        st.builds(Membership, below, st.lists(_SCALARS, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.builds(Logic, st.sampled_from(["and", "or"]), several),
        st.builds(Not, below),
        st.builds(Call, st.sampled_from(["min", "coalesce"]), several),
    )


_LEAVES = st.builds(Literal, _SCALARS | st.none()) | st.sampled_from([Name("nps"), Name("account.seats")])
EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(_LEAVES, _above, max_leaves=12)


@settings(max_examples=300)
@given(EXPRESSIONS)
def test_what_is_written_is_read_as_the_same(expression: Expression) -> None:
    assert parse(written(expression)) == expression


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("(a + b) * 2", "(a + b) * 2"),
        ("a + (b * 2)", "a + b * 2"),
        ("a - (b - c)", "a - (b - c)"),
        ("-(a + b)", "-(a + b)"),
        ("not (a and b) or c", "not (a and b) or c"),
        ("0 < a <= 5", "0 < a and a <= 5"),
        ("plan not in ('x', \"it's\")", "plan not in ['x', \"it's\"]"),
        ("when(known(a), true, null)", "when(known(a), true, null)"),
    ],
)
def test_it_has_no_more_brackets_than_it_needs(text: str, plain: str) -> None:
    assert written(parse(text)) == plain
