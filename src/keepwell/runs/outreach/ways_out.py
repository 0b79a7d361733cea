"""The ways out: which channels messages can go on, by the rules and the environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from keepwell.channels import mail
from keepwell.channels.apprise import Apprise
from keepwell.channels.channel import Channel
from keepwell.channels.dkim import declared
from keepwell.channels.letter_file import LetterFile
from keepwell.channels.smtp import Smtp
from keepwell.errors import UserError
from keepwell.outreach.rules import Rules
from keepwell.outreach.step import Channel as Way
from keepwell.project.project import Project

HERE = frozenset({str(Way.IN_APP)})
"""Channels that need nobody else: what goes on them is put into the store."""

LETTERS = ".keepwell/letters"
"""The folder with a file of letters for each day, for whoever prints them."""


@dataclass(frozen=True, slots=True)
class WaysOut:
    """The channels by name. `caught`: nothing leaves, whatever they are. `problems`: why others that are named cannot be used."""

    channels: Mapping[str, Channel] = field(default_factory=dict)
    caught: bool = False
    problems: tuple[UserError, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """On which channels anything can go."""
        return frozenset(map(str, Way)) if self.caught else frozenset({*self.channels, *HERE})

    def close(self) -> None:
        """Lets go of connections."""
        for channel in self.channels.values():
            channel.close()


def ways_out(project: Project) -> WaysOut:
    """The ways out of a project; in the sandbox there are none. What goes on a channel that cannot be used waits until it can."""
    rules = project.outreach
    if rules.sandbox:
        return WaysOut(caught=True)
    makers: dict[str, Callable[[], Channel | None]] = {
        str(Way.DIRECT_MAIL): lambda: LetterFile(project.folder / LETTERS),
        str(Way.EMAIL): lambda: _email(rules),
        **{name: partial(Apprise.declared, name, variable) for name, variable in rules.channels.items()},
    }
    found: dict[str, Channel] = {}
    problems: list[UserError] = []
    for name, make in makers.items():
        try:
            channel = make()
        except UserError as problem:
            problems.append(problem)
            continue
        if channel is not None:
            found[name] = channel
    return WaysOut(found, problems=tuple(problems))


def _email(rules: Rules) -> Channel | None:
    """E-mail, if the environment names a server.

    Raises:
        UserError: it names one wrongly, or e-mails are to be signed and there is no key.
    """
    server = mail.known()
    return None if server is None else Smtp(server, declared(rules.dkim))
