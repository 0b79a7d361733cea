"""The definitions that scores go by: the applied version, or the working files of a project that was never applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from keepwell.errors import DefinitionError, UserError
from keepwell.project import Project, load, of_files
from keepwell.project.document import Pairs, Scalar, read
from keepwell.project.folder import KEEPWELL
from keepwell.project.report import Report
from keepwell.project.snapshot import Files, Folder, Snapshot, differing, digests, taken
from keepwell.project.turning import along
from keepwell.store.address import Address, address
from keepwell.store.opening import reading

if TYPE_CHECKING:
    from keepwell.store.applied import Applied


@dataclass(frozen=True, slots=True)
class InForce:
    """A project, and where it comes from: what was `applied` (`None`: the working files).

    `differing` names the working files that are not as they were applied.
    """

    project: Project
    applied: "Applied | None" = None
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """The time in which a version was applied: from `since` until the next one was (`None`: it still is).

    `definitions` are the versions of its scores, by purpose.
    """

    definitions: Mapping[str, str]
    since: datetime
    until: datetime | None


def in_force(folder: Path, *, working: bool = False) -> InForce:
    """What scores go by in a project's folder; with `working` always its files as they are now.

    The clock of a simulated project counts as it was turned. Only a project that has a store loads a database library. Working files that hold mistakes harm nothing here.

    Raises:
        DefinitionError: working files are asked for, or nothing was ever applied, and they hold mistakes.
        UserError: the folder is no project; or the applied version cannot be read by this Keepwell.
        StoreError: the store cannot be read.
    """
    found = None if working else _last(folder)
    if found is None:
        return InForce(along(load(folder)))
    last, copy = found
    project = of_copy(copy, last.version)
    files = Folder(folder)
    same_project(files, project, address(folder))
    return InForce(along(project), last, tuple(differing(digests(files), digests(copy))))


def _last(folder: Path) -> "tuple[Applied, Snapshot] | None":
    """What was applied last, with its copy of the files; `None`: nothing was."""
    with reading(folder) as connection:
        if connection is None:
            return None
        from keepwell.store import applied, snapshots

        last = applied.latest(connection)
        return None if last is None else (last, Snapshot(folder, snapshots.texts(connection, last.snapshot)))


def periods(folder: Path) -> tuple[Period, ...]:
    """Which version was applied when, the oldest first; nothing where nothing was."""
    at = address(folder)
    if not at.there:
        return ()
    from keepwell.runs.versions import versions_of

    past = versions_of(folder)
    if not past:
        return ()
    ends = [*(each.applied.at for each in past[1:]), None]
    return tuple(Period(each.definitions, each.applied.at, end) for each, end in zip(past, ends, strict=True))


def of_copy(copy: Snapshot, version: str) -> Project:
    """The project of a kept copy of its files.

    Raises:
        UserError: this Keepwell finds mistakes in it.
    """
    try:
        return of_files(copy)
    except DefinitionError as error:
        raise UserError(
            f"this Keepwell finds mistakes in the version {version} that is kept in the store:\n{error}",
            do="mend them in the working files, then: keepwell plan, keepwell apply; "
            "until then --working uses the working files",
        ) from error


def same_project(files: Files, project: Project, at: Address) -> None:
    """Sees to it that a store named by the environment is that of the project in the folder.

    Raises:
        UserError: it holds the versions of a project of another name.
    """
    if not at.shared or not files.has(KEEPWELL):
        return
    node = read(files, KEEPWELL, Report())
    pair = node.get("project") if isinstance(node, Pairs) else None
    name = pair.value.text if pair is not None and isinstance(pair.value, Scalar) else project.name
    if name != project.name:
        raise UserError(
            f"the store {at} holds the versions of the project {project.name!r}, and this is {name!r}",
            where=str(files.folder / KEEPWELL),
            do="name another store in KEEPWELL_STORE_URL, or unset it",
        )


def working_copy(folder: Path) -> tuple[Snapshot, Project]:
    """A copy of the working files, and the project that they hold.

    Raises:
        DefinitionError: they hold mistakes.
        UserError: the folder is no project.
    """
    files = Folder(folder)
    project = load(folder)
    copy = taken(files)
    return copy, project
