"""`keepwell journeys`: what is done for whom, and when; one of them as a picture; worked ones to begin with."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepwell.cli import options, terminal

if TYPE_CHECKING:
    from keepwell.outreach.journey import Journey
    from keepwell.project import Project

ACTIONS = ("list", "show", "library", "add")


@click.command(
    short_help="Show the journeys, draw one, or add a worked playbook.",
    epilog="\b\nExample: keepwell journeys\n"
    "Example: keepwell journeys show adoption_rescue\n"
    "Example: keepwell journeys show adoption_rescue --html rescue.html\n"
    "Example: keepwell journeys library\n"
    "Example: keepwell journeys add payment_failure",
)
@click.argument("action", type=click.Choice(ACTIONS), default="list")
@click.argument("name", required=False)
@click.option(
    "--html",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With show: write a page with its picture.",
)
@click.option(
    "--svg",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With show: write its picture alone.",
)
@options.in_project
@options.as_json
def journeys(
    *, action: str, name: str | None, html: Path | None, svg: Path | None, folder: Path, json_wanted: bool
) -> None:
    """List the project's journeys, or show the one called NAME as a flow from top to bottom.

    library lists the worked playbooks that come with Keepwell; add writes one of them into the project, with its texts, and never
    overwrites anything. All of them read the working files, and send nothing.
    """
    if (name is None) == (action in ("show", "add")):
        raise click.UsageError(
            f"Say which: keepwell journeys {action} NAME." if name is None else f"{action} takes no name."
        )
    if action != "show" and (html or svg):
        raise click.UsageError("--html and --svg go with show.")
    if action in ("library", "add"):
        _library(name, folder, json_wanted)
        return
    from keepwell.project import load

    project = load(folder)
    if name is None:
        _list(project, json_wanted)
    else:
        _show(project, _named(project, name), html, svg, json_wanted)


def _list(project: "Project", json_wanted: bool) -> None:
    from keepwell.cli.screens.journeys import listed

    if json_wanted:
        from keepwell.cli.json_forms import marked

        terminal.show_json(
            marked({"journeys": [_form(project, one) for one in project.journeys]}, project.simulated)
        )
    elif project.journeys:
        terminal.show(*listed(project.journeys), simulated=project.simulated)
    else:
        click.echo(
            "There are no journeys yet. Write journeys/NAME.yml, or type `keepwell journeys library` for worked ones."
        )


def _show(
    project: "Project", journey: "Journey", html: Path | None, svg: Path | None, json_wanted: bool
) -> None:
    from keepwell.runs.export import replacing
    from keepwell.web.journey import picture

    for path, draw in ((html, picture.html), (svg, picture.svg)):
        if path is not None:
            with replacing(path) as stream:
                stream.write(draw(journey).encode())
            if not json_wanted:
                click.echo(f"Wrote {path}")
    if json_wanted:
        from keepwell.cli.json_forms import marked

        terminal.show_json(marked(_form(project, journey), project.simulated))
    elif html is None and svg is None:
        from keepwell.cli.screens.journeys import shown

        terminal.show(*shown(journey), simulated=project.simulated)


def _named(project: "Project", name: str) -> "Journey":
    from keepwell.errors import UserError
    from keepwell.project.report import hint

    known = [journey.name for journey in project.journeys]
    if name not in known:
        raise UserError(
            f"there is no journey {name!r}", do=hint(name, known) or "type `keepwell journeys library`"
        )
    return project.journey(name)


def _form(project: "Project", journey: "Journey") -> dict[str, Any]:
    from keepwell.outreach.journey import walked
    from keepwell.outreach.naming import kind
    from keepwell.outreach.wording import does, facts

    return {
        "journey": journey.name,
        "version": project.journey_version(journey),
        "where": project.where[f"journey:{journey.name}"],
        "description": journey.description,
        **dict(facts(journey)),
        "steps": [{"id": step.id, "kind": kind(step), "does": does(step)} for step in walked(journey.steps)],
    }


def _library(name: str | None, folder: Path, json_wanted: bool) -> None:
    from keepwell.project import playbooks

    if name is None:
        known = playbooks.playbooks()
        if json_wanted:
            terminal.show_json(
                [
                    {"playbook": one.name, "description": one.description, "example": one.example}
                    for one in known
                ]
            )
            return
        from keepwell.cli.screens.journeys import library

        terminal.show(*library(known))
        return
    files = playbooks.add(name, folder)
    if json_wanted:
        terminal.show_json({"playbook": name, "files": list(files)})
        return
    click.echo("Wrote:")
    for file in files:
        click.echo(f"  {file}")
    click.echo(
        "\nIts signals, segments and words are those of an example: `keepwell check` says what yours calls otherwise."
    )
