"""A backup holds everything but what is of the moment; either database takes it back, all of it or nothing."""

import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from keepwell.errors import ConflictError, StoreError
from keepwell.store import applied, audit, backup, engine, overrides, schema, tasks, webhooks
from keepwell.store.address import URL_VARIABLE, Address, address
from keepwell.store.audit import Event
from keepwell.store.engine import Store
from keepwell.store.record_tables import REQUESTS
from keepwell.store.response_tables import METADATA
from keepwell.store.tasks import Task
from keepwell.store.webhooks import Webhook
from tests.servers import Server
from tests.store.conftest import database
from tests.store.made import NOON, one_of_each, override


@pytest.fixture
def full(store: Store) -> Store:
    """A store with something of many kinds in it."""
    with store.writing() as connection:
        one_of_each(connection)
        given = override(reason="Größe 🙂", from_at=NOON + timedelta(microseconds=7))
        overrides.give(connection, given, known_at=NOON, at=NOON)
        tasks.make(connection, Task("A1", "Call", "kim", "kim", NOON, due_on=(NOON + timedelta(1)).date()))
        webhooks.add(connection, Webhook("https://a.example", ("band.changed",), "", "kim", NOON))
        row = {"person": "kim", "key": "k", "fingerprint": "f", "made_at": NOON}
        connection.execute(sa.insert(REQUESTS).values(**row))
    return store


