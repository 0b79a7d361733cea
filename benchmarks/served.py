"""A server of the large firm in a process of its own: prints its address and a key, and serves until its input ends."""

import json
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from benchmarks.scored import firm
from keepwell import clock
from keepwell.people import OWN, Permission, Role
from keepwell.project.project import Project
from keepwell.runs.people import keys
from keepwell.store import users
from keepwell.store.address import address
from keepwell.store.engine import made
from keepwell.warehouse.duckdb import own_warehouse
from keepwell.warehouse.shared import SharedWarehouse
from keepwell.web.api import limits
from keepwell.web.api.limits import Policy
from keepwell.web.app import app
from keepwell.web.running import listening
from keepwell.web.server.serving import Pending, Serving


@dataclass
class Fixed(Serving):
    """Serves a project that is not read from files."""

    fixed: Project | None = None

    def project(self) -> Project:
        """The project."""
        assert self.fixed is not None
        return self.fixed

    @property
    def read(self) -> Project | None:
        """The project."""
        return self.fixed

    def version(self) -> str:
        """Nothing was ever applied."""
        return ""

    def pending(self) -> Pending:
        """Nothing waits to be applied."""
        return Pending()


def main() -> None:
    """Serves the warehouse named on the command line."""
    path, project = firm(Path(sys.argv[1]), int(sys.argv[2]))
    with tempfile.TemporaryDirectory(prefix="keepwell-bench-") as folder:
        store = made(address(Path(folder)), lasting=True)
        with store.writing() as connection:
            ada = users.add(connection, email="ada@firm.example", name="Ada", role=Role.ADMIN, at=clock.now())
        key = keys.make_for(
            store, ada, "benchmark", [each for each in Permission if each not in OWN], 1
        ).secret
        limits.READING = Policy("read", 10**9, 60)
        shared = SharedWarehouse(own_warehouse(path))
        application = app(Fixed(Path(folder), store, shared, fixed=project))
        with listening("127.0.0.1", 0) as open_socket:
            server = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [open_socket]})
            thread.start()
            print(json.dumps({"port": open_socket.getsockname()[1], "key": key}), flush=True)
            sys.stdin.read()
            server.should_exit = True
            thread.join()
        shared.close()


if __name__ == "__main__":
    main()
