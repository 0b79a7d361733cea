"""RavenStack end to end: its known faults are found and counted, and every score is worked out again from the files."""

from pathlib import Path

import pytest

from tests.examples.worked import (
    Mark,
    Peers,
    Worked,
    assert_adds_up,
    assert_explained,
    assert_same,
    line,
    pairs,
    query,
    weighed,
    worked,
)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    return worked("ravenstack", tmp_path_factory.mktemp("ravenstack"))


def tables(folder: Path) -> dict[str, str]:
    """The files as typed tables; of a usage id that is there twice, the first row."""

    def read(name: str) -> str:
        return f"read_csv('{folder}/ravenstack_{name}.csv', all_varchar = true)"

    def day(column: str) -> str:
        return f"coalesce(try_strptime({column}, '%d-%m-%Y %H:%M'), try_strptime({column}, '%d-%m-%Y'))"

    return {
        "accounts": f"SELECT account_id, {day('signup_date')} AS signup FROM {read('accounts')}",
        "subscriptions": f"""SELECT subscription_id, account_id, {day("start_date")} AS start, {day("end_date")} AS stop,
            mrr_amount::DOUBLE AS mrr FROM {read("subscriptions")}""",
        "all_usage": f"SELECT *, row_number() OVER () AS place FROM {read('feature_usage')}",
        "usage": f"""SELECT account_id, {day("usage_date")} AS day, usage_count::INT AS n, error_count::INT AS errors, start
            FROM all_usage JOIN subscriptions USING (subscription_id)
            QUALIFY row_number() OVER (PARTITION BY usage_id ORDER BY place) = 1""",
        "tickets": f"""SELECT account_id, {day("submitted_at")} AS opened, {day("closed_at")} AS closed,
            first_response_time_minutes::DOUBLE / 60 AS response, satisfaction_score::DOUBLE AS rating,
            escalation_flag = 'TRUE' AS escalated FROM {read("supports_ticket")}""",
    }


def test_the_load_finds_and_counts_the_known_faults(done: Worked) -> None:
    files = tables(done.data)
    [(early_usage, repeated)] = query(
        """SELECT count(*) FILTER (strptime(usage_date, '%d-%m-%Y') < start), count(*) - count(DISTINCT usage_id)
        FROM all_usage JOIN subscriptions USING (subscription_id)""",
        **files,
    )
    [(early_tickets, unrated)] = query(
        "SELECT count(*) FILTER (opened < signup), count(*) FILTER (rating IS NULL) FROM tickets JOIN accounts USING (account_id)",
        **files,
    )
    usage, tickets = done.source("usage"), done.source("tickets")
    assert usage["rejects"] == [{"rule": "duplicate_key", "field": "usage_id", "rows": repeated}]
    assert repeated == 21
    [kept] = query("SELECT count(*) FILTER (day < start) FROM usage", **files)
    warned = {each["rule"]: each["rows"] for each in usage["warnings"]}
    assert kept[0] <= warned["before"] <= early_usage
    assert round(100 * warned["before"] / usage["read"], 1) == 76.6
    assert tickets["warnings"] == [{"rule": "before_account", "field": "account_id", "rows": early_tickets}]
    assert 0.538 <= early_tickets / tickets["read"] < 0.539
    assert round(100 * unrated / tickets["read"]) == 41
    assert sum(each["rejected"] for each in done.load["sources"]) == 21
    assert {each["source"]: each["read"] for each in done.load["sources"]} == {
        "accounts": 500,
        "subscriptions": 5_000,
        "usage": 25_000,
        "tickets": 2_000,
        "churn": 600,
    }
    again = done.run("load", "--json")
    assert again["load"] is None


RUNNING = "start < '2025-01-01' AND (stop IS NULL OR stop >= '2025-01-01')"
USAGE = "SELECT account_id, {value} FROM usage WHERE day >= '2025-01-01'::DATE - {start} AND day < '2025-01-01'::DATE - {end} GROUP BY 1"
TICKETS = "SELECT account_id, {value} FROM tickets WHERE closed >= '2025-01-01'::DATE - {days} AND closed < '2025-01-01' GROUP BY 1"
ZERO = frozenset(
    {"mrr", "contracts", "contracts_ended", "active_days", "actions_90", "errors", "escalated", "actions"}
)
BY_HAND = {
    "mrr": f"SELECT account_id, sum(mrr) FROM subscriptions WHERE {RUNNING} GROUP BY 1",
    "contracts": f"SELECT account_id, count(*) FROM subscriptions WHERE {RUNNING} GROUP BY 1",
    "contracts_ended": """SELECT account_id, count(*) FROM subscriptions
        WHERE stop >= '2025-01-01'::DATE - 90 AND stop < '2025-01-01' GROUP BY 1""",
    "active_days": USAGE.format(value="count(DISTINCT day)", start=56, end=0),
    "actions": USAGE.format(value="sum(n)", start=56, end=0),
    "actions_before": USAGE.format(value="sum(n)", start=112, end=56),
    "actions_90": USAGE.format(value="sum(n)", start=90, end=0),
    "errors": USAGE.format(value="sum(errors)", start=90, end=0),
    "resolution_time": TICKETS.format(value="avg(date_diff('second', opened, closed)) / 3600", days=180),
    "response_time": TICKETS.format(value="median(response)", days=180),
    "escalated": TICKETS.format(value="count(*) FILTER (escalated)", days=180),
    "satisfaction": TICKETS.format(value="avg(rating)", days=365),
}


