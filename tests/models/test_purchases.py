"""Purchases to come: published figures, known numbers found again, and CDNOW's second half."""

from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from scipy.special import hyp2f1
from sklearn.metrics import roc_auc_score

from keepwell.errors import UserError
from keepwell.models import purchases
from keepwell.models.definition import Kind, ModelDefinition
from keepwell.models.purchases import AGE, INPUTS, LAST, REPEATS, SPEND, Purchases, Spending
from keepwell.models.table import Table
from keepwell.scoring.observed import Floats
from tests.models.made import DATASETS

MODEL = ModelDefinition("purchases", Kind.PURCHASES, "reordered", INPUTS)

PUBLISHED = Purchases(0.243, 4.414, 0.793, 2.426, Spending(6.25, 3.74, 15.44), 0, 39, adverse=False)
"""CDNOW's 1/10 sample in weeks: Fader, Hardie and Lee (2005), and Fader and Hardie (2013) for the amounts."""


def history(*rows: tuple[float, float, float, float]) -> Table:
    """Repeat purchases, time of the last, age and mean spend, one customer per row."""
    columns = np.array(rows, dtype=np.float64)
    return Table({name: columns[:, at] for at, name in enumerate((REPEATS, LAST, AGE, SPEND))}, len(rows))


def test_the_published_figures_of_customer_1() -> None:
    one = history((2, 30.43, 38.86, 22.35))
    assert PUBLISHED.expected(one)[0] == pytest.approx(1.226, abs=5e-4)
    assert PUBLISHED.alive(one)[0] == pytest.approx(0.7266, abs=5e-5)
    assert PUBLISHED.spending is not None
    assert PUBLISHED.spending.expected(np.array([2.0]), np.array([22.35]))[0] == pytest.approx(
        24.66, abs=5e-3
    )
    assert PUBLISHED.value(one)[0] == pytest.approx(1.226 * 24.66, abs=0.02)


def test_who_never_repeated_is_alive_and_spends_like_everybody() -> None:
    once = history((0, 0, 38.86, np.nan))
    assert PUBLISHED.alive(once)[0] == 1
    assert PUBLISHED.spending is not None
    assert PUBLISHED.spending.expected(np.zeros(1), np.array([np.nan]))[0] == pytest.approx(
        6.25 * 15.44 / 2.74
    )


def test_who_never_bought_is_unknown() -> None:
    never = history((np.nan, np.nan, np.nan, np.nan))
    assert np.isnan(PUBLISHED.margin(never)).all()


def test_the_series_is_scipys() -> None:
    rng = np.random.default_rng(2)
    a, b, c = rng.uniform(0.1, 40, (3, 200))
    z = rng.uniform(0, 0.97, 200)
    assert purchases.hypergeometric(a, b, c + b, z) == pytest.approx(hyp2f1(a, b, c + b, z), rel=1e-8)


def test_contributions_add_up_in_three_steps() -> None:
    some = history((0, 0, 20, np.nan), (3, 10, 30, 9), (7, 29, 38, 40))
    parts = PUBLISHED.contributions(some)
    assert np.abs(parts.total - PUBLISHED.margin(some)).max() < 1e-12
    assert (parts.by_input[REPEATS][1:] > 0).all()
    assert parts.by_input[LAST][1] < 0


def test_expected_purchases_go_through_where_the_formula_has_a_hole() -> None:
    some = history((0, 0, 20, np.nan), (3, 10, 30, 9))
    at, below, above = (
        Purchases(0.5, 5.0, a, 2.0, None, 0, 39, adverse=False).expected(some) for a in (1.0, 0.9999, 1.0001)
    )
    assert (np.minimum(below, above) < at).all()
    assert (at < np.maximum(below, above)).all()


def test_the_opposite_outcome_has_the_opposite_odds() -> None:
    some = history((3, 10, 30, 9))
    lost = Purchases(0.243, 4.414, 0.793, 2.426, None, 0, 39, adverse=True)
    assert lost.margin(some) == -PUBLISHED.margin(some)
    assert np.isnan(lost.value(some)).all()


def test_a_gap_takes_what_falls_into_it() -> None:
    some = history((3, 10, 30, 9))
    later = Purchases(0.243, 4.414, 0.793, 2.426, None, 10, 29, adverse=False)
    sooner = Purchases(0.243, 4.414, 0.793, 2.426, None, 0, 10, adverse=False)
    assert later.expected(some) + sooner.expected(some) == pytest.approx(PUBLISHED.expected(some))


