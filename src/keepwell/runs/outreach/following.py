"""Links that are followed, and pictures that are loaded: noted, those of machines apart."""

from keepwell.outreach.response import Kind, Response
from keepwell.outreach.visit import Visit, burst, by_machine
from keepwell.store import ledger, responses
from keepwell.store.engine import Store


def visited(store: Store, number: int, kind: Kind, visit: Visit, target: str = "") -> None:
    """Notes that the message of an entry was opened, or a link in it followed (`target` is where it leads).

    An entry that is not there any more is none's business: whoever follows its link is led on all the same.
    """
    with store.writing() as connection:
        entry = ledger.get(connection, number)
        if entry is None:
            return
        before = responses.of(connection, number)
        machine = by_machine(visit, kind, entry.handed_at, before)
        response = Response(number, kind, visit.at, machine, target)
        responses.keep(connection, response)
        since = burst((*before, response), visit.at)
        if since is not None:
            responses.made_by_machine(connection, number, Kind.CLICKED, since)
