"""`keepwell consents`: who may be written to, on which basis, and who may not: imported, listed, exported, forgotten."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.main import FINDINGS
from keepwell.outreach.step import Channel

ACTIONS = ("list", "import", "export", "forget")
SHOWN = 20


@click.command(
    short_help="Import, list and export consents and suppressions; forget a person.",
    epilog="\b\nExample: keepwell consents import consents.csv --source 'CRM of May'\n"
    "Example: keepwell consents list ana@example.com\n"
    "Example: keepwell consents export > consents.csv\n"
    "Example: keepwell consents forget ana@example.com",
)
@click.argument("action", type=click.Choice(ACTIONS), default="list")
@click.argument("what", required=False, metavar="[FILE|ADDRESS]")
@click.option("--source", default="", metavar="TEXT", help="Where consents come from that name no source.")
@click.option(
    "--channel",
    type=click.Choice([str(each) for each in Channel]),
    default=str(Channel.EMAIL),
    show_default=True,
    help="Of which channel an address is.",
)
@options.in_project
@options.as_json
def consents(
    *, action: str, what: str | None, source: str, channel: str, folder: Path, json_wanted: bool
) -> int:
    """List who may be written to and who may not, or import that from a CSV file, or export it as one.

    A file has a row for each consent (recipient, basis, granted_at, and, where it is so, channel, category, withdrawn_at, source) or
    suppression (recipient, cause, since, until, category). Rows that cannot be used are told one by one, and the others are kept; importing a
    file again adds nothing. forget removes an address for good, with all that its person wrote.
    """
    from keepwell.store import engine
    from keepwell.store.actor import actor
    from keepwell.store.address import address

    store = engine.made(address(folder))
    if action == "import":
        return _import(what, source, folder, json_wanted)
    from keepwell.runs.outreach import on_file

    if action == "export":
        on_file.export(store, sys.stdout)
        return 0
    if action == "forget":
        if what is None:
            raise click.UsageError("Missing argument 'ADDRESS': whom to forget?")
        number = on_file.forget(store, channel, what, actor=actor())
        if json_wanted:
            terminal.show_json({"forgotten": number})
        else:
            click.echo(f"The address is removed; what stays of it is known as recipient {number}.")
        return 0
    rows = on_file.every(store) if what is None else on_file.of(store, channel, what)
    if json_wanted:
        terminal.show_json(list(on_file.told(rows)))
        return 0
    from keepwell.cli.screens.on_file import screen

    terminal.show(*screen(rows, SHOWN if what is None else len(rows)))
    return 0


def _import(what: str | None, source: str, folder: Path, json_wanted: bool) -> int:
    from keepwell.cli.opening import project_of
    from keepwell.runs.outreach.importing import imported
    from keepwell.store import engine
    from keepwell.store.actor import actor
    from keepwell.store.address import address

    if what is None:
        raise click.UsageError("Missing argument 'FILE': which file to import?")
    project = project_of(folder)
    store = engine.made(address(folder))
    found = imported(store, Path(what), zone=project.zone, source=source, actor=actor())
    if json_wanted:
        terminal.show_json(asdict(found))
    else:
        from keepwell.cli.screens.on_file import imported_screen

        terminal.show(*imported_screen(found, what))
    return FINDINGS if found.refused else 0
