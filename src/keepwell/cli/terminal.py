"""The terminal: where text goes, how wide it is, whether it takes colour, and progress on long work."""

import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

NARROW = 80
WIDEST = 120

SIMULATED = "Simulated data: an invented firm, no real customers."


def console(stream: IO[str] | None = None) -> "Console":
    """A console on a stream (standard output): colour only on a terminal that wants it, 80 columns when piped."""
    from rich.console import Console

    target = stream or sys.stdout
    terminal = target.isatty()
    made = Console(file=target, highlight=False, markup=False, emoji=False, soft_wrap=False)
    made.width = min(max(made.width, 40), WIDEST) if terminal else NARROW
    return made


def show(*parts: "RenderableType", simulated: bool = False, output: Path | None = None) -> None:
    """Prints to standard output, or plainly to a file; data that are simulated are said to be before all else."""
    if output is not None:
        _write(parts, simulated, output)
        return
    target = console()
    with target.capture() as capture:
        if simulated:
            target.print(SIMULATED, style="yellow")
            target.print()
        for part in parts:
            target.print(part, crop=False)
    text = capture.get()
    if not sys.stdout.isatty():
        text = "\n".join(line.rstrip() for line in text.split("\n"))
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        text = text.translate(ASCII)
    sys.stdout.write(text)
    sys.stdout.flush()


def _write(parts: Sequence["RenderableType"], simulated: bool, output: Path) -> None:
    from keepwell.runs.export import replacing

    text = io.StringIO()
    target = console(text)
    for part in ([SIMULATED, ""] if simulated else []) + list(parts):
        target.print(part, crop=False)
    with replacing(output) as stream:
        stream.write("\n".join(line.rstrip() for line in text.getvalue().split("\n")).encode())


ASCII = str.maketrans(
    dict.fromkeys("█▏▎▍▌▋▊▉", "#") | dict(zip("●▲■○−–→·•…▁▂▃▄▅▆▇", "*^#o-->-*.1234567", strict=True))
)
"""What is drawn instead where the output's encoding knows no such signs."""


def show_json(value: Any) -> None:
    """Prints a value as JSON; instants as ISO 8601, amounts as numbers."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_said))


def _said(value: object) -> str | float:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def note(text: str) -> None:
    """Tells something beside the result, on standard error."""
    click.echo(text, err=True)


Progress = Callable[[str, float], None]


@contextmanager
def progress() -> Iterator[Progress]:
    """Hands out `report(what, share)`, drawn as a bar on standard error if that is a terminal; `share` runs from 0 to 1."""
    if not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console(sys.stderr),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=1.0)

        def report(what: str, share: float) -> None:
            bar.update(task, description=what, completed=min(max(share, 0.0), 1.0))

        yield report
