"""`python -m benchmarks [part ...]` measures and writes `docs/benchmarks.md`; parts: one, grid, frames, loading, growth, proof, serving, advancing, sending.

Figures of parts not asked for are kept from `benchmarks/results.json`.
"""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks import advancing, page, proving, serving
from benchmarks.firm import build
from benchmarks.loading import write_files
from benchmarks.measure import Measured, once, ratio, side_by_side

ROOT = Path(__file__).parent
DATA = Path(os.environ.get("KEEPWELL_BENCH_DATA", ROOT / "data"))
RESULTS = ROOT / "results.json"
ACCOUNTS = 100_000
EVENTS = 50_000_000
MESSAGES = 3_000


def firm(events: int = EVENTS, accounts: int = ACCOUNTS) -> Path:
    """The warehouse of that size, built if it is not there."""
    return build(DATA / f"firm_{accounts}_{events}.duckdb", accounts, events)


def one() -> dict[str, object]:
    """One as_of against SQL written by hand, on the same table."""
    path = firm()
    ours, theirs = side_by_side(("keepwell", path, 1), ("by_hand", path))
    return {"keepwell": _figures(ours), "by_hand": _figures(theirs), "ratio": ratio(ours, theirs)}


def grid() -> dict[str, object]:
    """52 weekly as_ofs in one statement against one as_of."""
    path = firm()
    many, single = side_by_side(("keepwell", path, 52), ("keepwell", path, 1), times=3)
    return {"grid": _figures(many), "one": _figures(single), "ratio": ratio(many, single)}


def frames() -> dict[str, object]:
    """The same signals with pandas and with featuretools, on a slice."""
    path = firm(5_000_000, 10_000)
    ours, pandas, tools = side_by_side(
        ("keepwell", path, 1), ("with_pandas", path), ("with_featuretools", path), times=3
    )
    return {
        "keepwell": _figures(ours),
        "pandas": _figures(pandas),
        "featuretools": _figures(tools),
        "pandas_ratio": ratio(pandas, ours),
        "featuretools_ratio": ratio(tools, ours),
    }


def loading() -> dict[str, object]:
    """The load against DuckDB's own reader into a table."""
    events = 5_000_000
    found: dict[str, object] = {"events": events}
    for kind, path in write_files(DATA / "files", 20_000, events).items():
        ours, theirs = side_by_side(("load_files", path), ("read_files", path), times=3)
        found[kind] = {"keepwell": _figures(ours), "duckdb": _figures(theirs), "ratio": ratio(ours, theirs)}
    return found


def proof() -> dict[str, object]:
    """A year of weekly as_ofs judged, against a loop over dates of SQL by hand and scikit-learn."""
    path = proving.firm(firm(), ACCOUNTS, EVENTS)
    ours, theirs = side_by_side(("backtested", path), ("looped", path), times=3, warm_up=0)
    return {"keepwell": _figures(ours), "by_hand": _figures(theirs), "ratio": ratio(ours, theirs)}


def served() -> dict[str, object]:
    """What a server takes for each page."""
    return serving.measured(DATA / f"scored_{ACCOUNTS}.duckdb", ACCOUNTS)


def sending() -> dict[str, object]:
    """Messages a second, and how much of the processor each takes, with and without a signature."""
    found: dict[str, object] = {"count": MESSAGES}
    for signed in ("plain", "signed"):
        runs = [once("sent", MESSAGES, signed) for _ in range(2)]
        best = min(runs, key=lambda run: run.wall)
        found[signed] = {"wall": best.wall, "cpu": best.cpu, "peak": best.peak / 1e9}
    found["load"] = os.getloadavg()[0]
    return found


def growth() -> list[dict[str, float]]:
    """Time and memory of one as_of as the events grow."""
    found = []
    for events in (1_000_000, 10_000_000, 50_000_000, 100_000_000):
        path = firm(events)
        runs = Measured(tuple(once("keepwell", path, 1) for _ in range(3)))
        found.append({"events": events, **_figures(runs)})
    return found


def advanced() -> dict[str, object]:
    """Enrollments that advance, ever more of them, once each: the largest store takes minutes to make."""
    found = []
    for count in (10_000, 100_000, 1_000_000):
        advancing.store(DATA / "enrolled", count)
        run = once("advanced", DATA / "enrolled", count)
        found.append({"count": count, "wall": run.wall, "cpu": run.cpu, "peak": run.peak / 1e9})
    return {"counts": found, "load": os.getloadavg()[0]}


def _figures(measured: Measured) -> dict[str, float]:
    return {"wall": measured.wall, "peak": measured.peak, "runs": len(measured.runs)}


PARTS = {
    "one": one,
    "grid": grid,
    "frames": frames,
    "loading": loading,
    "growth": growth,
    "proof": proof,
    "serving": served,
    "advancing": advanced,
    "sending": sending,
}


def main() -> None:
    """Measures the parts named on the command line, or all, and writes the page."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        sys.exit(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in wanted:
        print(f"measuring {name} ...", flush=True)
        results[name] = PARTS[name]()
        results.setdefault("measured_on", {})[name] = f"{datetime.now(UTC):%Y-%m-%d}"
    results["machine"] = {
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9,
        "system": platform.platform(),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    (ROOT.parent / "docs" / "benchmarks.md").write_text(page.render(results))


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine()
    )


if __name__ == "__main__":
    main()
