"""`keepwell outreach`: how journeys stand; a step by hand; what is held, and what becomes of it; an account put into a journey."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepwell.cli import options, posting, terminal

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.runs.outreach.status import Status
    from keepwell.store.engine import Store
    from keepwell.store.holds import Hold

ACTIONS = (
    "status", "run", "held", "release", "dismiss", "put", "sent", "approve", "withdraw", "pause", "resume", "pick", "leave",
)  # fmt: skip
NEEDS = {
    "release": "HOLD", "dismiss": "HOLD", "put": "ACCOUNT JOURNEY", "approve": "JOURNEY", "withdraw": "JOURNEY", "pause": "JOURNEY",
    "resume": "JOURNEY", "pick": "ACCOUNT CONTACT", "leave": "ACCOUNT",
}  # fmt: skip
"""What an action is about. `sent` may name a journey."""


@click.command(
    short_help="Show how journeys stand, take a step, decide on what is held.",
    epilog="\b\nExample: keepwell outreach\n"
    "Example: keepwell outreach run\n"
    "Example: keepwell outreach release 3\n"
    "Example: keepwell outreach put A-0012 adoption_rescue\n"
    "Example: keepwell outreach sent adoption_rescue\n"
    "Example: keepwell outreach approve adoption_rescue\n"
    "Example: keepwell outreach pause adoption_rescue --because 'the link is wrong'",
)
@click.argument("action", type=click.Choice(ACTIONS), default="status")
@click.argument("what", required=False)
@click.argument("other", required=False)
@click.option("--because", default="", help="With pause and leave: why.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="With leave: up to the end of this day.")
@options.in_project
@options.as_json
def outreach(
    *,
    action: str,
    what: str | None,
    other: str | None,
    because: str,
    until: datetime | None,
    folder: Path,
    json_wanted: bool,
) -> None:
    """Show how many accounts are in each journey, how they ended, and what is held for a person.

    run takes one step, as the server does every few seconds: new runs of scores put accounts into journeys, those under way advance, tasks and
    the like are made, messages are sent. held lists what a changed definition, or very many accounts that moved at once, would have set off; release HOLD lets these
    accounts in, dismiss HOLD drops them. put ACCOUNT JOURNEY puts an account into a journey by hand.

    sent lists what was sent, waits or was skipped, and why, of all journeys or of one. approve JOURNEY says yes to what a journey sends as it is
    applied: any edit needs another yes; withdraw takes it back. pause JOURNEY keeps its messages back, resume lets them go. pick ACCOUNT CONTACT
    says whom at an account `to: picked` means, leave ACCOUNT keeps messages from it for a time. All of them go by the applied version.
    """
    needed = NEEDS.get(action, "")
    given = sum(each is not None for each in (what, other))
    if given != len(needed.split()) and not (action == "sent" and given == 1):
        raise click.UsageError(f"keepwell outreach {action} {needed}".strip())
    if what is not None and needed == "HOLD" and not what.isdecimal():
        raise click.UsageError(f"{what!r} is no number of a hold: keepwell outreach held lists them.")
    from keepwell.cli.opening import project_of
    from keepwell.store import engine
    from keepwell.store.address import address

    store = engine.made(address(folder))
    if action == "run":
        _run(folder, store, json_wanted)
        return
    if action == "put":
        assert what is not None
        assert other is not None
        _put(folder, store, what, other, json_wanted)
        return
    project = project_of(folder)
    if action in posting.ACTIONS:
        asked = posting.Asked(what or "", other or "", because, until)
        posting.ACTIONS[action](project, store, asked, json_wanted)
    elif action in ("status", "held"):
        _status(project, store, json_wanted, only_held=action == "held")
    else:
        assert what is not None
        _decide(project, store, int(what), json_wanted, release=action == "release")


def _run(folder: Path, store: "Store", json_wanted: bool) -> None:
    from keepwell import clock
    from keepwell.cli.opening import opened
    from keepwell.project.key import secret
    from keepwell.runs.outreach.live import LOTS, step

    with opened(folder) as (project, warehouse):
        done = step(project, store, warehouse, secret(folder, LOTS), clock.now())
        sent = posting.sent_now(project, store, warehouse) if done.on else None
    if json_wanted:
        _show_json(project, {**asdict(done), "messages": None if sent is None else asdict(sent)})
        return
    from keepwell.cli.screens.outreach import posted, stepped

    click.echo(stepped(done))
    if sent is not None:
        click.echo(posted(sent))


def _status(project: "Project", store: "Store", json_wanted: bool, *, only_held: bool) -> None:
    from keepwell.runs.outreach.status import status

    found = status(project, store)
    if json_wanted:
        _show_json(project, _form(found))
        return
    from keepwell.cli.screens.outreach import held, standing

    if only_held and not found.held:
        click.echo("Nothing is held.")
    else:
        terminal.show(*(held(found.held) if only_held else standing(found)), simulated=project.simulated)


def _put(folder: Path, store: "Store", called: str, journey: str, json_wanted: bool) -> None:
    from keepwell import clock
    from keepwell.cli.opening import opened
    from keepwell.project.key import secret
    from keepwell.runs.accounts import find
    from keepwell.runs.outreach.by_hand import put_in
    from keepwell.runs.outreach.live import LOTS, entrance
    from keepwell.store.actor import actor

    with opened(folder) as (project, warehouse):
        account = find(warehouse, called).account_id
    way = entrance(project, store, secret(folder, LOTS))
    begun = put_in(store, way, account, journey, actor=actor(), at=clock.now())
    if json_wanted:
        form = {"enrollment": begun.id, "account_id": account, "journey": journey}
        _show_json(project, {**form, "held_out": begun.held_out})
    else:
        click.echo(f"{account} is in {journey} now; its first step comes with the next run.")


def _decide(project: "Project", store: "Store", number: int, json_wanted: bool, *, release: bool) -> None:
    from keepwell import clock
    from keepwell.project.key import secret
    from keepwell.runs.outreach import holding
    from keepwell.runs.outreach.live import LOTS, entrance
    from keepwell.store.actor import actor

    if release:
        way = entrance(project, store, secret(project.folder, LOTS))
        entered = holding.release(store, way, number, actor=actor(), at=clock.now())
        form, said = asdict(entered), f"{entered.begun:,} accounts have entered, {entered.refused:,} may not."
    else:
        hold = holding.dismiss(store, number, actor=actor(), at=clock.now())
        form, said = {"dismissed": hold.accounts}, f"{hold.accounts:,} accounts are dropped."
    if json_wanted:
        _show_json(project, {"hold": number, **form})
    else:
        click.echo(said)


def _form(found: "Status") -> dict[str, Any]:
    return {
        "on": found.on,
        "journeys": [asdict(each) for each in found.journeys],
        "held": [_of_hold(each) for each in found.held],
    }


def _of_hold(hold: "Hold") -> dict[str, Any]:
    return {
        "hold": hold.number,
        "journey": hold.journey,
        "run": hold.run,
        "cause": str(hold.cause),
        "accounts": hold.accounts,
        "put_at": hold.put_at,
    }


def _show_json(project: "Project", form: dict[str, Any]) -> None:
    from keepwell.cli.json_forms import marked

    terminal.show_json(marked(form, project.simulated))
