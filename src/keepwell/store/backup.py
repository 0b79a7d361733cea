"""Backups of a store: one file with everything in it, the same from either database, and the way back.

The file is a ZIP archive: `store.json` says what is in it, and `tables/NAME.jsonl` holds a row per line. What is only of the moment
(sessions, links, throttles) is left out, so that a restored store lets nobody in who has been shut out since.
"""

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.errors import ConflictError, StoreError
from keepwell.store import audit, engine, schema
from keepwell.store.address import Address
from keepwell.store.audit import Event, Flaw
from keepwell.store.response_tables import METADATA

FORMAT = 1
MOMENTARY = frozenset({"attempts", "links", "requests", "sessions", "sign_ins"})
"""Tables that no backup holds."""

_CONTENTS, _ROWS = "store.json", 1000


@dataclass(frozen=True, slots=True)
class Part:
    """How many rows of a table a backup holds, and the SHA-256 of their text."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: the store at an instant (aware, UTC), of which schema, by table."""

    at: datetime
    schema: str
    tables: Mapping[str, Part]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(part.rows for part in self.tables.values())


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and what is wrong with its audit; nothing should be."""

    backup: Backup
    flaws: tuple[Flaw, ...]


def write(address: Address, file: Path, at: datetime) -> Backup:
    """Writes a store as it is at one instant into a file, whatever its schema; who may not read the store may not read the file.

    Raises:
        StoreError: there is no store, or it cannot be read.
        ConflictError: the file is there already.
    """
    if file.exists():
        raise ConflictError(f"{file} is there already", do="name another file")
    if not address.there:
        raise _none(address)
    store = engine.opened(address)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with store.reading() as connection:
            found = schema.status(connection)
            if found.revision is None:
                raise _none(address)
            with (
                os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw,
                zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive,
            ):
                backup = _written(archive, connection, found.revision, at)
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)
    return backup


def read(file: Path) -> Backup:
    """What a backup holds; every table's text is compared with what was written.

    Raises:
        StoreError: it is no backup, is damaged, or was written by a later Keepwell.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            backup = _contents(archive, file)
            for name, part in backup.tables.items():
                if _digest(archive, name) != part.sha256:
                    raise StoreError(
                        f"{file} is damaged: its table {name} is not what was written", do="use another one"
                    )
            return backup
    except FileNotFoundError as error:
        raise StoreError(
            f"there is no file {file}", do="name a backup that keepwell db backup has written"
        ) from error
    except (zipfile.BadZipFile, KeyError, ValueError, zipfile.zlib.error, OSError) as error:  # type: ignore[attr-defined]
        raise StoreError(f"{file} is no backup of a store, or a damaged one", do="use another one") from error


def restore(address: Address, file: Path, *, replace: bool, actor: str, at: datetime) -> Restored:
    """Makes a store what it was when a backup was written, and brings it up to date; all of it or nothing.

    Raises:
        StoreError: the backup cannot be read, or the store not be written.
        ConflictError: there is a store already, and it is not to be replaced.
    """
    backup = read(file)
    if address.file is not None:
        address.file.parent.mkdir(parents=True, exist_ok=True)
    with engine.opened(address).writing() as connection, zipfile.ZipFile(file) as archive:
        if schema.status(connection).revision is not None:
            if not replace:
                raise ConflictError(
                    f"there is a store at {address} already", do="add --replace to replace it"
                )
            _clear(connection)
        schema.upgrade(connection, backup.schema)
        tables = _tables(connection)
        for table in tables.sorted_tables:
            if table.name in backup.tables:
                _fill(connection, table, archive)
        schema.upgrade(connection)
        flaws = tuple(audit.flaws(connection))
        audit.note(connection, Event.STORE_RESTORED, f"store of {backup.at:%Y-%m-%d %H:%M} UTC", actor, at)
    return Restored(backup, flaws)


def _none(address: Address) -> StoreError:
    return StoreError(f"there is no store at {address} yet", do="the first keepwell plan makes it")


