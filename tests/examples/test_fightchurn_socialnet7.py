"""The simulated social network end to end: daily counts are summed, terms are open or over, and no truth leaks in."""

from pathlib import Path

import pytest

from tests.examples.worked import (
    ROOT,
    Peers,
    Worked,
    assert_adds_up,
    assert_explained,
    assert_same,
    line,
    pairs,
    query,
    share_lost,
    weighed,
    worked,
)

D = "DATE '2020-05-01'"
STEP = 100 / 255
"""A percentile scale of many values is read off at steps, so that marks may be off by one."""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    return worked("fightchurn_socialnet7", tmp_path_factory.mktemp("fightchurn"))


def tables(folder: Path) -> dict[str, str]:
    return {
        "accounts": f"SELECT account_id::VARCHAR AS id, start_date FROM '{folder}/account.csv'",
        "terms": f"SELECT account_id::VARCHAR AS id, start_date, end_date, mrr FROM '{folder}/subscription.csv'",
        "events": f"SELECT account_id::VARCHAR AS id, date::DATE AS day, event_type, n FROM '{folder}/event_daily.parquet'",
    }


def test_every_row_is_loaded(done: Worked) -> None:
    files = tables(done.data)
    for source, table in (("accounts", "accounts"), ("terms", "terms"), ("activity", "events")):
        [(rows,)] = query(f"SELECT count(*) FROM {table}", **files)
        assert (done.source(source)["read"], done.source(source)["kept"]) == (rows, rows)
    [(events,)] = query("SELECT sum(n) FROM events", **files)
    assert 3_400_000 < events < 3_600_000


def test_the_simulators_own_truth_is_no_input(done: Worked) -> None:
    for path in (ROOT / "examples" / "fightchurn_socialnet7").rglob("*.yml"):
        for text in path.read_text(encoding="utf-8").splitlines():
            stated = text.split("#")[0]
            assert not any(
                name in stated for name in ("true_satisfaction", "final_true_utility", "num_months")
            )


def summed(kind: str, days: int = 28) -> str:
    return f"SELECT id, sum(n) FROM events WHERE event_type = '{kind}' AND day >= {D} - {days} AND day < {D} GROUP BY 1"


BY_HAND = {
    "likes": summed("like"),
    "posts": summed("post"),
    "messages": summed("message"),
    "replies": summed("reply"),
    "new_friends": summed("newfriend"),
    "dislikes": summed("dislike"),
    "unfriends": summed("unfriend", 56),
    "active_days": f"SELECT id, count(DISTINCT day) FROM events WHERE day >= {D} - 28 AND day < {D} GROUP BY 1",
    "terms_running": f"SELECT id, count(*) FROM terms WHERE start_date < {D} AND end_date >= {D} GROUP BY 1",
    "mrr": f"SELECT id, sum(mrr) FROM terms WHERE start_date < {D} AND end_date >= {D} GROUP BY 1",
}


def by_hand(done: Worked) -> dict[str, dict[str, float]]:
    files = tables(done.data)
    begun = pairs(f"SELECT id, 0 FROM accounts WHERE start_date < {D}", **files)
    found = {name: begun | pairs(statement, **files) for name, statement in BY_HAND.items()}
    found["tenure_days"] = pairs(f"SELECT id, {D} - start_date FROM accounts WHERE start_date < {D}", **files)
    return found


def test_signals_are_what_sql_by_hand_says(done: Worked) -> None:
    values = by_hand(done)
    for name, expected in values.items():
        found = {account: value for account, value in done.values(name).items() if account in values["mrr"]}
        assert_same(found, expected)


def test_days_to_renewal_are_those_to_the_end_of_the_running_term(done: Worked) -> None:
    expected = pairs(
        f"SELECT id, min(end_date) - {D} FROM terms WHERE start_date < {D} AND end_date >= {D} GROUP BY 1",
        **tables(done.data),
    )
    assert_same(done.values("days_to_renewal"), expected)


