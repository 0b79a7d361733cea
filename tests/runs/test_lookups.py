"""What an expression looks up in other sources: keys of several parts, chains, and dates counted from another's."""

from dataclasses import replace
from pathlib import Path

from keepwell.runs.rejects import rejects
from keepwell.signals.expression import parse
from keepwell.sources.source import RAW_FUNCTIONS, Computed, Source, Take
from tests.runs.loading import counts, files, loaded, rows, taking, utc, warehouse_in, write

COURSES = "module,year,began\nmaths,2013,2013-02-01\nmaths,2014,2014-02-03\n"
PEOPLE = "module,year,student,joined\nmaths,2013,7,-10\nmaths,2014,7,4\n"
TASKS = "task,course\n11,maths-2013\n12,maths-2014\n"
ANSWERS = "task,student,day,score\n11,7,5,80\n12,7,6,90\n11,7,8,70\n99,7,1,50\n12,7,x,60\n12,8,1,40\n"


def computed(text: str) -> Computed:
    return Computed(parse(text, RAW_FUNCTIONS))


_STARTS = "when({year} == '2013', '2013-02-01', '2014-02-03')"
COURSE = Source(
    "courses",
    "context",
    files("courses.csv"),
    {"occurred_at": Take("began"), "sector": computed("concat(module, '-', year)")},
)
ACCOUNTS = Source(
    "people",
    "accounts",
    files("people.csv"),
    {
        "account_id": computed("concat(module, '-', year, '-', student)"),
        "began_at": computed(f"days_after({_STARTS.format(year='year')}, number(joined))"),
    },
)
TASK = Source("tasks", "context", files("tasks.csv"), {"occurred_at": computed("'2013-01-01'")})
ANSWER = Source(
    "answers",
    "events",
    files("answers.csv"),
    {
        "account_id": computed("concat(lookup('tasks', task, 'task', 'course'), '-', student)"),
        "occurred_at": computed(
            "days_after(lookup('courses', part(lookup('tasks', task, 'task', 'course'), '-', 2), 'year', 'began'),"
            " number(day))"
        ),
        "value": Take("score"),
    },
    where=parse("known(lookup('tasks', task, 'task', 'course'))", RAW_FUNCTIONS),
)
ALL = (COURSE, ACCOUNTS, TASK, ANSWER)


def made(folder: Path, **changed: str) -> None:
    write(folder, **({"courses": COURSES, "people": PEOPLE, "tasks": TASKS, "answers": ANSWERS} | changed))


def test_keys_of_several_parts_and_lookups_of_what_was_looked_up(tmp_path: Path) -> None:
    made(tmp_path)
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, *ALL)
        assert rows(
            warehouse,
            "SELECT account_id, occurred_at, value FROM facts.events JOIN directory.accounts USING (account) ORDER BY value",
        ) == [
            ("maths-2013-7", utc("2013-02-09"), 70.0),
            ("maths-2013-7", utc("2013-02-06"), 80.0),
            ("maths-2014-7", utc("2014-02-09"), 90.0),
        ]
        assert rows(warehouse, "SELECT occurred_at FROM facts.accounts ORDER BY 1") == [
            (utc("2013-01-22"),),
            (utc("2014-02-07"),),
        ]
        answers = report["answers"]
        assert (answers.read, answers.kept, answers.left_out) == (6, 3, 1)
        assert counts(answers) == {"missing": 1, "unknown_account": 1}
        assert sorted((each.rule, each.row) for each in rejects(warehouse)) == [
            ("missing", 6),
            ("unknown_account", 7),
        ]


def test_rows_keep_their_order_and_a_second_load_adds_nothing(tmp_path: Path) -> None:
    many = "task,student,day,score\n" + "".join(f"11,{7 + (n % 9 == 0)},1,{n}\n" for n in range(5000))
    made(tmp_path, answers=many)
    with warehouse_in(tmp_path) as warehouse:
        first = loaded(warehouse, tmp_path, *ALL)["answers"]
        assert [each.row for each in rejects(warehouse)] == [2 + 9 * n for n in range(100)]
        assert first.kept == 4444
        (tmp_path / "answers.csv").write_text(many + "12,7,1,9999\n")
        again = loaded(warehouse, tmp_path, *ALL)["answers"]
        assert (again.kept, again.repeated, again.rejected) == (1, 4444, 556)


def test_rows_that_found_nothing_are_looked_at_again_when_the_other_source_has_news(tmp_path: Path) -> None:
    made(tmp_path, tasks="task,course\n12,maths-2014\n")
    everywhere = (COURSE, ACCOUNTS, TASK, replace(ANSWER, where=None))
    with warehouse_in(tmp_path) as warehouse:
        assert loaded(warehouse, tmp_path, *everywhere)["answers"].kept == 1
        made(tmp_path)
        assert loaded(warehouse, tmp_path, *everywhere)["answers"].kept == 2


def test_a_lookup_column_takes_what_an_expression_in_another_column_takes(tmp_path: Path) -> None:
    made(tmp_path)
    both = replace(
        ANSWER, columns={**ANSWER.columns, **taking(name=computed("lookup('tasks', task, 'task', 'course')"))}
    )
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, COURSE, ACCOUNTS, TASK, both)
        assert rows(warehouse, "SELECT DISTINCT name FROM facts.events ORDER BY 1") == [
            ("maths-2013",),
            ("maths-2014",),
        ]
