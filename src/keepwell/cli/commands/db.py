"""`keepwell db`: the store's schema."""

from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.main import FINDINGS

ACTIONS = ("status", "upgrade")


@click.command(
    short_help="Look after the store: its schema.",
    epilog="\b\nExample: keepwell db status\nExample: keepwell db upgrade",
)
@click.argument("action", type=click.Choice(ACTIONS))
@options.in_project
@options.as_json
def db(action: str, folder: Path, json_wanted: bool) -> int:
    """Show where the store is and whether its schema is current (status), or bring it up to date (upgrade).

    The store is .keepwell/store.sqlite in the project's folder, or the PostgreSQL database that KEEPWELL_STORE_URL names. It
    is made by the first plan. status exits with 1 if the schema is not current.
    """
    from keepwell.store import engine
    from keepwell.store.address import address

    at = address(folder)
    before, now = engine.upgrade(at) if action == "upgrade" else (engine.status(at),) * 2
    if json_wanted:
        terminal.show_json(
            {"store": str(at), "before": before.revision, "revision": now.revision, "head": now.head}
        )
    elif now.current:
        moved = "" if before == now else f", brought up from {before.revision or 'nothing'}"
        click.echo(f"{at}: schema {now.revision}, current{moved}.")
    elif now.revision is None:
        click.echo(f"{at}: there is no store yet; the first keepwell plan makes it.")
    else:
        advice = "it needs a later Keepwell" if now.newer else "type: keepwell db upgrade"
        click.echo(f"{at}: schema {now.revision}, not {now.head}: {advice}.")
    return 0 if now.current or now.revision is None else FINDINGS