def test_every_score_can_be_worked_out_by_hand(done: Worked) -> None:
    values = by_hand(done)
    peers = {name: Peers.of(list(of.values())) for name, of in values.items()}
    expected = {}
    for account in values["mrr"]:
        mine = {name: of[account] for name, of in values.items()}
        if not mine["terms_running"]:
            continue
        if mine["tenure_days"] < 28:
            share = mine["active_days"] / max(min(mine["tenure_days"], 28), 1)
            score, _ = weighed(
                (50, [(1, line(share, {0.2: 0, 0.7: 60, 1: 100}))]),
                (50, [(1, line(mine["new_friends"], {0: 20, 3: 60, 10: 100}))]),
            )
        else:
            rated = mine["likes"] + mine["dislikes"]
            score, _ = weighed(
                (
                    55,
                    [
                        (1, line(mine["active_days"], {8: 0, 20: 60, 28: 100})),
                        (1, peers["likes"].below(mine["likes"])),
                        (1, peers["posts"].below(mine["posts"])),
                    ],
                ),
                (
                    30,
                    [
                        (2, peers["new_friends"].below(mine["new_friends"])),
                        (1, peers["messages"].below(mine["messages"])),
                        (1, peers["replies"].below(mine["replies"])),
                    ],
                ),
                (
                    15,
                    [
                        (1, line(mine["dislikes"] / rated if rated else None, {0.05: 100, 0.2: 60, 0.6: 0})),
                        (1, line(mine["unfriends"], {0: 100, 2: 60, 6: 0})),
                    ],
                ),
            )
        assert score is not None
        expected[account] = score if mine["active_days"] else min(score, 20)
    found = {account: each["score"] for account, each in done.scores.items() if each["score"] is not None}
    assert_same(found, expected, STEP)


def test_reasons_add_up_and_a_score_is_explained(done: Worked) -> None:
    assert_adds_up(done.scores)
    assert all(each["simulated"] for each in done.scores.values())
    red = next(
        account
        for account, each in done.scores.items()
        if each["band"] == "red" and each["scorecard"] == "settled"
    )
    assert_explained(done, red)


def test_who_is_red_leaves_more_often_than_who_is_green(done: Worked) -> None:
    left = query(
        "SELECT id FROM terms GROUP BY 1 HAVING max(end_date) < DATE '2020-06-01'", **tables(done.data)
    )
    lost = share_lost(done.scores, {account for (account,) in left})
    assert lost["green"] < lost["yellow"] < lost["red"]


def test_who_takes_no_new_term_within_a_month_has_left(done: Worked) -> None:
    [churn] = done.run("outcomes", "--json")["outcomes"]
    [(left, first, last)] = query(
        """SELECT count(*), min(ended), max(ended) FROM (
            SELECT id, end_date AS ended FROM terms WHERE end_date + 30 <= (SELECT max(day) FROM events)
            AND NOT EXISTS (FROM terms AS other WHERE other.id = terms.id
                AND other.start_date BETWEEN terms.start_date + 1 AND terms.end_date + 30))""",
        **tables(done.data),
    )
    assert (churn["happened"], churn["first"][:10], churn["last"][:10]) == (left, str(first), str(last))
    assert churn["judged_to"][:10] == "2020-05-01", "the month after it, and the grace after that"
    [(running,)] = query(
        "SELECT count(DISTINCT id) FROM terms WHERE start_date < '2020-05-01' AND end_date >= '2020-05-01'",
        **tables(done.data),
    )
    assert churn["at_risk"] == running


def test_the_score_tells_who_leaves_within_thirty_days(done: Worked) -> None:
    found = done.run("backtest", "--json", "--quick")
    assert found["whole"]["ranking"]["auc"]["value"] >= 0.68
    assert found["whole"]["ranking"]["auc"]["low"] > 0.6
    assert found["verdict"]["grade"] == "useful"
