"""Trees: LightGBM's own text is all that is kept, and contributions add up."""

import numpy as np
import pytest

from keepwell.errors import UserError
from keepwell.models import trees
from keepwell.models.definition import Input, Kind
from keepwell.models.forest import parse
from keepwell.models.plain import Reading
from keepwell.models.trees import Trees
from keepwell.signals.definition import Direction
from tests.models.made import definition, table, world

QUICK = {"trees": 30}


def grown(**fields: object) -> Trees:
    made, happened, _ = world(1500)
    return trees.fit(
        definition(Kind.TREES, made, **{"options": QUICK, **fields}), made, happened, adverse=True
    )


def test_contributions_add_up() -> None:
    made, _, odds = world(500, seed=9)
    fitted = grown()
    assert np.abs(fitted.contributions(made).total - fitted.margin(made)).max() < 1e-12
    assert np.corrcoef(fitted.margin(made), odds)[0, 1] > 0.75


def test_the_same_rows_give_the_same_trees() -> None:
    assert grown().text == grown().text


def test_a_label_never_seen_is_unknown_whatever_else_the_table_holds() -> None:
    fitted = grown()
    alone = fitted.margin(table(plan=["pro", None], logins=[5.0, 5.0], tickets=[1.0, 1.0]))
    among = fitted.margin(table(plan=["new", "pro", "a"], logins=[5.0] * 3, tickets=[1.0] * 3))
    assert among.tolist() == [alone[1], alone[0], alone[1]]


def test_a_declared_direction_is_held() -> None:
    fitted = grown(inputs=(Input("logins", direction=Direction.LOWER_IS_BETTER),), monotone=True)
    margins = fitted.margin(table(logins=[float(n) for n in range(40)]))
    assert (np.diff(margins) >= 0).all()


def test_we_read_the_trees_as_lightgbm_does() -> None:
    import lightgbm

    rng = np.random.default_rng(4)
    numbers = rng.normal(size=(1500, 3))
    numbers[rng.random(numbers.shape) < 0.1] = np.nan
    numbers[rng.random(numbers.shape) < 0.1] = 0.0
    codes = rng.integers(0, 70, 1500).astype(np.float64)
    codes[rng.random(1500) < 0.1] = np.nan
    matrix = np.column_stack((numbers, codes))
    happened = (
        np.nan_to_num(numbers[:, 0]) + np.isnan(numbers[:, 1]) + (codes % 3 == 0) + rng.normal(size=1500)
    ) > 1
    for extra in ({}, {"zero_as_missing": True}, {"use_missing": False}):
        data = lightgbm.Dataset(matrix, label=happened.astype(float), categorical_feature=[3])
        settings = {"objective": "binary", "verbose": -1, "num_threads": 1, "min_data_per_group": 5, **extra}
        booster = lightgbm.train(settings, data, 20)
        fresh = matrix[rng.permutation(1500)[:400]]
        fresh[0], fresh[1, 3] = np.nan, 500.0
        ours = parse(booster.model_to_string(), 4).of(fresh)
        assert np.abs(ours - booster.predict(fresh, raw_score=True)).max() < 1e-12


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("end of trees", "end", "end in the middle"),
        ("Tree=3\n", "", "not all of its trees are there"),
        ("max_feature_idx=2", "max_feature_idx=9", "another number of inputs"),
        ("objective=binary", "objective=regression", "not of a yes or no"),
        ("left_child=1 ", "left_child=0 ", "does not hang together"),
        ("split_feature=", "split_feature=7 ", "has not 7 of split_feature"),
        ("leaf_value=", "leaf_value=x", "cannot be read"),
    ],
)
def test_a_damaged_text_is_told_and_never_followed(right: str, wrong: str, told: str) -> None:
    text = grown().text
    assert right in text
    with pytest.raises(UserError, match=told):
        parse(text.replace(right, wrong, 1), 3)


def test_a_text_that_was_changed_is_refused() -> None:
    plain = grown().plain()
    assert Trees.read(Reading(plain)) == grown()
    changed = {**plain, "text": plain["text"].replace("learning_rate", "learning_rat3", 1)}
    with pytest.raises(UserError, match="text has been changed"):
        Trees.read(Reading(changed))
