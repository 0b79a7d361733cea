"""`docs/benchmarks.md` from the figures."""

from typing import Any

_HEAD = """# Benchmarks

Every figure is a ratio of two things run in turn in the same session, each run in a process of its own, after a warm-up;
the median is quoted, with the least and the most of the pairs. Run them yourself with `make bench` (all of it takes about
half an hour and 12 GB of disk), or a part with `.venv/bin/python -m benchmarks one`.

Machine: {cpu}, {cores} cores, {memory:.0f} GB; {system}; Python {python}, DuckDB {duckdb}. It is a shared virtual machine:
trust the ratios more than the seconds.
"""

_ONE = """
## One score run's signals against SQL written by hand

100,000 accounts, 50 million events with both clocks, 20 signals among them distinct users, active days, ratios and a trend.
The peer is the best SQL we could write for the same signals on the same DuckDB table (`benchmarks/signals.py`). Tests hold
that both give the same numbers. Aim: 1.1×, at most 1.3×; memory under 4 GB.

| | seconds | peak memory |
|---|---:|---:|
| Keepwell | {keepwell[wall]:.2f} | {keepwell[peak]:.2f} GB |
| by hand | {by_hand[wall]:.2f} | {by_hand[peak]:.2f} GB |
| **ratio** | **{ratio}** | |
"""

_GRID = """
## 52 weekly as_ofs in one statement

The same signals at 52 as_ofs, against one as_of, each into a table. A loop costs 52×. Aim: 12×, at most 20×.

| | seconds | peak memory |
|---|---:|---:|
| 52 as_ofs | {grid[wall]:.1f} | {grid[peak]:.2f} GB |
| one as_of | {one[wall]:.2f} | {one[peak]:.2f} GB |
| **ratio** | **{ratio}** | |
"""

_FRAMES = """
## The same signals with data frames

10,000 accounts, 5 million events over two years. pandas computes all twenty from a frame of the last 90 days that is
already in memory, typed and deduplicated; featuretools what its
primitives offer (count, sum, mean, max, distinct, time since last, trend), in one window.
Keepwell reads its file of all two years. The ratios say how many times longer the peer took.

| | seconds | peak memory | ratio |
|---|---:|---:|---:|
| Keepwell | {keepwell[wall]:.2f} | {keepwell[peak]:.2f} GB | 1 |
| pandas | {pandas[wall]:.2f} | {pandas[peak]:.2f} GB | {pandas_ratio} |
| featuretools | {featuretools[wall]:.2f} | {featuretools[peak]:.2f} GB | {featuretools_ratio} |
"""

_LOADING = """
## Loading files

{events:,} events. Keepwell types, checks, deduplicates, resolves accounts and people and keeps both clocks; the peer is DuckDB's
own reader into a table, which does none of that.

| | Keepwell | rows a second | DuckDB's reader | ratio | Keepwell's peak memory |
|---|---:|---:|---:|---:|---:|
{rows}
"""

_PROOF = """
## A year of weekly as_ofs, backtested

100,000 accounts, 50 million events, 20 signals, all of them measures of a scorecard, three segments, 52 as_ofs: 5.2 million scores,
judged. Keepwell looks for leaks first (in one account of ten), then gives every figure of a certificate: intervals that respect
accounts seen many times, segments, cohorts and quarters, bands over time, four baselines. The runs are long, so none is a warm-up. The peer is a loop over dates of the best SQL by hand, NumPy for the scores, and scikit-learn
for AUC, average precision, KS, lift and calibration of the whole, of segments, quarters and bands, without an interval
(`benchmarks/proving.py`). Bands are folded over the as_ofs alone (`--quick`). Aim: 0.3×, at most 0.5×; memory under 8 GB.

| | seconds | peak memory |
|---|---:|---:|
| Keepwell | {keepwell[wall]:.1f} | {keepwell[peak]:.2f} GB |
| by hand | {by_hand[wall]:.1f} | {by_hand[peak]:.2f} GB |
| **ratio** | **{ratio}** | |
"""

_GROWTH = """
## As events grow

One as_of, 100,000 accounts, events over the same two years.

| events | seconds | peak memory |
|---:|---:|---:|
{rows}
"""

_SERVING = """
## The server's pages

100,000 accounts with ten million events and two years of daily scores (73 million rows; the last days of them scored for real, the
days before drawn). A real server in a process of its own is asked over HTTP, by one client, for one account after another. `first` is the first
answer after a start or a new run of scores, when what all later ones share is read. The processor's time is the server's own, over all
its threads, per answer. The machine's load at the end was {load:.1f} on {cores} cores. Aim: 95% of the answers within 150 ms, of the
portfolio's within 300 ms{missed}.

| | first | median | 95% | processor |
|---|---:|---:|---:|---:|
{rows}

{rate:.0f} requests a second when four ask at once for scores with their reasons; {peak:.2f} GB of memory at most.
"""

_START = """
A cold start, from typing `keepwell serve` in a project of 300 accounts until it is ready: {wall:.1f} s, of them {cpu:.1f} s of the processor
(aim: under 3 s).
"""


_AIM = 20_000

_ADVANCING = """
## Enrollments that advance

So many enrollments in ten journeys of five steps, with a goal, a time limit and a condition over a signal, all of which come to a message and then to a
wait of business days; a tenth are held out. One process reads them from a store in SQLite, advances them, and writes back where they have come to and what
is to be done, 4,000 in a transaction (`benchmarks/advancing.py`). Measured once; the machine's load was {load:.1f} on {cores} cores at the end, so the
processor's time says more than the clock's. In PostgreSQL several processes share the work. Aim: 20,000 a second on 2 cores{missed},
and memory that does not grow.

| enrollments | seconds | a second | processor | a second of the processor | peak memory |
|---:|---:|---:|---:|---:|---:|
{rows}
"""

