"""The DuckDB warehouse: its tables, its versions, its holder."""

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from keepwell.errors import WarehouseError
from keepwell.signals.tables import CANONICAL, Kind
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.holder import Holder
from tests.factories import insert_facts, new_warehouse


def test_every_canonical_table_can_be_made_and_tells_its_kinds(tmp_path: Path) -> None:
    with new_warehouse(tmp_path / "w.duckdb") as warehouse:
        for table in CANONICAL:
            warehouse.create_facts(table.name, {"extra": Kind.MONEY})
        kinds = warehouse.tables()
    assert set(kinds) == {table.name for table in CANONICAL}
    for table in CANONICAL:
        assert kinds[table.name]["occurred_at"] is Kind.INSTANT
        assert kinds[table.name]["extra"] is Kind.MONEY
        assert table.occurred == "occurred_at" or table.occurred not in kinds[table.name]
    assert kinds["events"]["contact"] is Kind.CONTACT
    assert kinds["events"]["quantity"] is Kind.INTEGER
    assert kinds["subscriptions"]["amount"] is Kind.MONEY
    assert "name" not in kinds["accounts"]
    assert "email" not in kinds["contacts"]


def test_an_attribute_is_added_once_and_keeps_its_kind(tmp_path: Path) -> None:
    with new_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.create_facts("accounts", {})
        warehouse.create_facts("accounts", {"trial": Kind.BOOLEAN})
        warehouse.create_facts("accounts", {"trial": Kind.BOOLEAN})
        assert warehouse.tables()["accounts"]["trial"] is Kind.BOOLEAN
        with pytest.raises(WarehouseError, match="holds boolean already, not text"):
            warehouse.create_facts("accounts", {"trial": Kind.TEXT})


