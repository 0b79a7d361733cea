"""Every format, compression and encoding gives the same facts."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepwell.errors import SourceError
from keepwell.runs.rejects import rejects
from keepwell.signals.tables import Kind
from keepwell.sources.source import Attribute, Encoding, Format, Source, Take
from tests.runs.loading import (
    ACCOUNT_ROWS,
    ACCOUNTS,
    EVENTS,
    counts,
    files,
    loaded,
    rows,
    taking,
    utc,
    warehouse_in,
    write,
)

ORDERS = Source(
    "orders",
    "orders",
    files("orders*"),
    taking(account_id="account", order_id="id", ordered_at="day", amount="sum", category="what"),
)
LINES = [("1", "a", "2025-01-05", "10.50", "tea"), ("2", "b", "2025-01-06", "7", "cocoa é")]
NAMES = ("id", "account", "day", "sum", "what")
EXPECTED = [
    ("a", utc("2025-01-05"), Decimal("10.5"), "tea"),
    ("b", utc("2025-01-06"), Decimal("7"), "cocoa é"),
]
FOUND = "SELECT account_id, occurred_at, amount, category FROM facts.orders JOIN directory.accounts USING (account) ORDER BY 2"


def _delimited(mark: str) -> bytes:
    return "".join(mark.join(line) + "\r\n" for line in (NAMES, *LINES)).encode()


def _aligned() -> bytes:
    return (
        b"id  account day        sum   what\n"
        + "".join(
            f"{one:<4}{two:<8}{three} {four:>6} {five.replace(' ', '_')}\n"
            for one, two, three, four, five in LINES
        ).encode()
    )


def _fixed() -> bytes:
    return "".join(
        f"{one:<3}{two:<3}{three}{four:>8} {five}\n" for one, two, three, four, five in LINES
    ).encode()


def _jsonl() -> bytes:
    return (
        b'{"id": 1, "account": "a", "day": "2025-01-05", "sum": 10.50, "what": "tea"}\n\n'
        b'{"account": "b", "id": 2, "day": "2025-01-06", "sum": 7, "what": "cocoa \\u00e9"}\n'
    )


def _parquet(tmp_path: Path) -> bytes:
    table = pa.table(
        {
            "id": pa.array([1, 2]),
            "account": ["a", "b"],
            "day": pa.array([utc(line[2]).date() for line in LINES]),
            "sum": pa.array([10.5, 7.0]),
            "what": [line[4] for line in LINES],
        }
    )
    pq.write_table(table, tmp_path / "made")
    return (tmp_path / "made").read_bytes()


def _workbook(tmp_path: Path) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(NAMES)
    for one, two, three, four, five in LINES:
        sheet.append([int(one), two, utc(three), float(four), five])
    book.save(tmp_path / "made.xlsx")
    return (tmp_path / "made.xlsx").read_bytes()


CONTENT: dict[str, Callable[[Path], bytes]] = {
    "csv": lambda _: _delimited(","),
    "tsv": lambda _: _delimited("\t"),
    "txt": lambda _: _aligned(),
    "dat": lambda _: _fixed(),
    "jsonl": lambda _: _jsonl(),
    "parquet": _parquet,
    "xlsx": _workbook,
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": lambda content: content,
    ".gz": gzip.compress,
    ".zst": lambda content: pa.compress(content, "zstd", asbytes=True),
}


def _source(ending: str) -> Source:
    if ending == "dat":
        widths = {"id": (1, 3), "account": (4, 6), "day": (7, 16), "sum": (17, 24), "what": (26, 40)}
        return replace(ORDERS, origin=files("orders*", format=Format.FIXED, widths=widths))
    return ORDERS


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("ending", CONTENT)
def test_every_format_and_compression_gives_the_same_facts(tmp_path: Path, ending: str, packing: str) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS)
    (tmp_path / f"orders.{ending}{packing}").write_bytes(PACKED[packing](CONTENT[ending](tmp_path)))
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, _source(ending))["orders"]
        assert (report.read, report.kept) == (2, 2)
        found = [
            (account, at, amount, what.replace("_", " "))
            for account, at, amount, what in rows(warehouse, FOUND)
        ]
        assert found == EXPECTED
        assert loaded(warehouse, tmp_path, ACCOUNTS, _source(ending))["orders"].unchanged == 1
    assert not list(tmp_path.glob("*.load-*"))


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        (Encoding.UTF_8, "utf-8"),
        (Encoding.UTF_8, "utf-8-sig"),
        (Encoding.UTF_16, "utf-16"),
        (Encoding.UTF_16, "utf-16-le"),
        (Encoding.UTF_16, "utf-16-be"),
        (Encoding.LATIN_1, "latin-1"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "tsv", "txt", "dat", "jsonl"])
def test_every_encoding_gives_the_same_facts(
    tmp_path: Path, ending: str, encoding: Encoding, codec: str, packing: str
) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS)
    content = CONTENT[ending](tmp_path).decode().encode(codec)
    (tmp_path / f"orders.{ending}{packing}").write_bytes(PACKED[packing](content))
    source = _source(ending)
    reading = replace(source.origin.reading, encoding=encoding)  # type: ignore[union-attr]
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, replace(source, origin=replace(source.origin, reading=reading)))  # type: ignore[arg-type]
        assert [row[3].replace("_", " ") for row in rows(warehouse, FOUND)] == ["tea", "cocoa é"]


@pytest.mark.parametrize(
    ("dates", "given", "expected"),
    [
        ("day-month-year", "05-01-2025", "2025-01-05"),
        ("day-month-year", "5/1/2025 13:30", "2025-01-05 13:30"),
        ("day-month-year", "05.01.2025 13:30:15", "2025-01-05 13:30:15"),
        ("day-month-year", "2025-01-05", "2025-01-05"),
        ("month-day-year", "1/5/2025 1:30 PM", "2025-01-05 13:30"),
        ("month-day-year", "01-05-2025", "2025-01-05"),
        ("year-month-day", "2025-01-05 13:30:15.5", "2025-01-05 13:30:15.500"),
        ("year-month-day", "2025/01/05", "2025-01-05"),
        ("%Y%m%d", "20250105", "2025-01-05"),
        ("%d %b %Y %H:%M", "05 Jan 2025 13:30", "2025-01-05 13:30"),
        ("epoch_seconds", "1736035200", "2025-01-05"),
        ("epoch_millis", "1736035200500", "2025-01-05 00:00:00.500"),
    ],
)
def test_dates_are_read_as_declared(tmp_path: Path, dates: str, given: str, expected: str) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=f"id,account,at,event,user\n1,a,{given},x,u\n")
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, replace(EVENTS, dates=dates))
        assert rows(warehouse, "SELECT occurred_at FROM facts.events") == [(utc(expected),)]


@pytest.mark.parametrize(
    ("dates", "given"),
    [
        ("year-month-day", "05-01-2025"),
        ("year-month-day", "05/01/25"),
        ("day-month-year", "13-13-2025"),
        ("day-month-year", "05-01-25"),
        ("month-day-year", "13/01/2025"),
        ("year-month-day", "2025-02-30"),
        ("epoch_seconds", "soon"),
        ("%Y%m%d", "2025-01-05"),
    ],
)
def test_dates_not_as_declared_are_rejected(tmp_path: Path, dates: str, given: str) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=f"id,account,at,event,user\n1,a,{given},x,u\n")
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, replace(EVENTS, dates=dates))["events"]
        assert counts(report) == {"unreadable": 1}
        assert given in rejects(warehouse)[0].reason


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        (Kind.INTEGER, "12", 12),
        (Kind.INTEGER, " 12.0 ", 12),
        (Kind.INTEGER, "9007199254740993", 9007199254740993),
        (Kind.INTEGER, "12.5", None),
        (Kind.NUMBER, "-1e3", -1000.0),
        (Kind.NUMBER, "nan", None),
        (Kind.NUMBER, '"1,5"', None),
        (Kind.MONEY, "0.00005", Decimal("0.0001")),
        (Kind.MONEY, "$5", None),
        (Kind.BOOLEAN, "Y", True),
        (Kind.BOOLEAN, "FALSE", False),
        (Kind.BOOLEAN, "maybe", None),
    ],
)
def test_values_are_read_exactly_or_rejected(
    tmp_path: Path, kind: Kind, given: str, expected: object
) -> None:
    write(tmp_path, accounts=f"id,began,x\na,2024-01-01,{given}\n")
    source = Source(
        "accounts",
        "accounts",
        files("accounts.csv"),
        taking(account_id="id", began_at="began"),
        attributes={"x": Attribute(kind, Take("x"))},
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, source)["accounts"]
        if expected is None:
            assert counts(report) == {"unreadable": 1}
        else:
            assert rows(warehouse, "SELECT x FROM facts.accounts") == [(expected,)]


def test_nested_and_late_members_of_json_lines_are_found(tmp_path: Path) -> None:
    many = '{"id": %d, "user": {"account": "a"}, "at": "2025-01-05"}\n'
    text = "".join(many % place for place in range(3000))
    (tmp_path / "events.jsonl").write_text(
        text + '{"id": 9999, "user": {"account": "b"}, "at": "2025-01-06", "extra": [1]}\nnot json\n[1]\n'
    )
    write(tmp_path, accounts=ACCOUNT_ROWS)
    source = Source(
        "events",
        "events",
        files("events.jsonl"),
        taking(account_id="user.account", event_id="id", occurred_at="at", feature="extra"),
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, source)["events"]
        assert (report.kept, counts(report)) == (3001, {"malformed": 2})
        assert rows(warehouse, "SELECT feature, count(*) FROM facts.events GROUP BY 1 ORDER BY 2") == [
            ("[1]", 1),
            (None, 3000),
        ]
        assert [each.row for each in rejects(warehouse)] == [3002, 3003]


def test_a_ragged_aligned_line_is_a_reject(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS)
    (tmp_path / "orders.txt").write_bytes(_aligned() + b"3 a 2025-01-07\n")
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, ORDERS)["orders"]
        assert counts(report) == {"malformed": 1}
        [found] = rejects(warehouse)
        assert (found.row, found.reason) == (4, "3 values where there are 5 columns")


def test_no_header_skipped_lines_and_nulls(tmp_path: Path) -> None:
    write(tmp_path, accounts="Export of today\n\na;2024-01-01;NA\nb;2024-01-02;-\nc;x;-\n")
    reading = {
        "header": False,
        "names": ("id", "began", "plan"),
        "skip": 2,
        "delimiter": ";",
        "nulls": ("NA", "-"),
    }
    source = Source(
        "accounts",
        "accounts",
        files("accounts.csv", **reading),
        taking(account_id="id", began_at="began", plan="plan"),
    )
    with warehouse_in(tmp_path) as warehouse:
        assert loaded(warehouse, tmp_path, source)["accounts"].kept == 2
        assert rows(warehouse, "SELECT plan FROM facts.accounts") == [(None,), (None,)]
        assert [each.row for each in rejects(warehouse)] == [5]


def test_a_sheet_by_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    second = book.create_sheet("Customers")
    for line in (["id", "began"], ["a", utc("2024-01-01")]):
        second.append(line)
    book.save(tmp_path / "accounts.xlsx")
    columns = taking(account_id="id", began_at="began")
    named = Source(
        "accounts", "accounts", files("accounts.xlsx", sheet="Customers"), columns, dates="day-month-year"
    )
    with warehouse_in(tmp_path) as warehouse:
        with pytest.raises(SourceError, match="no sheet 'Customer'") as caught:
            loaded(warehouse, tmp_path, replace(named, origin=files("accounts.xlsx", sheet="Customer")))
        assert caught.value.do == "did you mean 'Customers'?"
        assert loaded(warehouse, tmp_path, named)["accounts"].kept == 1


def test_texts_in_a_sheet_that_stand_for_unknown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (
        ["id", "began", "seats"],
        ["a", utc("2024-01-01"), "n/a"],
        ["b", utc("2024-01-02"), 9],
        ["c", "-", 4],
    ):
        book.worksheets[0].append(line)
    book.save(tmp_path / "accounts.xlsx")
    columns = taking(account_id="id", began_at="began", seats="seats")
    source = Source("accounts", "accounts", files("accounts.xlsx", nulls=("", "n/a", "-", "9")), columns)
    with warehouse_in(tmp_path) as warehouse:
        assert counts(loaded(warehouse, tmp_path, source)["accounts"]) == {"missing": 1}
        assert rows(warehouse, "SELECT seats FROM facts.accounts") == [(None,), (None,)]


@pytest.mark.parametrize(
    ("content", "reading", "message"),
    [
        (b"", {}, "the file is empty"),
        ("id,began\nä,2024-01-01\n".encode("latin-1"), {}, "line 2 is not utf-8 text"),
        ("id,began\nä,2024-01-01\n".encode("utf-16"), {}, "begins with a UTF-16 mark"),
        (b"id,began\na,2024-01-01\n", {"encoding": Encoding.UTF_16}, "not utf-16 text"),
        (b"id;began\na;2024-01-01\n", {}, "there is only one column"),
        (b"id,began\n", {"format": Format.PARQUET}, "no Parquet file"),
        (b"id,began\n", {"format": Format.XLSX}, "no workbook"),
        (b"[1, 2]\n", {"format": Format.JSONL}, "no line is a JSON object"),
        (b"id began\n", {"format": Format.FIXED}, "needs to know where its columns stand"),
    ],
)
def test_a_file_that_is_not_as_declared_is_one_clear_message(
    tmp_path: Path, content: bytes, reading: dict[str, object], message: str
) -> None:
    (tmp_path / "accounts.csv").write_bytes(content)
    source = Source(
        "accounts", "accounts", files("accounts.csv", **reading), taking(account_id="id", began_at="began")
    )
    with warehouse_in(tmp_path) as warehouse, pytest.raises(SourceError, match=message) as caught:
        loaded(warehouse, tmp_path, source)
    assert "accounts.csv" in caught.value.where
    assert warehouse_is_empty(tmp_path)


def warehouse_is_empty(folder: Path) -> bool:
    """Whether nothing was loaded."""
    with warehouse_in(folder) as warehouse:
        return warehouse.tables() == {} and not rows(warehouse, "SELECT * FROM ingest.loads")


def test_a_row_that_is_not_utf8_late_in_the_file_is_a_reject(tmp_path: Path) -> None:
    good = "".join(f"a{place},2024-01-01\n" for place in range(20_000)).encode()
    (tmp_path / "accounts.csv").write_bytes(
        b"id,began\n" + good + "ä,2024-01-01\n".encode("latin-1") + b"z,2024-01-01\n"
    )
    source = Source("accounts", "accounts", files("accounts.csv"), taking(account_id="id", began_at="began"))
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, source)["accounts"]
        assert (report.kept, counts(report)) == (20_001, {"malformed": 1})
        [found] = rejects(warehouse)
        assert found.row == 20_002
        assert "encoding: latin-1" in found.reason


def test_a_missing_file_says_what_is_there(tmp_path: Path) -> None:
    write(tmp_path, customers="id\n")
    with (
        warehouse_in(tmp_path) as warehouse,
        pytest.raises(SourceError, match="no file matches") as caught,
    ):
        loaded(warehouse, tmp_path, ACCOUNTS)
    assert "customers.csv" in caught.value.do


def test_columns_may_be_in_another_order_or_absent_in_some_files(tmp_path: Path) -> None:
    write(tmp_path, accounts1="began,id,plan\n2024-01-01,a,pro\n", accounts2="id,began\nb,2024-01-01\n")
    source = replace(
        ACCOUNTS,
        origin=files("accounts*.csv"),
        columns=taking(account_id="id", began_at="began", plan="plan"),
    )
    with warehouse_in(tmp_path) as warehouse:
        assert loaded(warehouse, tmp_path, source)["accounts"].kept == 2
        assert set(rows(warehouse, "SELECT plan FROM facts.accounts")) == {("pro",), (None,)}
