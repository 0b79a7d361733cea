"""Opening, making and upgrading a store, and what is told when that cannot be."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from keepwell.errors import StoreError, UserError
from keepwell.store import applied, audit, engine, schema
from keepwell.store.address import URL_VARIABLE, Address, address
from keepwell.store.audit import Event
from keepwell.store.engine import Store
from keepwell.store.response_tables import METADATA
from keepwell.store.tables import APPEND_ONLY
from tests.servers import free_port
from tests.store.made import NOON, one_of_each


def test_there_is_none_until_it_is_made(at: Address) -> None:
    assert engine.existing(at) is None
    assert engine.status(at) == schema.Status(None)
    engine.made(at)
    assert engine.existing(at) is not None
    assert engine.status(at) == schema.Status(schema.HEAD)


def test_making_it_again_keeps_what_is_there(store: Store) -> None:
    with store.writing() as connection:
        audit.note(connection, Event.PLAN_MADE, "p", "kim", NOON)
    with engine.made(store.address).reading() as connection:
        assert len(audit.entries(connection)) == 1


def test_two_can_make_it_at_once(at: Address) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(engine.made, [at, at]))
    assert engine.status(at).current


def test_there_is_one_writer_at_a_time(store: Store) -> None:
    def write(actor: str) -> None:
        for place in range(8):
            with store.writing() as connection:
                audit.note(connection, Event.PLAN_MADE, f"plan {place}", actor, NOON)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, ["kim", "ravi", "ana"]))
    with store.reading() as connection:
        assert len(audit.entries(connection)) == 24
        assert list(audit.flaws(connection)) == []


def test_the_migrations_lead_to_the_tables_as_they_are_declared(store: Store) -> None:
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_step_that_is_needed_is_the_last_one() -> None:
    config = Config()
    config.set_main_option("script_location", "keepwell.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_an_old_schema_says_what_to_type_and_upgrading_mends_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(StoreError, match=f"has schema 0000; this Keepwell needs {schema.HEAD}") as caught:
        engine.existing(store.address)
    assert caught.value.do == "bring it up to date: keepwell db upgrade"
    assert not engine.status(store.address).current


def test_a_later_schema_is_left_alone(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    for tried in (engine.existing, engine.made, engine.upgrade):
        with pytest.raises(StoreError, match=f"has schema 9999; this Keepwell knows up to {schema.HEAD}"):
            tried(store.address)


def test_upgrading_what_is_current_changes_nothing(store: Store) -> None:
    current = schema.Status(schema.HEAD)
    assert engine.upgrade(store.address) == (current, current)


def test_what_fails_within_a_block_is_not_kept(store: Store) -> None:
    with store.writing() as connection:
        applied.add(
            connection,
            version="one",
            snapshot="files of one",
            at=NOON,
            actor="kim",
            why="",
            kind=applied.Kind.APPLY,
        )
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        _noted_twice(connection)
    with store.reading() as connection:
        assert audit.entries(connection) == []


def _noted_twice(connection: engine.Connection) -> None:
    entry = audit.note(connection, Event.PLAN_MADE, "p", "kim", NOON)
    connection.execute(sa.text(f"INSERT INTO audit SELECT * FROM audit WHERE number = {entry.number}"))


def test_rows_must_point_to_what_is_there(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        applied.add(
            connection,
            version="never seen",
            snapshot="files of one",
            at=NOON,
            actor="kim",
            why="",
            kind=applied.Kind.APPLY,
        )


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_the_record(store: Store, table: str, verb: str) -> None:
    column = next(iter(METADATA.tables[table].primary_key)).name
    statement = verb.format(table, column, column)
    with store.writing() as connection:
        one_of_each(connection)
    with (
        pytest.raises((sa.exc.DatabaseError, StoreError), match=f"{table} is only ever added to"),
        store.writing() as connection,
    ):
        connection.execute(sa.text(statement))


def test_a_file_that_is_no_database_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    at = address(tmp_path)
    assert at.file is not None
    at.file.parent.mkdir()
    at.file.write_text("nothing like a database" * 50)
    with pytest.raises(StoreError, match="is no store, or a damaged one") as caught:
        engine.existing(at)
    assert "backup" in caught.value.do


def test_a_writer_that_does_not_finish_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.setattr(engine, "WAIT_MS", 50)
    made = engine.made(address(tmp_path))
    other = sqlite3.connect(tmp_path / ".keepwell/store.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with made.reading() as connection:
            assert audit.entries(connection) == []
        with pytest.raises(StoreError, match="database is locked") as caught, made.writing():
            pass
    finally:
        other.close()
    assert "another process is writing" in caught.value.do


_FULL = """
import resource, signal, sys
from pathlib import Path
from keepwell import clock
from keepwell.errors import StoreError
from keepwell.store import audit, engine
from keepwell.store.address import address
from keepwell.store.audit import Event

at = address(Path(sys.argv[1]))
store = engine.made(at, lasting=True)

def note(about):
    with store.writing() as connection:
        audit.note(connection, Event.PLAN_MADE, about, "kim", clock.now())

note("before")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
_, highest = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (at.file.stat().st_size, highest))
for _ in range(2):
    try:
        with store.writing() as connection:
            for number in range(40):
                audit.note(connection, Event.PLAN_MADE, "x" * 100_000, "kim", clock.now())
        print("kept")
    except StoreError as error:
        print(error.do)
with store.reading() as connection:
    print(len(audit.entries(connection)))
resource.setrlimit(resource.RLIMIT_FSIZE, (highest, highest))
note("after")
with store.reading() as connection:
    print(*(each.about for each in audit.entries(connection)), *audit.flaws(connection))
store.engine.dispose()
"""


def test_a_disk_that_is_full_for_a_while_costs_only_what_was_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    found = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert found.stderr == ""
    refused = "free some disk space, then try again; what was kept before is safe"
    assert found.stdout.splitlines() == [refused, refused, "1", "before after"]


def test_connections_that_last_are_to_the_file_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    lasting = engine.made(address(tmp_path), lasting=True)
    opened: list[object] = []
    sa.event.listen(lasting.engine, "connect", lambda connection, _: opened.append(connection))
    for _ in range(3):
        with lasting.writing() as connection:
            audit.note(connection, Event.STORE_RESTORED, "a backup", "kim", NOON)
    assert len(opened) == 1
    (tmp_path / ".keepwell").rename(tmp_path / "away")
    with pytest.raises(StoreError, match="unable to open"), lasting.reading():
        pass
    engine.made(address(tmp_path))
    with lasting.reading() as connection:
        assert audit.entries(connection) == []
    lasting.engine.dispose()


def test_a_server_that_is_not_there_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL_VARIABLE, f"postgresql://kim:secret@127.0.0.1:{free_port()}/keepwell")
    with pytest.raises(StoreError, match="the store postgresql://127") as caught:
        engine.existing(address(tmp_path))
    assert "secret" not in str(caught.value)
    assert "that the server runs" in caught.value.do


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("mysql+pymysql://root@host/x", "in SQLite or PostgreSQL, not in mysql"),
        ("nonsense", "is no URL of a database"),
        ("oracul://host/x", "is no URL of a database"),
    ],
)
def test_a_url_that_leads_nowhere_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, what: str
) -> None:
    monkeypatch.setenv(URL_VARIABLE, url)
    with pytest.raises(UserError, match=what):
        engine.existing(address(tmp_path))
