"""`keepwell demo`: the main job on a simulated firm, from exports to a report and the proof of the score."""

import socket
from pathlib import Path

import click

from keepwell.cli import options, terminal

ACCOUNTS = 2000
BEFORE, LIVED = 14, 7
"""So many days before its data end the firm is looked at first, when it is served; so many of them its journeys have lived through then."""

HOST = "127.0.0.1"


@click.command(
    short_help="Simulate a firm; load, score, judge and report on it.",
    epilog="\b\nExample: keepwell demo\nExample: keepwell demo try --accounts 300 --no-serve",
)
@click.argument(
    "directory", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path), default="keepwell-demo"
)
@click.option(
    "--accounts",
    type=click.IntRange(min=10),
    default=ACCOUNTS,
    show_default=True,
    help="How many to simulate.",
)
@click.option("--seed", type=int, default=7, show_default=True, help="Other seeds make other firms.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Where to serve it. Default: 8337, or any that is free."
)
@click.option("--no-serve", is_flag=True, help="Stop after the report and the certificate.")
@options.at_folder
@options.as_json
@click.pass_context
def demo(
    ctx: click.Context,
    *,
    directory: Path,
    accounts: int,
    seed: int,
    port: int | None,
    no_serve: bool,
    folder: Path,
    json_wanted: bool,
) -> None:
    """Simulate two years of a software firm in DIR (default: keepwell-demo), load, score and report on it, judge the score, and
    serve it all to a browser until Ctrl-C.

    Served, the firm has journeys, whose messages are caught and shown; its clock stands a week before its data end, and keepwell turn lets
    days pass. The exports are as untidy as a real firm's. What only the simulator knows is written to DIR/truth, and never read.
    """
    from keepwell.cli.commands.backtest import backtest
    from keepwell.cli.commands.db import db
    from keepwell.cli.commands.load import load, loaded
    from keepwell.cli.commands.report import report
    from keepwell.cli.commands.score import score
    from keepwell.cli.commands.serve import serve
    from keepwell.cli.commands.turn import turn

    target = folder / directory
    if not (target / options.FILE).exists():
        terminal.note(f"Simulating {accounts:,} accounts over two years into {target}. {terminal.SIMULATED}")
        _simulate(target, accounts, seed)
    if json_wanted:
        loaded(target)
        ctx.invoke(report, folder=target, output=target / "report.html", json_wanted=True)
        return
    _step(f"cd {target}")
    _step("keepwell load")
    ctx.invoke(load, folder=target)
    if not no_serve:
        _step("keepwell db upgrade")  # the store that the server will have: the certificate is kept in it
        ctx.invoke(db, action="upgrade", folder=target)
        _turn_on(ctx, target)
    _step("keepwell score")
    ctx.invoke(score, folder=target)
    _step("keepwell report -o report.html")
    ctx.invoke(report, folder=target, output=target / "report.html")
    _step("keepwell backtest --quick -o certificate.html")
    ctx.invoke(backtest, folder=target, quick=True, output=target / "certificate.html")
    if not no_serve:
        _step(f"keepwell turn --days {LIVED}")
        ctx.invoke(turn, days=LIVED, folder=target)
        _step("keepwell score -o scores.csv")  # anew: what the backtest has taught says how much is at risk
        ctx.invoke(score, folder=target, output=target / "scores.csv")
    click.echo(
        f"\nOpen {target / 'report.html'} and {target / 'certificate.html'} in a browser. "
        f"Then ask why: cd {target} && keepwell explain ACCOUNT"
    )
    if not no_serve:
        _step("keepwell serve")
        ctx.invoke(serve, folder=target, host=HOST, port=_port(port), json_wanted=False)


def _turn_on(ctx: click.Context, target: Path) -> None:
    """Gives the firm journeys, turns outreach on, and sets its clock back, unless it has been done already."""
    from datetime import timedelta

    from keepwell.cli.commands.consents import consents
    from keepwell.project import demo as firm
    from keepwell.project import load
    from keepwell.runs.apply import apply
    from keepwell.runs.outreach import turning
    from keepwell.runs.outreach.breaking import approve
    from keepwell.runs.plan import plan
    from keepwell.sources.simulation import records
    from keepwell.store import engine
    from keepwell.store.actor import actor
    from keepwell.store.address import address

    if (target / firm.RULES).exists():
        return
    project = load(target)
    if project.as_of is not None:
        turning.begin(target, project.as_of - timedelta(days=BEFORE))
    for name in firm.write(target):
        _step(f"keepwell journeys add {name}")
    _step("keepwell plan && keepwell apply")
    with terminal.progress() as progress:
        plan(target, actor=actor(), evidence=False, progress=progress)
    apply(target, why="Journeys, in the sandbox", actor=actor())
    file = records.write(target)
    _step(f"keepwell consents import {records.FILE}")
    ctx.invoke(consents, action="import", what=str(file), folder=target)
    store, applied = engine.made(address(target)), load(target)
    for journey in applied.journeys:
        if journey.name != firm.WAITING:
            approve(applied, store, journey.name, by=actor())


def _port(asked: int | None) -> int:
    """The port asked for; else the usual one, or any that is free (0) where something else listens there."""
    if asked is not None:
        return asked
    with socket.socket() as probe:
        return 0 if probe.connect_ex((HOST, options.PORT)) == 0 else options.PORT


def _step(command: str) -> None:
    click.echo(click.style(f"\n$ {command}", bold=True))


def _simulate(target: Path, accounts: int, seed: int) -> None:
    from keepwell.project.scaffold import example, write
    from keepwell.sources.simulation import write_example

    with terminal.progress() as progress:
        write_example("saas", target, seed, accounts, progress)
    write(target, example("saas"))
