"""The Open University's courses end to end: keys of three parts, dates counted from a course's start, deadlines by course."""

from pathlib import Path

import pytest

from tests.examples.worked import (
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

DAY = 60
"""The score is as of day 60 of presentation J: a fact of day 59 counts, one of day 60 does not yet."""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    return worked("oulad_2013", tmp_path_factory.mktemp("oulad"))


def tables(folder: Path) -> dict[str, str]:
    """The files with an account's id, in days of the course: without any calendar."""
    account = "concat(code_module, '-', code_presentation, '-', id_student) AS id"
    return {
        "registrations": f"""SELECT {account}, code_module, code_presentation, id_student, date_registration AS registered,
            date_unregistration::INT AS withdrawn FROM '{folder}/registrations.csv'""",
        "clicks": f"SELECT {account}, pre_course_clicks AS n FROM '{folder}/pre_course_clicks.csv'",
        "assessments": f"""SELECT code_module, code_presentation, id_assessment, try_cast(date AS INT) AS due
            FROM read_csv('{folder}/assessments.csv', all_varchar = true) WHERE assessment_type <> 'Exam'""",
        "assessed": f"""SELECT id_assessment, code_module, code_presentation, try_cast(date AS INT) AS due
            FROM read_csv('{folder}/assessments.csv', all_varchar = true)""",
        "submissions": f"""SELECT {account}, id_assessment, date_submitted AS day, score, due
            FROM (SELECT * REPLACE (id_assessment::VARCHAR AS id_assessment) FROM '{folder}/submissions.csv')
            JOIN assessed USING (id_assessment) WHERE is_banked = 0""",
        "studying": f"""SELECT * FROM registrations WHERE code_presentation = '2013J' AND registered < {DAY}
            AND (withdrawn IS NULL OR withdrawn >= {DAY})""",
    }


def test_every_registration_is_an_account_and_every_row_is_accounted_for(done: Worked) -> None:
    files = tables(done.data)
    [(registered,)] = query("SELECT count(*) FROM registrations", **files)
    assert done.source("registrations")["kept"] == registered == 13_511
    [(own, strays, banked)] = query(
        f"""SELECT count(*) FILTER (id IN (SELECT id FROM registrations)), count(*) FILTER (id NOT IN (SELECT id FROM registrations)),
            (SELECT count(*) FROM '{done.data}/submissions.csv' WHERE is_banked = 1) FROM submissions""",
        **files,
    )
    submissions = done.source("submissions")
    assert (submissions["kept"], submissions["rejected"], submissions["left_out"]) == (own, strays, banked)
    assert [each["rule"] for each in submissions["rejects"]] == ["unknown_account"]
    [(withdrawals,)] = query("SELECT count(withdrawn) FROM registrations", **files)
    assert done.source("withdrawals")["kept"] == withdrawals


def test_who_is_scored(done: Worked) -> None:
    studying = {account for (account,) in query("SELECT id FROM studying", **tables(done.data))}
    assert {account for account, each in done.scores.items() if not each["why_not"]} <= studying
    reasons = {account: each["why_not"] for account, each in done.scores.items() if account not in studying}
    assert set(reasons.values()) == {"ended", "not begun"}
    assert all(reason == "ended" for account, reason in reasons.items() if "2013B" in account)


MINE = "FROM submissions JOIN studying USING (id) WHERE"
BY_HAND = {
    "registered_ahead": "SELECT id, -registered FROM studying",
    "tasks_due": f"""SELECT id, count(due) FILTER (due < {DAY}) FROM studying LEFT JOIN assessments
        USING (code_module, code_presentation) GROUP BY 1""",
    "tasks_done": f"SELECT id, count(DISTINCT submissions.id_assessment) {MINE} day < {DAY} GROUP BY 1",
    "days_since_task": f"SELECT id, {DAY} - max(day) {MINE} day < {DAY} GROUP BY 1",
    "days_late": f"SELECT id, avg(day - due) {MINE} day < {DAY} AND due IS NOT NULL GROUP BY 1",
    "mark": f"SELECT id, avg(score) {MINE} day + 14 < {DAY} GROUP BY 1",
    "early_clicks": "SELECT id, n FROM clicks JOIN studying USING (id)",
}


def by_hand(done: Worked) -> dict[str, dict[str, float]]:
    files = tables(done.data)
    found = {name: pairs(statement, **files) for name, statement in BY_HAND.items()}
    for name in ("tasks_done", "early_clicks"):
        found[name] = dict.fromkeys(found["registered_ahead"], 0) | found[name]
    return found


def test_signals_are_what_sql_by_hand_says(done: Worked) -> None:
    values = by_hand(done)
    for name, expected in values.items():
        found = {
            account: value
            for account, value in done.values(name).items()
            if account in values["registered_ahead"]
        }
        assert_same(found, expected)


def test_every_score_can_be_worked_out_by_hand(done: Worked) -> None:
    values = by_hand(done)
    expected = {}
    for account in values["registered_ahead"]:
        mine = {name: of.get(account) for name, of in values.items()}
        due, handed_in, clicks = (
            values["tasks_due"][account],
            values["tasks_done"][account],
            values["early_clicks"][account],
        )
        ahead = values["registered_ahead"][account]
        if due < 1:
            score, _ = weighed(
                (50, [(1, line(clicks, {0: 0, 20: 30, 80: 70, 250: 100}))]),
                (50, [(1, line(ahead, {-14: 0, 0: 40, 30: 70, 90: 100}))]),
            )
            most = 45 if clicks == 0 else 100
        else:
            score, _ = weighed(
                (
                    50,
                    [
                        (3, line(handed_in / due, {0: 0, 0.5: 35, 0.8: 75, 1: 100})),
                        (1, line(mine["days_since_task"], {7: 100, 30: 70, 60: 0})),
                    ],
                ),
                (
                    35,
                    [
                        (3, line(mine["mark"], {30: 0, 50: 40, 70: 75, 90: 100})),
                        (1, line(mine["days_late"], {-3: 100, 0: 90, 7: 40, 21: 0})),
                    ],
                ),
                (15, [(1, line(clicks, {0: 0, 20: 30, 80: 70, 250: 100}))]),
            )
            most = 25 if handed_in == 0 else 100
        assert score is not None
        expected[account] = min(score, most)
    found = {account: each["score"] for account, each in done.scores.items() if each["score"] is not None}
    assert_same(found, expected, 1e-5)


def test_reasons_add_up_and_a_score_is_explained(done: Worked) -> None:
    assert_adds_up(done.scores)
    assert {each["stage"] for each in done.scores.values() if each["score"] is not None} == {
        "starting",
        "studying",
    }
    red = next(account for account, each in done.scores.items() if each["band"] == "red")
    assert_explained(done, red)


def test_who_is_red_withdraws_more_often_than_who_is_green(done: Worked) -> None:
    left = query("SELECT id FROM studying WHERE withdrawn IS NOT NULL", **tables(done.data))
    lost = share_lost(done.scores, {account for (account,) in left})
    assert lost["green"] < lost["yellow"] < lost["red"]


def test_withdrawals_are_counted_up_to_the_last_day_of_the_courses(done: Worked) -> None:
    [withdrawal] = done.run("outcomes", "--json")["outcomes"]
    [(left,)] = query(
        """SELECT count(*) FROM registrations WHERE
            CASE code_presentation WHEN '2013B' THEN DATE '2013-02-01' ELSE DATE '2013-10-01' END + withdrawn <= '2014-06-26'""",
        **tables(done.data),
    )
    assert (withdrawal["happened"], withdrawal["accounts"]) == (left, left)
    assert withdrawal["through"] == "2014-06-26T23:00:00+00:00", "the end of the day in London"
    assert (
        withdrawal["at_risk"]
        == withdrawal["active"]
        == sum(each["score"] is not None for each in done.scores.values())
    )


def test_the_score_tells_who_withdraws_later_in_the_year(done: Worked) -> None:
    found = done.run("backtest", "--json", "--quick", "--every", "28 days")
    auc = found["whole"]["ranking"]["auc"]
    assert 0.6 < auc["low"] < auc["value"] < auc["high"] < 0.75
    assert found["grid"]["point_in_time"] is True