def by_hand(done: Worked) -> dict[str, dict[str, float]]:
    files = tables(done.data)
    found = {name: pairs(statement, **files) for name, statement in BY_HAND.items()}
    for name in ZERO:
        found[name] = dict.fromkeys(done.scores, 0) | found[name]
    return found


def test_signals_are_what_sql_by_hand_says(done: Worked) -> None:
    for name, expected in by_hand(done).items():
        assert_same(done.values(name), expected)


def segment(mrr: float) -> str:
    return "large" if mrr >= 25_000 else "medium" if mrr >= 10_000 else "small"


def test_every_score_can_be_worked_out_by_hand(done: Worked) -> None:
    values = by_hand(done)
    segments = {account: segment(mrr) for account, mrr in values["mrr"].items()}
    peers = {
        name: Peers.of([days for account, days in values["active_days"].items() if segments[account] == name])
        for name in set(segments.values())
    }
    expected = {}
    for account in done.scores:
        mine = {name: of.get(account) for name, of in values.items()}
        score, coverage = weighed(
            (
                40,
                [
                    (2, peers[segments[account]].below(mine["active_days"])),
                    (
                        1,
                        line(
                            change(mine["actions"], mine["actions_before"]),
                            {-0.8: 0, -0.4: 40, 0: 80, 0.4: 100},
                        ),
                    ),
                    (1, line(errors_per_hundred(mine["errors"], mine["actions_90"]), {0: 100, 6: 70, 20: 0})),
                ],
            ),
            (25, [(1, line(lost(mine["contracts_ended"], mine["contracts"]), {0: 100, 0.1: 60, 0.3: 0}))]),
            (
                20,
                [
                    (1, line(mine["resolution_time"], {12: 100, 36: 70, 72: 0})),
                    (1, line(mine["response_time"], {0.5: 100, 2: 60, 3: 0})),
                ],
            ),
            (15, [(1, line(mine["satisfaction"], {3: 0, 4: 70, 5: 100}))]),
        )
        if score is None or coverage < 0.6:
            continue
        most = 20 if not mine["contracts"] else 60 if (mine["escalated"] or 0) >= 2 else 100
        expected[account] = min(score, most)
    found = {account: each["score"] for account, each in done.scores.items() if each["score"] is not None}
    assert_same(found, expected)
    assert {each["segment"] for each in done.scores.values()} == set(segments.values())
    assert all(each["segment"] == segments[account] for account, each in done.scores.items())
    assert all(
        each["value"] == pytest.approx(12 * values["mrr"][account]) for account, each in done.scores.items()
    )


def change(of: float | None, against: float | None) -> Mark:
    return None if of is None or not against else (of - against) / against


def errors_per_hundred(errors: float | None, actions: float | None) -> Mark:
    return None if errors is None or not actions else 100 * errors / actions


def lost(ended: float | None, running: float | None) -> float:
    return (ended or 0) / max((running or 0) + (ended or 0), 1)


def test_reasons_add_up_and_a_score_is_explained(done: Worked) -> None:
    assert_adds_up(done.scores)
    assert all(each["simulated"] for each in done.scores.values())
    red = next(account for account, each in done.scores.items() if each["band"] == "red")
    assert_explained(done, red)


def test_the_three_ways_to_see_churn_contradict_each_other(done: Worked) -> None:
    files = tables(done.data) | {
        "flags": f"SELECT account_id, churn_flag FROM read_csv('{done.data}/ravenstack_accounts.csv')",
        "left_": f"SELECT account_id FROM read_csv('{done.data}/ravenstack_churn_events.csv')",
    }
    lost = {
        "churn_events": "account_id IN (SELECT account_id FROM left_)",
        "churn_contracts": "account_id IN (SELECT account_id FROM subscriptions WHERE stop IS NOT NULL)",
        "churn_flag": "churn_flag",
    }
    told = done.run("outcomes", "--json")
    assert told["judging"] == {"health": "churn_events"}
    assert [(each["one"], each["other"]) for each in told["contradictions"]] == [
        ("churn_events", "churn_contracts"),
        ("churn_events", "churn_flag"),
        ("churn_contracts", "churn_flag"),
    ]
    for pair in told["contradictions"]:
        one, other = lost[pair["one"]], lost[pair["other"]]
        [counted] = query(
            f"""SELECT count(*) FILTER ({one} AND {other}), count(*) FILTER ({one} AND NOT {other}),
            count(*) FILTER (NOT {one} AND {other}), count(*) FILTER (NOT {one} AND NOT {other}) FROM flags""",
            **files,
        )
        assert (pair["both"], pair["only_one"], pair["only_other"], pair["neither"]) == counted
        assert pair["disagree"] / 500 > 0.4
    assert {each["name"]: each["happened"] for each in told["outcomes"]} == {
        "churn_events": 600,
        "churn_contracts": 486,
        "churn_flag": 110,
    }


def test_no_score_tells_who_leaves(done: Worked) -> None:
    """Its signals do not predict its churn; a system that claims otherwise leaks."""
    found = done.run("backtest", "--json", "--quick")
    assert found["verdict"]["grade"] == "no_usable_signal"
    auc = found["whole"]["ranking"]["auc"]
    assert auc["low"] < 0.5 < auc["high"]
