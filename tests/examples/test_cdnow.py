"""CDNOW end to end: accounts begin with their first order, lateness is by their own gaps, and the future stays unseen."""

from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from tests.examples.worked import (
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

D = "DATE '1997-10-01'"
STEP = 100 / 255
"""A percentile scale of many values is read off at steps, so that marks may be off by one."""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    return worked("cdnow", tmp_path_factory.mktemp("cdnow"))


def orders(folder: Path) -> str:
    """Every line of the file, taken apart at its white space."""
    return f"""SELECT word[1] AS id, strptime(word[2], '%Y%m%d')::DATE AS day, word[3]::INT AS n, word[4]::DECIMAL(18, 2) AS paid
        FROM (SELECT regexp_extract_all(line, '[0-9.]+') AS word FROM read_csv('{folder}/CDNOW_master.txt',
            delim = '|', header = false, skip = 1, names = ['line'], all_varchar = true))"""


def test_every_line_is_an_order_and_every_customer_an_account(done: Worked) -> None:
    [(lines, customers)] = query("SELECT count(*), count(DISTINCT id) FROM orders", orders=orders(done.data))
    assert (lines, customers) == (69_659, 23_570)
    assert (done.source("orders")["read"], done.source("orders")["kept"]) == (lines, lines)
    assert (done.source("customers")["kept"], done.source("customers")["rejected"]) == (customers, 0)
    assert len(done.scores) == customers


BY_HAND = {
    "tenure_days": f"SELECT id, {D} - min(day) FROM orders GROUP BY 1",
    "orders": f"SELECT id, count(*) FROM orders WHERE day < {D} GROUP BY 1",
    "order_days": f"SELECT id, count(DISTINCT day) FROM orders WHERE day < {D} AND day >= {D} - 300 GROUP BY 1",
    "days_since_order": f"SELECT id, {D} - max(day) FROM orders WHERE day < {D} GROUP BY 1",
    "spend": f"SELECT id, sum(paid) FROM orders WHERE day < {D} GROUP BY 1",
    "basket": f"SELECT id, median(paid::DOUBLE) FROM orders WHERE day < {D} GROUP BY 1",
    "reorder_lateness": f"""SELECT id, ({D} - max(day)) / median(gap)
        FROM (SELECT id, day, day - lag(day) OVER (PARTITION BY id ORDER BY day) AS gap
              FROM (SELECT DISTINCT id, day FROM orders WHERE day < {D}))
        GROUP BY 1 HAVING count(gap) > 0""",
    "spend_half_year": f"SELECT id, sum(paid) FILTER (day >= {D} - 182) FROM orders WHERE day < {D} GROUP BY 1",
}


def by_hand(done: Worked) -> dict[str, dict[str, float]]:
    found = {name: pairs(statement, orders=orders(done.data)) for name, statement in BY_HAND.items()}
    found["spend_half_year"] = dict.fromkeys(done.scores, 0) | found["spend_half_year"]
    return found


def test_signals_are_what_sql_by_hand_says(done: Worked) -> None:
    for name, expected in by_hand(done).items():
        assert_same(done.values(name), expected)


def test_one_customers_lateness_by_hand(done: Worked) -> None:
    days = [each for (each,) in query(
        f"SELECT DISTINCT day FROM orders WHERE id = '00003' AND day < {D} ORDER BY 1", orders=orders(done.data)
    )]  # fmt: skip
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    [(as_of,)] = query(f"SELECT {D}")
    assert done.signals["00003"]["reorder_lateness"] == pytest.approx((as_of - days[-1]).days / median(gaps))


def test_every_score_can_be_worked_out_by_hand(done: Worked) -> None:
    values = by_hand(done)
    once = {account for account, days in values["order_days"].items() if days < 2}
    spent_once = Peers.of([values["spend"][account] for account in once])
    spent_again = Peers.of(
        [float(spent) for account, spent in values["spend_half_year"].items() if account not in once]
    )
    expected = {}
    for account in done.scores:
        since = values["days_since_order"][account]
        if account in once:
            score, _ = weighed(
                (50, [(1, line(since, {0: 100, 60: 55, 120: 30, 240: 0}))]),
                (50, [(1, spent_once.below(float(values["spend"][account])))]),
            )
        else:
            score, _ = weighed(
                (
                    50,
                    [
                        (
                            1,
                            line(
                                values["reorder_lateness"].get(account), {0: 100, 1: 85, 2: 50, 4: 15, 8: 0}
                            ),
                        ),
                        (1, line(since, {0: 100, 45: 75, 120: 30, 240: 0})),
                    ],
                ),
                (
                    50,
                    [
                        (2, line(values["order_days"][account], {2: 30, 4: 60, 8: 90, 12: 100})),
                        (1, spent_again.below(float(values["spend_half_year"][account]))),
                    ],
                ),
            )
        assert score is not None
        expected[account] = min(score, 30) if since > 180 else score
    assert_same({account: each["score"] for account, each in done.scores.items()}, expected, STEP * 0.5)


def test_reasons_add_up_and_a_score_is_explained(done: Worked) -> None:
    assert_adds_up(done.scores)
    assert_explained(done, "00003")


def test_who_is_green_comes_back_more_often_than_who_is_red(done: Worked) -> None:
    gone = query(
        f"SELECT id FROM orders GROUP BY 1 HAVING max(day) < {D}",
        orders=orders(done.data),
    )
    lost = share_lost(done.scores, {account for (account,) in gone})
    assert lost["green"] < lost["yellow"] < lost["red"]


def test_the_thirty_nine_weeks_after_the_scores_can_be_judged(done: Worked) -> None:
    reorder, silence = done.run("outcomes", "--json")["outcomes"]
    [(bought, quiet)] = query(
        """SELECT (SELECT count(*) FROM orders), count(*)
            FROM (SELECT day, lead(day, 1, DATE '9999-01-01') OVER (PARTITION BY id ORDER BY day) AS later
                FROM (SELECT DISTINCT id, day FROM orders))
            WHERE later >= day + 182 AND day + 182 <= DATE '1998-07-01'""",
        orders=orders(done.data),
    )
    assert (reorder["happened"], silence["happened"]) == (bought, quiet)
    assert reorder["judged_to"][:10] == "1997-10-01"


def test_recency_ranks_who_buys_again_as_published(done: Worked) -> None:
    """Days since the last order alone reach an AUC of 0.76 over the 39 weeks after September 1997."""
    day = ("--from", "1997-09-30", "--to", "1997-09-30")
    found = done.run("backtest", "--json", "--quick", *day)
    assert (found["whole"]["tally"]["judged"], found["whole"]["tally"]["happened"]) == (23_570, 7_060)
    recency = next(each for each in found["baselines"] if each["name"] == "days since the last order")
    assert recency["comparison"]["other"]["value"] == pytest.approx(0.758, abs=0.003)
    assert "Beaten by days since the last order" in " ".join(
        each["text"] for each in found["verdict"]["statements"]
    )


def test_purchases_to_come_are_foreseen_as_published(done: Worked) -> None:
    day = ("--from", "1997-09-30", "--to", "1997-09-30")
    fitted = done.run("fit", "comes_back", *day, "--write", "--json")
    by_hand = """SELECT count(*) FILTER (day < '1997-09-30'), count(*) FILTER (day >= '1997-09-30')
        FROM (SELECT DISTINCT id, day FROM orders WHERE day < DATE '1997-09-30' + 273)"""
    [(before, came)] = query(by_hand, orders=orders(done.data))
    assert (fitted["training"]["accounts"], fitted["training"]["purchases"]) == (23_570, before)
    judged = fitted["judged"]
    assert (judged["rows"], judged["outcomes"]) == (23_570, 7_060)
    assert judged["auc"]["value"] >= 0.75
    assert judged["calibration"]["brier"]["high"] < judged["calibration"]["brier_of_rate"]
    said = done.run("predict", "comes_back", "--as-of", "1997-09-30", "--json")["accounts"]
    assert sum(one["purchases"] or 0 for one in said) == pytest.approx(came, rel=0.15)
