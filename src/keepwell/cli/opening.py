"""What a command stands on: the project of its folder, and the warehouse, open for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.runs.inspection import Inspection
    from keepwell.warehouse.protocol import Warehouse


@contextmanager
def opened(folder: Path, *, working: bool = False) -> "Iterator[tuple[Project, Warehouse]]":
    """The project that scores go by in a folder (see `project_of`), and its warehouse, which must be there.

    Raises:
        DefinitionError: the definitions hold mistakes.
        WarehouseError: nothing has been loaded yet, or the warehouse stays held by another process.
    """
    from keepwell.warehouse.duckdb import open_warehouse

    project = project_of(folder, working=working)
    loaded(project)
    with open_warehouse(project.warehouse) as warehouse:
        yield project, warehouse


def project_of(folder: Path, *, working: bool = False) -> "Project":
    """The project that scores go by: the applied version, or the working files, if `working` or if nothing was ever applied.

    Says on standard error when working files differ from those that were applied.
    """
    from keepwell.runs.applied import in_force

    found = in_force(folder, working=working)
    if found.applied is not None and found.differing:
        from keepwell.cli import terminal
        from keepwell.project.report import listed

        terminal.note(
            f"This is the applied version {found.applied.version}; {listed(found.differing, 3)} changed since: "
            "keepwell plan shows what would change, --working uses the working files."
        )
    return found.project


def loaded(project: "Project") -> None:
    """Sees to it that there is a warehouse.

    Raises:
        WarehouseError: nothing has been loaded yet.
    """
    from keepwell.errors import WarehouseError

    if not project.warehouse.exists():
        raise WarehouseError(
            f"there is no warehouse at {project.warehouse} yet", do="load the data first: keepwell load"
        )


def looked_through(project: "Project") -> "tuple[Inspection, ...]":
    """What the data show of leaks, where there are data, and outcomes to hold them against."""
    if not project.outcomes or not project.warehouse.exists():
        return ()
    from keepwell.cli import terminal
    from keepwell.runs.inspection import inspected
    from keepwell.warehouse.duckdb import open_warehouse

    with open_warehouse(project.warehouse) as warehouse, terminal.progress() as progress:
        return inspected(project, warehouse, progress=progress)
