"""The demo firm's exports: reproducible, labelled, and dirty in exactly the counts that its truth states."""

import csv
import gzip
import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from keepwell.sources.simulation import firm
from keepwell.sources.simulation.exports.desk import NOBODY


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("firm")
    firm.write(folder, seed=3, accounts=120)
    return folder


@pytest.fixture(scope="module")
def truth(written: Path) -> dict[str, object]:
    return json.loads((written / "truth" / "truth.json").read_text())  # type: ignore[no-any-return]


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(path: Path, delimiter: str = ",", encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode(encoding)
    return list(csv.DictReader(text.splitlines(), delimiter=delimiter))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        firm.write(tmp_path / name, seed=seed, accounts=20, months=6)
    assert fingerprints(tmp_path / "one") == fingerprints(tmp_path / "two")
    assert fingerprints(tmp_path / "one") != fingerprints(tmp_path / "other")


def test_it_is_plainly_labelled(written: Path) -> None:
    assert "SIMULATED" in (written / "data" / "README.txt").read_text()
    assert "SIMULATED" in (written / "truth" / "README.txt").read_text()


def test_it_is_small_enough_for_tests_and_refuses_to_be_smaller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 10 accounts"):
        firm.write(tmp_path, seed=1, accounts=9)
    with pytest.raises(ValueError, match="3 months"):
        firm.write(tmp_path, seed=1, months=2)


def test_events_are_about_a_thousand_an_account(written: Path) -> None:
    files = sorted((written / "data" / "product").glob("*.parquet"))
    assert len(files) == 24
    count = sum(pq.read_metadata(file).num_rows for file in files)
    assert count == pytest.approx(120 * 1000, rel=0.05)


def test_nothing_but_dirt_lies_outside_the_span(written: Path, truth: dict[str, object]) -> None:
    instants = np.concatenate(
        [
            pq.read_table(file, columns=["ts"])["ts"].to_numpy()
            for file in (written / "data" / "product").glob("*.parquet")
        ]
    ).astype("datetime64[s]")
    late = instants >= np.datetime64("2025-06-29T22:00:00")
    assert late.sum() == dirt(truth, "events")["in_future"]
    assert (instants >= np.datetime64("2023-06-30T22:00:00")).all()


def dirt(truth: dict[str, object], source: str, kind: str = "rejects") -> dict[str, int]:
    return truth["dirt"][source][kind]  # type: ignore[index,no-any-return]


def test_unknown_accounts_are_as_many_as_the_truth_says(written: Path, truth: dict[str, object]) -> None:
    data = written / "data"
    tickets = [
        json.loads(line)
        for line in (data / "helpdesk/tickets.jsonl").read_text().splitlines()
        if line.endswith("}")
    ]
    monitoring = gzip.decompress((data / "product/monitoring.jsonl.gz").read_bytes()).decode().splitlines()
    seen = {
        "people": [row["Account"] for row in rows(data / "crm/people.csv.gz")],
        "outcomes": [row["Account ID"] for row in rows(data / "crm/outcomes.csv")],
        "contracts": [row["Kunde"] for row in rows(data / "billing/vertraege.csv", ";", "latin-1")],
        "invoices": [row["Customer"] for row in rows(data / "billing/invoices.csv")],
        "surveys": [row["Company ID"] for row in rows(data / "surveys/responses.csv")],
        "milestones": [row["account"] for row in rows(data / "success/milestones.tsv", "\t")],
        "tickets": [row["org"] for row in tickets],
        "monitoring": [json.loads(line)["tenant"] for line in monitoring if line.endswith("}")],
    }
    for source, accounts in seen.items():
        assert accounts.count(NOBODY) == dirt(truth, source)["unknown_account"], source


def test_answers_out_of_range_are_as_many_as_the_truth_says(written: Path, truth: dict[str, object]) -> None:
    answers = Counter((row["Survey"], row["Answer"]) for row in rows(written / "data/surveys/responses.csv"))
    assert answers["NPS", "12"] + answers["CSAT", "9"] == dirt(truth, "surveys")["out_of_range"]
    assert (
        sum(count for (_, answer), count in answers.items() if answer == "n/a")
        == dirt(truth, "surveys")["unreadable"]
    )


def test_broken_lines_are_as_many_as_the_truth_says(written: Path, truth: dict[str, object]) -> None:
    lines = (written / "data/helpdesk/tickets.jsonl").read_text().splitlines()
    assert sum(not line.endswith("}") for line in lines) == dirt(truth, "tickets")["malformed"] == 3
    assert len(lines) == truth["dirt"]["tickets"]["rows"]  # type: ignore[index]


def test_repeated_keys_are_as_many_as_the_truth_says(written: Path, truth: dict[str, object]) -> None:
    invoices = [row for row in rows(written / "data/billing/invoices.csv") if row["Due"]]
    again = len(invoices) - len({row["Invoice"] for row in invoices})
    word_for_word = len(invoices) - len({tuple(row.values()) for row in invoices})
    assert word_for_word == truth["dirt"]["invoices"]["repeated"]  # type: ignore[index]
    assert again - word_for_word == dirt(truth, "invoices")["duplicate_key"]


def test_every_fact_but_dirt_belongs_to_a_known_account_after_its_beginning(written: Path) -> None:
    data = written / "data"
    began = {
        row["Account ID"]: row["Customer Since"]
        for row in rows(data / "crm/accounts.csv")
        if "X" not in row["Account ID"]
    }
    for row in rows(data / "billing/vertraege.csv", ";", "latin-1"):
        day = "-".join(reversed(row["Beginn"].split(".")))
        if row["Kunde"] != NOBODY:
            assert day >= began[row["Kunde"]]


def test_the_old_system_writes_fixed_width_with_its_own_customer_numbers(written: Path) -> None:
    old = {row["Cust. No."] for row in rows(written / "data/crm/accounts.csv")}
    for file in (written / "data/billing/legacy").glob("*.txt"):
        first, *lines = file.read_text().splitlines()
        assert first == "* LEGACY BILLING *"
        assert {line[:6] for line in lines} - {"999999"} <= old
        assert all(line[66:69] in ("EUR", "USD", "GBP") for line in lines)


def test_the_truth_names_a_cause_for_everyone_who_left(written: Path, truth: dict[str, object]) -> None:
    table = pq.read_table(written / "truth/accounts.parquet").to_pylist()
    gone = [row for row in table if row["ended"] is not None]
    assert len(gone) == truth["churned"]
    assert all(row["cause"] for row in gone)
    assert all(row["cause"] is None for row in table if row["ended"] is None)
    listed = {row["Account ID"]: row["Cancelled On"] for row in rows(written / "data/crm/accounts.csv")}
    assert all(listed[row["account_id"]] == str(row["ended"]) for row in gone)


@pytest.mark.slow
def test_two_million_events_at_full_size(tmp_path: Path) -> None:
    truth = firm.write(tmp_path, seed=7)
    assert truth.events == pytest.approx(2_000_000, rel=0.02)
    assert truth.accounts == 2000
    assert 0.12 < truth.churn_per_year < 0.20
    areas = [point.auc for point in truth.ceiling if point.auc is not None]
    assert 0.80 < sum(areas) / len(areas) < 0.90
