"""The `keepwell` command: its subcommands, and what each kind of failure prints and exits with.

Exit codes: 0 fine, 1 findings or a mistake of the user's that is told, 2 a wrong command line, 3 a limit that `monitor` watches
is passed, 130 stopped by Ctrl-C.
A reader that leaves early, as in `keepwell score | head`, ends the command quietly: click sees to that.
"""

import contextlib
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module

import click

from keepwell import __version__
from keepwell.errors import UserError

COMMANDS = (
    "init",
    "check",
    "load",
    "rejects",
    "score",
    "explain",
    "history",
    "signals",
    "sql",
    "report",
    "outcomes",
    "backtest",
    "waive",
    "fit",
    "predict",
    "journeys",
    "preview",
    "simulate",
    "outreach",
    "plan",
    "approve",
    "apply",
    "versions",
    "rollback",
    "restate",
    "monitor",
    "audit",
    "people",
    "consents",
    "db",
    "serve",
    "demo",
    "turn",
    "schema",
)
"""In the order of the work; each is the command `NAME` in the module `keepwell.cli.commands.NAME`."""

FINDINGS, BREACH, STOPPED = 1, 3, 130


class Lazy(click.Group):
    """A group whose commands are imported when they are asked for, and listed in the order of the work."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"keepwell.cli.commands.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            raise click.UsageError(
                f"There is no command {args[0]!r}" + (f"; did you mean {near[0]!r}?" if near else "."), ctx
            )
        return super().resolve_command(ctx, args)


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog="\b\nStart with your own data:       keepwell init acme --from exports/\n"
    "Start with a worked example:    keepwell init acme --example saas\n"
    "Then, in the project's folder:  keepwell load, keepwell score, keepwell explain ACCOUNT",
)
@click.version_option(__version__, prog_name="keepwell")
def keepwell() -> None:
    """Explained, proven customer health scores from the data a company already has."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and exits the process; `arguments` default to the command line's."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        result = keepwell.main(args=arguments, prog_name="keepwell", standalone_mode=False)
    except click.ClickException as mistake:
        mistake.show()
        return mistake.exit_code
    except UserError as mistake:
        click.echo(f"keepwell: {mistake}", err=True)
        return FINDINGS
    except (KeyboardInterrupt, click.Abort):
        return _stopped()
    except RuntimeError as failure:
        # DuckDB tells a Ctrl-C during a query in this way
        if isinstance(failure.__cause__, KeyboardInterrupt):
            return _stopped()
        raise
    return result if isinstance(result, int) else 0


def _stopped() -> int:
    click.echo("\nkeepwell: stopped. The warehouse is as it was.", err=True)
    return STOPPED
