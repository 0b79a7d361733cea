"""Both sides of outreach: counts and rates by hand."""

from dataclasses import replace

import numpy as np
import pytest

from keepwell.proof.evidence import Evidence, Slice
from keepwell.proof.judged import Judged
from keepwell.proof.ranking import Ranking, ranking
from keepwell.proof.slices import CONTACTED, NO, YES
from keepwell.proof.tally import Tally
from keepwell.proof.treated import treated

# account 0: two rows, both reached, one happened; 1: one reached, one not; 2: never reached, happened
HAPPENED = np.array([True, False, False, False, True])
ACCOUNT = np.array([0, 0, 1, 1, 2], dtype=np.int32)
REACHED = np.array([True, True, True, False, False])


def rows(reached: np.ndarray) -> Judged:
    made, order = Judged.sorted(HAPPENED, np.array([5.0, 4.0, 3.0, 2.0, 1.0]), ACCOUNT, 3)
    return made.with_columns(contacted=reached[order])


def told(made: Judged) -> tuple[Evidence, Ranking]:
    found = ranking(made, None)
    assert found is not None
    tally = Tally(5, 5, 3, 2, 2, 2, 3, 0, 0, 0, 0, 0)
    return Evidence(tally, found), found


def test_both_sides_are_counted_and_each_has_its_rate_and_auc() -> None:
    made = rows(REACHED)
    evidence, _ = told(made)
    silent = replace(evidence, ranking=None)
    yes, no = treated(made, silent, [Slice(CONTACTED, YES, evidence), Slice(CONTACTED, NO, silent)])
    assert (yes.reached, yes.rows, yes.accounts, yes.happened, yes.outcomes) == (True, 3, 2, 1, 1)
    assert (no.reached, no.rows, no.accounts, no.happened, no.outcomes) == (False, 2, 2, 1, 1)
    assert yes.rate is not None
    assert yes.rate.value == pytest.approx(1 / 3)
    assert yes.rate.low < 1 / 3 < yes.rate.high
    assert evidence.ranking is not None
    assert yes.auc == evidence.ranking.auc
    assert (no.rate, no.auc) == (None, None)


def test_where_nobody_was_reached_all_rows_are_on_the_other_side() -> None:
    made = rows(np.zeros(5, dtype=np.bool_))
    evidence, found = told(made)
    yes, no = treated(made, evidence, [])
    assert (yes.rows, yes.rate, yes.auc) == (0, None, None)
    assert (no.rows, no.auc) == (5, found.auc)
    assert no.rate is not None
    assert no.rate.value == pytest.approx(2 / 5)
