"""What is proposed for a folder of data is a project without a mistake, and says what it is unsure of."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

import keepwell.clock
from keepwell.errors import UserError
from keepwell.project import Project, lint, load, scaffold
from keepwell.project.propose import propose
from keepwell.proof.outcome import Dated, Event, Gap, Inactive
from keepwell.proof.outcome import Kind as Outcome
from keepwell.signals.expression import parse
from keepwell.signals.tables import Kind
from keepwell.signals.window import Span
from keepwell.sources.source import Computed, Constant, Files, Keep, Lookup, Source, Take

DATASETS = Path(os.environ.get("KEEPWELL_DATASETS", Path(__file__).parents[4] / "shared/datasets"))
NOW = datetime(2025, 7, 1, tzinfo=UTC)


def proposed(data: Path, folder: Path) -> Project:
    with keepwell.clock.pinned(NOW):
        scaffold.write(folder, propose(data, folder))
    return load(folder)


def source(project: Project, table: str) -> Source:
    return next(one for one in project.sources if one.table == table)


def files(folder: Path, **texts: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


CUSTOMERS = "CustomerID;Name;Signup Date;Plan\n" + "".join(
    f"C{n:03};Firm {n};{n % 28 + 1:02}.0{n % 9 + 1}.2024;{'Pro' if n % 2 else 'Basic'}\n" for n in range(40)
)


def test_names_delimiters_and_dates_are_seen(tmp_path: Path) -> None:
    found = source(proposed(files(tmp_path / "data", customers=CUSTOMERS), tmp_path / "p"), "accounts")
    assert isinstance(found.origin, Files)
    assert found.origin.reading.delimiter == ";"
    assert found.dates == "day-month-year", "days above 12 tell"
    assert found.columns == {
        "account_id": Take("CustomerID"),
        "began_at": Take("Signup Date"),
        "name": Take("Name"),
        "plan": Take("Plan"),
    }


def test_ambiguous_dates_are_a_doubt(tmp_path: Path) -> None:
    rows = "".join(f"c{n},0{n + 1}/0{n + 2}/2024\n" for n in range(5))
    data = files(tmp_path / "data", customers="customer_id,created_at\n" + rows)
    text = propose(data, tmp_path / "p")["sources.yml"]
    assert "# DOUBT: created_at: no day above 12 tells day from month: day-month-year is assumed" in text
    assert "dates: day-month-year" in text


def test_slips_in_a_large_file_are_doubts_and_no_more(tmp_path: Path) -> None:
    rows = [f"c{n},2024-0{n % 9 + 1}-{n % 28 + 1:02}" for n in range(250)]
    slips = ["c249,2024-01-05", "c250,soon"]
    data = files(tmp_path / "data", customers="\n".join(["customer_id,signup_date", *rows, *slips]) + "\n")
    found = source(proposed(data, tmp_path / "p"), "accounts")
    assert found.columns == {"account_id": Take("customer_id"), "began_at": Take("signup_date")}
    assert found.dates == "year-month-day"
    text = (tmp_path / "p" / "sources.yml").read_text(encoding="utf-8")
    assert "# DOUBT: customer_id repeats, or is empty, in 1 of 252 rows" in text
    assert "# DOUBT: signup_date: 1 of 251 values are no dates, such as 'soon'" in text


def test_many_values_that_are_no_dates_make_a_text(tmp_path: Path) -> None:
    rows = "".join(f"c{n},{f'2024-01-{n % 28 + 1:02}' if n % 9 else 'soon'},2024-01-01\n" for n in range(90))
    data = files(tmp_path / "data", customers="customer_id,renewal,created_at\n" + rows)
    found = source(proposed(data, tmp_path / "p"), "accounts")
    assert found.attributes["renewal"].kind is Kind.TEXT


def test_what_has_no_date_is_dated_by_a_guess_or_left_out(tmp_path: Path) -> None:
    people = "contact_id,customer_id,name,email,role,language\n" + "".join(
        f"p{n},C{n:03},Ada {n},a{n}@firm.example,{'admin' if n % 2 else 'user'},{'de' if n % 3 else 'en'}\n"
        for n in range(40)
    )
    tickets = "ticket_id,customer_id,priority,category,channel,escalated\n" + "".join(
        f"t{n},C{n:03},{'high' if n % 2 else 'low'},{'bug' if n % 3 else 'how'},{'mail' if n % 4 else 'chat'},{'yes' if n % 5 else 'no'}\n"
        for n in range(40)
    )
    data = files(tmp_path / "data", customers=CUSTOMERS, contacts=people, tickets=tickets)
    project = proposed(data, tmp_path / "p")
    assert source(project, "contacts").columns["joined_at"] == Constant("2023-01-01")
    assert "tickets" not in [one.table for one in project.sources]
    text = (tmp_path / "p" / "sources.yml").read_text(encoding="utf-8")
    assert "tickets.csv looks like tickets, but no column says when" in text


def test_accounts_are_known_by_their_values_whatever_the_column_is_called(tmp_path: Path) -> None:
    tickets = "ticket_id,belongs_to,opened_at\n" + "".join(
        f"t{n},C{n:03},2024-10-0{n % 9 + 1}\n" for n in range(40)
    )
    project = proposed(files(tmp_path / "data", customers=CUSTOMERS, tickets=tickets), tmp_path / "p")
    assert source(project, "tickets").columns["account_id"] == Take("belongs_to")


def test_a_month_above_12_is_a_day(tmp_path: Path) -> None:
    data = files(tmp_path / "data", customers="customer_id,created_at\na,01/31/2024\nb,02/01/2024\n")
    assert source(proposed(data, tmp_path / "p"), "accounts").dates == "month-day-year"


def test_accounts_are_found_through_another_file(tmp_path: Path) -> None:
    contracts = "subscription_id,customer_id,start_date,mrr\n" + "".join(
        f"s{n},C{n:03},2024-05-01,{n}.5\n" for n in range(40)
    )
    usage = "subscription_id,usage_date,usage_count\n" + "".join(
        f"s{n},2024-06-0{n % 9 + 1},3\n" for n in range(40)
    )
    data = files(tmp_path / "data", customers=CUSTOMERS, contracts=contracts, usage=usage)
    project = proposed(data, tmp_path / "p")
    lookup = Lookup("subscriptions", "subscription_id", "subscription_id", "customer_id")
    assert source(project, "events").columns["account_id"] == lookup
    assert source(project, "subscriptions").columns["amount"] == Take("mrr")


def test_without_a_file_of_accounts_they_are_taken_from_another(tmp_path: Path) -> None:
    orders = "customer_id,order_date,total\n" + "".join(
        f"{n % 7},2024-0{n % 9 + 1}-01,{n}.99\n" for n in range(60)
    )
    project = proposed(files(tmp_path / "data", orders=orders), tmp_path / "p")
    accounts = source(project, "accounts")
    assert accounts.keep is Keep.FIRST
    assert accounts.columns == {"account_id": Take("customer_id"), "began_at": Take("order_date")}
    assert project.as_of == datetime(2024, 9, 2, tzinfo=UTC), "pinned to the day after the last order"
    assert "reorder_lateness" in [measure.signal for measure in project.scorecards[0].measures]


def test_columns_of_the_outcome_private_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    rows = "".join(
        f"{n},2024-01-0{n % 9 + 1},{n % 2},x{n}@y.z,,{n * 2},{'red' if n % 3 else 'blue'}\n"
        for n in range(20)
    )
    data = files(
        tmp_path / "data", customers="customer_id,created_at,churned,email,fax,visits,colour\n" + rows
    )
    text = propose(data, tmp_path / "p")["sources.yml"]
    assert (
        "left out: churned (speaks of the outcome: as an input it would leak); email (private); fax (empty)"
        in text
    )
    assert set(source(proposed(data, tmp_path / "p"), "accounts").attributes) == {"visits", "colour"}


def test_rows_without_a_key_get_one_of_several_columns(tmp_path: Path) -> None:
    contracts = "customer_id,start_date,end_date\n" + "".join(
        f"C{n % 20:03},2024-0{n // 20 + 1}-01,\n" for n in range(40)
    )
    project = proposed(files(tmp_path / "data", customers=CUSTOMERS, contracts=contracts), tmp_path / "p")
    assert isinstance(source(project, "subscriptions").columns["subscription_id"], Computed)


def test_files_of_one_make_are_one_source(tmp_path: Path) -> None:
    data = files(
        tmp_path / "data",
        customers=CUSTOMERS,
        events_2024_01="customer_id,timestamp,event\nC001,2024-01-05T10:00:00Z,login\nC002,2024-01-06T10:00:00Z,export\n",
        events_2024_02="customer_id,timestamp,event\nC001,2024-02-05T10:00:00Z,login\nC003,2024-02-06T10:00:00Z,login\n",
    )
    origin = source(proposed(data, tmp_path / "p"), "events").origin
    assert isinstance(origin, Files)
    assert [Path(glob).name for glob in origin.globs] == ["events_2024_01.csv", "events_2024_02.csv"]


def test_parquet_and_json_lines_are_seen(tmp_path: Path) -> None:
    data = files(tmp_path / "data", customers=CUSTOMERS)
    day = datetime(2025, 6, 30, tzinfo=UTC)
    table = pa.table({"customer_id": ["C001", "C002"], "event": ["a", "b"], "occurred_at": [day, day]})
    pyarrow.parquet.write_table(table, data / "events.parquet")
    (data / "tickets.jsonl").write_text(
        '{"ticket_id": 1, "customer_id": "C001", "opened_at": "2025-06-01", "closed_at": null}\n'
        '{"ticket_id": 2, "customer_id": "C002", "opened_at": "2025-06-02", "closed_at": "2025-06-05"}\n',
        encoding="utf-8",
    )
    project = proposed(data, tmp_path / "p")
    assert {one.table for one in project.sources} == {"accounts", "events", "tickets"}
    assert project.as_of is None, "the data is fresh"


def test_words_for_nothing_and_decimal_commas_are_seen(tmp_path: Path) -> None:
    rows = "".join(f"{n};2024-01-0{n % 9 + 1};{'NA' if n % 5 == 0 else f'{n},50'}\n" for n in range(20))
    data = files(tmp_path / "data", orders="customer_id;order_date;total\n" + rows)
    found = source(proposed(data, tmp_path / "p"), "orders")
    assert isinstance(found.origin, Files)
    assert found.origin.reading.nulls == ("", "NA")
    assert found.decimal == ","


SUBSCRIPTIONS = "subscription_id,customer_id,start_date,end_date,mrr\n" + "".join(
    f"s{n},C{n:03},2024-01-{n % 28 + 1:02},{'2024-09-01' if n % 3 == 0 else ''},10\n" for n in range(40)
)
ORDERS = "order_id,customer_id,order_date,total\n" + "".join(
    f"o{n},C{n % 40:03},2024-0{n % 9 + 1}-{n % 28 + 1:02},{n}\n" for n in range(80)
)
ENDS = "customer_id,created_at,cancelled_at\n" + "".join(
    f"C{n:03},2024-01-{n % 28 + 1:02},{'2024-09-01' if n % 3 == 0 else ''}\n" for n in range(40)
)
CHURN = "churn_id,customer_id,churn_date\n" + "".join(f"x{n},C{n:03},2024-09-{n + 1:02}\n" for n in range(20))


@pytest.mark.parametrize(
    ("texts", "event"),
    [
        ({"customers": CUSTOMERS, "churn_events": CHURN, "subscriptions": SUBSCRIPTIONS}, Dated("outcomes", None, parse("kind == 'churned'"))),
        ({"customers": ENDS, "orders": ORDERS}, Dated("accounts", "ended_at")),
        ({"customers": ENDS.replace("cancelled_at", "Cancelled on"), "orders": ORDERS}, Dated("accounts", "ended_at")),
        ({"customers": CUSTOMERS, "subscriptions": SUBSCRIPTIONS}, Gap("subscriptions", Span.parse("30 days"))),
        ({"customers": CUSTOMERS, "orders": ORDERS}, Inactive("orders", Span.parse("180 days"))),
    ],
)  # fmt: skip
def test_an_obvious_outcome_is_proposed(tmp_path: Path, texts: dict[str, str], event: Event) -> None:
    [churn] = proposed(files(tmp_path / "data", **texts), tmp_path / "p").outcomes
    assert (churn.name, churn.kind, churn.event) == ("churn", Outcome.CHURNED, event)


def test_where_nothing_is_obvious_no_outcome_is_proposed(tmp_path: Path) -> None:
    assert "outcomes.yml" not in propose(files(tmp_path / "data", customers=CUSTOMERS), tmp_path / "p")


def test_a_folder_without_data_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no data files that can be read"):
        propose(tmp_path, tmp_path / "p")


def test_data_without_accounts_is_told(tmp_path: Path) -> None:
    data = files(tmp_path / "data", weather="day,rain\n2024-01-01,3\n2024-01-02,4\n")
    with pytest.raises(UserError, match="no file says which account a row belongs to") as caught:
        propose(data, tmp_path / "p")
    assert "day, rain" in caught.value.do


def dataset(name: str) -> Path:
    if not (DATASETS / name).is_dir():
        pytest.skip(
            f"the dataset {name} is not in {DATASETS}; set KEEPWELL_DATASETS to the folder that holds it"
        )
    return DATASETS / name


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("ravenstack", {"accounts", "subscriptions", "events", "tickets", "outcomes"}),
        ("fightchurn_socialnet7", {"accounts", "subscriptions", "events"}),
        ("oulad_2013", {"accounts", "subscriptions", "events"}),
        ("cdnow", {"accounts", "orders"}),
        ("telco_ibm", {"accounts"}),
    ],
)
def test_real_data_gives_a_project_without_a_mistake(tmp_path: Path, name: str, tables: set[str]) -> None:
    project = proposed(dataset(name), tmp_path)
    assert {one.table for one in project.sources} == tables
    assert project.scorecards[0].measures
    told = {finding.rule for finding in lint.check(project)}
    assert not told & {
        "outcome_as_input",
        "missing_left_to_chance",
        "no_catch_all",
        "never_reached",
        "no_label",
        "no_unit",
    }


def test_ravenstack_is_mapped_as_a_person_would(tmp_path: Path) -> None:
    project = proposed(dataset("ravenstack"), tmp_path)
    assert all(one.dates == "day-month-year" for one in project.sources)
    assert source(project, "events").columns["account_id"] == Lookup(
        "subscriptions", "subscription_id", "subscription_id", "account_id"
    )
    assert source(project, "outcomes").columns["kind"] == Constant("churned")
    assert "churn_flag" not in source(project, "accounts").attributes
    text = (tmp_path / "sources.yml").read_text(encoding="utf-8")
    assert "usage_id repeats: 21 of 25000 rows repeat one" in text
    assert project.as_of == datetime(2025, 1, 1, tzinfo=UTC)


def test_the_simulators_own_truth_is_left_out(tmp_path: Path) -> None:
    project = proposed(dataset("fightchurn_socialnet7"), tmp_path)
    assert not {"true_satisfaction", "final_true_utility", "num_months"} & set(
        source(project, "accounts").attributes
    )


def test_leaks_of_the_workbook_are_left_out(tmp_path: Path) -> None:
    attributes = source(proposed(dataset("telco_ibm"), tmp_path), "accounts").attributes
    assert not {"churn_score", "churn_reason", "churn_label", "churn_value", "cltv"} & set(attributes)
