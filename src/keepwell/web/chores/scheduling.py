"""What the applied schedule wants is begun when its time has come."""

from keepwell.web.server.serving import Serving


def look(served: Serving) -> None:
    """Looks at the clock once."""
    served.scheduler.look(served.project().schedule)
