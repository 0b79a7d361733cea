"""A load that is killed, interrupted or out of disk leaves the warehouse as it was."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from keepwell.warehouse.duckdb import open_warehouse
from tests.runs.loading import ACCOUNT_ROWS, ACCOUNTS, EVENT_ROWS, EVENTS, loaded, rows, warehouse_in, write

_ROOT = Path(__file__).parents[2]

_LOAD = """
import sys
from pathlib import Path
from tests.runs.loading import ACCOUNTS, EVENTS, Inputs, NOW, warehouse_in
from keepwell.errors import LoadError
from keepwell.runs.ingest import load

folder, stop_at = Path(sys.argv[1]), sys.argv[2]

ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c WHERE a.range + b.range <> c.range"

def progress(what, share):
    if what == stop_at.removesuffix(" in the engine"):
        print(stop_at, flush=True)
        if stop_at.endswith(" in the engine"):
            warehouse.query(ENDLESS)
        sys.stdin.readline()

with warehouse_in(folder) as warehouse:
    try:
        load(Inputs(folder, (ACCOUNTS, EVENTS)), warehouse, now=NOW, progress=progress)
    except LoadError as error:
        sys.exit(f"refused: {error}")
    except KeyboardInterrupt:
        sys.exit("interrupted")
"""


def _start(folder: Path, stop_at: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _LOAD, str(folder), stop_at],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT}"},
    )


def _prepare(folder: Path) -> list[tuple[object, ...]]:
    """A warehouse with a first load, and files that have grown by much since."""
    write(folder, accounts=ACCOUNT_ROWS, events=EVENT_ROWS)
    with warehouse_in(folder) as warehouse:
        loaded(warehouse, folder, ACCOUNTS, EVENTS)
        before = _state(folder, warehouse)
    more = "".join(
        f"e{place},a,2025-02-{place % 27 + 1:02} 10:00:00,login,u{place}\n" for place in range(300_000)
    )
    write(folder, events=EVENT_ROWS + more, accounts=ACCOUNT_ROWS.replace("basic", "pro"))
    return before


def _state(folder: Path, warehouse: object = None) -> list[tuple[object, ...]]:
    tables = (
        "facts.events",
        "facts.accounts",
        "directory.contacts",
        "ingest.loads",
        "ingest.files",
        "ingest.rejects",
    )
    if warehouse is None:
        with open_warehouse(folder / "warehouse.duckdb") as opened:
            return _state(folder, opened)
    return [row for table in tables for row in rows(warehouse, f"SELECT * FROM {table} ORDER BY ALL")]  # type: ignore[arg-type]


@pytest.mark.parametrize("stop_at", ["reading events", "merging events", "writing"])
def test_a_killed_load_leaves_the_warehouse_as_it_was(tmp_path: Path, stop_at: str) -> None:
    before = _prepare(tmp_path)
    with _start(tmp_path, stop_at) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{stop_at}\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert _state(tmp_path) == before
    with warehouse_in(tmp_path) as warehouse:
        assert loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)["events"].kept == 300_000


def test_a_load_killed_while_the_engine_works_leaves_the_warehouse_as_it_was(tmp_path: Path) -> None:
    before = _prepare(tmp_path)
    with _start(tmp_path, "merging events") as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        process.stdin.write("\n")
        process.stdin.flush()
        process.kill()
    assert _state(tmp_path) == before


def test_an_interrupted_load_leaves_the_warehouse_as_it_was(tmp_path: Path) -> None:
    before = _prepare(tmp_path)
    with _start(tmp_path, "merging events") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert told == "interrupted\n"
    assert _state(tmp_path) == before


@pytest.mark.parametrize("stop_at", ["reading events in the engine", "writing in the engine"])
def test_a_load_interrupted_while_the_engine_works_leaves_the_warehouse_as_it_was(
    tmp_path: Path, stop_at: str
) -> None:
    before = _prepare(tmp_path)
    with _start(tmp_path, stop_at) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == f"{stop_at}\n"
        _until_at_work(process.pid)
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert told == "interrupted\n"
    assert _state(tmp_path) == before
    assert not list(tmp_path.glob("*.load-*"))
    with warehouse_in(tmp_path) as warehouse:
        assert loaded(warehouse, tmp_path, ACCOUNTS, EVENTS)["events"].kept == 300_000


def _until_at_work(pid: int) -> None:
    """Returns when the process has used half a second of processor time from now on: its engine is busy."""
    half = os.sysconf("SC_CLK_TCK") // 2
    begun = _ticks(pid)
    while _ticks(pid) - begun < half:
        os.sched_yield()


def _ticks(pid: int) -> int:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


def test_a_full_disk_is_told_and_leaves_the_warehouse_as_it_was(tmp_path: Path) -> None:
    before = _prepare(tmp_path)
    size = (tmp_path / "warehouse.duckdb").stat().st_size
    with _start(tmp_path, "reading accounts") as process:
        assert process.stdout is not None
        process.stdout.readline()
        most = size + 1_000_000
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
        _, told = process.communicate("\n")
    assert process.returncode == 1
    assert told.startswith("refused: the load failed, and the warehouse is as it was"), told
    assert _state(tmp_path) == before
