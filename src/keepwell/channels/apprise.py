"""SMS, push, Slack, Teams and whatever else Apprise speaks to, by addresses of its own kind."""

import logging
import os
from dataclasses import dataclass
from urllib.parse import quote

from keepwell.channels.channel import Answer, Fate, Letter
from keepwell.errors import UserError

PLACE = "{to}"
"""Stands in an address for the recipient."""


@dataclass(frozen=True, slots=True, repr=False)
class Apprise:
    """A channel by Apprise: its `url`, in which `{to}` stands for the recipient. The address is secret, and stands in no message and no log."""

    name: str
    url: str

    @classmethod
    def declared(cls, name: str, variable: str) -> "Apprise":
        """The channel whose address an environment variable holds.

        Raises:
            UserError: the variable is not set, Apprise is not installed, or does not know such an address.
        """
        url = os.environ.get(variable, "")
        do = f"set {variable} to an address as Apprise has it: https://github.com/caronc/apprise/wiki"
        if not url:
            raise UserError(f"the channel {name} needs {variable}, which is not set", do=do)
        if not _known(url.replace(PLACE, "0")):
            raise UserError(f"{variable} holds no address that Apprise knows", do=do)
        return cls(name, url)

    def hand_over(self, letter: Letter) -> Answer:
        """Hands one message over. Apprise says yes or no and nothing between: a no may have been taken all the same, and is not tried again."""
        import apprise

        sent = apprise.Apprise()
        sent.add(self.url.replace(PLACE, quote(letter.recipient, safe="+")))
        with _silence():
            taken = sent.notify(title=letter.subject, body=letter.text)
        if taken:
            return Answer(Fate.ACCEPTED)
        return Answer(Fate.UNKNOWN, f"{self.name}: the provider did not say that it has taken it")

    def close(self) -> None:
        """There is nothing to let go of."""


class _silence:  # noqa: N801 - a block, as `suppress` is
    """Apprise logs addresses with their secrets: within the block it logs nothing."""

    def __enter__(self) -> None:
        self._logger = logging.getLogger("apprise")
        self._disabled, self._logger.disabled = self._logger.disabled, True

    def __exit__(self, *_: object) -> None:
        self._logger.disabled = self._disabled


def _known(url: str) -> bool:
    try:
        import apprise
    except ModuleNotFoundError as error:
        raise UserError(
            "channels by Apprise need the package apprise, which is not installed",
            do="pip install 'keepwell[channels]'",
        ) from error
    with _silence():
        return bool(apprise.Apprise().add(url))
