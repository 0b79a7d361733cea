"""`keepwell db`: the store's schema, its backups, and the way back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell import clock
from keepwell.cli import options, terminal
from keepwell.cli.main import FINDINGS

if TYPE_CHECKING:
    from keepwell.store.address import Address

ACTIONS = ("status", "upgrade", "backup", "restore")


@click.command(
    short_help="Look after the store: its schema, its backups.",
    epilog="\b\nExample: keepwell db status\nExample: keepwell db upgrade\n"
    "Example: keepwell db backup\nExample: keepwell db restore .keepwell/backups/store-20250630-120000.zip --replace",
)
@click.argument("action", type=click.Choice(ACTIONS))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="restore: replace the store that is there; a backup of it is written first.",
)
@options.in_project
@options.as_json
def db(action: str, file: Path | None, *, replace: bool, folder: Path, json_wanted: bool) -> int:
    """Show where the store is and whether its schema is current (status), bring it up to date (upgrade), write all of it into FILE
    (backup), or make it what it was when FILE was written (restore).

    The store is .keepwell/store.sqlite in the project's folder, or the PostgreSQL database that KEEPWELL_STORE_URL names. It
    is made by the first plan. A backup is one file, the same from either database, .keepwell/backups/store-TIME.zip if none is
    named; sessions, links and throttles are not in it. status exits with 1 if the schema is not current.
    """
    from keepwell.store.address import address

    at = address(folder)
    if action == "backup":
        return _backup(at, file or _usual(folder, "store"), json_wanted)
    if action == "restore":
        if file is None:
            raise click.UsageError("Missing argument 'FILE': which backup is to be restored?")
        return _restore(at, file, _usual(folder, "replaced") if replace else None, json_wanted)
    from keepwell.store import engine

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


def _usual(folder: Path, name: str) -> Path:
    """Where a backup of now goes if no file is named."""
    return folder / ".keepwell" / "backups" / f"{name}-{clock.now():%Y%m%d-%H%M%S}.zip"


def _backup(at: "Address", file: Path, json_wanted: bool) -> int:
    from keepwell.store import backup

    written = backup.write(at, file, clock.now())
    if json_wanted:
        terminal.show_json(
            {"file": str(file), "at": written.at, "schema": written.schema, "rows": written.rows}
        )
    else:
        click.echo(f"{file}: {written.rows:,} rows of {len(written.tables)} tables, schema {written.schema}.")
    return 0


def _restore(at: "Address", file: Path, replaced: Path | None, json_wanted: bool) -> int:
    from keepwell.store import backup, engine
    from keepwell.store.actor import actor

    if replaced is not None and engine.status(at).revision is not None:
        backup.read(file)
        backup.write(at, replaced, clock.now())
    restored = backup.restore(at, file, replace=replaced is not None, actor=actor(), at=clock.now())
    if json_wanted:
        flaws = [{"entry": flaw.number, "what": flaw.what} for flaw in restored.flaws]
        terminal.show_json(
            {"store": str(at), "at": restored.backup.at, "rows": restored.backup.rows, "flaws": flaws}
        )
        return FINDINGS if restored.flaws else 0
    click.echo(f"{at}: {restored.backup.rows:,} rows, as of {restored.backup.at:%Y-%m-%d %H:%M} UTC.")
    if replaced is not None and replaced.exists():
        click.echo(f"What was there before is in {replaced}.")
    click.echo("Everybody signs in anew. Look through people and keys: what was shut out since is back.")
    for flaw in restored.flaws:
        click.echo(f"The audit's entry {flaw.number}: {flaw.what}.")
    return FINDINGS if restored.flaws else 0
