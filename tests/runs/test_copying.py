"""What people say becomes facts: once, in order, known when it was said, whatever stops the copying or is restored."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from keepwell.runs import copying
from keepwell.runs.copying import copy
from keepwell.runs.corrections import overrides as corrections
from keepwell.runs.score import score
from keepwell.store import engine, outbox, overrides, pulses
from keepwell.store.address import URL_VARIABLE, address
from keepwell.store.engine import Store
from keepwell.store.pulses import Pulse
from keepwell.warehouse import told
from tests.runs.firm import AS_OF, Firm, ago, every_day, project
from tests.store.made import override

ZONE = project().zone


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty store."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    return engine.made(address(tmp_path))


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """Two accounts, each with ten logins a week and an NPS of 10: full marks."""
    with Firm(tmp_path) as made:
        for number in (1, 2):
            made.account(number, ago(400), seats=10)
            made.logins(number, *every_day(2, 30, 0))
            made.survey(number, ago(20), 10)
        yield made


def _pulse(place: int, account: str = "A1", at: datetime = AS_OF) -> Pulse:
    return Pulse(
        f"00000000-0000-4000-8000-0000000001{place:02}", account, place, f"because {place}", "kim", at
    )


def _give(store: Store, *pulses_: Pulse) -> None:
    with store.writing() as connection:
        for each in pulses_:
            pulses.give(connection, each, AS_OF)


def _facts(firm: Firm, columns: str, table: str = "pulses") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = firm.warehouse.query(
        f"SELECT {columns} FROM facts.{table} ORDER BY load, known_at, key"
    ).to_pylist()
    return rows


def test_a_fact_says_what_was_said_when_and_why(firm: Firm, store: Store) -> None:
    late = datetime.fromisoformat("2025-06-28T22:30:00+00:00")
    _give(store, _pulse(80, at=late))
    assert copy(store, firm.warehouse, ZONE).facts == 1
    columns = "account, score, author, reason, occurred_at, known_at, occurred_on::VARCHAR AS day, source"
    assert _facts(firm, columns) == [
        {
            "account": 1,
            "score": 80.0,
            "author": "kim",
            "reason": "because 80",
            "occurred_at": late.replace(tzinfo=None),
            "known_at": late.replace(tzinfo=None),
            "day": "2025-06-29",  # half past midnight in Berlin
            "source": "people",
        }
    ]


def test_nothing_is_copied_twice_and_each_copy_is_a_load(firm: Firm, store: Store) -> None:
    _give(store, _pulse(1), _pulse(2))
    first = copy(store, firm.warehouse, ZONE)
    assert copy(store, firm.warehouse, ZONE) == copying.Copied(0, None)
    _give(store, _pulse(3))
    second = copy(store, firm.warehouse, ZONE)
    assert (first.facts, second.facts) == (2, 1)
    assert first.load is not None
    assert second.load == first.load + 1
    assert [(row["score"], row["load"]) for row in _facts(firm, "score, load")] == [
        (1.0, first.load),
        (2.0, first.load),
        (3.0, second.load),
    ]


def test_more_than_a_batch_is_copied_in_order(
    firm: Firm, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH", 3)
    _give(store, *(_pulse(place) for place in range(10, 18)))
    assert copying.behind(store, firm.warehouse) == 8
    assert copy(store, firm.warehouse, ZONE).facts == 8
    assert copying.behind(store, firm.warehouse) == 0
    assert [row["score"] for row in _facts(firm, "score")] == [float(place) for place in range(10, 18)]


def test_what_is_stopped_half_way_leaves_nothing_half(
    firm: Firm, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _give(store, _pulse(1))

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(told, "remember", full)
        with pytest.raises(OSError, match="no space left"):
            copy(store, firm.warehouse, ZONE)
    assert not firm.warehouse.has("facts.pulses")
    assert copy(store, firm.warehouse, ZONE).facts == 1
    assert len(_facts(firm, "score")) == 1


def test_a_warehouse_that_is_built_anew_is_told_everything(firm: Firm, store: Store, tmp_path: Path) -> None:
    _give(store, _pulse(1), _pulse(2, "A2"))
    copy(store, firm.warehouse, ZONE)
    (tmp_path / "anew").mkdir()
    with Firm(tmp_path / "anew") as other:
        other.account(2, ago(400))
        assert copy(store, other.warehouse, ZONE).facts == 2
        by_id = "SELECT d.account_id, p.score FROM facts.pulses p JOIN directory.accounts d USING (account) ORDER BY 1"
        rows = other.warehouse.query(by_id).to_pylist()
    assert rows == [{"account_id": "A1", "score": 1.0}, {"account_id": "A2", "score": 2.0}]


def test_scoring_hears_first_what_was_said(firm: Firm, store: Store, tmp_path: Path) -> None:
    noon = AS_OF - timedelta(hours=12)
    with store.writing() as connection:
        overrides.give(connection, override(from_at=noon), known_at=noon, at=noon)
    (scores,) = score(project(folder=tmp_path), firm.warehouse)
    found = scores.of(1)
    assert found is not None
    assert found.score == 40


def test_of_a_store_that_was_restored_what_is_new_is_copied_and_nothing_twice(
    firm: Firm, store: Store, tmp_path: Path
) -> None:
    _give(store, _pulse(1))
    backup = tmp_path / "backup.sqlite"
    _backup(store, backup)
    _give(store, _pulse(2))
    copy(store, firm.warehouse, ZONE)
    _restore(store, backup)
    assert copying.behind(store, firm.warehouse) == 1
    _give(store, _pulse(3))
    assert copying.behind(store, firm.warehouse) == 2
    before = told.last_load(firm.warehouse)
    assert copy(store, firm.warehouse, ZONE).facts == 1
    assert sorted(row["score"] for row in _facts(firm, "score")) == [1.0, 2.0, 3.0]
    assert told.last_load(firm.warehouse) > before
    _restore(store, backup)
    after = told.last_load(firm.warehouse)
    assert copy(store, firm.warehouse, ZONE).facts == 0
    assert told.last_load(firm.warehouse) == after


def _backup(store: Store, file: Path) -> None:
    assert store.address.file is not None
    with sqlite3.connect(store.address.file) as source, sqlite3.connect(file) as target:
        source.backup(target)


def _restore(store: Store, file: Path) -> None:
    assert store.address.file is not None
    with sqlite3.connect(file) as source, sqlite3.connect(store.address.file) as target:
        source.backup(target)


def test_an_override_is_in_the_score_until_it_is_ended_and_replay_still_knows_it(
    firm: Firm, store: Store
) -> None:
    noon = AS_OF - timedelta(days=3, hours=12)
    with store.writing() as connection:
        given = overrides.give(
            connection, override(from_at=noon, until_at=noon + timedelta(days=30)), known_at=noon, at=noon
        )
    copy(store, firm.warehouse, ZONE)

    def scored(days: float) -> float | None:
        (scores,) = score(project(), firm.warehouse, ago(days))
        found = scores.of(1)
        assert found is not None
        return found.score

    assert (scored(4), scored(3), scored(0)) == (100.0, 40.0, 40.0)
    day = AS_OF - timedelta(days=1)
    with store.writing() as connection:
        overrides.end(connection, given, why="", actor="kim", known_at=day, at=day)
    copy(store, firm.warehouse, ZONE)
    assert (scored(2), scored(1), scored(0)) == (40.0, 40.0, 100.0)
    assert [each.author for each in corrections(firm.warehouse)] == ["kim@firm.example"] * 2
    with store.reading() as connection:
        assert len(outbox.after(connection, 0, 10)) == 2


def test_an_answer_to_a_survey_is_a_fact_of_the_person_who_gave_it(store: Store, firm: Firm) -> None:
    called = {"contact": [7], "contact_id": ["C7"], "name": ["Ana"], "email": ["ana@firm.example"]}
    firm.warehouse.append("directory.contacts", pa.table(called))
    firm.facts("contacts", [{"account": 1, "occurred_at": ago(100), "contact": 7, "role": "champion"}])
    with store.writing() as connection:
        for place, contact in enumerate(("C7", "C8", None)):
            key = f"00000000-0000-4000-8000-0000000002{place:02}"
            said = {"occurred_at": AS_OF, "kind": "nps", "score": place, "contact": contact}
            outbox.put(connection, "surveys", key, "A1", AS_OF, **said)
    copy(store, firm.warehouse, ZONE)
    facts = [row for row in _facts(firm, "score, contact", "surveys") if row["score"] < 3]
    assert facts == [
        {"score": 0.0, "contact": 7},
        {"score": 1.0, "contact": None},
        {"score": 2.0, "contact": None},
    ]
