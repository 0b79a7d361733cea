"""`keepwell apply`: from now on, scores go by a plan's files."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell.cli import options, terminal

if TYPE_CHECKING:
    from keepwell.runs.apply import Done


@click.command(
    short_help="Let scores go by the working files from now on.",
    epilog="\b\nExample: keepwell apply --why 'Seats count for more'\nExample: keepwell apply 3f2a --why 'As agreed in June'",
)
@click.argument("plan", required=False)
@options.with_reason
@options.in_project
@options.as_json
def apply(plan: str | None, *, why: str, folder: Path, json_wanted: bool) -> None:
    """Apply PLAN, named by the beginning of its id; without one, the plan that leads to the working files.

    Refuses if the working files or the applied version have changed since the plan was drawn up, if an approval is missing,
    or if you may not change one of the scorecards. The rules that count are those of the applied governance.yml.

    What the plan found to know the outcome beforehand, and nobody has waived, stops nothing: it is told on standard error.
    """
    from keepwell.runs.apply import apply as run
    from keepwell.store.actor import actor

    done = run(folder, plan, why=why, actor=actor())
    _warn(done)
    if json_wanted:
        from keepwell.cli.json_forms import marked, of_applied
        from keepwell.cli.opening import project_of

        leaks = None if done.leaks is None else [asdict(leak) for leak in done.leaks]
        beside = {"leaks": leaks, "leaks_unknown": dict(done.unknown)}
        form = {**of_applied(done.applied, done.before), **beside}
        terminal.show_json(marked(form, project_of(folder).simulated))
        return
    click.echo(f"Scores now go by version {done.applied.version}, applied by {done.applied.actor}.")
    if done.before is not None:
        click.echo(f"Before it was {done.before.version}; back to it: keepwell rollback --why ...")
    click.echo("Next: keepwell score")


def _warn(done: "Done") -> None:
    """Says on standard error what these scores read that may know the outcome, or that nobody can tell."""
    from keepwell.runs import figures

    if done.leaks is None:
        terminal.note(
            "The plan was drawn up without a look at the data for what knows the outcome: keepwell check looks."
        )
    for outcome, why in done.unknown.items():
        terminal.note(
            f"Whether anything knows the outcome {outcome} beforehand is not known: {figures.plain(why)}."
        )
    if done.leaks:
        terminal.note(
            "WARNING: what these scores read seems to know the outcome beforehand; figures about them are not to be believed:"
        )
        for leak in done.leaks:
            terminal.note(f"    {figures.plain(leak.name)} ({leak.rule}): {figures.plain(leak.evidence)}")
        terminal.note("Take it out, or say why it is none: keepwell waive NAME --why REASON")
