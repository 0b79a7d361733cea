"""Bias: rates by hand, a known unfairness found, and none found where there is none."""

import numpy as np
import pytest

from keepwell.proof.bias import Comparison, Error, bias
from keepwell.proof.panel import CENSORED, HAPPENED, KEPT, Panel
from keepwell.scoring.observed import Floats, Groups
from tests.proof.made import panel


def found(comparisons: tuple[Comparison, ...], by: str, error: Error) -> Comparison:
    """The comparison of one error over one attribute."""
    return next(each for each in comparisons if each.by == by and each.error is error)


def eighty() -> Panel:
    """80 accounts in two regions: of the 20 that churned in each, 5 stood green in the north and 15 in the south; of the
    20 that stayed in each, none stood red in the north and 10 in the south."""
    north = [(HAPPENED, 2)] * 5 + [(HAPPENED, 0)] * 15 + [(KEPT, 2)] * 20
    south = [(HAPPENED, 2)] * 15 + [(HAPPENED, 1)] * 5 + [(KEPT, 0)] * 10 + [(KEPT, 1)] * 10
    rows = north + south
    return panel(
        [(0, account, 50.0) for account in range(80)],
        state=[int(row[0]) for row in rows],
        band=[row[1] for row in rows],
        groups={"region": ["north"] * 40 + ["south"] * 40},
    )


def test_rates_by_hand() -> None:
    comparisons = bias(eighty(), ["region"], adverse=True)
    green = found(comparisons, "region", Error.FALSE_GREEN)
    assert [(each.group, each.rows, each.rate and each.rate.value) for each in green.groups] == [
        ("north", 20, 0.25),
        ("south", 20, 0.75),
    ]
    assert green.whole.rate is not None
    assert green.whole.rate.value == 0.5
    # Pearson's chi-square of the four cells is 10 on one degree of freedom: 0.001565. That of the false reds is less likely still,
    # so that by Holm this one counts twice.
    assert green.chance == pytest.approx(2 * 0.0015654, rel=1e-4)
    assert green.differs
    red = found(comparisons, "region", Error.FALSE_RED)
    assert [each.rate and each.rate.value for each in red.groups] == [0.0, 0.5]
    rate = found(comparisons, "region", Error.RATE)
    assert [each.rate and each.rate.value for each in rate.groups] == [0.0, 0.0]
    assert not rate.differs


def test_wilsons_interval_of_a_group() -> None:
    rate = found(bias(eighty(), ["region"], adverse=True), "region", Error.FALSE_GREEN).groups[0].rate
    assert rate is not None
    # 5 of 20 by Wilson's formula, over 19 and with Student's 2.093 of 19 degrees of freedom:
    # (0.25 + 4.381/38 ± 2.093 √(0.1875/19 + 4.381/1444)) / (1 + 4.381/19)
    assert rate.low == pytest.approx(0.1036, abs=1e-3)
    assert rate.high == pytest.approx(0.4900, abs=1e-3)


def test_of_a_good_outcome_green_is_false_where_it_did_not_happen() -> None:
    green = found(bias(eighty(), ["region"], adverse=False), "region", Error.FALSE_GREEN)
    assert [each.rate and each.rate.value for each in green.groups] == [1.0, 0.0]


def test_a_group_with_few_accounts_has_too_little_data_and_is_not_compared() -> None:
    made = eighty()
    small = bias(made.rows(np.arange(80) != 0), ["region"], adverse=True)
    green = found(small, "region", Error.FALSE_GREEN)
    assert [each.rate is None for each in green.groups] == [True, False]
    assert green.chance is None
    assert not green.differs


def test_what_cannot_be_judged_is_left_out() -> None:
    made = eighty()
    made.state[:] = CENSORED
    assert all(each.whole.rows == 0 and each.chance is None for each in bias(made, ["region"], adverse=True))


def firm(seed: int, harsher: float = 0.0, wrong: float = 0.0) -> tuple[Panel, Floats]:
    """300 accounts seen 6 times, and the true probabilities: the score is lower by `harsher` in the first of 4 regions,
    whatever happens, and the stated probability `wrong` there."""
    draw = np.random.default_rng(seed)
    accounts, seen = 300, 6
    account = np.tile(np.arange(accounts), seen)
    region = draw.integers(0, 4, accounts)[account]
    chance = (0.6 * draw.random(accounts))[account]
    score = np.clip(100 * (1 - chance) - harsher * (region == 0) + draw.normal(0, 8, len(account)), 0, 100)
    nothing = np.full(len(account), np.nan)
    made = Panel(
        as_ofs=(),
        point=np.repeat(np.arange(seen), accounts),
        account=account,
        score=score,
        band=((score >= 55).astype(np.int8) + (score >= 75)).astype(np.int8),
        state=np.where(draw.random(len(account)) < chance, HAPPENED, KEPT),
        days=nothing,
        worth=nothing,
        amount=nothing,
        contacted=np.zeros(len(account), dtype=np.bool_),
        groups={
            "region": Groups(("n", "e", "s", "w"), region),
            "size": Groups(("small", "large"), draw.integers(0, 2, accounts)[account]),
            "language": Groups(tuple("abcdef"), draw.integers(0, 6, accounts)[account]),
        },
    )
    return made, chance + wrong * (region == 0)


def test_harshness_to_one_region_is_found() -> None:
    made, _ = firm(1, harsher=25)
    comparisons = bias(made, ["region", "size", "language"], adverse=True)
    assert found(comparisons, "region", Error.FALSE_RED).differs
    assert found(comparisons, "region", Error.RATE).differs
    assert not [each for each in comparisons if each.by != "region" and each.differs]


def test_a_probability_that_is_wrong_for_one_region_is_found() -> None:
    made, stated = firm(2, wrong=0.2)
    rate = found(bias(made, ["region"], adverse=True, stated=stated), "region", Error.RATE)
    assert rate.differs
    assert rate.groups[1].group == "n"
    assert rate.groups[1].rate is not None
    assert rate.groups[1].rate.includes(-0.2)


def test_where_there_is_no_bias_one_is_found_in_at_most_one_of_twenty_firms() -> None:
    times = 150
    alarms = sum(
        any(each.differs for each in bias(firm(seed)[0], ["region", "size", "language"], adverse=True))
        for seed in range(times)
    )
    assert alarms / times <= 0.10  # 5%, and three standard errors of 150 draws
