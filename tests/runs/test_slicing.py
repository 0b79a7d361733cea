"""By what evidence is split."""

import numpy as np
import pyarrow as pa
import pytest

from keepwell.runs.slicing import MOST_LEVELS, cohorts, fewer, joined, labels, numeric, ranges
from keepwell.scoring.observed import Groups


def names(groups: Groups) -> list[str]:
    return [groups[place] for place in range(len(groups.codes))]


def test_blocks_are_joined_whatever_their_codes() -> None:
    one, other = Groups.of(["smb", "big", "smb"]), Groups.of(["big", "none"])
    assert names(joined([one, other])) == ["smb", "big", "smb", "big", "none"]


def test_no_blocks_make_no_groups() -> None:
    assert len(joined([]).codes) == 0


def test_texts_truths_and_gaps_are_labels() -> None:
    assert names(labels(pa.chunked_array([["a", None], ["b", "a"]]))) == ["a", "unknown", "b", "a"]
    assert names(labels(pa.array([True, None]))) == ["true", "unknown"]


def test_numbers_are_split_into_thirds_with_their_edges() -> None:
    groups = ranges(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, np.nan]))
    assert names(groups)[:3] == ["low (1 to 4)"] * 3
    assert names(groups)[8] == "high (7 to 9)"
    assert names(groups)[9] == "unknown"


def test_equal_values_stay_together_however_many() -> None:
    groups = ranges(np.array([0.0] * 8 + [5.0, 6.0, 7.0, 8.0]))
    assert len({names(groups)[place] for place in range(8)}) == 1
    assert names(groups)[11] != names(groups)[0]


def test_few_different_values_are_groups_of_their_own() -> None:
    assert names(ranges(np.array([0.0, 1.0, 1.0, np.nan]))) == ["0", "1", "1", "unknown"]


def test_nothing_known_is_one_group() -> None:
    assert names(ranges(np.array([np.nan, np.nan]))) == ["unknown", "unknown"]


def test_many_levels_become_the_most_frequent_and_other() -> None:
    texts = [f"city {n}" for n in range(40) for _ in range(40 - n)]
    groups = fewer(Groups.of(texts))
    assert len(groups.names) == MOST_LEVELS
    assert groups.names[-1] == "other"
    assert names(groups)[0] == "city 0"
    assert names(groups)[-1] == "other"


@pytest.mark.parametrize(
    ("kind", "is_one"),
    [
        (pa.int64(), True),
        (pa.float64(), True),
        (pa.decimal128(18, 4), True),
        (pa.string(), False),
        (pa.bool_(), False),
    ],
)
def test_numbers_are_told_from_labels(kind: pa.DataType, is_one: bool) -> None:
    assert numeric(kind) is is_one


def test_cohorts_are_quarters_as_long_as_they_are_few() -> None:
    began = np.array(["2024-01-01", "2024-03-31", "2024-04-01", "NaT"], dtype="datetime64[D]")
    assert names(cohorts(began)) == ["2024 Q1", "2024 Q1", "2024 Q2", "unknown"]


def test_many_quarters_become_years() -> None:
    began = np.array(
        [f"{year}-0{month}-15" for year in (2019, 2020, 2021) for month in (1, 4, 7)], dtype="datetime64[D]"
    )
    assert names(cohorts(began)) == ["2019"] * 3 + ["2020"] * 3 + ["2021"] * 3
