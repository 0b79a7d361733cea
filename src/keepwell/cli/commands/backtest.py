"""`keepwell backtest`: a version judged against what really happened."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened
from keepwell.signals.window import Span

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.runs.backtest import Backtest


@click.command(
    short_help="Judge the scores against what really happened.",
    epilog="\b\nExample: keepwell backtest\n"
    "Example: keepwell backtest --outcome churn --every month -o certificate.html",
)
@click.option(
    "--outcome", metavar="NAME", help="An outcome of outcomes.yml. Default: the first of the purpose."
)
@options.for_purpose
@click.option(
    "--version", metavar="VERSION", help="An earlier version of the scores. Default: the present one."
)
@click.option(
    "--from",
    "first",
    type=options.Instant(),
    help="The first day to judge. Default: as early as the data allow.",
)
@click.option(
    "--to",
    "last",
    type=options.Instant(),
    help="The last day to judge. Default: the last whose horizon is over.",
)
@click.option(
    "--every", type=options.Every(), default="week", help="day, week, month, or '14 days'. Default: week."
)
@click.option(
    "--capacity", type=click.IntRange(min=1), help="How many accounts the team can look after at a time."
)
@click.option(
    "--quick", is_flag=True, help="Fold bands over the judged days alone, not over every day between them."
)
@click.option("--no-leaks", is_flag=True, help="Do not look for what knows the outcome, which takes a while.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the certificate as one HTML page.",
)
@options.of_working
@options.in_project
@options.as_json
def backtest(
    *,
    outcome: str | None,
    purpose: str | None,
    version: str | None,
    first: datetime | date | None,
    last: datetime | date | None,
    every: Span,
    capacity: int | None,
    quick: bool,
    no_leaks: bool,
    output: Path | None,
    working: bool,
    folder: Path,
    json_wanted: bool,
) -> None:
    """Judge the scores against what really happened, and say plainly how good they are.

    Every account is scored again on past days, exactly as it would have been then, from what was known before each of
    them. What became of it is then held against the score: with intervals, by segment, stage, cohort and time, and
    against what anybody could have told without a score.
    """
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.as_ofs import Rhythm
        from keepwell.runs.backtest import backtest as run

        rhythm = Rhythm(every, options.instant(first, project), options.instant(last, project))
        with terminal.progress() as progress:
            found = run(
                project,
                warehouse,
                outcome,
                purpose=purpose,
                version=version,
                rhythm=rhythm,
                daily=not quick,
                capacity=capacity,
                look_for_leaks=not no_leaks,
                progress=progress,
            )
        from keepwell.runs.versions import certified

        certified(folder, found.version, found.certificate)
    if output is not None:
        _write(found, project, output)
    if json_wanted:
        from keepwell.cli.json_forms import marked
        from keepwell.proof.certificate import certificate_json

        leaks = [asdict(leak) for leak in found.leaks]
        unequal = [asdict(each) | {"differs": each.differs} for each in found.bias]
        beside = {"bias": unequal, "opinions": asdict(found.opinions)}
        before = {"leaks": leaks, "leaks_unknown": found.leaks_unknown}
        form = {**before, **certificate_json(found.certificate), **beside}
        terminal.show_json(marked(form, project.simulated))
    else:
        _show(found, project)


def _show(found: "Backtest", project: "Project") -> None:
    from keepwell.cli.screens import bias, opinions
    from keepwell.cli.screens.certificate import screen

    parts = screen(
        found.certificate,
        project=project.name,
        currency=project.currency,
        zone=project.zone,
        leaks=found.leaks,
        leaks_unknown=found.leaks_unknown,
    )
    terminal.show(
        *parts, *bias.screen(found.bias), *opinions.screen(found.opinions), simulated=project.simulated
    )


def _write(found: "Backtest", project: "Project", output: Path) -> None:
    from keepwell.runs.export import replacing
    from keepwell.web.certificate.page import html

    text = html(
        found.certificate,
        currency=project.currency,
        zone=project.zone,
        simulated=project.simulated,
        leaks=found.leaks,
        leaks_unknown=found.leaks_unknown,
        bias=found.bias,
        opinions=found.opinions,
    )
    with replacing(output) as stream:
        stream.write(text.encode())
    terminal.note(f"The certificate is in {output}")
