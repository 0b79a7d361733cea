"""`keepwell serve`: the shared view for a team, as a web application and an API."""

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell.cli import options, terminal

if TYPE_CHECKING:
    from keepwell.web.running import Started


@click.command(
    short_help="Serve the scores to a team: pages, API, and runs at set times.",
    epilog="\b\nExample: keepwell serve\nExample: keepwell serve -p acme --host 0.0.0.0 --port 8080",
)
@click.option(
    "--host", metavar="NAME", default="127.0.0.1", show_default=True, help="The address to listen at."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=options.PORT,
    show_default=True,
    help="0: any that is free.",
)
@options.served
@options.as_json
def serve(*, host: str, port: int, folder: Path, json_wanted: bool) -> None:
    """Serve the project: its pages and API, until Ctrl-C or SIGTERM stops it.

    It goes by the applied version. While it runs, it owns the warehouse, and every other command works through it.
    """
    gc.disable()  # nothing that a start makes is garbage, and looking for it takes a quarter as long again
    try:
        from keepwell.web.running import run

        run(folder, host=host, port=port, tell=_as_json if json_wanted else _told)
    finally:
        gc.enable()
    if not json_wanted:
        click.echo("Stopped.")


def _as_json(started: "Started") -> None:
    terminal.show_json({"project": started.project, "url": started.url, "set_up": started.set_up})


def _told(started: "Started") -> None:
    click.echo(f"{started.project} is served at {started.url} (Ctrl-C stops it).")
    if started.set_up is not None:
        click.echo("Nobody can sign in yet. Whoever opens this first, within a day, becomes the admin:")
        click.echo(f"  {started.url}{started.set_up}")
