"""What nobody needs any more is forgotten."""

from keepwell.runs import forgetting, telling
from keepwell.web.server.serving import Serving


def tidy(served: Serving) -> None:
    """Forgets messages that were settled long ago, and sessions, links, keys and the like that are over."""
    telling.tidy(served.store)
    forgetting.forget(served.store)
