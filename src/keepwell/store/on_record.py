"""What is on record for many recipients at once: on which bases they may be written to, what they want, and what keeps them from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.consent import Basis, Cause, Consent, Suppression
from keepwell.outreach.preference import NONE, Preferences
from keepwell.store import preferences
from keepwell.store.outreach_tables import CONSENTS, RECIPIENTS, SUPPRESSIONS

Address: TypeAlias = tuple[str, str]
"""A channel, and a recipient there in its one form."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is on record for a recipient, also what is over: consents and suppressions, in the order of keeping; and what they want."""

    consents: tuple[Consent, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    wants: Preferences = NONE


def of(connection: Connection, addresses: Sequence[Address]) -> Mapping[Address, Record]:
    """What is on record for each of the addresses; those of which nothing is known are absent."""
    numbers = numbered(connection, addresses)
    by_number = {number: address for address, number in numbers.items()}
    if not by_number:
        return {}
    consents = _by_recipient(connection, CONSENTS, list(by_number))
    suppressions = _by_recipient(connection, SUPPRESSIONS, list(by_number))
    wants = preferences.many(connection, list(by_number))
    return {
        address: Record(
            tuple(Consent(**{**row, "basis": Basis(row["basis"])}) for row in consents.get(number, ())),
            tuple(
                Suppression(**{**row, "cause": Cause(row["cause"])}) for row in suppressions.get(number, ())
            ),
            wants.get(number, NONE),
        )
        for number, address in by_number.items()
    }


def numbered(connection: Connection, addresses: Sequence[Address]) -> Mapping[Address, int]:
    """The numbers of those recipients that are known."""
    wanted = set(addresses)
    query = sa.select(RECIPIENTS).where(RECIPIENTS.c.form.in_({form for _, form in wanted}))
    return {
        (row.channel, row.form): row.number
        for row in connection.execute(query)
        if (row.channel, row.form) in wanted
    }


def _by_recipient(
    connection: Connection, table: sa.Table, recipients: Sequence[int]
) -> Mapping[int, list[dict[str, Any]]]:
    query = sa.select(table).where(table.c.recipient.in_(recipients)).order_by(table.c.number)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(query):
        kept = dict(row._mapping)
        del kept["number"]
        found.setdefault(kept.pop("recipient"), []).append(kept)
    return found
