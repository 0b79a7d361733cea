"""The shop and the consultancy: reproducible, labelled, and shaped by what is hidden."""

import csv
import gzip
import hashlib
import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import fmean

import pytest

from keepwell.sources.simulation import NAMES, SMALL, write_example


def digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return whole.hexdigest()


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_reproducible_and_labelled(name: str, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_example(name, tmp_path / folder, seed=2, accounts=30)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert "SIMULATED" in (tmp_path / "one/data/README.txt").read_text()
    assert (tmp_path / "one/truth/truth.json").exists()
    assert name in SMALL


def test_shoppers_who_stopped_order_no_more(tmp_path: Path) -> None:
    write_example("shop", tmp_path, seed=2, accounts=200)
    stopped = json.loads((tmp_path / "truth/truth.json").read_text())["stopped"]
    text = gzip.decompress((tmp_path / "data/orders.csv.gz").read_bytes()).decode()
    latest: dict[str, date] = {}
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        day, month, year = row["date"][:10].split(".")
        latest[row["customer"]] = max(
            latest.get(row["customer"], date.min), date(int(year), int(month), int(day))
        )
    assert 30 < len(stopped) < 150
    assert all(latest[one] < date.fromisoformat(fact["stopped"]) for one, fact in stopped.items())


def test_content_clients_pay_sooner(tmp_path: Path) -> None:
    write_example("services", tmp_path, seed=2, accounts=200)
    content = json.loads((tmp_path / "truth/truth.json").read_text())["content"]
    delays = defaultdict(list)
    with (tmp_path / "data/rechnungen.csv").open(encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["Bezahlt"]:
                issued, paid = (
                    date(*(int(part) for part in reversed(row[name].split("."))))
                    for name in ("Datum", "Bezahlt")
                )
                delays[content[row["Kunde"]] > 0].append((paid - issued).days)
    assert fmean(delays[True]) + 5 < fmean(delays[False])
