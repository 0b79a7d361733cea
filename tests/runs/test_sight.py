"""An answer over several instants, in any order and in several batches, is taken apart into one ordered answer for each."""

from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from keepwell.runs.sight import SEGMENT, STAGE, WORTH, sights
from keepwell.sql.statement import Point

FIRST = datetime(2025, 6, 2, tzinfo=UTC)


def answer(keys: list[tuple[int, int]]) -> pa.Table:
    """A row per (point, account), its values made of these."""
    return pa.table(
        {
            "account": pa.array([account for _, account in keys], pa.int32()),
            "point": pa.array([point for point, _ in keys], pa.int32()),
            "population": ["active" if account % 3 else "ended" for _, account in keys],
            "parent": pa.array([account - 1 if account % 2 else None for _, account in keys], pa.int32()),
            "logins": pa.array(
                [point * 100 + account if account % 5 else None for point, account in keys], pa.int64()
            ),
            "quiet": pa.array(
                [None if account % 4 == 0 else account % 4 == 1 for _, account in keys], pa.bool_()
            ),
            SEGMENT: ["large" if account > 4 else "small" for _, account in keys],
            STAGE: ["any" for _ in keys],
            WORTH: pa.array([account * 10.0 for _, account in keys], pa.float64()),
        }
    )


@given(st.integers(1, 4), st.integers(1, 9), st.randoms(use_true_random=False), st.integers(1, 7))
def test_each_point_has_its_rows_by_account(points: int, accounts: int, random: Random, batch: int) -> None:
    keys = [(point, account) for point in range(points) for account in range(accounts)]
    if points > 1:
        random.shuffle(keys)
    rows = pa.Table.from_batches(answer(keys).to_batches(max_chunksize=batch))
    days = [Point.at(FIRST + timedelta(days=day)) for day in range(points)]
    found = list(sights(rows, days))
    assert [sight.point for sight in found] == days
    for place, sight in enumerate(found):
        observed = sight.observed
        assert observed.as_of == days[place].as_of
        assert observed.accounts.tolist() == list(range(accounts))
        logins = [place * 100.0 + account if account % 5 else None for account in range(accounts)]
        assert [None if np.isnan(value) else value for value in observed.values["logins"]] == logins
        held = [-1 if account % 4 == 0 else int(account % 4 == 1) for account in range(accounts)]
        assert observed.conditions["quiet"].tolist() == held
        assert observed.parents.tolist() == [
            account - 1 if account % 2 else -1 for account in range(accounts)
        ]
        assert observed.active.tolist() == [account % 3 > 0 for account in range(accounts)]
        assert [observed.segments[i] for i in range(accounts)] == [
            "large" if i > 4 else "small" for i in range(accounts)
        ]
        assert observed.worth.tolist() == [account * 10.0 for account in range(accounts)]


def test_accounts_may_be_missing_at_a_point() -> None:
    rows = answer([(1, 2), (0, 7), (0, 1)])
    days = [Point.at(FIRST), Point.at(FIRST + timedelta(days=1)), Point.at(FIRST + timedelta(days=2))]
    assert [sight.observed.accounts.tolist() for sight in sights(rows, days)] == [[1, 7], [2], []]
