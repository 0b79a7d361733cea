"""What people say is copied to the warehouse as soon as nobody else writes there."""

from keepwell.runs import copying
from keepwell.web.server.serving import Serving


def copy(served: Serving) -> None:
    """Copies what has come into the outbox, if anything has; only then is the warehouse's writer asked for a turn."""
    with served.warehouse.reading() as warehouse:
        waiting = copying.behind(served.store, warehouse)
    if waiting:
        with served.warehouse.writing() as warehouse:
            copying.copy(served.store, warehouse, served.project().zone)
