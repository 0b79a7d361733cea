"""Rows of a query in SQLite, PostgreSQL or MySQL, streamed in Arrow batches of text."""

import importlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from keepwell.errors import SourceError, UserError, installing
from keepwell.sources.raw import Batches, Raw, numbered
from keepwell.sources.source import Query

_BATCH_ROWS = 20_000


def url_of(query: Query, databases: Mapping[str, str], where: str) -> str:
    """The URL of a query's database: from the environment variable that `databases:` names, or a SQLite one as it stands.

    Raises:
        SourceError: no such database is declared, or the variable is not set.
    """
    declared = databases.get(query.database)
    if declared is None:
        raise SourceError(
            f"there is no database {query.database!r}",
            where=where,
            do="name it in keepwell.yml: databases: {" + query.database + ": ITS_URL_VARIABLE}",
        )
    if declared.startswith("sqlite:"):
        return declared
    url = os.environ.get(declared)
    if not url:
        raise SourceError(
            f"the environment variable {declared} is not set",
            where=where,
            do=f"type, for example: export {declared}=postgresql://user:password@host/database",
        )
    return url


def open_query(query: Query, databases: Mapping[str, str], folder: Path, where: str) -> Raw:
    """The rows of a query. The columns are asked for now; the rows are streamed later.

    Raises:
        SourceError: the database cannot be reached or refuses the query.
        UserError: its driver is not installed.
    """
    url = url_of(query, databases, where)
    with _told(where), _cursor(url, folder) as cursor:
        cursor.execute(query.query)
        cursor.fetchmany(1)
        names = [column[0] for column in cursor.description or ()]
    if not names:
        raise SourceError("the query returns no columns", where=where, do="`query:` must be a SELECT")
    columns = numbered(names)
    schema = pa.schema([(column.physical, pa.string()) for column in columns])

    def read() -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_batches(schema, _batches(url, query.query, folder, schema, where))

    return Raw(f"{query.database}: query", columns, Batches(read), first_row=1)


def _batches(url: str, query: str, folder: Path, schema: pa.Schema, where: str) -> Iterator[pa.RecordBatch]:
    with _told(where), _cursor(url, folder) as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(_BATCH_ROWS):
            yield text_batch(rows, schema)


def text_batch(rows: Sequence[Sequence[object]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows of Python values as a batch of text columns."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array([as_text(value) for value in column], pa.string()) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def as_text(value: object) -> str | None:
    """A value as a file would hold it: instants in ISO 8601 with a `T`, whole floats without a point."""
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case date():
            return f"{value.isoformat()}T00:00:00"
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case bytes() | bytearray() | memoryview():
            return bytes(value).decode("utf-8", errors="replace")
        case _:
            return str(value)


@contextmanager
def _told(where: str) -> Iterator[None]:
    try:
        yield
    except (UserError, GeneratorExit):
        raise
    except Exception as error:
        if not _from_driver(error):
            raise
        raise SourceError(f"the database says: {str(error).strip()}", where=where) from error


def _from_driver(error: Exception) -> bool:
    return any(
        kind.__name__ == "Error" and "DatabaseError" not in kind.__name__ for kind in type(error).__mro__
    ) and (type(error).__module__.split(".")[0] in ("sqlite3", "psycopg", "pymysql"))


@contextmanager
def _cursor(url: str, folder: Path) -> Iterator[Any]:
    scheme = urlsplit(url).scheme.split("+")[0]
    opener = _OPENERS.get(scheme)
    if opener is None:
        raise SourceError(
            f"there is no reader for {scheme or 'such'}: databases", do=f"there are {', '.join(_OPENERS)}"
        )
    with opener(url, folder) as cursor:
        yield cursor


@contextmanager
def _sqlite(url: str, folder: Path) -> Iterator[Any]:
    path = folder / unquote(urlsplit(url).path.removeprefix("/"))
    if not path.is_file():
        raise SourceError(
            f"there is no SQLite file {path}",
            do="four slashes begin an absolute path: sqlite:////data/crm.db",
        )
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection.cursor()


@contextmanager
def _postgres(url: str, _: Path) -> Iterator[Any]:
    psycopg = _driver("psycopg", "postgres")
    with psycopg.connect("postgresql" + url[url.index(":") :]) as connection:
        connection.read_only = True
        with connection.cursor(name="keepwell") as cursor:
            cursor.itersize = _BATCH_ROWS
            yield cursor


@contextmanager
def _mysql(url: str, _: Path) -> Iterator[Any]:
    pymysql = _driver("pymysql", "mysql")
    cursors = _driver("pymysql.cursors", "mysql")
    parts = urlsplit(url)
    connection = pymysql.connect(
        host=parts.hostname or "localhost",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=unquote(parts.path.removeprefix("/")),
        charset="utf8mb4",
        cursorclass=cursors.SSCursor,
    )
    with closing(connection), connection.cursor() as cursor:
        yield cursor


_OPENERS: dict[str, Callable[[str, Path], Any]] = {
    "sqlite": _sqlite,
    "postgresql": _postgres,
    "postgres": _postgres,
    "mysql": _mysql,
    "mariadb": _mysql,
}


def _driver(module: str, extra: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UserError(
            f"reading from this database needs {module.partition('.')[0]}, which is not installed",
            do=installing(extra),
        ) from error
