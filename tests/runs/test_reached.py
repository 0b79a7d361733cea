"""Which accounts were reached after an as_of and before what became of them, against a slow obvious count."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.runs.reached import contacted
from tests.runs.firm import Firm, ago

AS_OFS = [ago(60), ago(30)]
ENDS = [at + timedelta(days=40) for at in AS_OFS]
REACHED = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 70)), max_size=10)
OUTCOMES = st.lists(st.none() | st.integers(0, 50), min_size=6, max_size=6)


@settings(max_examples=25, deadline=None)
@given(reached=REACHED, outcomes=OUTCOMES)
def test_it_agrees_with_a_slow_count(
    reached: Sequence[tuple[int, int]], outcomes: Sequence[int | None]
) -> None:
    rows = [(point, account) for point in range(2) for account in (1, 2, 3)]
    days = [np.nan if one is None else float(one) for one in outcomes]
    with TemporaryDirectory() as folder, Firm(Path(folder)) as firm:
        facts = [
            {"account": account, "occurred_at": ago(back), "action": "sent"} for account, back in reached
        ]
        firm.warehouse.create_facts("messages", {})
        if facts:
            firm.facts("messages", facts)
        found = contacted(
            firm.warehouse,
            AS_OFS,
            ENDS,
            point=np.array([point for point, _ in rows]),
            account=np.array([account for _, account in rows]),
            days=np.array(days),
        )
    for (point, account), its, answer in zip(rows, days, found, strict=True):
        until = ENDS[point] if np.isnan(its) else min(ENDS[point], AS_OFS[point] + timedelta(days=its))
        slow = any(who == account and AS_OFS[point] <= ago(back) < until for who, back in reached)
        assert bool(answer) is slow


def test_without_a_table_that_could_tell_nobody_was(tmp_path: Path) -> None:
    with Firm(tmp_path) as firm:
        one = np.array([0])
        found = contacted(firm.warehouse, AS_OFS, ENDS, point=one, account=one, days=np.array([np.nan]))
    assert found.tolist() == [False]
