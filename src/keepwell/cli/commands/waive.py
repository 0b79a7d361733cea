"""`keepwell waive`: somebody says why what looks like a leak is none."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import looked_through, project_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keepwell.runs.inspection import Inspection
    from keepwell.store.waivers import Waiver


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
@click.option("--no-data", is_flag=True, help="List the waivers alone, without what still blocks.")
@options.in_project
@options.as_json
def waive(
    *,
    subject: str | None,
    sign: str | None,
    why: str | None,
    ended: bool,
    no_data: bool,
    folder: Path,
    json_wanted: bool,
) -> None:
    """Let SUBJECT, a signal, `account.` attribute or table's column that `keepwell check` takes for a leak, pass.

    SIGN names one of its signs; without it every one is waived. Without SUBJECT, what is waived is listed, and what still
    blocks, each with what to type.
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
    project = project_of(folder, working=True)
    inspections = looked_through(project) if subject is None and not no_data else None
    if json_wanted:
        from keepwell.cli.json_forms import marked

        terminal.show_json(marked(_form(found, inspections), project.simulated))
        return
    from keepwell.cli.screens.waivers import screen

    terminal.show(*screen(found, inspections), simulated=project.simulated and inspections is not None)


def _form(waivers: "Sequence[Waiver]", inspections: "Sequence[Inspection] | None") -> dict[str, Any]:
    """The waivers in force and, if it was looked for (else null), what blocks, and against which outcomes nothing can be told, with why."""
    from keepwell.runs.inspection import of_leak

    told = inspections or ()
    blocking = [of_leak(leak, each.outcome) for each in told for leak in each.blocking]
    return {
        "waivers": [
            {"subject": each.subject, "sign": each.rule, "why": each.why, "actor": each.actor, "at": each.at}
            for each in waivers
        ],
        "blocking": None if inspections is None else blocking,
        "not_looked_at": {each.outcome: each.unknown for each in told if each.unknown},
    }
