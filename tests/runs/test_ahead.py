"""Work done ahead comes in order, and no further ahead than is said."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.runs.ahead import MOST, ahead


@given(st.lists(st.integers()))
def test_what_comes_is_what_a_loop_would_make(things: list[int]) -> None:
    assert list(ahead(things, lambda n: n * 2)) == [(n, n * 2) for n in things]


def test_no_more_is_taken_than_is_worked_on() -> None:
    taken: list[int] = []

    def things() -> Iterator[int]:
        for n in range(100):
            taken.append(n)
            yield n

    found = ahead(things(), str)
    assert next(found) == (0, "0")
    assert len(taken) == MOST + 1


def test_a_failure_comes_in_its_turn() -> None:
    found = ahead([4, 2, 0, 1], lambda n: 8 // n)
    assert [next(found), next(found)] == [(4, 2), (2, 4)]
    with pytest.raises(ZeroDivisionError):
        next(found)
