"""`keepwell approve`: somebody else's word on a plan."""

from pathlib import Path

import click

from keepwell.cli import options, terminal


@click.command(
    short_help="Approve somebody else's plan, or reject it.",
    epilog="\b\nExample: keepwell approve\nExample: keepwell approve 3f2a --reject --note 'Seats are not known before May'",
)
@click.argument("plan", required=False)
@click.option("--reject", is_flag=True, help="Reject it; it can then never be applied.")
@click.option("--note", metavar="TEXT", default="", help="What to say with it.")
@options.in_project
@options.as_json
def approve(plan: str | None, *, reject: bool, note: str, folder: Path, json_wanted: bool) -> None:
    """Approve PLAN, named by the beginning of its id; without one, the only plan that waits.

    Who has drawn up a plan cannot approve it. An approval holds for exactly those files over exactly that applied version.
    """
    from keepwell.runs.approve import approve as run
    from keepwell.store.actor import actor

    judged = run(folder, plan, actor=actor(), reject=reject, note=note)
    if json_wanted:
        terminal.show_json(
            {
                "plan": judged.plan.plan,
                "state": judged.plan.state,
                "missing": judged.missing,
                "owners_missing": judged.owners,
                "approvals": [
                    {"actor": each.actor, "at": each.at, "verdict": each.verdict, "note": each.note}
                    for each in judged.approvals
                ],
            }
        )
        return
    from keepwell.cli.screens.plans import judgement

    terminal.show(*judgement(judged))
