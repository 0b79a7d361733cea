"""`keepwell audit`: who did what to what, and whether anybody has touched the record."""

from dataclasses import asdict
from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.main import FINDINGS

SHOWN = 20


@click.command(
    short_help="Show who did what; verify that nobody touched it.",
    epilog="\b\nExample: keepwell audit\nExample: keepwell audit verify",
)
@click.argument("action", required=False, type=click.Choice(["verify"]))
@click.option("--verify", is_flag=True, help="The same as verify.")
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"At most so many, the latest. Default: {SHOWN}, in JSON all."
)
@options.in_project
@options.as_json
def audit(action: str | None, *, verify: bool, limit: int | None, folder: Path, json_wanted: bool) -> int:
    """Show the audit: plans, approvals, what was applied and rolled back, waivers, each with who and when.

    Each entry is chained to the one before it by its hash, so that verify finds a changed entry, a gap, or one put in
    between; it exits with 1 if it does. Note the last hash elsewhere to also find what was cut off at the end.
    """
    from keepwell.runs.auditing import audit as run

    found = run(
        folder, limit if json_wanted or limit is not None else SHOWN, verify=verify or action is not None
    )
    if json_wanted:
        terminal.show_json(
            {
                "entries": [asdict(each) for each in found.entries],
                "verified": None if found.flaws is None else not found.flaws,
                "flaws": [asdict(each) for each in found.flaws or ()],
                "last_hash": found.last_hash,
            }
        )
    else:
        from keepwell.cli.opening import project_of
        from keepwell.cli.screens.audits import screen

        terminal.show(*screen(found, project_of(folder).zone))
    return FINDINGS if found.flaws else 0