def _written(archive: zipfile.ZipFile, connection: Connection, revision: str, at: datetime) -> Backup:
    parts = {
        table.name: _table_written(archive, connection, table)
        for table in _tables(connection).sorted_tables
        if table.name not in MOMENTARY
    }
    backup = Backup(at, revision, parts)
    said = {"format": FORMAT, **asdict(backup), "at": at.astimezone(UTC).isoformat()}
    archive.writestr(_CONTENTS, json.dumps(said, indent=1))
    return backup


def _table_written(archive: zipfile.ZipFile, connection: Connection, table: sa.Table) -> Part:
    digest, count = hashlib.sha256(), 0
    query = sa.select(table).order_by(*table.primary_key.columns)
    with (
        archive.open(_place(table.name), "w", force_zip64=True) as out,
        connection.execution_options(yield_per=_ROWS).execute(query) as rows,
    ):
        for row in rows:
            plain = {name: _plain(value) for name, value in row._mapping.items()}
            line = json.dumps(plain, ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            out.write(line)
            count += 1
    return Part(count, digest.hexdigest())


def _contents(archive: zipfile.ZipFile, file: Path) -> Backup:
    said = json.loads(archive.read(_CONTENTS))
    if said["format"] != FORMAT or said["schema"] > schema.HEAD:
        raise StoreError(
            f"{file} was written by a later Keepwell (schema {said['schema']}; this one knows up to {schema.HEAD})",
            do="use the Keepwell that wrote it, or a later one",
        )
    parts = {name: Part(**part) for name, part in said["tables"].items()}
    return Backup(datetime.fromisoformat(said["at"]), said["schema"], parts)


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(_place(name)) as text:
        return hashlib.file_digest(text, "sha256").hexdigest()  # type: ignore[arg-type]


def _fill(connection: Connection, table: sa.Table, archive: zipfile.ZipFile) -> None:
    with archive.open(_place(table.name)) as text:
        batch: list[dict[str, Any]] = []
        for row in _rows(text, table, connection.dialect.name):
            batch.append(row)
            if len(batch) == _ROWS:
                connection.execute(sa.insert(table), batch)
                batch = []
        if batch:
            connection.execute(sa.insert(table), batch)
    if connection.dialect.name == "postgresql" and "number" in table.columns:
        sequence = sa.func.pg_get_serial_sequence(table.name, "number")
        highest = sa.select(sa.func.max(table.c.number)).scalar_subquery()
        connection.execute(sa.select(sa.func.setval(sequence, highest)))


def _rows(text: Any, table: sa.Table, dialect: str) -> Iterator[dict[str, Any]]:
    for line in text:
        row = json.loads(line)
        yield {name: _stored(value, table.c[name].type, dialect) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _stored(value: Any, kind: sa.types.TypeEngine[Any], dialect: str) -> Any:
    """A value of JSON as a column of a kind takes it."""
    if value is None:
        return sa.null() if isinstance(kind, sa.JSON) else None
    if isinstance(kind, sa.DateTime):
        instant = datetime.fromisoformat(value)
        return instant.replace(tzinfo=None) if dialect == "sqlite" else instant
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, sa.LargeBinary) else value


def _place(table: str) -> str:
    return f"tables/{table}.jsonl"


def _tables(connection: Connection) -> sa.MetaData:
    """The store's tables as they stand in the database, whatever its schema."""
    found = sa.MetaData()
    there = set(sa.inspect(connection).get_table_names())
    found.reflect(connection, only=sorted(there & set(METADATA.tables)))
    return found


def _clear(connection: Connection) -> None:
    """Removes every table of the store, and what guards them."""
    _tables(connection).drop_all(connection)
    connection.execute(sa.text("DROP TABLE alembic_version"))
    if connection.dialect.name == "postgresql":
        guards = "SELECT proname FROM pg_proc WHERE proname LIKE '%\\_only\\_grows' AND pronamespace = current_schema()::regnamespace"
        for name in connection.execute(sa.text(guards)).scalars().all():
            connection.execute(sa.text(f'DROP FUNCTION "{name}"()'))
