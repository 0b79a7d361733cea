"""Webhooks are told of what changed."""

from keepwell.runs import telling
from keepwell.web.api.hooks import SECRET
from keepwell.web.server.serving import Serving


def tell(served: Serving) -> None:
    """Puts what changed since the last time into messages."""
    with served.warehouse.reading() as warehouse:
        telling.tell(served.store, warehouse)


def send(served: Serving) -> None:
    """Sends the messages that are due."""
    telling.send(served.store, served.secret(SECRET))
