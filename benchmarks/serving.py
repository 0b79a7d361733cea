"""How long the server takes for each page and call at 100,000 accounts and two years of daily scores."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import httpx

TIMES, WARM = 60, 3
"""How often each address is asked, after so many times that do not count."""

ASKERS, REQUESTS = 4, 200
"""So many ask at once, so often in all, to count requests a second."""

STARTS, FIRM = 5, 300
"""How often a server is started, and how many accounts its firm has."""

PAGES = {
    "Today": "/",
    "Portfolio": "/portfolio",
    "Portfolio, list": "/portfolio/accounts",
    "Portfolio, filtered list": "/portfolio/accounts?band=red&segment=large&text=7",
    "Portfolio, trend by segment": "/portfolio/trend?by=segment",
    "Account": "/accounts/A{account}",
    "Signal": "/signals/active_days",
    "Scorecards": "/scorecards",
    "Data": "/data",
    "API: a page of accounts": "/api/accounts?limit=50",
    "API: a score with its reasons": "/api/accounts/A{account}/score",
    "API: 90 days of history": "/api/accounts/A{account}/history",
    "API: why it moved": "/api/accounts/A{account}/moved",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its process, and a client that shows a key."""

    pid: int
    client: httpx.Client

    def cpu(self) -> float:
        """Seconds of processor time that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self) -> float:
        """Its peak memory in GB (10^9 bytes)."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1e9


@contextmanager
def server(warehouse: Path, accounts: int) -> Iterator[Server]:
    """A server of that warehouse, which is built if it is not there."""
    command = [sys.executable, "-m", "benchmarks.served", str(warehouse), str(accounts)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        said = json.loads(child.stdout.readline())
        headers = {"Authorization": f"Bearer {said['key']}"}
        with httpx.Client(
            base_url=f"http://127.0.0.1:{said['port']}", headers=headers, timeout=300
        ) as client:
            yield Server(child.pid, client)
        child.stdin.close()


def measured(warehouse: Path, accounts: int) -> dict[str, object]:
    """Every page's time, requests a second, and the server's peak memory."""
    with server(warehouse, accounts) as running:
        pages = {name: _page(running, path, accounts) for name, path in PAGES.items()}
        rate = _rate(running, lambda number: f"/api/accounts/A{number * 7919 % accounts}/score")
        peak = running.peak()
    start = started(warehouse.with_suffix(".started"))
    return {"pages": pages, "rate": rate, "peak": peak, "start": start, "load": os.getloadavg()[0]}


def started(folder: Path) -> dict[str, float]:
    """Seconds by the clock and by the processor from typing `keepwell serve` until it is ready, the median of some starts of a small firm's server."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "demo").exists():
        make = ["-m", "keepwell", "demo", "-C", str(folder), "demo", "--accounts", str(FIRM), "--no-serve"]
        subprocess.run([sys.executable, *make], check=True, stdout=subprocess.DEVNULL)
    starts = [_start(folder / "demo") for _ in range(STARTS)]
    return {part: median(each[part] for each in starts) for part in ("wall", "cpu")}


def _start(project: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "keepwell", "serve", "-C", str(project), "--port", "0", "--json"]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        said = json.JSONDecoder().raw_decode(_object(child.stdout))[0]
        with httpx.Client(base_url=said["url"], timeout=60) as client:
            client.get("/readyz").raise_for_status()
            wall, cpu = time.perf_counter() - begun, Server(child.pid, client).cpu()
        child.terminate()
    return {"wall": wall, "cpu": cpu}


def _object(lines: Iterable[str]) -> str:
    """The text of the first JSON object that a process prints."""
    text = ""
    for line in lines:
        text += line
        if line.rstrip() == "}":
            break
    return text


def _page(running: Server, path: str, accounts: int) -> dict[str, float]:
    """Milliseconds of the first answer, and of later ones by the clock and by the processor."""
    walls, cpus = [], []
    for number in range(WARM + TIMES):
        url = path.format(account=(number * 7919 + 1) % accounts)
        cpu, start = running.cpu(), time.perf_counter()
        running.client.get(url).raise_for_status()
        walls.append(1000 * (time.perf_counter() - start))
        cpus.append(1000 * (running.cpu() - cpu))
    first, later = walls[0], walls[WARM:]
    cuts = quantiles(later, n=20)
    return {"first": first, "p50": cuts[9], "p95": cuts[18], "cpu": sum(cpus[WARM:]) / TIMES}


def _rate(running: Server, path: Callable[[int], str]) -> float:
    """Requests a second when several ask at once."""
    with ThreadPoolExecutor(ASKERS) as pool:
        start = time.perf_counter()
        for answer in pool.map(lambda number: running.client.get(path(number)), range(REQUESTS)):
            answer.raise_for_status()
        return REQUESTS / (time.perf_counter() - start)
