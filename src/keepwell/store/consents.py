"""Consents and suppressions as they are kept, by recipient: what is imported from elsewhere, and what people say themselves."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.consent import Basis, Cause, Consent, Suppression
from keepwell.outreach.recipient import ERASED
from keepwell.store import on_record
from keepwell.store.outreach_tables import CONSENTS, RECIPIENTS, SUPPRESSIONS


def grant(connection: Connection, recipient: int, consent: Consent) -> bool:
    """Keeps a basis for writing to a recipient (its number in the ledger's recipients); whether it is new: one that is kept already is not kept twice."""
    if consent in of(connection, recipient):
        return False
    row = {**asdict(consent), "basis": str(consent.basis), "recipient": recipient}
    connection.execute(sa.insert(CONSENTS).values(**row))
    return True


def withdraw(
    connection: Connection,
    recipient: int,
    at: datetime,
    *,
    category: str | None = None,
    channel: str | None = None,
) -> None:
    """Takes back a recipient's consent to a category on a channel (`None`: to all), by a record that outlives older ones.

    Repeating it is harmless.
    """
    granted = [each.granted_at for each in of(connection, recipient) if each.basis is Basis.CONSENT]
    begin = min([at, *granted])
    no = Consent(Basis.CONSENT, begin, at, channel, category, "withdrawn")
    grant(connection, recipient, no)


def keep(
    connection: Connection, records: Sequence[tuple[str, str, Consent | Suppression]]
) -> tuple[int, int]:
    """Keeps many records, each as channel, recipient there and record; how many consents and how many suppressions were new.

    It does what `grant` and `suppress` do, with a few statements for all.
    """
    whom = list(dict.fromkeys((channel, form) for channel, form, _ in records))
    before = on_record.of(connection, whom)
    known = dict(on_record.numbered(connection, whom))
    missing = [{"channel": channel, "form": form} for channel, form in whom if (channel, form) not in known]
    if missing:
        connection.execute(sa.insert(RECIPIENTS), missing)
        known |= on_record.numbered(connection, [(each["channel"], each["form"]) for each in missing])
    seen = {
        (each, record) for each, found in before.items() for record in (*found.consents, *found.suppressions)
    }
    consents: list[dict[str, Any]] = []
    suppressions: list[dict[str, Any]] = []
    for channel, form, record in records:
        if ((channel, form), record) in seen:
            continue
        seen.add(((channel, form), record))
        row = {**asdict(record), "recipient": known[channel, form]}
        if isinstance(record, Consent):
            consents.append({**row, "basis": str(record.basis)})
        else:
            suppressions.append({**row, "cause": str(record.cause)})
    for table, rows in ((CONSENTS, consents), (SUPPRESSIONS, suppressions)):
        if rows:
            connection.execute(sa.insert(table), rows)
    return len(consents), len(suppressions)


def of(connection: Connection, recipient: int) -> tuple[Consent, ...]:
    """Every basis on record for a recipient, also those withdrawn, in the order of keeping."""
    query = sa.select(CONSENTS).where(CONSENTS.c.recipient == recipient).order_by(CONSENTS.c.number)
    return tuple(Consent(**{**_plain(row), "basis": Basis(row.basis)}) for row in connection.execute(query))


def suppress(connection: Connection, recipient: int, suppression: Suppression) -> bool:
    """Keeps that nothing goes to a recipient; whether it is new: what is kept already is not kept twice."""
    if suppression in suppressions(connection, recipient):
        return False
    row = {**asdict(suppression), "cause": str(suppression.cause), "recipient": recipient}
    connection.execute(sa.insert(SUPPRESSIONS).values(**row))
    return True


def opt_out(connection: Connection, recipient: int, at: datetime) -> None:
    """Keeps that a recipient wants to hear nothing more: nothing goes to them, and what they have consented to is taken back."""
    suppress(connection, recipient, Suppression(Cause.OPT_OUT, at))
    if any(each.basis is Basis.CONSENT and each.withdrawn_at is None for each in of(connection, recipient)):
        withdraw(connection, recipient, at)


def lift(connection: Connection, recipient: int, causes: Collection[Cause], at: datetime) -> int:
    """Ends a recipient's suppressions for some causes, on all channels and of all categories; how many that were."""
    mine = (SUPPRESSIONS.c.recipient == recipient) & SUPPRESSIONS.c.cause.in_([str(each) for each in causes])
    lasts = SUPPRESSIONS.c.until.is_(None) | (SUPPRESSIONS.c.until > at)
    return connection.execute(sa.update(SUPPRESSIONS).where(mine & lasts).values(until=at)).rowcount


def suppressions(connection: Connection, recipient: int) -> tuple[Suppression, ...]:
    """Every suppression of a recipient, also those that are over, in the order of keeping."""
    mine = SUPPRESSIONS.c.recipient == recipient
    query = sa.select(SUPPRESSIONS).where(mine).order_by(SUPPRESSIONS.c.number)
    return tuple(
        Suppression(**{**_plain(row), "cause": Cause(row.cause)}) for row in connection.execute(query)
    )


def every(connection: Connection) -> Iterator[tuple[str, str, Consent | Suppression]]:
    """All that is on record, as channel, recipient and record, by channel and recipient; first what is granted, then what is suppressed.

    Of those whose address was erased there is nothing to tell.
    """
    known = {
        row.number: (row.channel, row.form)
        for row in connection.execute(sa.select(RECIPIENTS))
        if not row.form.startswith(ERASED)
    }
    found: list[tuple[str, str, Consent | Suppression]] = []
    for row in connection.execute(sa.select(CONSENTS).order_by(CONSENTS.c.number)):
        if row.recipient in known:
            found.append((*known[row.recipient], Consent(**{**_plain(row), "basis": Basis(row.basis)})))
    for row in connection.execute(sa.select(SUPPRESSIONS).order_by(SUPPRESSIONS.c.number)):
        if row.recipient in known:
            found.append((*known[row.recipient], Suppression(**{**_plain(row), "cause": Cause(row.cause)})))
    return iter(sorted(found, key=lambda each: each[:2]))


def _plain(row: sa.Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in ("number", "recipient")}