def test_a_column_that_came_later_is_added_to_a_table_that_is_there(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.create_facts("pulses", {})
        warehouse.execute("ALTER TABLE facts.pulses DROP COLUMN team")
        assert "team" not in warehouse.tables()["pulses"]
        warehouse.create_facts("pulses", {})
        assert warehouse.tables()["pulses"]["team"] is Kind.TEXT


def test_facts_written_are_read_back(tmp_path: Path) -> None:
    at = datetime(2025, 3, 30, 22, 30, tzinfo=UTC)
    with new_warehouse(tmp_path / "w.duckdb") as warehouse:
        insert_facts(warehouse, "accounts", [{"account_id": "b", "began_at": at, "parent_id": "a"}])
        insert_facts(
            warehouse,
            "subscriptions",
            [{"account_id": "b", "subscription_id": "s1", "started_at": at, "amount": 12.5}],
            zone="Europe/Berlin",
        )
        row = warehouse.query(
            "SELECT account_id, amount, occurred_on, known_at, key FROM facts.subscriptions JOIN directory.accounts USING (account)"
        ).to_pylist()[0]
    assert row["account_id"] == "b"
    assert row["amount"] == Decimal("12.5")
    assert str(row["occurred_on"]) == "2025-03-31"
    assert row["known_at"] == at.replace(tzinfo=None)


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with new_warehouse(tmp_path / "w.duckdb") as warehouse:

        def fail() -> None:
            with warehouse.transaction():
                warehouse.create_facts("events", {})
                warehouse.append("ingest.loads", pa.table({"load": [1]}))
                raise RuntimeError("stop")

        with pytest.raises(RuntimeError, match="stop"):
            fail()
        assert warehouse.tables() == {}
        assert warehouse.query("SELECT * FROM ingest.loads").num_rows == 0


def test_reading_an_absent_warehouse_says_to_load_first(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="keepwell load"):
        open_warehouse(tmp_path / "w.duckdb", read_only=True)
    assert not (tmp_path / "w.duckdb").exists()


def test_another_version_is_told(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with new_warehouse(path) as warehouse:
        warehouse.execute("UPDATE ingest.format SET version = 999")
    with pytest.raises(WarehouseError, match="has warehouse format 999"):
        open_warehouse(path)


def test_a_foreign_duckdb_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE mine (a INTEGER)")
    with pytest.raises(WarehouseError, match="no Keepwell warehouse"):
        open_warehouse(path)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    path.write_text("account_id,name\n" * 1000)
    with pytest.raises(WarehouseError, match="not a DuckDB file"):
        open_warehouse(path)


_HOLD = """
import sys
from pathlib import Path
from keepwell.warehouse.duckdb import open_warehouse
with open_warehouse(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_process_waits_and_names_the_holder(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holding:
        assert holding.stdout is not None
        assert holding.stdin is not None
        assert holding.stdout.readline() == "held\n"
        with pytest.raises(WarehouseError, match=f"in use by process {holding.pid}"):
            open_warehouse(path, wait_s=0)
        told: list[Holder] = []

        def release(holder: Holder, _: Path) -> None:
            told.append(holder)
            assert holding.stdin is not None
            holding.stdin.write("go\n")
            holding.stdin.flush()

        with open_warehouse(path, tell=release) as warehouse:
            assert warehouse.has("ingest.loads")
    assert [holder.pid for holder in told] == [holding.pid]
    assert "open_warehouse" in told[0].command


_KILLED = """
import os, signal, sys
from pathlib import Path
import pyarrow as pa
from keepwell.warehouse.duckdb import open_warehouse
warehouse = open_warehouse(Path(sys.argv[1]))
with warehouse.transaction():
    warehouse.append("ingest.loads", pa.table({"load": pa.array([7], pa.int32())}))
if sys.argv[2] == "within":
    begun = warehouse.transaction()
    begun.__enter__()
    warehouse.append("ingest.loads", pa.table({"load": pa.array([8], pa.int32())}))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("killed", ["after", "within"])
@pytest.mark.parametrize("read_only", [True, False])
def test_what_a_killed_process_had_committed_is_there(tmp_path: Path, killed: str, read_only: bool) -> None:
    path = tmp_path / "w.duckdb"
    new_warehouse(path).close()
    subprocess.run([sys.executable, "-c", _KILLED, str(path), killed], check=False)
    assert path.with_name("w.duckdb.wal").stat().st_size > 0
    for _ in range(2):
        with open_warehouse(path, read_only=read_only) as warehouse:
            assert warehouse.query("SELECT load FROM ingest.loads").to_pylist() == [{"load": 7}]


def test_a_log_that_is_cut_off_loses_only_what_was_not_committed(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    new_warehouse(path).close()
    subprocess.run([sys.executable, "-c", _KILLED, str(path), "after"], check=False)
    log = path.with_name("w.duckdb.wal")
    log.write_bytes(log.read_bytes()[:-7])
    with open_warehouse(path, read_only=True) as warehouse:
        assert warehouse.query("SELECT load FROM ingest.loads").num_rows == 0


def test_a_folder_that_cannot_be_written_is_read_with_its_log_left_over(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "w.duckdb"
    new_warehouse(path).close()
    subprocess.run([sys.executable, "-c", _KILLED, str(path), "after"], check=False)
    path.parent.chmod(0o500)
    try:
        with open_warehouse(path, read_only=True) as warehouse:
            assert warehouse.query("SELECT load FROM ingest.loads").num_rows == 1
    finally:
        path.parent.chmod(0o700)


def test_a_damaged_log_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    new_warehouse(path).close()
    subprocess.run([sys.executable, "-c", _KILLED, str(path), "after"], check=False)
    log = path.with_name("w.duckdb.wal")
    content = bytearray(log.read_bytes())
    content[60] ^= 0xFF
    log.write_bytes(content)
    for read_only in (True, False):
        with pytest.raises(WarehouseError, match="the log of its last changes, is damaged") as caught:
            open_warehouse(path, read_only=read_only)
        assert f"move {log} away" in caught.value.do
    log.rename(tmp_path / "away")
    with open_warehouse(path, read_only=True) as warehouse:
        assert warehouse.query("SELECT load FROM ingest.loads").num_rows == 0
