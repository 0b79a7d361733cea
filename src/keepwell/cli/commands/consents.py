"""`keepwell consents`: who may be written to, on which basis, and who may not: imported, listed, exported, forgotten."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.main import FINDINGS
from keepwell.outreach.step import Channel

ACTIONS = ("list", "import", "export", "ask", "forget")
SHOWN = 20
FORGOTTEN = "forgotten"
"""The name of the secret by which those who were forgotten are known again."""


@click.command(
    short_help="Import, list and export consents and suppressions; forget a person.",
    epilog="\b\nExample: keepwell consents import consents.csv --source 'CRM of May'\n"
    "Example: keepwell consents list ana@example.com\n"
    "Example: keepwell consents export > consents.csv\n"
    "Example: keepwell consents ask ana@example.com --source 'Form of the blog'\n"
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
@click.option("--category", metavar="NAME", help="Of which category somebody is asked. Default: of all.")
@options.in_project
@options.as_json
def consents(
    *,
    action: str,
    what: str | None,
    source: str,
    channel: str,
    category: str | None,
    folder: Path,
    json_wanted: bool,
) -> int:
    """List who may be written to and who may not, or import that from a CSV file, or export it as one.

    A file has a row for each consent (recipient, basis, granted_at, and, where it is so, channel, category, withdrawn_at, source) or
    suppression (recipient, cause, since, until, category). Rows that cannot be used are told one by one, and the others are kept; importing a
    file again adds nothing. ask makes the link by which whoever reads the mail of an address confirms that they want to be written to (double opt-in).
    forget removes an address for good, with all that its person wrote.
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
    if action == "ask":
        _ask(what, category, source, folder, json_wanted)
        return 0
    if action == "forget":
        if what is None:
            raise click.UsageError("Missing argument 'ADDRESS': whom to forget?")
        from keepwell.project.key import secret

        number = on_file.forget(store, secret(folder, FORGOTTEN), channel, what, actor=actor())
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


def _ask(what: str | None, category: str | None, source: str, folder: Path, json_wanted: bool) -> None:
    from keepwell.cli.opening import project_of
    from keepwell.errors import UserError
    from keepwell.outreach.links import SECRET, Links
    from keepwell.project.key import secret
    from keepwell.runs.outreach import confirming
    from keepwell.store import engine
    from keepwell.store.address import address

    if what is None or not source:
        raise click.UsageError("Missing argument 'ADDRESS', or option '--source': where was it left?")
    public = project_of(folder).outreach.public_url
    if not public:
        raise UserError(
            "outreach.yml names no public_url, where the link would lead", do="add it there, and apply it"
        )
    links = Links(secret(folder, SECRET), public)
    url = confirming.ask(engine.made(address(folder)), links, what, category=category, source=source)
    if json_wanted:
        terminal.show_json({"url": url})
    else:
        click.echo(f"Send this link to the address; it works for a week:\n\n    {url}\n")


def _import(what: str | None, source: str, folder: Path, json_wanted: bool) -> int:
    from keepwell.cli.opening import project_of
    from keepwell.project.key import secret
    from keepwell.runs.outreach.importing import imported
    from keepwell.store import engine
    from keepwell.store.actor import actor
    from keepwell.store.address import address

    if what is None:
        raise click.UsageError("Missing argument 'FILE': which file to import?")
    project = project_of(folder)
    store = engine.made(address(folder))
    known = secret(folder, FORGOTTEN)
    found = imported(store, Path(what), zone=project.zone, source=source, actor=actor(), secret=known)
    if json_wanted:
        terminal.show_json(asdict(found))
    else:
        from keepwell.cli.screens.on_file import imported_screen

        terminal.show(*imported_screen(found, what))
    return FINDINGS if found.refused else 0
