"""`keepwell schema`: the JSON Schemas of a project's files."""

import click

from keepwell.cli import options, terminal

KINDS = (
    "keepwell",
    "sources",
    "signals",
    "segments",
    "scorecard",
    "outcomes",
    "governance",
    "model",
    "journey",
)


@click.command(
    short_help="Print the JSON Schemas, for editors.",
    epilog="\b\nExample: keepwell schema signals > signals.schema.json\n"
    "Then, at the head of signals.yml: # yaml-language-server: $schema=signals.schema.json",
)
@click.argument("kind", required=False, type=click.Choice(KINDS))
@options.in_project
@options.as_json
def schema(kind: str | None, **_: object) -> None:
    """Print the JSON Schema of a kind of file, or of all kinds by name.

    An editor that knows YAML completes and checks the project's files with it.
    """
    from keepwell.project.schema import json_schema

    terminal.show_json(json_schema(kind) if kind else {each: json_schema(each) for each in KINDS})
