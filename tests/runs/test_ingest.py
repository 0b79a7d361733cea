"""A load: twice is once, revisions, both clocks, rejects with reasons, all or nothing."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepwell.errors import LoadError, SourceError
from keepwell.runs.rejects import rejects, tallies
from keepwell.signals.expression import parse
from keepwell.signals.tables import Kind
from keepwell.signals.window import Span
from keepwell.sources.source import (
    RAW_FUNCTIONS,
    Attribute,
    Before,
    Check,
    Computed,
    Constant,
    Keep,
    Lookup,
    MaxRejects,
    Policy,
    Rates,
    Source,
    Take,
)
from keepwell.warehouse.duckdb import open_warehouse
from tests.runs.loading import (
    ACCOUNT_ROWS,
    ACCOUNTS,
    EVENT_ROWS,
    EVENTS,
    NOW,
    counts,
    files,
    loaded,
    reported,
    rows,
    taking,
    utc,
    warehouse_in,
    write,
)

LATER = NOW + timedelta(days=1)


def test_facts_are_loaded_with_surrogates_and_both_clocks(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS)
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, EVENTS, ACCOUNTS)
        assert (report["events"].read, report["events"].kept) == (3, 3)
        found = rows(
            warehouse,
            "SELECT account_id, f.name, contact_id, occurred_at, known_at, occurred_on FROM facts.events f"
            " JOIN directory.accounts USING (account) JOIN directory.contacts USING (contact) ORDER BY occurred_at",
        )
        at = utc("2025-01-05 10:00")
        assert found[0] == ("a", "login", "u1", at, at, at.date())
        assert [row[0] for row in found] == ["a", "a", "b"]
        assert rows(warehouse, "SELECT account_id, name FROM directory.accounts ORDER BY 1") == [
            ("a", "Alpha"),
            ("b", "Beta"),
        ]


def test_loading_twice_is_loading_once(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS)
    with warehouse_in(tmp_path) as warehouse:
        reported(warehouse, tmp_path, ACCOUNTS, EVENTS)
        before = rows(warehouse, "SELECT * FROM facts.events ORDER BY key")
        again = reported(warehouse, tmp_path, ACCOUNTS, EVENTS, now=LATER)
        assert again.load is None
        assert [source.unchanged for source in again.sources] == [1, 1]
        (tmp_path / "events.csv").write_text(EVENT_ROWS)  # touched, with the same content
        assert reported(warehouse, tmp_path, ACCOUNTS, EVENTS, now=LATER).load is None
        assert rows(warehouse, "SELECT * FROM facts.events ORDER BY key") == before


def test_an_appended_file_adds_only_its_new_rows_known_at_the_load(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS)
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)
        write(tmp_path, events=EVENT_ROWS + "4,b,2025-01-08 09:00:00,login,u3\n")
        report = loaded(warehouse, tmp_path, ACCOUNTS, EVENTS, now=LATER)["events"]
        assert (report.read, report.kept, report.repeated) == (4, 1, 3)
        assert rows(warehouse, "SELECT known_at FROM facts.events WHERE occurred_on = '2025-01-08'") == [
            (LATER.replace(tzinfo=None),)
        ]


def test_a_changed_row_is_a_revision_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS)
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS)
        write(tmp_path, accounts=ACCOUNT_ROWS.replace("basic", "pro"))
        report = loaded(warehouse, tmp_path, ACCOUNTS, now=LATER)["accounts"]
        assert (report.kept, report.revised, report.repeated) == (0, 1, 1)
        assert rows(
            warehouse,
            "SELECT plan, known_at FROM facts.accounts JOIN directory.accounts USING (account)"
            " WHERE account_id = 'a' ORDER BY known_at",
        ) == [("basic", utc("2024-01-01")), ("pro", LATER.replace(tzinfo=None))]
        write(tmp_path, accounts=ACCOUNT_ROWS)
        back = loaded(warehouse, tmp_path, ACCOUNTS, now=LATER)["accounts"]
        assert back.revised == 1  # the clock stood still, and still the order of revisions is told
        assert rows(
            warehouse, "SELECT arg_max(plan, known_at) FROM facts.accounts GROUP BY account ORDER BY 1"
        ) == [
            ("basic",),
            ("pro",),
        ]


def test_an_immutable_key_stays_as_it_first_arrived(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS)
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)
        write(tmp_path, events=EVENT_ROWS.replace("export", "import"))
        assert loaded(warehouse, tmp_path, ACCOUNTS, EVENTS, now=LATER)["events"].repeated == 3
        assert ("import",) not in rows(warehouse, "SELECT name FROM facts.events")


def test_a_name_lives_in_the_directory_and_makes_no_revision(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS)
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS)
        write(tmp_path, accounts=ACCOUNT_ROWS.replace("Alpha", "Alpha Ltd"))
        assert loaded(warehouse, tmp_path, ACCOUNTS, now=LATER)["accounts"].revised == 0
        assert rows(warehouse, "SELECT name FROM directory.accounts WHERE account_id = 'a'") == [
            ("Alpha Ltd",)
        ]


def test_the_delay_and_a_mapped_column_say_when_a_fact_was_known(tmp_path: Path) -> None:
    write(
        tmp_path,
        accounts=ACCOUNT_ROWS,
        events="id,account,at,event,user,seen\n1,a,2025-01-05,login,u,2025-02-01\n",
    )
    delayed = replace(EVENTS, delay=Span.parse("2 days"))
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, delayed)
        assert rows(warehouse, "SELECT known_at FROM facts.events") == [(utc("2025-01-07"),)]
    (tmp_path / "other").mkdir()
    with warehouse_in(tmp_path / "other") as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, replace(EVENTS, known_at="seen"))
        assert rows(warehouse, "SELECT known_at FROM facts.events") == [(utc("2025-02-01"),)]


def test_revisions_that_bring_their_own_clock_are_kept_in_its_order(tmp_path: Path) -> None:
    source = replace(
        ACCOUNTS, columns=taking(account_id="id", began_at="began", plan="plan"), known_at="synced"
    )
    header = "id,began,plan,synced\n"
    write(
        tmp_path,
        accounts=header
        + "a,2024-01-01,pro,2025-03-01\na,2024-01-01,basic,2025-01-01\na,2024-01-01,basic,2025-02-01\n",
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, source)["accounts"]
        assert (report.kept, report.revised, report.repeated) == (1, 1, 1)
        timeline = "SELECT plan, known_at FROM facts.accounts ORDER BY known_at"
        assert rows(warehouse, timeline) == [("basic", utc("2025-01-01")), ("pro", utc("2025-03-01"))]
        write(tmp_path, accounts=header + "a,2024-01-01,trial,2025-02-15\n")
        assert loaded(warehouse, tmp_path, source, now=LATER)["accounts"].revised == 1
        assert [plan for plan, _ in rows(warehouse, timeline)] == ["basic", "trial", "pro"]
        write(tmp_path, accounts=header + "a,2024-01-01,trial,2025-02-15\na,2024-01-01,pro,2025-03-02\n")
        again = loaded(warehouse, tmp_path, source, now=LATER)["accounts"]
        assert (again.revised, again.repeated) == (0, 2)


def test_two_sources_of_one_table_complete_each_other(tmp_path: Path) -> None:
    billing = Source(
        "billing", "accounts", files("billing.csv"), taking(account_id="id", began_at="began", seats="seats")
    )
    write(tmp_path, accounts=ACCOUNT_ROWS, billing="id,began,seats\na,2024-01-01,7\n")
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, billing)
        both = "SELECT plan, seats FROM facts.accounts JOIN directory.accounts USING (account) WHERE account_id = 'a'"
        assert rows(warehouse, both) == [("basic", 7)]
        write(tmp_path, billing="id,began,seats\na,2024-01-01,9\n")
        loaded(warehouse, tmp_path, ACCOUNTS, billing, now=LATER)
        assert rows(warehouse, both + " ORDER BY known_at") == [("basic", 7), ("basic", 9)]


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ("9,z,2025-01-05,login,u", "unknown_account", "no account has the id 'z'"),
        ("9,a,yesterday,login,u", "unreadable", "'yesterday' is no year-month-day date"),
        (
            "9,a,05-01-2025,login,u",
            "unreadable",
            "declare `dates: day-month-year` or `dates: month-day-year`",
        ),
        ("9,a,,login,u", "missing", "at is empty"),
        ("9,,2025-01-05,login,u", "missing", "account is empty"),
        (",a,2025-01-05,login,u", "missing", "id is empty"),
        ("9,a,2025-07-02,login,u", "in_future", "2025-07-02 00:00:00 UTC is still to come"),
        ("9,a,2025-01-05,login", "malformed", "fewer values than the header"),
        ("9,a,2025-01-05,login,u,more", "malformed", "more values than the header"),
        ("1,a,2025-01-09,logout,u", "duplicate_key", "another row of this load has the same key"),
    ],
)
def test_a_bad_row_is_rejected_with_its_row_rule_and_reason(
    tmp_path: Path, row: str, rule: str, reason: str
) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS + row + "\n4,a,2025-01-09,login,u\n")
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)["events"]
        assert counts(report) == {rule: 1}
        assert (report.read, report.kept, report.rejected) == (5, 4, 1)
        [found] = rejects(warehouse)
    assert (found.source, found.file, found.row, found.rule) == ("events", "events.csv", 5, rule)
    assert reason in found.reason


def test_a_row_after_a_malformed_one_keeps_its_number(tmp_path: Path) -> None:
    bad = "x,a,b\n9,z,2025-01-05,login,u\nx\n10,y,2025-01-05,login,u\n"
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS + bad)
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)
        assert [(each.row, each.rule) for each in rejects(warehouse)] == [
            (5, "malformed"),
            (6, "unknown_account"),
            (7, "malformed"),
            (8, "unknown_account"),
        ]


def test_rows_of_several_files_keep_their_numbers(tmp_path: Path) -> None:
    header = "id,account,at,event,user\n"
    write(
        tmp_path,
        accounts=ACCOUNT_ROWS,
        events1=EVENT_ROWS,
        events2=header + "8,a,2025-01-05,x,u\n9,z,2025-01-05,x,u\n",
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, replace(EVENTS, origin=files("events*.csv")))["events"]
        assert report.files == ("events1.csv", "events2.csv")
        assert [(each.file, each.row) for each in rejects(warehouse)] == [("events2.csv", 3)]


def test_rejects_of_a_file_read_again_do_not_pile_up(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS + "9,z,2025-01-05,login,u\n")
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)
        write(tmp_path, events=EVENT_ROWS + "9,z,2025-01-05,login,u\n10,y,2025-01-05,login,u\n")
        loaded(warehouse, tmp_path, ACCOUNTS, EVENTS, now=LATER)
        assert [each.row for each in rejects(warehouse)] == [5, 6]
        [tally] = tallies(warehouse, source="events", rule="unknown_account")
        assert tally.rows == 2


def test_a_row_whose_account_arrives_later_is_taken_then(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS + "9,c,2025-01-05,login,u\n")
    with warehouse_in(tmp_path) as warehouse:
        assert loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)["events"].rejected == 1
        write(tmp_path, accounts=ACCOUNT_ROWS + "c,2024-01-01,basic,Gamma\n")
        report = loaded(warehouse, tmp_path, ACCOUNTS, EVENTS, now=LATER)["events"]
        assert (report.kept, report.repeated, report.rejected) == (1, 3, 0)
        assert rejects(warehouse) == []


def test_policies_warn_or_ignore_in_place_of_rejecting(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS + "9,z,2025-07-02,login,u\n")
    lenient = replace(EVENTS, checks={Check.UNKNOWN_ACCOUNT: Policy.WARN, Check.IN_FUTURE: Policy.IGNORE})
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, lenient)["events"]
        assert report.kept == 4
        assert [(each.rule, each.rows) for each in report.warnings] == [("unknown_account", 1)]
        assert rejects(warehouse) == []
        [warned] = rejects(warehouse, warnings=True)
        assert (warned.row, warned.policy) == (5, "warn")


def test_facts_before_their_account_began_are_warned_of(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events="id,account,at,event,user\n1,b,2024-01-15,login,u\n")
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)["events"]
        assert [(each.rule, each.rows) for each in report.warnings] == [("before_account", 1)]
        assert report.kept == 1


@pytest.mark.parametrize(
    ("kind", "score", "rule"),
    [
        ("nps", "10", None),
        ("nps", "12", "out_of_range"),
        ("csat", "6", "out_of_range"),
        ("csat", "5", None),
        ("CES", "0", "out_of_range"),
        ("ces", "7", None),
        ("nps", "-1", "negative"),
    ],
)
def test_answers_outside_their_survey_are_rejected(
    tmp_path: Path, kind: str, score: str, rule: str | None
) -> None:
    surveys = Source(
        "surveys",
        "surveys",
        files("surveys.csv"),
        taking(account_id="a", answered_at="at", kind="kind", score="score"),
    )
    write(tmp_path, accounts=ACCOUNT_ROWS, surveys=f"a,at,kind,score\na,2025-01-01,{kind},{score}\n")
    with warehouse_in(tmp_path) as warehouse:
        assert counts(loaded(warehouse, tmp_path, ACCOUNTS, surveys)["surveys"]) == (
            {rule: 1} if rule else {}
        )


def test_an_end_before_the_beginning_and_a_negative_amount_are_rejected(tmp_path: Path) -> None:
    subscriptions = Source(
        "subscriptions",
        "subscriptions",
        files("subs.csv"),
        taking(account_id="a", subscription_id="id", started_at="from", ended_at="to", amount="mrr"),
    )
    write(
        tmp_path,
        accounts=ACCOUNT_ROWS,
        subs="id,a,from,to,mrr\n1,a,2025-02-01,2025-01-01,5\n2,a,2025-01-01,,-5\n",
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, subscriptions)["subscriptions"]
        assert counts(report) == {"ended_before_begun": 1, "negative": 1}


def test_where_leaves_rows_out_and_counts_them(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS)
    some = replace(EVENTS, where=parse("event != 'export' and number(id) < 3", RAW_FUNCTIONS))
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, some)["events"]
        assert (report.read, report.kept, report.left_out) == (3, 1, 2)


def test_expressions_constants_and_attributes(tmp_path: Path) -> None:
    source = Source(
        "accounts",
        "accounts",
        files("accounts.csv"),
        taking(
            account_id=Computed(parse("concat(upper(trim(region)), '-', id)", RAW_FUNCTIONS)),
            began_at="began",
            plan=Constant("basic"),
            seats=Computed(parse("number(licences) + number(extra)", RAW_FUNCTIONS)),
            country=Computed(parse("part(place, '/', 2)", RAW_FUNCTIONS)),
        ),
        attributes={
            "is_trial": Attribute(Kind.BOOLEAN, Take("is_trial")),
            "score": Attribute(Kind.NUMBER, Take("Score (%)")),
        },
        decimal=",",
    )
    (tmp_path / "accounts.csv").write_text(
        'id,region,began,licences,extra,place,is_trial,Score (%)\n1, eu ,2024-01-01,5,2,x/DE/y,Yes,"1.234,5"\n'
    )
    with warehouse_in(tmp_path) as warehouse:
        assert loaded(warehouse, tmp_path, source)["accounts"].kept == 1
        assert rows(warehouse, "SELECT account_id FROM directory.accounts") == [("EU-1",)]
        assert rows(warehouse, "SELECT plan, seats, country, is_trial, score FROM facts.accounts") == [
            ("basic", 7, "DE", True, 1234.5)
        ]
        assert warehouse.tables()["accounts"]["is_trial"] is Kind.BOOLEAN


def test_amounts_are_converted_by_fixed_rates_and_a_missing_rate_rejects(tmp_path: Path) -> None:
    orders = Source(
        "orders",
        "orders",
        files("orders.csv"),
        taking(account_id="a", order_id="id", ordered_at="at", amount=Take("sum", currency_column="cur")),
    )
    write(
        tmp_path,
        accounts=ACCOUNT_ROWS,
        orders="id,a,at,sum,cur\n1,a,2025-01-01,10.50,usd\n2,a,2025-01-01,3,EUR\n3,a,2025-01-01,3,CHF\n",
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, orders, rates=Rates({"USD": Decimal("0.92")}))[
            "orders"
        ]
        assert counts(report) == {"no_rate": 1}
        assert rows(warehouse, "SELECT amount FROM facts.orders ORDER BY amount") == [
            (Decimal("3"),),
            (Decimal("9.66"),),
        ]


def test_large_amounts_are_converted_exactly(tmp_path: Path) -> None:
    orders = Source(
        "orders",
        "orders",
        files("orders.csv"),
        taking(account_id="a", order_id="id", ordered_at="at", amount=Take("sum", currency="USD")),
    )
    write(tmp_path, accounts=ACCOUNT_ROWS, orders="id,a,at,sum\n1,a,2025-01-01,12345678901.23\n")
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, orders, rates=Rates({"USD": Decimal("0.8926")}))
        assert rows(warehouse, "SELECT amount FROM facts.orders") == [(Decimal("11019752987.2379"),)]


def test_amounts_are_converted_by_the_latest_rate_of_the_day(tmp_path: Path) -> None:
    orders = Source(
        "orders",
        "orders",
        files("orders.csv"),
        taking(account_id="a", order_id="id", ordered_at="at", amount=Take("sum", currency="USD")),
    )
    write(
        tmp_path,
        accounts=ACCOUNT_ROWS,
        orders="id,a,at,sum\n1,a,2025-01-01,100\n2,a,2025-01-31,100\n3,a,2025-02-01,100\n4,a,2024-12-31,100\n",
        rates="date,currency,rate\n2025-02-01,USD,0.8\n2025-01-01,USD,0.9\n",
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, orders, rates=Rates(file="rates.csv"))["orders"]
        assert counts(report) == {"no_rate": 1}
        assert rows(warehouse, "SELECT amount FROM facts.orders ORDER BY occurred_at") == [
            (90,),
            (90,),
            (80,),
        ]


def test_a_lookup_finds_the_account_and_a_missing_row_rejects(tmp_path: Path) -> None:
    contacts = Source(
        "people",
        "contacts",
        files("people.csv"),
        taking(account_id="company", contact_id="no", joined_at="since", email="mail"),
    )
    events = replace(
        EVENTS,
        columns=taking(
            account_id=Lookup("people", "user", "no", "company"),
            event_id="id",
            occurred_at="at",
            contact="user",
        ),
        before=(Before("people", "since", "user", "no"),),
    )
    write(
        tmp_path,
        accounts=ACCOUNT_ROWS,
        people="no,company,since,mail\nu1,a,2025-01-01,u1@a.example\nu2,b,2025-06-01,u2@b.example\n",
        events="id,user,at\n1,u1,2025-01-05\n2,u2,2025-01-05\n3,u9,2025-01-05\n",
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, contacts, events)["events"]
        assert counts(report) == {"unmatched": 1}
        assert [(each.rule, each.rows) for each in report.warnings] == [("before", 1)]
        assert rows(
            warehouse,
            "SELECT account_id, contact_id, email FROM facts.events JOIN directory.accounts USING (account)"
            " JOIN directory.contacts USING (contact) ORDER BY 1",
        ) == [("a", "u1", "u1@a.example"), ("b", "u2", "u2@b.example")]


def test_parents_in_the_same_load_are_found(tmp_path: Path) -> None:
    source = replace(ACCOUNTS, columns=taking(account_id="id", began_at="began", parent_id="parent"))
    write(
        tmp_path, accounts="id,began,parent\nchild,2024-01-01,top\ntop,2024-01-01,\norphan,2024-01-01,gone\n"
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, source)["accounts"]
        assert report.kept == 3
        assert [(each.rule, each.rows) for each in report.warnings] == [("unmatched", 1)]
        assert rows(
            warehouse,
            "SELECT c.account_id, p.account_id FROM facts.accounts f JOIN directory.accounts c ON c.account = f.account"
            " JOIN directory.accounts p ON p.account = f.parent",
        ) == [("child", "top")]


@pytest.mark.parametrize(("keep", "plan"), [(Keep.FIRST, "one"), (Keep.LAST, "two")])
def test_keep_picks_one_row_per_key_silently(tmp_path: Path, keep: Keep, plan: str) -> None:
    source = replace(ACCOUNTS, columns=taking(account_id="id", began_at="began", plan="plan"), keep=keep)
    write(tmp_path, accounts="id,began,plan\na,2024-01-01,one\na,2024-05-01,two\n")
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, source)["accounts"]
        assert (report.kept, report.repeated, report.rejected) == (1, 1, 0)
        assert rows(warehouse, "SELECT plan FROM facts.accounts") == [(plan,)]


def test_equal_rows_without_keys_are_facts_of_their_own_once(tmp_path: Path) -> None:
    keyless = replace(
        EVENTS, columns=taking(account_id="account", occurred_at="at", name="event"), origin=files("ev*.csv")
    )
    line = "a,2025-01-05,login\n"
    write(
        tmp_path,
        accounts=ACCOUNT_ROWS,
        ev1="account,at,event\n" + line * 2,
        ev2="account,at,event\n" + line * 3,
    )
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, keyless)["events"]
        assert (report.read, report.kept, report.repeated) == (5, 3, 2)
        write(tmp_path, ev3="account,at,event,note\n" + "a,2025-01-05,login,new column\n" * 4)
        again = loaded(warehouse, tmp_path, ACCOUNTS, keyless, now=LATER)["events"]
        assert (again.kept, again.repeated) == (1, 3)


def test_too_many_rejects_refuse_the_whole_load(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS + "9,z,2025-01-05,login,u\n")
    with warehouse_in(tmp_path) as warehouse:
        for most in (MaxRejects(count=0), MaxRejects(share=0.2)):
            with pytest.raises(LoadError, match=r"1 of 4 rows were rejected \(1 unknown_account\)"):
                loaded(warehouse, tmp_path, ACCOUNTS, replace(EVENTS, max_rejects=most))
        assert warehouse.tables() == {}
        assert (
            loaded(warehouse, tmp_path, ACCOUNTS, replace(EVENTS, max_rejects=MaxRejects(share=0.25)))[
                "events"
            ].kept
            == 3
        )


def test_a_silent_feed_is_told_or_refused(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS)
    fresh = replace(EVENTS, fresh_within=Span.parse("3 days"))
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, fresh)["events"]
        assert report.silent_since == datetime(2025, 1, 7, 12, tzinfo=UTC)
        alive = loaded(warehouse, tmp_path, ACCOUNTS, fresh, now=datetime(2025, 1, 9, tzinfo=UTC))["events"]
        assert alive.silent_since is None
        with pytest.raises(LoadError, match="silent for more than 3 days"):
            loaded(warehouse, tmp_path, ACCOUNTS, replace(fresh, checks={Check.SILENT: Policy.REJECT}))


def test_a_new_mapping_of_the_same_file_restates_its_facts(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS)
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)
        richer = replace(
            EVENTS,
            attributes={"who": Attribute(Kind.TEXT, Take("user"))},
            where=parse("event != 'export'", RAW_FUNCTIONS),
        )
        report = loaded(warehouse, tmp_path, ACCOUNTS, richer, now=LATER)["events"]
        assert (report.revised, report.dropped) == (2, 1)
        assert rows(warehouse, "SELECT who, known_at FROM facts.events ORDER BY 1") == [
            ("u1", utc("2025-01-05 10:00")),
            ("u3", utc("2025-01-07 12:00")),
        ]


def test_a_new_mapping_of_facts_with_their_own_clock_restates_each_in_its_place(tmp_path: Path) -> None:
    write(
        tmp_path,
        accounts=ACCOUNT_ROWS,
        events="id,account,at,event,user,seen\n1,a,2025-01-05,login,u,2025-02-01\n",
    )
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)
        loaded(warehouse, tmp_path, ACCOUNTS, replace(EVENTS, known_at="seen"), now=LATER)
        renamed = replace(EVENTS, known_at="seen", columns={**EVENTS.columns, "name": Constant("seen")})
        report = loaded(warehouse, tmp_path, ACCOUNTS, renamed, now=LATER)["events"]
        assert (report.kept, report.revised, report.dropped) == (0, 1, 0)
        assert rows(warehouse, "SELECT name, known_at FROM facts.events") == [("seen", utc("2025-02-01"))]


def test_a_load_in_little_memory_spills_and_is_the_same(tmp_path: Path) -> None:
    more = "".join(
        f"x{place},a,2025-02-{place % 27 + 1:02} 10:00:00,login,u{place}\n" for place in range(400_000)
    )
    write(tmp_path, accounts=ACCOUNT_ROWS, events=EVENT_ROWS + more)
    with open_warehouse(tmp_path / "small.duckdb", memory=200 * 2**20) as warehouse:
        assert loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)["events"].kept == 400_003


def test_a_misspelt_column_is_told_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS)
    wrong = replace(ACCOUNTS, columns=taking(account_id="id", began_at="begun"))
    with warehouse_in(tmp_path) as warehouse, pytest.raises(SourceError, match="no column 'begun'") as caught:
        loaded(warehouse, tmp_path, wrong)
    assert caught.value.do == "did you mean 'began'?"


def test_a_zone_decides_what_naive_times_mean(tmp_path: Path) -> None:
    times = [
        ("2024-10-27 02:30:00", utc("2024-10-27 00:30")),  # occurs twice: the first
        ("2024-03-31 02:30:00", utc("2024-03-31 01:30")),  # never occurs: the offset before the change
        ("2024-07-01", utc("2024-06-30 22:00")),
        ("2024-07-01T12:00:00+05:30", utc("2024-07-01 06:30")),
        ("2024-12-31T23:30:00Z", utc("2024-12-31 23:30")),
    ]
    text = "id,account,at,event,user\n" + "".join(
        f"{place},a,{at},x,u\n" for place, (at, _) in enumerate(times)
    )
    write(tmp_path, accounts=ACCOUNT_ROWS, events=text)
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, EVENTS, zone=ZoneInfo("Europe/Berlin"))
        found = rows(warehouse, "SELECT occurred_at, occurred_on FROM facts.events")
    assert {at for at, _ in found} == {utc for _, utc in times}
    zone = ZoneInfo("Europe/Berlin")
    assert all(day == at.replace(tzinfo=UTC).astimezone(zone).date() for at, day in found)


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu"]
)
def test_local_times_mean_in_every_zone_what_python_says(tmp_path: Path, zone: str) -> None:
    first = utc("2017-01-01")
    local = [first + timedelta(minutes=30 * step) for step in range(2 * 24 * 366)]
    text = "id,account,at,event,user\n" + "".join(f"{place},a,{at},x,u\n" for place, at in enumerate(local))
    write(tmp_path, accounts=ACCOUNT_ROWS.replace("2024", "2010"), events=text)
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, replace(EVENTS, zone=zone))
        found = [at for (at,) in rows(warehouse, "SELECT occurred_at FROM facts.events ORDER BY 1")]
    assert found == sorted(
        at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None) for at in local
    )


_texts = st.text('ab,"\n ;é', max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "z", ""]),
            st.sampled_from(["1", "2", "3", ""]),
            st.sampled_from(["2025-01-05", "2025-02-30", "x", "2026-01-01"]),
            _texts,
        ),
        max_size=12,
    )
)
def test_whatever_the_rows_twice_is_once_and_every_row_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    quoted = "".join(",".join('"' + each.replace('"', '""') + '"' for each in line) + "\n" for line in lines)
    source = replace(
        EVENTS, columns=taking(account_id="account", event_id="id", occurred_at="at", name="event")
    )
    write(folder, accounts=ACCOUNT_ROWS, events="account,id,at,event\n" + quoted)
    with warehouse_in(folder) as warehouse:
        report = loaded(warehouse, folder, ACCOUNTS, source)["events"]
        assert report.read == len(lines)
        assert report.read == report.kept + report.repeated + report.rejected
        facts, refused = rows(warehouse, "SELECT * FROM facts.events ORDER BY key"), rejects(warehouse)
        (folder / "events.csv").write_text("account,id,at,event\n" + quoted + "a,99,2025-03-03,more\n")
        loaded(warehouse, folder, ACCOUNTS, source, now=LATER)
        assert rows(warehouse, "SELECT * FROM facts.events WHERE load = 1 ORDER BY key") == facts
        assert [(each.row, each.reason) for each in rejects(warehouse)] == [
            (each.row, each.reason) for each in refused
        ]


def test_a_row_without_a_readable_date_is_unreadable_whatever_its_currency(tmp_path: Path) -> None:
    orders = Source(
        "orders",
        "orders",
        files("orders.csv"),
        taking(account_id="a", order_id="id", ordered_at="at", amount=Take("sum", currency_column="cur")),
    )
    write(
        tmp_path,
        accounts=ACCOUNT_ROWS,
        orders="id,a,at,sum,cur\n1,a,soon,100,USD\n2,a,soon,100,XXX\n3,a,2025-02-01,100,XXX\n",
        rates="date,currency,rate\n2025-01-01,USD,0.9\n",
    )
    for number, rates in enumerate((Rates(file="rates.csv"), Rates({"USD": Decimal("0.9")}))):
        with open_warehouse(tmp_path / f"w{number}.duckdb") as warehouse:
            report = loaded(warehouse, tmp_path, ACCOUNTS, orders, rates=rates)["orders"]
            assert counts(report) == {"unreadable": 2, "no_rate": 1}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "xlsx"])
def test_a_reject_shows_the_row_as_it_came_whatever_found_it_wanting(tmp_path: Path, ending: str) -> None:
    names = ("no", "who", "when", "was")
    given = [
        ("1", "u1", "2025-01-05", "login"),
        ("2", "u9", "2025-01-05", "login"),  # in no other file
        ("3", "u2", "2025-01-05", "login"),  # of an account that is not known
        ("4", "u1", "2023-01-05", "login"),  # before the account began
        ("1", "u1", "2025-01-05", "other"),  # the same key once more
        ("6", "u1", "never", "login"),
    ]
    _write_rows(tmp_path / f"events.{ending}", names, given)
    write(tmp_path, accounts=ACCOUNT_ROWS, people="no,company,since\nu1,a,2025-01-01\nu2,z,2025-01-01\n")
    people = Source(
        "people",
        "contacts",
        files("people.csv"),
        taking(account_id="company", contact_id="no", joined_at="since"),
    )
    events = Source(
        "events",
        "events",
        files("events.*"),
        taking(
            account_id=Lookup("people", "who", "no", "company"), event_id="no", occurred_at="when", name="was"
        ),
    )
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, people, events)
        found = rejects(warehouse, source="events", warnings=True)
    first = 1 if ending in ("jsonl", "parquet") else 2
    assert [(each.row - first, each.rule) for each in found] == [
        (1, "unmatched"),
        (2, "unknown_account"),
        (3, "before_account"),
        (4, "duplicate_key"),
        (5, "unreadable"),
    ]
    for each in found:
        assert json.loads(each.record or "") == dict(zip(names, given[each.row - first], strict=True))


def _write_rows(path: Path, names: Sequence[str], given: Sequence[Sequence[str]]) -> None:
    match path.suffix:
        case ".csv":
            path.write_text("".join(",".join(row) + "\n" for row in (names, *given)))
        case ".jsonl":
            path.write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in given))
        case ".parquet":
            columns = {name: [row[place] for row in given] for place, name in enumerate(names)}
            pq.write_table(pa.table(columns), path)
        case _:
            book = openpyxl.Workbook()
            for row in (names, *given):
                book.worksheets[0].append(list(row))
            book.save(path)
