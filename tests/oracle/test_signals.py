"""Compiled SQL = reference, for single instants, grids, early horizons and subsets of accounts."""

import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.agreement import check, compiled, shown
from tests.oracle.cases import Case, asking, cases
from tests.oracle.definitions import SORTS

EXAMPLES = int(os.environ.get("KEEPWELL_ORACLE_EXAMPLES", "40"))


@pytest.mark.parametrize("table", SORTS)
@given(data=st.data())
@settings(max_examples=max(EXAMPLES // 2, 1))
def test_one_signal_of_each_table(table: str, data: st.DataObject) -> None:
    check(data.draw(cases("one", (table,), most_signals=1)))


@given(cases("one"))
@settings(max_examples=EXAMPLES)
def test_several_signals_at_one_instant(case: Case) -> None:
    check(case)


@given(cases("earlier_horizons"))
@settings(max_examples=EXAMPLES)
def test_a_horizon_before_the_instant(case: Case) -> None:
    check(case)


@given(cases("regular"))
@settings(max_examples=EXAMPLES)
def test_a_daily_or_weekly_grid(case: Case) -> None:
    check(case)


@given(cases("irregular"))
@settings(max_examples=EXAMPLES)
def test_irregular_instants(case: Case) -> None:
    check(case)


@given(cases("regular"), st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True))
@settings(max_examples=EXAMPLES // 2)
def test_some_accounts_only(case: Case, accounts: list[int]) -> None:
    check(case, accounts)


@given(st.sampled_from(("one", "irregular")).flatmap(asking))
@settings(max_examples=EXAMPLES)
def test_conditions_numbers_choices_and_attributes(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("table", ["events", "tickets"])
@given(data=st.data())
@settings(max_examples=max(EXAMPLES // 4, 1))
def test_many_signals_of_one_table(table: str, data: st.DataObject) -> None:
    sort = data.draw(st.sampled_from(("one", "regular", "irregular")))
    check(data.draw(cases(sort, (table,), most_signals=6)))


@given(cases("irregular"))
@settings(max_examples=EXAMPLES)
def test_what_becomes_known_later_never_moves_a_value(case: Case) -> None:
    latest = max(moment.horizon for moment in case.moments)
    early = replace(case, facts=tuple(fact for fact in case.facts if fact.known_at < latest))
    before, _ = compiled(early)
    after, statement = compiled(case)
    moved = {place: (row, after[place]) for place, row in before.items() if row != after[place]}
    assert not moved, f"{moved}\n\n{case}\n\n{shown(statement)}"