def simulated(count: int = 6000) -> Table:
    """Customers who live by the model: rates gamma(0.8, 20 days), leaving beta(1, 3), amounts gamma-gamma(6, 4, 15)."""
    rng = np.random.default_rng(11)
    rows = []
    for _ in range(count):
        age, rate, leaves = rng.uniform(100, 400), rng.gamma(0.8, 1 / 20), rng.beta(1, 3)
        at, repeats = 0.0, 0
        while True:
            following = at + rng.exponential(1 / rate)
            if following > age:
                break
            at, repeats = following, repeats + 1
            if rng.random() < leaves:
                break
        scale = rng.gamma(4, 1 / 15)
        spend = rng.gamma(6 * repeats, 1 / (scale * repeats)) if repeats else np.nan
        rows.append((repeats, at, age, spend))
    return history(*rows)


def test_known_numbers_are_found_again() -> None:
    fitted = purchases.fit(MODEL, simulated(), gap=0, horizon=90, adverse=False)
    assert fitted.r == pytest.approx(0.8, rel=0.12)
    assert fitted.alpha == pytest.approx(20, rel=0.15)
    assert fitted.a / (fitted.a + fitted.b) == pytest.approx(0.25, abs=0.03)
    assert fitted.spending is not None
    assert fitted.spending.p == pytest.approx(6, rel=0.15)
    assert fitted.spending.p * fitted.spending.v / (fitted.spending.q - 1) == pytest.approx(
        6 * 15 / 3, rel=0.03
    )


def test_a_shop_that_nobody_comes_back_to_is_refused() -> None:
    with pytest.raises(UserError, match="only 2 customers have bought on two days or more"):
        purchases.fit(
            MODEL,
            history((2, 5, 9, 1), (1, 5, 9, 1), *[(0, 0, 9, np.nan)] * 99),
            gap=0,
            horizon=9,
            adverse=False,
        )


def cdnow() -> tuple[Table, Floats]:
    """CDNOW's customers after 39 weeks, in weeks, and on how many days each bought in the 39 weeks that follow."""
    path = DATASETS / "cdnow" / "CDNOW_master.txt"
    if not path.is_file():
        pytest.skip(f"{path} is not there: set KEEPWELL_DATASETS to the folder of data sets")
    days: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for line in path.read_text().splitlines()[1:]:
        if line.strip():
            customer, on, _, amount = line.split()
            days[customer][date(int(on[:4]), int(on[4:6]), int(on[6:]))] += float(amount)
    end = date(1997, 9, 30)
    rows, later = [], []
    for bought in days.values():
        known = sorted(day for day in bought if day <= end)
        repeats = [bought[day] for day in known[1:]]
        spend = float(np.mean(repeats)) if repeats else np.nan
        last, age = (known[-1] - known[0]).days / 7, (end - known[0]).days / 7
        rows.append((float(len(repeats)), last, age, spend))
        later.append(float(len(bought) - len(known)))
    return history(*rows), np.array(later)


@pytest.mark.slow
def test_cdnow() -> None:
    known, later = cdnow()
    assert len(known) == 23_570
    fitted = purchases.fit(MODEL, known, gap=0, horizon=39, adverse=False)
    # published for the 1/10 sample of the same customers: 0.243, 4.414, 0.793, 2.426, log-likelihood -9582.4
    assert fitted.r == pytest.approx(0.243, rel=0.06)
    assert fitted.alpha == pytest.approx(4.414, rel=0.10)
    assert fitted.a / (fitted.a + fitted.b) == pytest.approx(0.793 / (0.793 + 2.426), abs=0.02)
    numbers = (known.numbers(REPEATS), known.numbers(LAST), known.numbers(AGE))
    best = purchases.log_likelihood(fitted.r, fitted.alpha, fitted.a, fitted.b, numbers).sum()
    published = purchases.log_likelihood(0.243, 4.414, 0.793, 2.426, numbers).sum()
    assert published < best < published + 10
    assert published / 10 == pytest.approx(-9582.4, rel=0.006)
    assert fitted.expected(known).sum() == pytest.approx(later.sum(), rel=0.15)
    assert roc_auc_score(later > 0, fitted.margin(known)) >= 0.75
