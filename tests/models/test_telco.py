"""IBM's telco, out of fold: the figures that are promised."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from keepwell.models.definition import Kind
from keepwell.models.fit import FITS
from keepwell.models.odds import probability
from tests.models.made import definition, telco


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [(Kind.LOGISTIC, 0.839, 0.851), (Kind.BOOSTING, 0.848, 0.87), (Kind.TREES, 0.843, 0.87)],
)
def test_out_of_fold(kind: Kind, least: float, most: float) -> None:
    made, happened = telco()
    assert len(made) == 7043
    margin = np.zeros(len(made))
    folds = StratifiedKFold(5, shuffle=True, random_state=0).split(np.zeros(len(made)), happened)
    for train, test in folds:
        fitted = FITS[kind](definition(kind, made), made.rows(train), happened[train], True)
        margin[test] = fitted.margin(made.rows(test))
    assert least <= roc_auc_score(happened, margin) <= most
    assert brier_score_loss(happened, probability(margin)) <= 0.137
