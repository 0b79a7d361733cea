"""`keepwell waive`: somebody says why what looks like a leak is none."""

from pathlib import Path

import click

from keepwell.cli import options, terminal


@click.command(
    short_help="Say why what looks like a leak is none.",
    epilog="\b\nExample: keepwell waive\n"
    "Example: keepwell waive days_quiet --why 'Known the same night, and long before they leave'\n"
    "Example: keepwell waive days_quiet --revoke",
)
@click.argument("subject", required=False)
@click.argument("sign", required=False)
@click.option("--why", metavar="TEXT", help="The reason, kept with who gave it and when.")
@click.option("--revoke", "ended", is_flag=True, help="End the waiver.")
@options.in_project
@options.as_json
def waive(
    *, subject: str | None, sign: str | None, why: str | None, ended: bool, folder: Path, json_wanted: bool
) -> None:
    """Let SUBJECT, a signal, `account.` attribute or table's column that `keepwell check` takes for a leak, pass.

    SIGN names one of its signs; without it every one is waived. Without SUBJECT, what is waived is listed.
    """
    from keepwell.runs import waiving
    from keepwell.store.actor import actor

    if subject is not None and ended:
        waiving.revoke(folder, subject, sign, actor=actor())
    elif subject is not None:
        if why is None:
            raise click.UsageError("Missing option '--why': what makes it no leak?")
        waiving.waive(folder, subject, sign, why=why, actor=actor())
    found = waiving.waivers(folder)
    if json_wanted:
        terminal.show_json(
            [
                {
                    "subject": each.subject,
                    "sign": each.rule,
                    "why": each.why,
                    "actor": each.actor,
                    "at": each.at,
                }
                for each in found
            ]
        )
        return
    from keepwell.cli.screens.waivers import screen

    terminal.show(*screen(found))
