"""One warehouse for the threads of a process."""

import subprocess
import sys
from pathlib import Path

_FULL = """
import resource, signal, sys
from pathlib import Path
import duckdb
import pyarrow as pa
from keepwell.warehouse.duckdb import own_warehouse
from keepwell.warehouse.shared import SharedWarehouse

shared = SharedWarehouse(own_warehouse(Path(sys.argv[1])))
one = pa.table({"reason": ["one"]})
with shared.writing() as warehouse, warehouse.transaction():
    warehouse.append("ingest.rejects", one)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
most = int(sys.argv[2])
_, highest = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, highest))
try:
    with shared.writing() as warehouse, warehouse.transaction():
        warehouse.append("ingest.rejects", pa.table({"reason": [f"{n * 7919}-{n * 31}" for n in range(60_000)]}))
except duckdb.Error as error:
    print(type(error).__name__)
resource.setrlimit(resource.RLIMIT_FSIZE, (highest, highest))
for _ in range(2):
    with shared.reading() as warehouse:
        print(warehouse.query("SELECT reason FROM ingest.rejects").num_rows)
    with shared.writing() as warehouse, warehouse.transaction():
        warehouse.append("ingest.rejects", one)
shared.close()
"""


def test_a_disk_that_is_full_for_a_while_costs_only_what_was_being_written(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path / "w.duckdb"), "600000"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stderr == ""
    assert found.stdout.split() == ["TransactionException", "1", "2"]
