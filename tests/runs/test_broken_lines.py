"""A line of a delimited file that is broken costs itself, and no other; every row has the number of its line."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from keepwell.runs.rejects import rejects
from keepwell.sources.source import Encoding, Lookup, Source
from tests.runs.loading import ACCOUNTS, counts, files, loaded, rows, taking, warehouse_in, write

NOTES = Source(
    "notes",
    "events",
    files("notes.csv*"),
    taking(account_id="account", event_id="id", occurred_at="at", name="what", feature="note"),
)
HEADER = "id,account,at,what,note\n"


def _row(number: int, note: str = "fine", account: str = "a") -> str:
    return f"{number},{account},2025-01-05,call,{note}\n"


def _loaded(folder: Path, text: str, source: Source = NOTES) -> tuple[int, int, dict[str, int]]:
    """How many rows were read and kept of it, and what was rejected."""
    write(folder, accounts="id,began,plan,name\na,2024-01-01,basic,Alpha\n", notes=text)
    with warehouse_in(folder) as warehouse:
        report = loaded(warehouse, folder, ACCOUNTS, source)["notes"]
        assert report.read == report.kept + report.rejected
        return report.read, report.kept, counts(report)


def _refused(folder: Path) -> list[tuple[int, str]]:
    with warehouse_in(folder) as warehouse:
        return [(each.row, each.rule) for each in rejects(warehouse)]


def _notes(folder: Path) -> list[str]:
    with warehouse_in(folder) as warehouse:
        return [note for (note,) in rows(warehouse, "SELECT feature FROM facts.events ORDER BY feature")]


@pytest.mark.parametrize("note", ['"never closed', '"abc"def', '"abc" def"', '"'])
@pytest.mark.parametrize("others", ["fine", '"fine, too"', '"with ""words"""', '"two\nlines"', '24" wide'])
def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path, note: str, others: str) -> None:
    many = 20_000
    lines = [HEADER, *(_row(number, others) for number in range(many))]
    broken = len("".join(lines[:5001]).splitlines()) + 1
    lines.insert(5001, _row(many + 1, note))
    assert _loaded(tmp_path, "".join(lines)) == (many + 1, many, {"malformed": 1})
    with warehouse_in(tmp_path) as warehouse:
        [found] = rejects(warehouse)
    assert (found.row, found.reason) == (broken, "a quote is not closed, or stands within a value")
    assert found.record == _row(many + 1, note).rstrip("\n")


def test_many_broken_lines_each_cost_themselves(tmp_path: Path) -> None:
    text = HEADER + "".join(_row(number, '"open' if number % 10 == 3 else '"x\ny"') for number in range(1000))
    assert _loaded(tmp_path, text) == (1000, 900, {"malformed": 100})
    assert _refused(tmp_path)[:2] == [(8, "malformed"), (27, "malformed")]


def test_a_last_line_that_is_not_closed_is_a_reject(tmp_path: Path) -> None:
    assert _loaded(tmp_path, HEADER + _row(1) + '2,a,2025-01-05,call,"cut o') == (2, 1, {"malformed": 1})
    assert _refused(tmp_path) == [(3, "malformed")]


def test_rows_between_two_broken_lines_are_no_text_of_theirs(tmp_path: Path) -> None:
    text = HEADER + _row(1, '"opened') + _row(2) + _row(3) + _row(4, 'closed"') + _row(5)
    assert _loaded(tmp_path, text) == (5, 4, {"malformed": 1})
    assert _notes(tmp_path) == ['closed"', "fine", "fine", "fine"]


