"""`keepwell init`: a new project, from a folder of data or from a worked example."""

from pathlib import Path
from typing import Any

import click

from keepwell.cli import options, terminal

EXAMPLES = ("saas", "shop", "services")


@click.command(
    short_help="Write a new project, from data or an example.",
    epilog="\b\nExample: keepwell init acme --from exports/\nExample: keepwell init acme --example saas",
)
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--from",
    "data",
    metavar="DATA",
    type=click.Path(exists=True, path_type=Path),
    help="A folder of exports: its files are looked at, and a mapping is proposed.",
)
@click.option("--example", type=click.Choice(EXAMPLES), help="A worked example with simulated data.")
@options.at_folder
@options.as_json
def init(directory: Path, data: Path | None, example: str | None, folder: Path, json_wanted: bool) -> None:
    """Write a new project into DIR, which need not exist yet.

    --from looks at a folder of files and proposes how they map to accounts, events, tickets and so on, with its
    confidence and its doubts as comments in sources.yml. --example writes a worked example with simulated data.
    """
    if (data is None) == (example is None):
        raise click.UsageError("Say where to begin: --from DATA or --example saas|shop|services.")
    target = folder / directory
    with terminal.progress() as progress:
        said = _proposal(data, target) if data else _example(str(example), target, progress)
    if json_wanted:
        terminal.show_json(said)
        return
    click.echo(f"Wrote {target}:")
    for file in said["files"]:
        click.echo(f"  {file}")
    if example:
        click.echo(f"\n{terminal.SIMULATED}")
    else:
        click.echo(
            "\nRead the comments in sources.yml: each says how sure the mapping is, and what to check."
        )
    click.echo(f"\nNext: cd {target} && keepwell check && keepwell load && keepwell score")


def _example(name: str, target: Path, progress: terminal.Progress) -> dict[str, Any]:
    from keepwell.project.scaffold import example, write
    from keepwell.sources.simulation import write_example

    files = write(target, example(name))
    write_example(name, target, progress=progress)
    return {"project": str(target), "files": [*files, "data/"], "simulated": True}


def _proposal(data: Path, target: Path) -> dict[str, Any]:
    from keepwell.project.propose import propose
    from keepwell.project.scaffold import write

    return {"project": str(target), "files": [*write(target, propose(data, target))]}
