"""`keepwell fit`: weights, scales and bands that outcomes propose."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened
from keepwell.signals.window import Span

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.runs.as_ofs import Rhythm
    from keepwell.runs.asked import Asked, Cost
    from keepwell.warehouse.protocol import Warehouse


class CostOf(click.ParamType["Cost"]):
    """`MISS:CONTACT`, both above 0."""

    name = "miss:contact"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> "Cost":
        from keepwell.runs.asked import Cost

        if isinstance(value, Cost):
            return value
        miss, _, contact = str(value).partition(":")
        try:
            cost = Cost(float(miss), float(contact))
        except ValueError:
            cost = None
        if cost is None or not 0 < cost.contact < cost.miss < float("inf"):
            self.fail(
                f"{value!r} is no cost; type what a miss and a needless contact cost, such as 5000:100",
                param,
                ctx,
            )
        return cost


@click.command(
    short_help="Propose weights, scales and bands from outcomes.",
    epilog="\b\nExample: keepwell fit\n"
    "Example: keepwell fit default --outcome churn --capacity 40 --write\n"
    "Example: keepwell fit --bands --cost 5000:100\n"
    "Example: keepwell fit churn_trees --write",
)
@click.argument("names", nargs=-1)
@click.option(
    "--outcome", metavar="NAME", help="An outcome of outcomes.yml. Default: the first of the purpose."
)
@click.option("--weights", is_flag=True, help="Fit the weights. Default, if nothing else is asked for.")
@click.option("--scales", is_flag=True, help="Fit the scales, in their declared directions.")
@click.option("--bands", is_flag=True, help="Fit where bands begin. Default, if a capacity or cost is given.")
@click.option(
    "--capacity",
    type=click.IntRange(min=1),
    help="How many accounts the team can look after at a time. Default: as outcomes.yml says.",
)
@click.option(
    "--cost",
    type=CostOf(),
    metavar="MISS:CONTACT",
    help="What a miss and a needless contact cost, in any one unit.",
)
@click.option(
    "--start",
    type=click.Choice(["equal", "present"]),
    default="equal",
    help="What weights are pulled towards: equal ones, or the present ones. Default: equal.",
)
@click.option(
    "--from",
    "first",
    type=options.Instant(),
    help="The first day to use. Default: as early as the data allow.",
)
@click.option(
    "--to",
    "last",
    type=options.Instant(),
    help="The last day to use. Default: the last whose horizon is over.",
)
@click.option(
    "--every", type=options.Every(), default="14 days", help="day, week, month, or a span. Default: 14 days."
)
@click.option(
    "--write", "wanted", is_flag=True, help="Write the change to the working files. Nothing is applied."
)
@options.in_project
@options.as_json
def fit(
    *,
    names: tuple[str, ...],
    outcome: str | None,
    weights: bool,
    scales: bool,
    bands: bool,
    capacity: int | None,
    cost: "Cost | None",
    start: str,
    first: datetime | date | None,
    last: datetime | date | None,
    every: Span,
    wanted: bool,
    folder: Path,
    json_wanted: bool,
) -> None:
    """Propose a change of scorecards (all of the outcome's purpose, if no NAMES are given) from what really happened.

    Learns from earlier days, and shows on later ones how much better the change would have been, with the reason for each
    weight and what speaks against a measure. The files change only with --write, comments stay, and nothing is applied.

    The name of a model (models/*.yml) fits that model, and shows it beside the scorecard and the other models.
    """
    if capacity is not None and cost is not None:
        raise click.UsageError("Bands follow from a capacity or from a cost: type one of the two.")
    with opened(folder, working=True) as (project, warehouse):
        from keepwell.runs.as_ofs import Rhythm
        from keepwell.runs.fit import fit as run
        from keepwell.runs.fit import write

        asked = _asked(weights=weights, scales=scales, bands=bands, capacity=capacity, cost=cost, start=start)
        rhythm = Rhythm(every, options.instant(first, project), options.instant(last, project))
        if len(names) == 1 and names[0] in {model.name for model in project.models}:
            _train(project, warehouse, names[0], rhythm, write=wanted, json_wanted=json_wanted)
            return
        with terminal.progress() as progress:
            proposal = run(
                project,
                warehouse,
                asked,
                cards=names,
                outcome=outcome,
                rhythm=rhythm,
                progress=progress,
            )
        written = write(project, proposal) if wanted else ()
    if json_wanted:
        from keepwell.cli.proposals import form

        terminal.show_json(form(proposal, written, simulated=project.simulated))
        return
    from keepwell.cli.screens.proposal import screen

    terminal.show(*screen(proposal, written, zone=project.zone), simulated=project.simulated)


def _train(
    project: "Project", warehouse: "Warehouse", name: str, rhythm: "Rhythm", *, write: bool, json_wanted: bool
) -> None:
    from keepwell.runs.train import of_trained, train

    with terminal.progress() as progress:
        trained = train(project, warehouse, name, rhythm=rhythm, progress=progress)
    written = write and trained.keep()
    if json_wanted:
        from keepwell.cli.json_forms import marked

        terminal.show_json(marked(of_trained(trained, written=written), project.simulated))
        return
    from keepwell.cli.screens.training import screen

    terminal.show(*screen(trained, written, zone=project.zone), simulated=project.simulated)


def _asked(
    *, weights: bool, scales: bool, bands: bool, capacity: int | None, cost: "Cost | None", start: str
) -> "Asked":
    from keepwell.runs.asked import Asked, Start

    valued = capacity is not None or cost is not None
    nothing = not (weights or scales or bands)
    return Asked(
        weights=weights or nothing,
        scales=scales,
        bands=bands or (nothing and valued),
        capacity=capacity,
        cost=cost,
        start=Start(start),
    )