def test_line_breaks_within_quotes_are_kept_however_many(tmp_path: Path) -> None:
    long = "\n".join(f"line {place}, and more" for place in range(3000))
    text = HEADER + _row(1, f'"{long}"') + _row(2, '"a\n\nb"') + _row(3, '"q ""x""\nb"')
    assert _loaded(tmp_path, text) == (3, 3, {})
    assert _notes(tmp_path) == ["a\n\nb", long, 'q "x"\nb']


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_row_is_numbered_by_the_line_that_it_begins_in(tmp_path: Path, end: str) -> None:
    lines = [
        HEADER.strip(),
        *('1,a,2025-01-05,call,"two', 'lines"'),  # 2
        "",
        "2,z,2025-01-05,call,x",  # 5
        "3,a,2025-01-05",  # 6
        '4,a,2025-01-05,call,"open',  # 7
        "",
        "",
        '5,z,2025-01-05,call,"three',  # 10
        "",
        'lines"',
        "6,a,2025-01-05,call,more,than",  # 13
        "7,z,2025-01-05,call,x",  # 14
        "",
    ]
    write(tmp_path, accounts="id,began,plan,name\na,2024-01-01,basic,Alpha\n")
    (tmp_path / "notes.csv").write_bytes(end.join(lines).encode())
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, NOTES)["notes"]
    assert (report.read, report.kept) == (7, 1)
    assert _refused(tmp_path) == [
        (5, "unknown_account"),
        (6, "malformed"),
        (7, "malformed"),
        (10, "unknown_account"),
        (13, "malformed"),
        (14, "unknown_account"),
    ]


def test_lines_skipped_and_blank_ones_before_the_header_count_as_lines(tmp_path: Path) -> None:
    text = 'Export "of today\n\n\n' + HEADER + _row(1) + _row(2, account="z") + "3,a\n"
    source = replace(NOTES, origin=files("notes.csv", skip=1))
    assert _loaded(tmp_path, text, source)[:2] == (3, 1)
    assert _refused(tmp_path) == [(6, "unknown_account"), (7, "malformed")]


def test_line_ends_of_both_kinds_in_one_file(tmp_path: Path) -> None:
    text = HEADER + _row(1) + _row(2).replace("\n", "\r\n") + _row(3, '"a\nb"') + _row(4, account="z")
    assert _loaded(tmp_path, text) == (4, 3, {"unknown_account": 1})
    assert _refused(tmp_path) == [(6, "unknown_account")]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("packed", [False, True])
def test_broken_lines_of_every_encoding_and_compression(tmp_path: Path, codec: str, packed: bool) -> None:
    write(tmp_path, accounts="id,began,plan,name\na,2024-01-01,basic,Alpha\n")
    content = (HEADER + _row(1, "é") + _row(2, '"ö') + _row(3, '"ü\n"')).encode(codec)
    (tmp_path / ("notes.csv.gz" if packed else "notes.csv")).write_bytes(
        gzip.compress(content) if packed else content
    )
    encoding = Encoding(codec.removesuffix("-sig"))
    with warehouse_in(tmp_path) as warehouse:
        source = replace(NOTES, origin=files("notes.csv*", encoding=encoding))
        report = loaded(warehouse, tmp_path, ACCOUNTS, source)["notes"]
        assert (report.kept, counts(report)) == (2, {"malformed": 1})
        assert [(each.row, each.record) for each in rejects(warehouse)] == [(3, '2,a,2025-01-05,call,"ö')]
    assert not list(tmp_path.glob("*.load-*"))


def test_a_broken_line_of_a_lookup_costs_itself(tmp_path: Path) -> None:
    write(
        tmp_path,
        accounts="id,began,plan,name\na,2024-01-01,basic,Alpha\n",
        people='no,owner,since\n1,"broken,2025-01-01\n2,a,2025-01-01\n3,a,2025-01-01\n',
        notes="id,at,what,no\n1,2025-01-05,call,2\n2,2025-01-05,call,3\n3,2025-01-05,call,1\n",
    )
    people = Source(
        "people",
        "contacts",
        files("people.csv"),
        taking(account_id="owner", contact_id="no", joined_at="since"),
    )
    columns = taking(
        account_id=Lookup("people", "no", "no", "owner"), event_id="id", occurred_at="at", name="what"
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, people, replace(NOTES, columns=columns))["notes"]
        assert (report.kept, counts(report)) == (2, {"unmatched": 1})
