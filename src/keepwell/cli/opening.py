"""What a command stands on: the project of its folder, and the warehouse, open for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.warehouse.duckdb import DuckDBWarehouse


@contextmanager
def opened(folder: Path) -> Iterator["tuple[Project, DuckDBWarehouse]"]:
    """The project in a folder, and its warehouse, which must be there.

    Raises:
        DefinitionError: the definitions hold mistakes.
        WarehouseError: nothing has been loaded yet, or the warehouse stays held by another process.
    """
    from keepwell.errors import WarehouseError
    from keepwell.project import load
    from keepwell.warehouse.duckdb import open_warehouse

    project = load(folder)
    if not project.warehouse.exists():
        raise WarehouseError(
            f"there is no warehouse at {project.warehouse} yet", do="load the data first: keepwell load"
        )
    with open_warehouse(project.warehouse) as warehouse:
        yield project, warehouse
