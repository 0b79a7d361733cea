"""What `keepwell outreach` does about messages: what was sent and why not, approvals, pauses, whom to write to, and whom to leave in peace."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from keepwell.cli import terminal

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.runs.outreach.sending import Sent
    from keepwell.store.engine import Store
    from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody has typed: what it is about, and what else; `until` is a day in the project's zone."""

    what: str
    other: str
    because: str
    until: datetime | None


def sent_now(project: "Project", store: "Store", warehouse: "Warehouse") -> "Sent":
    """Plans what journeys want said, and sends what is due; channels that cannot be used are told."""
    from keepwell import clock
    from keepwell.outreach.links import SECRET
    from keepwell.project.key import secret
    from keepwell.runs.outreach.facts import Facts
    from keepwell.runs.outreach.planning import plan
    from keepwell.runs.outreach.sending import Sending
    from keepwell.runs.outreach.ways_out import ways_out

    facts, ways = Facts(project, warehouse), ways_out(project)
    for problem in ways.problems:
        terminal.note(f"{problem.what}; what goes there waits. {problem.do}")
    plan(project, store, facts, clock.now())
    try:
        return Sending(project, store, facts, ways, secret(project.folder, SECRET)).everything()
    finally:
        ways.close()


def _sent(project: "Project", store: "Store", asked: Asked, json_wanted: bool) -> None:
    from keepwell.runs.outreach.told import messages

    found = messages(store, journey=asked.what or None)
    if json_wanted:
        rows = [
            {
                "number": each.entry.number,
                "journey": each.entry.journey,
                "account_id": each.entry.account_id,
                "channel": each.entry.key.channel,
                "contact": each.entry.contact,
                "state": str(each.entry.state),
                "reason": each.entry.reason,
                "why": each.why,
                "planned_at": each.entry.planned_at,
                "handed_at": each.entry.handed_at,
            }
            for each in found
        ]
        _show_json(project, {"messages": rows})
    elif found:
        from keepwell.cli.screens.outreach import ledger

        terminal.show(*ledger(found), simulated=project.simulated)
    else:
        click.echo("Nothing was to be sent yet.")


def _approve(project: "Project", store: "Store", asked: Asked, json_wanted: bool) -> None:
    from keepwell.runs.outreach.breaking import approve
    from keepwell.store.actor import actor

    yes = approve(project, store, asked.what, by=actor())
    said = f"What {asked.what} sends (version {yes.content}) is approved; any edit needs another yes."
    _tell(
        project,
        {"journey": asked.what, "version": yes.content, "by": yes.by, "at": yes.at},
        said,
        json_wanted,
    )


def _withdraw(project: "Project", store: "Store", asked: Asked, json_wanted: bool) -> None:
    from keepwell.runs.outreach.breaking import withdraw
    from keepwell.store.actor import actor

    count = withdraw(project, store, asked.what, by=actor())
    said = f"What {asked.what} sends is approved no more." if count else f"{asked.what} was not approved."
    _tell(project, {"journey": asked.what, "withdrawn": count}, said, json_wanted)


def _pause(project: "Project", store: "Store", asked: Asked, json_wanted: bool) -> None:
    from keepwell.runs.outreach.breaking import stop
    from keepwell.store.actor import actor

    breaker = stop(project, store, asked.what, asked.because, by=actor())
    said = f"{asked.what} is paused: its messages wait, and nothing of them is lost."
    _tell(
        project,
        {"journey": asked.what, "state": str(breaker.state), "because": breaker.because},
        said,
        json_wanted,
    )


def _resume(project: "Project", store: "Store", asked: Asked, json_wanted: bool) -> None:
    from keepwell.runs.outreach.breaking import resume
    from keepwell.store.actor import actor

    breaker = resume(project, store, asked.what, by=actor())
    _tell(
        project, {"journey": asked.what, "state": str(breaker.state)}, f"{asked.what} goes on.", json_wanted
    )


def _pick(project: "Project", store: "Store", asked: Asked, json_wanted: bool) -> None:
    from keepwell.runs.outreach.picking import pick
    from keepwell.store.actor import actor
    from keepwell.warehouse.duckdb import open_warehouse

    with open_warehouse(project.warehouse) as warehouse:
        account, person = pick(project, store, warehouse, asked.what, asked.other, by=actor())
    said = f"At {account}, `to: picked` means {person.name or person.id}."
    _tell(project, {"account_id": account, "contact": person.id}, said, json_wanted)


def _leave(project: "Project", store: "Store", asked: Asked, json_wanted: bool) -> None:
    from keepwell.runs.outreach.picking import leave
    from keepwell.store.actor import actor
    from keepwell.warehouse.duckdb import open_warehouse

    if asked.until is None:
        raise click.UsageError("Missing option '--until': up to which day?")
    with open_warehouse(project.warehouse) as warehouse:
        busy = leave(
            project, store, warehouse, asked.what, asked.until.date(), because=asked.because, by=actor()
        )
    said = f"{busy.account_id} is left in peace until the end of {asked.until:%Y-%m-%d}, but for what is transactional."
    _tell(project, {"account_id": busy.account_id, "until": busy.ends_at}, said, json_wanted)


Doing = Callable[["Project", "Store", Asked, bool], None]
ACTIONS: Mapping[str, Doing] = {
    "sent": _sent,
    "approve": _approve,
    "withdraw": _withdraw,
    "pause": _pause,
    "resume": _resume,
    "pick": _pick,
    "leave": _leave,
}
"""The actions of `keepwell outreach` that are about messages."""


def _tell(project: "Project", form: Mapping[str, Any], said: str, json_wanted: bool) -> None:
    if json_wanted:
        _show_json(project, form)
    else:
        click.echo(said)


def _show_json(project: "Project", form: Mapping[str, Any]) -> None:
    from keepwell.cli.json_forms import marked

    terminal.show_json(marked(dict(form), project.simulated))
