"""Families of accounts, bottom-up."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from keepwell.scoring.rollup import family


def test_children_come_before_their_parents() -> None:
    # 0 ← 1 ← 2, 0 ← 3
    kin = family(np.array([-1, 0, 1, 0]))
    assert [level.tolist() for level in kin.levels] == [[2, 3], [1], [0]]
    assert kin.circles.tolist() == []


def test_a_circle_is_cut_and_what_hangs_on_it_stays() -> None:
    # 0 → 1 → 2 → 0 is a circle, 3 hangs on 0, 4 is its own parent
    kin = family(np.array([1, 2, 0, 0, 4]))
    assert kin.circles.tolist() == [0, 1, 2, 4]
    assert kin.parents.tolist() == [-1, -1, -1, 0, -1]
    assert [level.tolist() for level in kin.levels] == [[1, 2, 3, 4], [0]]


@given(st.lists(st.integers(-1, 11), max_size=12))
def test_everybody_has_a_place_after_all_its_children(parents: list[int]) -> None:
    column = np.array([parent if parent < len(parents) else -1 for parent in parents], dtype=np.int64)
    kin = family(column)
    place = {int(one): depth for depth, level in enumerate(kin.levels) for one in level}
    assert sorted(place) == list(range(len(column)))
    for child, parent in enumerate(kin.parents):
        assert parent < 0 or place[child] < place[int(parent)]
    # circles are found by walking up from everybody
    for one in range(len(column)):
        seen, walker = set(), one
        while walker >= 0 and walker not in seen:
            seen.add(walker)
            walker = int(column[walker])
        assert (one in kin.circles.tolist()) == (walker == one)
