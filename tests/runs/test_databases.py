"""Queries in SQLite, and in real PostgreSQL and MariaDB servers."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

import pymysql
import pytest

from keepwell.errors import SourceError, UserError
from keepwell.sources import database
from keepwell.sources.source import Query, Source
from tests.runs.loading import ACCOUNT_ROWS, ACCOUNTS, loaded, rows, taking, utc, warehouse_in, write
from tests.servers import Server, as_user, free_port, postgres, reachable

_ROWS = 45_000
_TABLE = "CREATE TABLE bills (id INTEGER, account VARCHAR(20), at TIMESTAMP, amount DECIMAL(12, 2), plan VARCHAR(40))"


@contextmanager
def _mariadb(folder: Path) -> Iterator[Server]:
    if shutil.which("mariadbd") is None or shutil.which("mariadb-install-db") is None:
        pytest.skip("MariaDB's server programs are not installed")
    data, port = folder / "data", free_port()
    shutil.chown(folder, "mysql")
    as_user(
        "mysql",
        "mariadb-install-db",
        f"--datadir={data}",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
    )
    command = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={folder}/s", f"--port={port}"]
    command += [
        "--bind-address=127.0.0.1",
        "--user=mysql",
        f"--pid-file={folder}/pid",
        "--innodb-flush-log-at-trx-commit=0",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd="/") as server:
        assert server.stderr is not None
        for line in server.stderr:
            if "ready for connections" in line:
                break

        def run(statements: list[str]) -> None:
            with (
                closing(pymysql.connect(host="127.0.0.1", port=port, user="root")) as connection,
                connection.cursor() as cursor,
            ):
                for statement in ["CREATE DATABASE IF NOT EXISTS crm", "USE crm", *statements]:
                    cursor.execute(statement)
                connection.commit()

        try:
            yield Server(f"mysql://root@127.0.0.1:{port}/crm", run)
        finally:
            server.terminate()
            server.communicate()


@contextmanager
def _sqlite(folder: Path) -> Iterator[Server]:
    def run(statements: list[str]) -> None:
        with closing(sqlite3.connect(folder / "crm.db")) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    yield Server(f"sqlite:///{folder / 'crm.db'}", run)


@pytest.fixture(scope="module", params=[_sqlite, postgres, _mariadb], ids=["sqlite", "postgresql", "mariadb"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = reachable(tmp_path_factory.mktemp("server"))
    with request.param(folder) as running:
        inserts = []
        for first in range(0, _ROWS, 1500):
            values = ", ".join(
                f"({place}, '{'ab'[place % 2]}', '2025-01-{place % 28 + 1:02} 10:00:00', {place}.25, 'pro é {place}')"
                for place in range(first, first + 1500)
            )
            inserts.append(f"INSERT INTO bills VALUES {values}")
        running.run(
            [_TABLE, *inserts, "INSERT INTO bills VALUES (99999, 'a', '2025-02-01 00:00:00', NULL, NULL)"]
        )
        yield running


BILLS = Source(
    "bills",
    "invoices",
    Query("crm", "SELECT id, account, at, amount FROM bills ORDER BY id"),
    taking(account_id="account", invoice_id="id", issued_at="at", amount="amount"),
)


def test_a_query_is_streamed_into_facts_and_again_adds_nothing(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_URL", server.url.replace("sqlite:///", "sqlite:////"))
    write(tmp_path, accounts=ACCOUNT_ROWS)
    databases = {"crm": server.url if server.url.startswith("sqlite") else "CRM_URL"}
    with warehouse_in(tmp_path) as warehouse:
        report = loaded(warehouse, tmp_path, ACCOUNTS, BILLS, databases=databases)["bills"]
        assert (report.read, report.kept) == (_ROWS + 1, _ROWS + 1)
        assert rows(warehouse, "SELECT sum(amount), count(amount), max(occurred_at) FROM facts.invoices") == [
            (Decimal(_ROWS * (_ROWS - 1) // 2) + Decimal(_ROWS) / 4, _ROWS, utc("2025-02-01"))
        ]
        again = loaded(warehouse, tmp_path, ACCOUNTS, BILLS, databases=databases)["bills"]
        assert (again.kept, again.revised, again.repeated) == (0, 0, _ROWS + 1)


def test_a_changed_row_of_a_query_is_a_revision(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_URL", server.url)
    write(tmp_path, accounts=ACCOUNT_ROWS)
    databases = {"crm": server.url if server.url.startswith("sqlite") else "CRM_URL"}
    with warehouse_in(tmp_path) as warehouse:
        loaded(warehouse, tmp_path, ACCOUNTS, BILLS, databases=databases)
        server.run(["UPDATE bills SET amount = 1 WHERE id = 99999"])
        assert loaded(warehouse, tmp_path, ACCOUNTS, BILLS, databases=databases)["bills"].revised == 1
        server.run(["UPDATE bills SET amount = NULL WHERE id = 99999"])


def test_a_refused_query_says_what_the_database_says(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_URL", server.url)
    databases = {"crm": server.url if server.url.startswith("sqlite") else "CRM_URL"}
    wrong = Source("bills", "invoices", Query("crm", "SELECT * FROM bils"), BILLS.columns)
    write(tmp_path, accounts=ACCOUNT_ROWS)
    with warehouse_in(tmp_path) as warehouse, pytest.raises(SourceError, match="bils"):
        loaded(warehouse, tmp_path, ACCOUNTS, wrong, databases=databases)


@pytest.mark.parametrize(
    ("databases", "message", "do"),
    [
        ({}, "there is no database 'crm'", "databases: {crm: ITS_URL_VARIABLE}"),
        ({"crm": "NOWHERE_URL"}, "the environment variable NOWHERE_URL is not set", "export NOWHERE_URL="),
        ({"crm": "sqlite:///gone.db"}, "there is no SQLite file", "four slashes"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_clear_message(
    tmp_path: Path, databases: dict[str, str], message: str, do: str
) -> None:
    write(tmp_path, accounts=ACCOUNT_ROWS)
    with warehouse_in(tmp_path) as warehouse, pytest.raises(SourceError, match=message) as caught:
        loaded(warehouse, tmp_path, ACCOUNTS, BILLS, databases=databases)
    assert do in caught.value.do


@pytest.mark.parametrize(
    ("scheme", "module", "extra"), [("postgresql", "psycopg", "postgres"), ("mysql", "pymysql", "mysql")]
)
def test_a_missing_driver_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, module: str, extra: str
) -> None:
    monkeypatch.setenv("CRM_URL", f"{scheme}://user:secret@127.0.0.1:1/crm")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UserError, match="not installed") as caught:
        database.open_query(Query("crm", "SELECT 1"), {"crm": "CRM_URL"}, tmp_path, "sources.yml:bills")
    assert caught.value.do == f"pip install 'keepwell[{extra}]', or in a clone pip install '.[{extra}]'"


def test_a_server_that_is_not_there_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for scheme in ("postgresql", "mysql"):
        monkeypatch.setenv("CRM_URL", f"{scheme}://user:secret@127.0.0.1:{free_port()}/crm")
        with pytest.raises(SourceError, match="the database says") as caught:
            database.open_query(Query("crm", "SELECT 1"), {"crm": "CRM_URL"}, tmp_path, "sources.yml:bills")
        assert "secret" not in str(caught.value)
