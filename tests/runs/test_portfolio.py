from keepwell.runs.portfolio import costs, listed, portfolio
from keepwell.scoring.score import Band, Step
from tests.scored import AS_OF, reason, score

R, Y, G = Band.RED, Band.YELLOW, Band.GREEN


def test_sums_by_hand() -> None:
    whole = portfolio(
        [
            score("a", 20.0, value=100.0, value_at_risk=100.0, previous_band=Y),
            score("b", 50.0, value=500.0, value_at_risk=250.0, previous_band=G),
            score("c", 90.0, value=1000.0, value_at_risk=0.0, previous_band=Y),
            score("d", 41.0, value=500.0, value_at_risk=250.0, previous_band=Y),
            score("e", None),
            score("f", None, why_not="ended on 2025-01-02"),
            score("g", None, why_not="ended on 2025-03-09"),
        ],
        "health",
        AS_OF,
    )
    assert whole.counts == {G: 1, Y: 2, R: 1}
    assert whole.values == {G: 1000.0, Y: 1000.0, R: 100.0}
    assert whole.value == 2100.0
    assert whole.value_at_risk == 600.0
    assert whole.mean == (20 + 50 + 90 + 41) / 4
    assert whole.moves == {(Y, R): 1, (G, Y): 1, (Y, G): 1}
    assert (whole.risen, whole.fallen) == (1, 2)
    assert whole.unscored == {"not enough data": 1, "ended": 2}
    assert [each.account_id for each in whole.to_act] == ["d", "b", "a"]


def test_moves_since_a_given_instant_win_over_the_last_grid_band() -> None:
    whole = portfolio(
        [score("a", 20.0, previous_band=Y), score("b", 80.0)], "health", AS_OF, {"a": G, "b": None}
    )
    assert whole.moves == {(G, R): 1}


def test_without_values_the_lowest_score_comes_first() -> None:
    scores = [
        score(name, value, value=None, value_at_risk=None) for name, value in (("a", 60.0), ("b", 30.0))
    ]
    whole = portfolio(scores, "health", AS_OF)
    assert whole.value is None
    assert whole.value_at_risk is None
    assert [each.account_id for each in whole.to_act] == ["b", "a"]


def test_for_other_purposes_the_readiest_come_first() -> None:
    scores = [
        score(name, value, purpose="expansion") for name, value in (("a", 30.0), ("b", 75.0), ("c", 95.0))
    ]
    assert [each.account_id for each in portfolio(scores, "expansion", AS_OF).to_act] == ["c", "b"]


def test_nobody_scored() -> None:
    whole = portfolio([score("a", None, value=None)], "health", AS_OF)
    assert whole.mean is None
    assert whole.to_act == ()


def test_costs_and_the_order_of_reasons() -> None:
    made = score(
        "a",
        38.0,
        reasons=(
            reason("nps", 0.0),
            reason("usage", -20.0),
            reason("seats", -30.0),
            reason("rule", 4.0, step=Step.RULE),
            reason("clamp", -1.0, step=Step.CLAMP),
            reason("failed", -15.0, step=Step.CAP),
        ),
    )
    assert [each.name for each in costs(made)] == ["seats", "usage", "failed"]
    assert [each.name for each in costs(made, 1)] == ["seats"]
    assert [each.name for each in listed(made)] == ["seats", "usage", "nps", "rule", "clamp", "failed"]