_SENDING = """
## Messages a second

{count:,} e-mails to as many accounts, each of three links, an account's own number and two parts, wait in the ledger (SQLite). Each is asked of the
arbiter (consent, preferences, suppressions, caps, escalations), filled in, written with signed links and one-click unsubscribing, handed over
by SMTP to a server on this machine that keeps nothing, and settled in the ledger; that it is handed over is committed before. One process,
the better of two runs: {wanting}. Aim: 1,000 a second; reported elsewhere: 667 a second with 52 workers.
The machine's load was {load:.1f} on {cores} cores at the end, so the processor's time says more than the clock's.

| | a second | processor, each | a second of the processor | peak memory |
|---|---:|---:|---:|---:|
| without DKIM | {plain_rate:,.0f} | {plain_cpu:.2f} ms | {plain_least:,.0f} | {plain[peak]:.2f} GB |
| signed (RSA, 2048 bits) | {signed_rate:,.0f} | {signed_cpu:.2f} ms | {signed_least:,.0f} | {signed[peak]:.2f} GB |
"""


def render(results: dict[str, Any]) -> str:
    """The page, with the parts that were measured."""
    text = _HEAD.format(**results["machine"])
    if one := results.get("one"):
        text += _ONE.format(**{**one, "ratio": _ratio(one["ratio"])})
    if grid := results.get("grid"):
        text += _GRID.format(**{**grid, "ratio": _ratio(grid["ratio"])})
    if frames := results.get("frames"):
        ratios = {name: _ratio(frames[name]) for name in ("pandas_ratio", "featuretools_ratio")}
        text += _FRAMES.format(**{**frames, **ratios})
    if loading := results.get("loading"):
        rows = "\n".join(_loaded(kind, loading[kind], loading["events"]) for kind in ("csv", "parquet"))
        text += _LOADING.format(events=loading["events"], rows=rows)
    if growth := results.get("growth"):
        rows = "\n".join(
            f"| {each['events']:,} | {each['wall']:.2f} | {each['peak']:.2f} GB |" for each in growth
        )
        text += _GROWTH.format(rows=rows)
    if proof := results.get("proof"):
        text += _PROOF.format(**{**proof, "ratio": _ratio(proof["ratio"])})
    if served := results.get("serving"):
        rows = "\n".join(_answered(name, found) for name, found in served["pages"].items())
        more = {"rows": rows, "cores": results["machine"]["cores"], "missed": _missed(served["pages"])}
        text += _SERVING.format(**{**served, **more})
        if start := served.get("start"):
            text += _START.format(**start)
    if advanced := results.get("advancing"):
        rows = "\n".join(map(_advanced, advanced["counts"]))
        cores = results["machine"]["cores"]
        slowest = min(each["count"] / each["wall"] for each in advanced["counts"])
        missed = " (by the clock not reached)" if slowest < _AIM else ""
        text += _ADVANCING.format(load=advanced["load"], cores=cores, rows=rows, missed=missed)
    if sending := results.get("sending"):
        text += _SENDING.format(**{**sending, **_sent(sending), "cores": results["machine"]["cores"]})
    return text


def _sent(sending: dict[str, Any]) -> dict[str, Any]:
    """Messages a second, milliseconds of the processor for each, and whether the aim is reached."""
    count = sending["count"]
    rates = {f"{kind}_rate": count / sending[kind]["wall"] for kind in ("plain", "signed")}
    costs = {f"{kind}_cpu": 1000 * sending[kind]["cpu"] / count for kind in ("plain", "signed")}
    least = {f"{kind}_least": count / sending[kind]["cpu"] for kind in ("plain", "signed")}
    wanting = "the aim is reached" if rates["plain_rate"] >= 1000 else "the aim is not reached"
    return {**rates, **costs, **least, "wanting": wanting}


def _advanced(found: dict[str, float]) -> str:
    count, wall, cpu = found["count"], found["wall"], found["cpu"]
    return f"| {count:,.0f} | {wall:.1f} | {count / wall:,.0f} | {cpu:.1f} s | {count / cpu:,.0f} | {found['peak']:.2f} GB |"


def _missed(pages: dict[str, dict[str, float]]) -> str:
    """Which pages miss the aim, if any do."""
    slow = [
        name for name, each in pages.items() if each["p95"] > (300 if name.startswith("Portfolio") else 150)
    ]
    return f"; not reached by: {', '.join(slow)}" if slow else ""


def _answered(name: str, found: dict[str, float]) -> str:
    times = " | ".join(f"{found[part]:,.0f} ms" for part in ("first", "p50", "p95", "cpu"))
    return f"| {name} | {times} |"


def _ratio(three: list[float]) -> str:
    return f"{three[1]:.2f}× ({three[0]:.2f}–{three[2]:.2f})"


def _loaded(kind: str, found: dict[str, Any], events: int) -> str:
    ours, theirs = found["keepwell"], found["duckdb"]
    speed = events / ours["wall"]
    return (
        f"| {kind} | {ours['wall']:.1f} s | {speed:,.0f} | {theirs['wall']:.1f} s | {_ratio(found['ratio'])} |"
        f" {ours['peak']:.2f} GB |"
    )
