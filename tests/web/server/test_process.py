"""`keepwell serve` as a process of its own, and other commands beside it."""

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from keepwell import clock
from keepwell.errors import DefinitionError, UserError
from keepwell.runs.apply import apply
from keepwell.runs.plan import plan
from keepwell.store import runs
from keepwell.store.address import address
from keepwell.store.engine import made
from keepwell.warehouse.duckdb import own_warehouse
from keepwell.warehouse.remote import through_server
from keepwell.warehouse.wire import socket_of
from keepwell.web.running import Started, listening, run
from tests.cli.run import keepwell, within
from tests.runs.acme import copied, edit
from tests.web.served import serving

_URL = re.compile(r"http://\S+?:\d+")


@dataclass
class Running:
    """A server's process, where it answers, and what it has said."""

    process: subprocess.Popen[str]
    folder: Path
    url: str
    said: list[str] = field(default_factory=list)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Stops it: its exit code, and what else it said on both streams."""
        self.process.send_signal(by)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, "".join(self.said) + out, err


@contextmanager
def started(folder: Path, **environment: str) -> Iterator[Running]:
    """A server of the project in a folder on a free port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "keepwell", "serve", "-p", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        found = _URL.search(first)
        if found is None:
            raise AssertionError(f"the server did not start: {first}{process.communicate()[1]}")
        yield Running(process, folder, found[0], [first])
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def acme(acme_loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(acme_loaded, tmp_path_factory.mktemp("process") / "acme")


@pytest.fixture(scope="module")
def server(acme: Path) -> Iterator[Running]:
    with started(acme) as running:
        yield running


def test_the_second_packet_of_an_answer_does_not_wait() -> None:
    """Without it every answer takes 40 ms longer: its body waits until the other side has acknowledged its head."""
    with listening("127.0.0.1", 0) as waiting, socket.create_connection(waiting.getsockname()):
        connection, _ = waiting.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_it_answers(server: Running) -> None:
    assert httpx.get(f"{server.url}/readyz").text == "ready\n"
    assert httpx.get(f"{server.url}/api/openapi.json").json()["openapi"].startswith("3.1")


def test_commands_work_beside_it_and_say_what_they_say_without_it(
    server: Running, acme: Path, acme_loaded: Path, tmp_path: Path
) -> None:
    alone = copied(acme_loaded, tmp_path / "alone")
    for command in (["score", "--json"], ["explain", "A3"]):
        beside = keepwell(*command, cwd=acme)
        assert (beside.returncode, beside.stderr) == (0, "")
        assert _timeless(beside.stdout) == _timeless(keepwell(*command, cwd=alone).stdout)


def _timeless(text: str) -> str:
    """Without the instants that the clock gives."""
    return re.sub(r"20(?!25)\d\d-\d\d-\d\dT[\d:.+]+", "then", text)


def test_what_is_loaded_beside_it_is_there_at_once(server: Running, acme: Path) -> None:
    with (acme / "data" / "surveys.csv").open("a", encoding="utf-8") as file:
        file.write("A2,2025-06-07,nps,3\n")
    there = through_server(acme / ".keepwell/warehouse.duckdb")
    assert there is not None
    count = "SELECT count(*) AS n FROM facts.surveys"
    with there:
        before = there.query(count)["n"][0].as_py()
        found = keepwell("load", "--json", cwd=acme)
        assert (found.returncode, json.loads(found.stdout)["load"]) == (0, 2)
        assert there.query(count)["n"][0].as_py() == before + 1


def test_a_second_server_of_the_project_is_refused(server: Running, acme: Path) -> None:
    store = made(address(acme))
    with store.writing() as connection:
        under_way = runs.begin(connection, "scores", due_at=None, asked_by="kim", at=clock.now())
    assert under_way is not None
    second = within("serve", "--port", "0", cwd=acme)
    assert (second.returncode, second.stdout) == (1, "")
    assert f"is served already, by process {server.process.pid} (" in second.stderr
    assert "keepwell serve" in second.stderr
    assert "use that server, or stop it before you start this one" in second.stderr
    with store.writing() as connection:
        assert runs.get(connection, under_way.number) == under_way, "what the first one does goes on"
        runs.settle(connection, under_way.number, runs.State.DONE, at=clock.now())
    assert httpx.get(f"{server.url}/readyz").text == "ready\n"


def test_an_address_that_is_taken_is_told(server: Running) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(UserError, match="Address already in use") as caught, listening("127.0.0.1", port):
        pass
    assert "keepwell serve --port" in caught.value.do


def _unheard(started: Started) -> None:
    raise AssertionError(f"it answers at {started.url}")


def test_a_broken_project_is_told_and_an_applied_one_is_served_all_the_same(
    acme_loaded: Path, tmp_path: Path
) -> None:
    folder = copied(acme_loaded, tmp_path / "acme")
    edit(folder, "scorecards/default.yml", "weight: 60", "weight: heavy")
    with pytest.raises(DefinitionError, match="problem") as caught:
        run(folder, host="127.0.0.1", port=0, tell=_unheard)
    assert "heavy" in str(caught.value)
    edit(folder, "scorecards/default.yml", "weight: heavy", "weight: 60")
    plan(folder, actor="ana", evidence=False)
    apply(folder, None, why="it is good", actor="ana")
    edit(folder, "scorecards/default.yml", "weight: 60", "weight: heavy")
    with serving(folder) as stands_on:
        assert [card.dimensions[0].weight for card in stands_on.project().scorecards] == [60.0]
        pending = stands_on.pending()
        assert pending.files == ("scorecards/default.yml",)
        assert "heavy" in pending.problems[0].what


def test_a_folder_that_holds_no_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no project"):
        run(tmp_path, host="127.0.0.1", port=0, tell=_unheard)


def test_after_a_crash_it_starts_again_logs_without_naming_anybody_and_stops_in_order(
    acme_loaded: Path, tmp_path: Path
) -> None:
    folder = copied(acme_loaded, tmp_path / "acme")
    warehouse = folder / ".keepwell/warehouse.duckdb"
    with started(folder) as server:
        server.stop(signal.SIGKILL)
    assert socket_of(warehouse).exists()
    with started(folder) as server:
        address = f"{server.url}/accounts/secret-id?text=ana@firm.example"
        answer = httpx.get(address, headers={"Cookie": "k=geheim"})
        code, out, err = server.stop(signal.SIGTERM)
    lines = [json.loads(line) for line in err.splitlines()]
    mine = next(line for line in lines if line.get("request") == answer.headers["x-request-id"])
    assert (mine["method"], mine["status"]) == ("GET", answer.status_code)
    assert not any(name in err for name in ("secret-id", "ana@firm.example", "geheim"))
    assert (code, out.splitlines()[-1]) == (0, "Stopped.")
    assert not socket_of(warehouse).exists()
    own_warehouse(warehouse).close()


def test_systemd_is_told_and_traces_name_nobody(acme_loaded: Path, tmp_path: Path) -> None:
    folder = copied(acme_loaded, tmp_path / "acme")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, collector() as (endpoint, spans):
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        environment = {
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
            "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        }
        with started(folder, **environment) as server:
            assert manager.recv(100) == b"READY=1"
            httpx.get(f"{server.url}/accounts/secret-id?text=ana@firm.example")
            code, _, err = server.stop(signal.SIGINT)
            assert manager.recv(100) == b"STOPPING=1"
    assert code == 0, err
    sent = b"".join(spans)
    assert b"GET /accounts/{" in sent
    assert b"secret-id" not in sent
    assert b"ana@firm.example" not in sent


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector of traces on this machine: where it is, and what it has been sent."""
    sent: list[bytes] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()
        thread.join()
