"""Scores that have fallen: the SQL against a look at each score by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.sql.drops import Stretch, drops_statement
from keepwell.warehouse.scores import KeptScores
from tests.runs.firm import Firm

BEGIN = datetime(2025, 6, 1, tzinfo=UTC)
NOW, BY = 9, 10.0
STRETCHES = (
    Stretch(1, BEGIN, BEGIN + timedelta(days=2)),
    Stretch(2, BEGIN + timedelta(days=3), BEGIN + timedelta(days=4)),
)

accounts, scores = st.integers(1, 3), st.none() | st.integers(0, 5).map(lambda tens: tens * 10.0)
days = st.dictionaries(st.tuples(st.integers(1, 2), st.integers(0, 5), accounts), scores, max_size=8)
runs = st.dictionaries(st.tuples(st.sampled_from([7, 8, NOW]), accounts), scores, max_size=6)


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with Firm(tmp_path_factory.mktemp("drops")) as made:
        KeptScores(made.warehouse).prepare()
        yield made


def _written(score: float | None) -> str:
    return "NULL" if score is None else str(score)


@settings(max_examples=60)
@given(
    days=days,
    runs=runs,
    earlier=st.sets(st.sampled_from([7, 8])),
    stretches=st.sets(st.sampled_from([0, 1])),
)
def test_whose_score_lies_so_far_below_one_before(
    firm: Firm,
    days: dict[tuple[int, int, int], float | None],
    runs: dict[tuple[int, int], float | None],
    earlier: set[int],
    stretches: set[int],
) -> None:
    for table in ("days", "scores"):
        firm.warehouse.execute(f"DELETE FROM scores.{table}")
    for (run, day, account), score in days.items():
        at = (BEGIN + timedelta(days=day)).replace(tzinfo=None)
        values = f"{run}, TIMESTAMP '{at}', {account}, {_written(score)}"
        firm.warehouse.execute(f"INSERT INTO scores.days (run, as_of, account, score) VALUES ({values})")
    for (run, account), score in runs.items():
        values = f"{run}, {account}, {_written(score)}"
        firm.warehouse.execute(f"INSERT INTO scores.scores (run, account, score) VALUES ({values})")
    chosen = [STRETCHES[each] for each in sorted(stretches)]
    higher: dict[int, list[float]] = {}
    for (run, day, account), score in days.items():
        counted = any(
            each.run == run and each.first <= BEGIN + timedelta(days=day) <= each.last for each in chosen
        )
        if counted and score is not None:
            higher.setdefault(account, []).append(score)
    for (run, account), score in runs.items():
        if run in earlier and score is not None:
            higher.setdefault(account, []).append(score)
    fallen = sorted(
        account
        for (run, account), score in runs.items()
        if run == NOW and score is not None and any(each - score >= BY for each in higher.get(account, ()))
    )
    rows = firm.warehouse.query(drops_statement(NOW, BY, chosen, sorted(earlier)))
    assert rows["account"].to_pylist() == fallen