def _everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    with store.reading() as connection:
        return {
            name: [
                dict(row._mapping)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for name, table in METADATA.tables.items()
        }


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Address:
    """Where no store is yet, in SQLite."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    return address(tmp_path / "elsewhere")


def test_what_is_restored_is_what_was_there(full: Store, elsewhere: Address, tmp_path: Path) -> None:
    written = backup.write(full.address, tmp_path / "b.zip", NOON)
    restored = backup.restore(elsewhere, tmp_path / "b.zip", replace=False, actor="ana", at=NOON)
    assert restored == backup.Restored(written, ())
    before, after = _everything(full), _everything(engine.made(elsewhere))
    assert before.pop("requests")
    assert after.pop("requests") == []
    assert after["audit"].pop()["event"] == "store:restored"
    assert after == before
    assert written.rows == sum(map(len, before.values()))
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600


def test_a_backup_of_sqlite_is_restored_in_postgresql_which_then_goes_on_counting(
    seeded: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL_VARIABLE, f"sqlite:///{seeded}")
    source = engine.existing(address(tmp_path))
    assert source is not None
    backup.write(source.address, tmp_path / "b.zip", NOON)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        told = json.loads(archive.read("store.json"))
    assert told["tables"]["versions"]["rows"] == 2
    monkeypatch.setenv(URL_VARIABLE, database(server))
    backup.restore(address(tmp_path), tmp_path / "b.zip", replace=False, actor="ana", at=NOON)
    target = engine.existing(address(tmp_path))
    assert target is not None
    with target.writing() as connection:
        one_of_each(connection)
        assert [each.number for each in applied.history(connection)] == [1]
    assert _everything(target)["versions"] == _everything(source)["versions"]


def test_numbers_go_on_where_they_were(full: Store, elsewhere: Address, tmp_path: Path) -> None:
    backup.write(full.address, tmp_path / "b.zip", NOON)
    backup.restore(full.address, tmp_path / "b.zip", replace=True, actor="ana", at=NOON)
    with full.writing() as connection:
        again = override(key="00000000-0000-4000-8000-000000000002")
        assert overrides.give(connection, again, known_at=NOON, at=NOON).number == 2
    assert list(_flaws(full)) == []


def _flaws(store: Store) -> list[audit.Flaw]:
    with store.reading() as connection:
        return list(audit.flaws(connection))


def test_a_store_that_is_there_is_replaced_only_if_asked(full: Store, tmp_path: Path) -> None:
    backup.write(full.address, tmp_path / "b.zip", NOON)
    with full.writing() as connection:
        audit.note(connection, Event.PLAN_MADE, "later", "kim", NOON)
    with pytest.raises(ConflictError, match="there is a store"):
        backup.restore(full.address, tmp_path / "b.zip", replace=False, actor="ana", at=NOON)
    backup.restore(full.address, tmp_path / "b.zip", replace=True, actor="ana", at=NOON)
    with full.reading() as connection:
        abouts = [each.about for each in audit.entries(connection)]
    assert "later" not in abouts
    assert abouts[-1] == "store of 2025-06-30 12:00 UTC"


def test_the_restored_record_is_guarded_as_before(full: Store, tmp_path: Path) -> None:
    backup.write(full.address, tmp_path / "b.zip", NOON)
    backup.restore(full.address, tmp_path / "b.zip", replace=True, actor="ana", at=NOON)
    with (
        pytest.raises((sa.exc.DatabaseError, StoreError), match="audit is only ever added to"),
        full.writing() as connection,
    ):
        connection.execute(sa.text("DELETE FROM audit"))


def test_what_fails_half_way_leaves_the_store_as_it_was(
    full: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.write(full.address, tmp_path / "b.zip", NOON)
    before = _everything(full)

    def full_disk(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(audit, "flaws", full_disk)
    with pytest.raises(OSError, match="no space left"):
        backup.restore(full.address, tmp_path / "b.zip", replace=True, actor="ana", at=NOON)
    assert _everything(full) == before


def test_a_backup_of_an_older_store_is_brought_up_to_date(elsewhere: Address, tmp_path: Path) -> None:
    old = address(tmp_path / "old")
    assert old.file is not None
    old.file.parent.mkdir(parents=True)
    with engine.opened(old).writing() as connection:
        schema.upgrade(connection, "0001")
        audit.note(connection, Event.PLAN_MADE, "p1", "kim", NOON)
    written = backup.write(old, tmp_path / "b.zip", NOON)
    assert written.schema == "0001"
    assert "overrides" not in written.tables
    backup.restore(elsewhere, tmp_path / "b.zip", replace=False, actor="ana", at=NOON)
    assert engine.status(elsewhere).current
    assert _everything(engine.made(elsewhere))["audit"][0]["about"] == "p1"


def test_a_damaged_or_foreign_file_is_refused_before_anything_is_touched(full: Store, tmp_path: Path) -> None:
    good = tmp_path / "b.zip"
    backup.write(full.address, good, NOON)
    before = _everything(full)
    for name, content in (("cut.zip", good.read_bytes()[:-300]), ("text.zip", b"hello"), ("empty.zip", b"")):
        (tmp_path / name).write_bytes(content)
    _rewritten(good, tmp_path / "forged.zip", "tables/audit.jsonl", lambda text: text.replace(b"kim", b"bob"))
    _rewritten(
        good, tmp_path / "later.zip", "store.json", lambda text: text.replace(schema.HEAD.encode(), b"9999")
    )
    told = {}
    for name in ("cut.zip", "text.zip", "empty.zip", "forged.zip", "later.zip", "absent.zip"):
        with pytest.raises(StoreError) as caught:
            backup.restore(full.address, tmp_path / name, replace=True, actor="ana", at=NOON)
        told[name] = str(caught.value)
    assert all("no backup of a store" in told[name] for name in ("cut.zip", "text.zip", "empty.zip"))
    assert "its table audit is not what was written" in told["forged.zip"]
    assert "a later Keepwell (schema 9999" in told["later.zip"]
    assert "there is no file" in told["absent.zip"]
    assert _everything(full) == before


def _rewritten(source: Path, target: Path, name: str, change: Any) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for each in old.namelist():
            new.writestr(each, change(old.read(each)) if each == name else old.read(each))


def test_a_backup_overwrites_nothing_and_leaves_nothing_half(
    full: Store, elsewhere: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.write(full.address, tmp_path / "b.zip", NOON)
    with pytest.raises(ConflictError, match="is there already"):
        backup.write(full.address, tmp_path / "b.zip", NOON)
    with pytest.raises(StoreError, match="there is no store"):
        backup.write(elsewhere, tmp_path / "c.zip", NOON)
    monkeypatch.setattr(json, "dumps", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        backup.write(full.address, tmp_path / "d.zip", NOON)
    assert sorted(path.name for path in tmp_path.glob("*.zip*")) == ["b.zip"]


def test_reading_sees_one_state_whatever_is_written_meanwhile(full: Store) -> None:
    with full.reading() as connection:
        before = tasks.of(connection)
        with full.writing() as other:
            tasks.change(other, before[0], replace(before[0], title="Write"), actor="kim", at=NOON)
        assert tasks.of(connection) == before
