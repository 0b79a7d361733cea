"""`keepwell apply`: from now on, scores go by a plan's files."""

from pathlib import Path

import click

from keepwell.cli import options, terminal


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
    """
    from keepwell.runs.apply import apply as run
    from keepwell.store.actor import actor

    done = run(folder, plan, why=why, actor=actor())
    if json_wanted:
        from keepwell.cli.json_forms import of_applied

        terminal.show_json(of_applied(done.applied, done.before))
        return
    click.echo(f"Scores now go by version {done.applied.version}, applied by {done.applied.actor}.")
    if done.before is not None:
        click.echo(f"Before it was {done.before.version}; back to it: keepwell rollback --why ...")
    click.echo("Next: keepwell score")
