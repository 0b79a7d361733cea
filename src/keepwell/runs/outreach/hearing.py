"""What a mail provider tells by webhook: tied to entries of the ledger, and what follows from it."""

from collections.abc import Sequence

from keepwell import clock
from keepwell.outreach.provider import Told
from keepwell.runs.outreach import effects
from keepwell.store import ledger
from keepwell.store.engine import Store


def hear(store: Store, delivery: str, events: Sequence[Told]) -> int:
    """Keeps what a provider tells in one delivery (its id); how many events were new. A delivery that comes twice is noted once."""
    new = 0
    with store.writing() as connection:
        for place, each in enumerate(events):
            entry = ledger.named(connection, [each.message])
            if entry is not None:
                mark = f"{delivery} {place}"[:64]
                new += effects.settle(connection, entry, each.what, clock.now(), mark)
    return new
