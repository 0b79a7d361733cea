"""Where a project's store is. Light to import: a project without a store never loads a database library."""

import os
from dataclasses import dataclass
from pathlib import Path

STORE = ".keepwell/store.sqlite"
URL_VARIABLE = "KEEPWELL_STORE_URL"

_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


@dataclass(frozen=True, slots=True)
class Address:
    """A store's URL; `file` is the SQLite file where it is one, `shared` says that the URL was given by the environment.

    A shared store may hold another project's records; one in the project's folder is its own.
    """

    url: str
    file: Path | None
    shared: bool

    @property
    def there(self) -> bool:
        """Whether there may be a store: a server's is only known once it is asked."""
        return self.file is None or self.file.exists()

    def __str__(self) -> str:
        """Where it is, for people: without user or password."""
        if self.file is not None:
            return str(self.file)
        scheme, _, rest = self.url.partition("://")
        return f"{scheme.partition('+')[0]}://{rest.rpartition('@')[2]}"


def address(folder: Path) -> Address:
    """The store of the project in a folder: `KEEPWELL_STORE_URL`, else a SQLite file in the folder."""
    said = os.environ.get(URL_VARIABLE)
    if not said:
        return _sqlite(folder / STORE, shared=False)
    scheme, _, rest = said.partition("://")
    if scheme == "sqlite":
        return _sqlite(Path(rest.removeprefix("/")), shared=True)
    return Address(f"{_DRIVERS.get(scheme, scheme)}://{rest}", None, shared=True)


def _sqlite(file: Path, *, shared: bool) -> Address:
    return Address(f"sqlite:///{file.absolute()}", file.absolute(), shared)
