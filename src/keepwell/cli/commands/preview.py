"""`keepwell preview`: a message as somebody at an account would get it."""

from datetime import date, datetime
from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.main import FINDINGS
from keepwell.cli.opening import opened


@click.command(
    short_help="Show a message as somebody at an account would get it.",
    epilog="\b\nExample: keepwell preview email/check_in A-0012"
    "\nExample: keepwell preview email/check_in A-0012 --locale de --html message.html",
)
@click.argument("template")
@click.argument("account")
@click.option(
    "--contact",
    help="Write to the contact with this e-mail address. Default: the champion, or else the first.",
)
@click.option(
    "--locale", default="", help="Take the text in this language, if it is written in it, such as de."
)
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the page to this file, to be looked at in a browser.",
)
@options.as_of
@options.of_working
@options.in_project
@options.as_json
def preview(
    *,
    template: str,
    account: str,
    contact: str | None,
    locale: str,
    page: Path | None,
    asked: datetime | date | None,
    working: bool,
    folder: Path,
    json_wanted: bool,
) -> int:
    """Fill TEMPLATE, named by its channel and name, in for ACCOUNT, named by its id or its name, and tell what is wrong with it.

    Nothing is sent; the command ends with 1 where a message must not be sent so. What a template names and nobody knows is a mistake, unless a `default` stands in for it.
    """
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.rehearsal import rehearse

        found = rehearse(
            project, warehouse, template, account,
            contact=contact, locale=locale, as_of=options.instant(asked, project),
        )  # fmt: skip
    if page is not None:
        page.write_text(found.message.html, encoding="utf-8")
    if json_wanted:
        from keepwell.cli.json_forms import of_rehearsal

        terminal.show_json(of_rehearsal(found, project.simulated))
    else:
        from keepwell.cli.screens.message import screen

        terminal.show(*screen(found), simulated=project.simulated)
    return FINDINGS if any(one.stops for one in found.findings) else 0
