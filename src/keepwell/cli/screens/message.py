"""A message on a terminal: to whom, its subject, its text, and what is wrong with it."""

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs import figures
from keepwell.runs.rehearsal import Contact, Rehearsal


def screen(found: Rehearsal) -> list[RenderableType]:
    """The whole screen."""
    name = figures.plain(found.account_name or found.account_id)
    parts: list[RenderableType] = [
        strokes.heading(f"{found.template} · {name}", figures.plain(found.account_id))
    ]
    parts.append(Text(f"To: {_to(found.contact)}", "dim"))
    if found.message.subject:
        parts.append(Text(f"Subject: {figures.plain(found.message.subject)}", "bold"))
    parts += [Text(""), Text("\n".join(map(figures.plain, found.message.text.splitlines()))), Text("")]
    if not found.findings:
        return [*parts, Text("Nothing is wrong with it. Nothing was sent.")]
    for one in found.findings:
        sign = Text("x  " if one.stops else "!  ", "red" if one.stops else "yellow")
        parts.append(sign.append(f"{one.what}: {one.do}", "default"))
    return [*parts, Text("Nothing was sent.")]


def _to(contact: Contact | None) -> str:
    if contact is None:
        return "nobody at the account is known"
    role = f", {contact.role}" if contact.role else ""
    return figures.plain(f"{contact.name} <{contact.email}>{role}" if contact.email else contact.name + role)
