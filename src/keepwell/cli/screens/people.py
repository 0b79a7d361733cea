"""People on a terminal: who may sign in, as what, and which accounts they see."""

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.people import Scope
from keepwell.runs import figures
from keepwell.runs.people.members import Everybody, Member


def screen(everybody: Everybody) -> list[RenderableType]:
    """The whole screen."""
    if not everybody.members:
        return [Text("Nobody may sign in yet: keepwell people set-up makes the first admin's link.")]
    rows: list[strokes.Row] = [
        [
            figures.plain(each.user.email),
            figures.plain(each.user.name),
            str(each.user.role) if each.user.active else Text("disabled", "dim"),
            figures.plain(_sees(each)),
            "yes" if each.second_factor else "",
        ]
        for each in everybody.members
    ]
    parts: list[RenderableType] = [
        strokes.table(["e-mail", "name", "role", "sees", "2nd factor"], rows, wraps=3)
    ]
    if everybody.waiting:
        told = ", ".join(f"{each.email or 'the first admin'} ({each.kind})" for each in everybody.waiting)
        parts += [Text(""), Text(f"Links that nobody has used yet: {figures.plain(told)}")]
    return parts


def _sees(member: Member) -> str:
    user = member.user
    if user.scope is Scope.SEGMENT:
        return f"segments: {', '.join(user.segments) or 'none'}"
    if user.scope is Scope.TEAM:
        return f"team: {', '.join(team.name for team in member.teams) or 'none'}"
    return "all accounts" if user.scope is Scope.ALL else f"those of {user.owner_name}"
