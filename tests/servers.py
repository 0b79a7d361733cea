"""Real database servers that tests start and stop themselves."""

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

POSTGRES = Path("/usr/lib/postgresql/15/bin")


@dataclass(frozen=True)
class Server:
    """A running database, and how to speak to it."""

    url: str
    run: Callable[[list[str]], None]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def as_user(user: str, *command: str) -> None:
    """Runs a command as another user of the system."""
    subprocess.run(["runuser", "-u", user, "--", *command], check=True, capture_output=True, cwd="/")


@contextmanager
def postgres(folder: Path) -> Iterator[Server]:
    """A PostgreSQL server whose files lie in a folder."""
    if not (POSTGRES / "initdb").exists() or shutil.which("runuser") is None:
        pytest.skip("PostgreSQL 15's server programs are not installed")
    data, port = folder / "data", free_port()
    shutil.chown(folder, "postgres")
    as_user(
        "postgres", str(POSTGRES / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "--no-sync"
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = str(POSTGRES / "pg_ctl")
    as_user("postgres", control, "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def run(statements: list[str]) -> None:
        with psycopg.connect(url) as connection:
            for statement in statements:
                connection.execute(statement)

    try:
        yield Server(url, run)
    finally:
        as_user("postgres", control, "-D", str(data), "-m", "immediate", "-w", "stop")


def reachable(folder: Path) -> Path:
    """The folder, after its parents let other users of the system through."""
    for parent in (folder, *folder.parents):
        if parent.owner() == "root" and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    return folder
