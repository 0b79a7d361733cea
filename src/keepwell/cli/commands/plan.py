"""`keepwell plan`: what the working files would change, before they do."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepwell.cli import options, terminal

if TYPE_CHECKING:
    from keepwell.runs.drawn import Drawn


@click.command(
    short_help="Show what your edits would change, before they do.",
    epilog="\b\nExample: keepwell plan\nExample: keepwell plan --json | jq .effects",
)
@click.option(
    "--no-evidence",
    is_flag=True,
    help="Do not work out how well the scores tell the outcomes, before and after: quicker.",
)
@options.in_project
@options.as_json
def plan(*, no_evidence: bool, folder: Path, json_wanted: bool) -> None:
    """Compare the working files with the applied version: what changed, which accounts would change band, and whether the
    scores tell what really happened better or worse.

    The plan is kept under an id that approvals and keepwell apply name. The same files over the same applied version are
    the same plan; drawn up again, only its effect is measured anew. Scores by the working files are not kept.
    """
    from keepwell.runs.plan import plan as run
    from keepwell.store.actor import actor

    with terminal.progress() as progress:
        drawn = run(folder, actor=actor(), evidence=not no_evidence, progress=progress)
    if json_wanted:
        terminal.show_json(_form(drawn))
    elif drawn is None:
        click.echo("The working files are as they were applied: there is nothing to plan.")
    else:
        from keepwell.cli.screens.plans import screen

        terminal.show(*screen(drawn), simulated=drawn.project.simulated)


def _form(drawn: "Drawn | None") -> dict[str, Any]:
    from keepwell.cli.json_forms import marked

    if drawn is None:
        return {"plan": None}
    plan = drawn.plan
    form = {
        "plan": plan.plan,
        "state": plan.state,
        "author": plan.author,
        "made_at": plan.made_at,
        "base": plan.base_version,
        "version": plan.version,
        "needs": {"approvals": plan.demand.approvals, "owners": plan.demand.owners},
        "approvals": [
            {"actor": each.actor, "at": each.at, "verdict": each.verdict, "note": each.note}
            for each in drawn.approvals
        ],
        **plan.summary,
    }
    return marked(form, drawn.project.simulated)
