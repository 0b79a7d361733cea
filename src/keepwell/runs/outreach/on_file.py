"""What is on record of whom, as it is listed and exported; and a person who is forgotten."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from keepwell import clock
from keepwell.errors import AbsentError, UserError
from keepwell.outreach.consent import Consent, Suppression
from keepwell.outreach.recipient import erased, normalised
from keepwell.runs.outreach.record_columns import COLUMNS
from keepwell.store import audit, consents, erasing, on_record
from keepwell.store.audit import Event
from keepwell.store.engine import Store
from keepwell.store.on_record import Record, numbered


@dataclass(frozen=True, slots=True)
class OnFile:
    """Something on record of a recipient on a channel."""

    channel: str
    recipient: str
    record: Consent | Suppression

    def cells(self) -> dict[str, str]:
        """It as a row, by column; instants are in UTC."""
        record = self.record
        if isinstance(record, Consent):
            said = {
                "basis": str(record.basis),
                "granted_at": _written(record.granted_at),
                "withdrawn_at": _written(record.withdrawn_at),
                "source": record.source,
            }
        else:
            said = {
                "cause": str(record.cause),
                "since": _written(record.since),
                "until": _written(record.until),
            }
        said |= {"recipient": self.recipient, "channel": self.channel, "category": record.category or ""}
        return {name: said.get(name, "") for name in COLUMNS}


def every(store: Store) -> tuple[OnFile, ...]:
    """All that is on record, by channel and recipient; of those who were forgotten nothing is."""
    with store.reading() as connection:
        return tuple(OnFile(*each) for each in consents.every(connection))


def of(store: Store, channel: str, text: str) -> tuple[OnFile, ...]:
    """All that is on record of a recipient, however that is spelt.

    Raises:
        UserError: it is no recipient on that channel.
    """
    whom = (channel, _form(channel, text))
    with store.reading() as connection:
        found = on_record.of(connection, [whom]).get(whom, Record())
    records: tuple[Consent | Suppression, ...] = (*found.consents, *found.suppressions)
    return tuple(OnFile(*whom, each) for each in records)


def export(store: Store, to: TextIO) -> int:
    """Writes all that is on record as CSV, as it can be imported again; how many rows that were."""
    writer = csv.DictWriter(to, COLUMNS, lineterminator="\n")
    writer.writeheader()
    found = every(store)
    writer.writerows(_harmless(each.cells()) for each in found)
    return len(found)


def forget(store: Store, secret: bytes, channel: str, text: str, *, actor: str) -> int:
    """Forgets a recipient: their address, and all that they wrote and were sent, are removed; that messages went, and when, stays.

    What is planned for them is skipped. A keyed hash stays in place of the address (`secret`), so that it is not brought back by an
    import. The number by which the rest is known is told.

    Raises:
        UserError: it is no recipient on that channel.
        AbsentError: nobody knows them.
    """
    form = _form(channel, text)
    with store.writing() as connection:
        number = numbered(connection, [(channel, form)]).get((channel, form))
        if number is None:
            raise AbsentError("nobody of that address is known", do="check how it is spelt, and --channel")
        erasing.erase(connection, number, erased(secret, channel, form), clock.now())
        audit.note(connection, Event.PERSON_FORGOTTEN, f"recipient {number}", actor, clock.now())
    return number


def _form(channel: str, text: str) -> str:
    try:
        return normalised(channel, text)
    except ValueError as error:
        raise UserError(str(error), do="type an address as it is on record") from error


def _written(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def _harmless(cells: dict[str, str]) -> dict[str, str]:
    """Cells that no spreadsheet takes for a formula; phone numbers begin with a plus by right."""
    return {name: f"'{cell}" if cell[:1] in "=@\t" and cell else cell for name, cell in cells.items()}


def told(rows: tuple[OnFile, ...]) -> Iterator[dict[str, str]]:
    """The rows for other programs."""
    return (each.cells() for each in rows)
