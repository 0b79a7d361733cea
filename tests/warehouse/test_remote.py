"""Another process's commands through the socket of the process that owns the warehouse."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from keepwell.errors import WarehouseError
from keepwell.signals.tables import Kind
from keepwell.warehouse.duckdb import open_warehouse, own_warehouse
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.remote import RemoteWarehouse, through_server
from keepwell.warehouse.sessions import Sessions
from keepwell.warehouse.shared import SharedWarehouse
from keepwell.warehouse.wire import socket_of

LOADS = "SELECT count(*) AS n FROM ingest.loads"
ROW = pa.table({"load": pa.array([1], pa.int32())})


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[SharedWarehouse]:
    made = SharedWarehouse(own_warehouse(tmp_path / "w.duckdb"))
    sessions = Sessions(made)
    yield made
    sessions.close()
    made.close()


def remote(shared: SharedWarehouse) -> RemoteWarehouse:
    found = through_server(shared.path)
    assert found is not None
    return found


def loads(warehouse: Warehouse) -> int:
    return int(warehouse.query(LOADS)["n"][0].as_py())


def test_what_is_read_and_written_is_what_the_owner_has(shared: SharedWarehouse) -> None:
    with remote(shared) as there, shared.reading() as here:
        assert there.has("ingest.loads")
        assert not there.has("facts.events")
        there.create_facts("events", {"plan": Kind.TEXT})
        assert there.append("ingest.loads", ROW) == 1
        assert there.execute("INSERT INTO ingest.loads SELECT range, NULL FROM range(5, 7)") == 2
        assert there.tables() == here.tables()
        assert there.tables()["events"]["plan"] is Kind.TEXT
        assert there.query("SELECT load FROM ingest.loads ORDER BY load")["load"].to_pylist() == [1, 5, 6]
        assert here.query("SELECT load FROM ingest.loads ORDER BY load")["load"].to_pylist() == [1, 5, 6]


def test_types_come_as_they_do_from_the_file(shared: SharedWarehouse) -> None:
    statement = (
        "SELECT 1::DECIMAL(18, 4) AS money, TIMESTAMP '2025-06-30 01:02:03.456789' AS at, DATE '2025-06-30' AS day, "
        "[1.5, NULL] AS list, NULL::VARCHAR AS nothing, 'ü\u202e<b>' AS text, 2::TINYINT AS small"
    )
    with remote(shared) as there, shared.reading() as here:
        assert there.query(statement).equals(here.query(statement))
        assert there.compute(statement).equals(here.query(statement))


def test_many_rows_come_and_go_in_their_order(shared: SharedWarehouse) -> None:
    numbers = pa.table({"n": pa.array(range(1_000_000), pa.int64())})
    with remote(shared) as there:
        with there.lent("numbers", numbers.to_reader(10_000)):
            assert there.query("SELECT n FROM numbers").equals(numbers)
        with pytest.raises(duckdb.CatalogException):
            there.query("SELECT n FROM numbers")


def test_a_transaction_is_kept_or_undone_as_a_whole(shared: SharedWarehouse) -> None:
    with remote(shared) as there, shared.reading() as here:
        with there.transaction():
            there.append("ingest.loads", ROW)
            assert (loads(there), loads(here)) == (1, 0)
        assert loads(here) == 1

        def failing() -> None:
            with there.transaction():
                there.append("ingest.loads", ROW)
                raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            failing()
        assert (loads(there), loads(here)) == (1, 1)


def test_the_engines_refusals_are_the_same_errors(shared: SharedWarehouse) -> None:
    with remote(shared) as there:
        with pytest.raises(duckdb.ConversionException, match="nonsense"):
            there.query("SELECT 'nonsense'::INTEGER")
        there.create_facts("events", {"plan": Kind.TEXT})
        with pytest.raises(WarehouseError, match="holds text already"):
            there.create_facts("events", {"plan": Kind.NUMBER})
        bad = pa.table({"load": ["many"] * 100_000})
        with pytest.raises(duckdb.ConversionException, match="many"):
            there.append("ingest.loads", bad)
        assert loads(there) == 0


def test_rows_that_fail_on_the_way_leave_nothing(shared: SharedWarehouse) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield from ROW.to_batches()
        raise OSError("the source broke")

    there = remote(shared)

    def failing() -> None:
        with there.transaction():
            there.append("ingest.loads", pa.RecordBatchReader.from_batches(ROW.schema, batches()))

    with pytest.raises(WarehouseError, match="undone"):
        failing()
    with shared.writing() as here:
        assert loads(here) == 0


def test_writers_take_turns_and_readers_do_not_wait(shared: SharedWarehouse) -> None:
    told: list[str] = []
    second = through_server(shared.path, told.append)
    assert second is not None
    done = threading.Event()

    def write() -> None:
        with second.transaction():
            second.append("ingest.loads", ROW)
        done.set()

    waiting = threading.Thread(target=write)
    with remote(shared) as first, remote(shared) as reader:
        with first.transaction():
            first.append("ingest.loads", ROW)
            waiting.start()
            assert not done.wait(0.8)
            assert loads(reader) == 0
        assert done.wait(10)
        waiting.join()
        assert loads(reader) == 2
    assert told == [shared_name()]
    second.close()


def shared_name() -> str:
    """This process, as the system calls it: both sides of these conversations are in it."""
    words = Path(f"/proc/{os.getpid()}/cmdline").read_text().split("\0")
    assert "python" in words[0]
    words = words[1:]
    words[0] = Path(words[0]).name if "/" in words[0] else words[0]
    return f"process {os.getpid()} ({' '.join(words).strip()})"


def test_only_its_user_may_open_the_socket(shared: SharedWarehouse) -> None:
    assert stat.S_IMODE(socket_of(shared.path).stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_is_refused_even_if_the_socket_lets_them_in(shared: SharedWarehouse) -> None:
    socket_of(shared.path).chmod(0o666)
    code = (
        "import os, sys; from pathlib import Path; from keepwell.warehouse.remote import through_server;"
        "os.setresuid(65534, 65534, 0); through_server(Path(sys.argv[1]))"
    )
    # the folder is let open as well, so that the socket is all that stands between
    for folder in (shared.path.parent, *shared.path.parent.parents[:-1]):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    found = subprocess.run(
        [sys.executable, "-c", code, str(shared.path)], capture_output=True, text=True, check=False
    )
    assert "in use by a server that another user runs" in found.stderr


def test_a_process_that_is_killed_leaves_nothing_and_nobody_waiting(shared: SharedWarehouse) -> None:
    code = (
        "import sys, time; from pathlib import Path; import pyarrow as pa;"
        "from keepwell.warehouse.duckdb import open_warehouse\n"
        "w = open_warehouse(Path(sys.argv[1]))\n"
        "with w.transaction():\n"
        "    w.append('ingest.loads', pa.table({'load': pa.array([1], pa.int32())}))\n"
        "    print('written', flush=True)\n"
        "    w.query('SELECT count(*) FROM range(100000000000) WHERE hash(range) = 1')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(shared.path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    began = time.monotonic()
    with shared.writing() as here:
        assert loads(here) == 0
    assert time.monotonic() - began < 5


def test_a_command_whose_server_stops_is_told_so(tmp_path: Path) -> None:
    shared = SharedWarehouse(own_warehouse(tmp_path / "w.duckdb"))
    sessions = Sessions(shared)
    there = through_server(shared.path)
    assert there is not None
    sessions.close()
    with pytest.raises(WarehouseError, match="has gone"):
        there.query(LOADS)
    shared.close()
    assert not socket_of(shared.path).exists()
    with open_warehouse(shared.path) as again:
        assert loads(again) == 0


def test_a_socket_that_was_left_over_is_no_server(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(socket_of(path)))
    assert through_server(path) is None
    shared = SharedWarehouse(own_warehouse(path))
    sessions = Sessions(shared)
    with remote(shared) as there:
        assert loads(there) == 0
    sessions.close()
    shared.close()


def test_a_long_path_has_a_socket_too(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    shared = SharedWarehouse(own_warehouse(folder / "w.duckdb"))
    sessions = Sessions(shared)
    with remote(shared) as there:
        assert loads(there) == 0
    sessions.close()
    shared.close()
