"""The `keepwell` command."""

import click

from keepwell import __version__


@click.group()
@click.version_option(__version__, prog_name="keepwell")
def main() -> None:
    """Explained, proven customer health scores from the data a company already has."""
