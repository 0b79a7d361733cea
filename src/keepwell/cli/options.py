"""Options that commands share, so that they are spelt and explained in one way."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from keepwell.signals.window import Span, midnight

if TYPE_CHECKING:
    from keepwell.project import Project

F = TypeVar("F", bound=Callable[..., Any])

FILE = "keepwell.yml"
PORT = 8337
"""Where `keepwell serve` listens unless told otherwise."""


def _project_folder(_ctx: click.Context, _parameter: click.Parameter, folder: Path | None) -> Path:
    if folder is not None:
        return folder
    here = Path.cwd()
    return next((place for place in (here, *here.parents) if (place / FILE).is_file()), here)


def _of_project(*names: str) -> Callable[[F], F]:
    return click.option(
        *names,
        "folder",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        callback=_project_folder,
        help="The project's folder. Default: the current one, or the nearest above it with a keepwell.yml.",
    )


def in_project(command: F) -> F:
    """Adds `-C/--project DIR`, handed on as `folder`: the current folder, or the nearest above it that holds a project."""
    return _of_project("-C", "--project")(command)


def served(command: F) -> F:
    """Adds `-p/-C/--project DIR`, handed on as `folder`, for the command that serves it."""
    return _of_project("-p", "-C", "--project")(command)


def of_working(command: F) -> F:
    """Adds `--working`, handed on as `working`: the working files instead of the applied version."""
    return click.option(
        "--working",
        is_flag=True,
        help="Use the files as they are now instead of the version that was applied.",
    )(command)


def with_reason(command: F) -> F:
    """Adds `--why TEXT`, which must be said, handed on as `why`."""
    return click.option(
        "--why", metavar="TEXT", required=True, help="The reason, kept with who did it and when."
    )(command)


def as_json(command: F) -> F:
    """Adds `--json`, handed on as `json_wanted`."""
    return click.option("--json", "json_wanted", is_flag=True, help="Print JSON for other programs.")(command)


class Instant(click.ParamType[datetime | date]):
    """A day (its midnight in the project's zone) or an ISO 8601 instant."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is no date; type, for example, 2025-06-30 or 2025-06-30T09:00:00+02:00",
                param,
                ctx,
            )


STEPS = {"day": "1 day", "week": "7 days", "month": "1 month", "quarter": "3 months"}


class Every(click.ParamType[Span]):
    """`day`, `week`, `month`, `quarter`, or a span of days, weeks or months such as `14 days`."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        if isinstance(value, Span):
            return value
        try:
            span = Span.parse(STEPS.get(str(value), str(value)))
        except ValueError:
            span = None
        if span is None or span.days < 1:
            self.fail(f"{value!r} is no step; type day, week, month, or for example '14 days'", param, ctx)
        return span


def as_of(command: F) -> F:
    """Adds `--as-of DATE`, handed on as `asked`."""
    return click.option(
        "--as-of",
        "asked",
        type=Instant(),
        help="The instant to speak of: a day (its midnight in the project's zone) or an ISO 8601 instant. "
        "Default: the project's as_of, else now.",
    )(command)


def for_purpose(command: F) -> F:
    """Adds `--purpose NAME`, handed on as `purpose`."""
    return click.option("--purpose", metavar="NAME", help="health, expansion, ... Default: health.")(command)


def instant(asked: datetime | date | None, project: "Project") -> datetime | None:
    """The instant asked for, in UTC; an instant without an offset is local time in the project's zone."""
    if asked is None:
        return None
    if not isinstance(asked, datetime):
        return midnight(asked, project.zone)
    if asked.tzinfo is None:
        asked = asked.replace(tzinfo=project.zone)
    return asked.astimezone(UTC)


def at_folder(command: F) -> F:
    """Adds `-C/--project DIR`, handed on as `folder`: for commands that make a project, where its path begins."""
    return click.option(
        "-C",
        "--project",
        "folder",
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        help="The folder that the new project's path is relative to. Default: the current one.",
    )(command)
