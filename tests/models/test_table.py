"""Tables: unknown values, labels of other tables, and fingerprints."""

import numpy as np

from keepwell.models.definition import Holds, Input
from keepwell.models.table import Column, Labels, Table, fingerprint, joined
from tests.models.made import table


def test_a_label_is_placed_by_its_name_not_by_its_code() -> None:
    labels = Labels.of(["b", None, "c", "a"])
    assert labels.names == ("a", "b", "c")
    assert labels.among(["c", "b"], other=9).tolist() == [1, -1, 0, 9]


def test_a_column_that_is_not_there_is_unknown_throughout() -> None:
    made = table(logins=[1, 2])
    assert np.isnan(made.numbers("seats")).all()
    assert made.labels("plan").codes.tolist() == [-1, -1]
    assert made.known("seats", 0) is None


def test_rows_keep_their_order_and_their_labels() -> None:
    made = table(plan=["a", None, "b"], logins=[1, None, 3]).rows(np.array([2, 1]))
    assert [made.known("plan", 0), made.known("plan", 1)] == ["b", None]
    assert [made.known("logins", 0), made.known("logins", 1)] == [3.0, None]


def test_tables_with_other_labels_are_joined_by_name() -> None:
    both = joined([table(plan=["a", "b"]), table(plan=["c", None])], [Input("plan", Holds.LABEL)])
    assert [both.known("plan", row) for row in range(4)] == ["a", "b", "c", None]


def test_the_fingerprint_tells_other_data_apart_and_not_other_codes() -> None:
    happened = np.array([True, False])
    first = fingerprint(table(plan=["a", "b"], logins=[1, None]), happened)
    columns: dict[str, Column] = {
        "logins": np.array([1.0, np.nan]),
        "plan": Labels(("b", "z", "a"), np.array([2, 0])),
    }
    assert fingerprint(Table(columns, 2), happened) == first
    assert fingerprint(table(plan=["a", "b"], logins=[1, 0]), happened) != first
    assert fingerprint(table(plan=["b", "a"], logins=[1, None]), happened) != first
    assert fingerprint(table(plan=["a", "b"], logins=[1, None]), ~happened) != first
