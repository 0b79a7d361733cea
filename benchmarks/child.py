"""One timed run of a case, in this process: prints its time and peak memory as JSON."""

import json
import resource
import sys
import time
from pathlib import Path

from benchmarks import cases


def main() -> None:
    """Prepares the case named on the command line, then times what it returns."""
    name, *arguments = sys.argv[1:]
    timed = getattr(cases, name)(*arguments)
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    timed()
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": _peak()}))


def _peak() -> int:
    """This process's own peak memory in bytes; what `getrusage` calls it is at least the parent's at the fork."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


if __name__ == "__main__":
    main()
