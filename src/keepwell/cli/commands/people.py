"""`keepwell people`: who may sign in, from the machine itself: where nobody can sign in yet, or any more."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell.cli import options, terminal
from keepwell.people import Permission, Role, Scope

if TYPE_CHECKING:
    from keepwell.store.engine import Store

ACTIONS = ("list", "set-up", "invite", "change", "reset", "disable", "enable", "remove-factor", "key")
SERVER = f"http://127.0.0.1:{options.PORT}"


@click.command(
    short_help="Invite people, change what they may do, help them in.",
    epilog="\b\nExample: keepwell people\n"
    "Example: keepwell people invite kim@example.com --role csm --scope own\n"
    "Example: keepwell people change kim@example.com --role analyst --scope all\n"
    "Example: keepwell people key kim@example.com --name export --may scores:read",
)
@click.argument("action", type=click.Choice(ACTIONS), default="list")
@click.argument("email", required=False)
@click.option(
    "--role", type=click.Choice([str(each) for each in Role]), help="What they are. Invited: viewer."
)
@click.option(
    "--scope", type=click.Choice([str(each) for each in Scope]), help="Which accounts they see. Invited: all."
)
@click.option("--segment", "segments", multiple=True, help="A segment they see, with --scope segment.")
@click.option("--team", "teams", multiple=True, help="A team they are in; --scope team shows its accounts.")
@click.option("--owner", help="What accounts call their owner. Default: the e-mail address.")
@click.option("--name", help="What a key is for.")
@click.option(
    "--may",
    "scopes",
    multiple=True,
    type=click.Choice([str(each) for each in Permission]),
    help="What a key may do.",
)
@click.option(
    "--days", type=click.IntRange(1, 365), default=90, show_default=True, help="How long a key lasts."
)
@click.option("--server", default=SERVER, show_default=True, help="Where the server is, for links.")
@options.in_project
@options.as_json
def people(
    *,
    action: str,
    email: str | None,
    role: str | None,
    scope: str | None,
    segments: tuple[str, ...],
    teams: tuple[str, ...],
    owner: str | None,
    name: str | None,
    scopes: tuple[str, ...],
    days: int,
    server: str,
    folder: Path,
    json_wanted: bool,
) -> None:
    """List who may sign in, or do something about one of them, named by EMAIL.

    set-up makes the link by which the first admin comes in, invite one for somebody else, reset one to choose a new password:
    each works once. change sets role, scope, segments, teams or owner. remove-factor helps somebody who lost their second
    factor. key makes a key for a program. Links and keys are shown this once. Whatever changes is told in the audit.
    """
    from keepwell.runs.people import keys, links, members, second_factor
    from keepwell.runs.people.links import Offer
    from keepwell.store import engine
    from keepwell.store.actor import actor
    from keepwell.store.address import address

    store, who = engine.made(address(folder)), actor()
    if action == "list":
        _list(store, json_wanted)
        return
    if action == "set-up":
        path = links.set_up(store)
        if path is None:
            raise click.UsageError("There are users already: sign in, or type 'keepwell people reset EMAIL'.")
        _link(server, path, json_wanted)
        return
    if email is None:
        raise click.UsageError(f"Missing argument 'EMAIL': whom to {action}?")
    in_teams = _teams(store, teams)
    if action == "invite":
        offer = Offer(Role(role or "viewer"), Scope(scope or "all"), segments, owner or "", in_teams)
        _link(server, links.invite(store, email, offer, actor=who), json_wanted)
        return
    user = members.found(store, email)
    if action == "reset":
        _link(server, links.offer_reset(store, user.number, actor=who), json_wanted)
    elif action == "key":
        if name is None or not scopes:
            raise click.UsageError("Missing option '--name' or '--may': what is the key for?")
        made = keys.make_for(store, user, name, [Permission(each) for each in scopes], days)
        _secret(made.secret, json_wanted)
    else:
        if action == "change":
            members.change(
                store,
                user.number,
                actor=who,
                role=Role(role) if role else None,
                scope=Scope(scope) if scope else None,
                segments=segments or None,
                owner=owner,
                in_teams=in_teams or None,
            )
        elif action == "remove-factor":
            second_factor.remove(store, user.number, actor=who)
        else:
            {"disable": members.disable, "enable": members.enable}[action](store, user.number, actor=who)
        _list(store, json_wanted)


def _teams(store: "Store", names: tuple[str, ...]) -> tuple[int, ...]:
    """The numbers of teams; those that are not there yet are made."""
    from keepwell.runs.people import members, teams
    from keepwell.store.actor import actor

    known = {team.name.casefold(): team.number for team in members.everybody(store).teams}
    return tuple(
        known.get(name.casefold()) or teams.make(store, name, actor=actor()).number for name in names
    )


def _link(server: str, path: str, json_wanted: bool) -> None:
    url = server.rstrip("/") + path
    if json_wanted:
        terminal.show_json({"url": url})
    else:
        click.echo(f"This link works once; hand it on where nobody else reads it:\n\n    {url}\n")


def _secret(secret: str, json_wanted: bool) -> None:
    if json_wanted:
        terminal.show_json({"key": secret})
    else:
        click.echo(
            f"This key is shown this once; a program sends it as Authorization: Bearer KEY:\n\n    {secret}\n"
        )


def _list(store: "Store", json_wanted: bool) -> None:
    from keepwell.runs.people import members

    everybody = members.everybody(store)
    if not json_wanted:
        from keepwell.cli.screens.people import screen

        terminal.show(*screen(everybody))
        return
    terminal.show_json(
        [
            {
                "email": each.user.email,
                "name": each.user.name,
                "role": str(each.user.role),
                "scope": str(each.user.scope),
                "segments": list(each.user.segments),
                "teams": [team.name for team in each.teams],
                "owner": each.user.owner,
                "second_factor": each.second_factor,
                "disabled_at": each.user.disabled_at,
            }
            for each in everybody.members
        ]
    )
