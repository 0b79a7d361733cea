"""Erasing: what is known of a recipient is removed, and what keeps the books in order stays under a number alone."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.consent import Cause, Suppression
from keepwell.store import consents
from keepwell.store.outreach_tables import CAUGHT, CONSENTS, LEDGER, RECIPIENTS
from keepwell.store.response_tables import INBOX, OPT_INS, PREFERENCES, REMARKS, RESPONSES, SURVEY_ANSWERS


def erase(connection: Connection, recipient: int, stand_in: str, at: datetime) -> None:
    """Erases a recipient: their address, what they agreed to and wanted, what they wrote, and what was written to them.

    `stand_in` takes the address's place; where an earlier recipient of the same address has it already, the number is added.

    Entries of the ledger and the instants of responses stay; those that are planned still are skipped, since the number is suppressed
    for good.
    """
    mine = RECIPIENTS.c.number == recipient
    taken = sa.select(RECIPIENTS.c.number).where(RECIPIENTS.c.form == stand_in)
    again = connection.execute(taken).first() is not None
    form = f"{stand_in} {recipient}" if again else stand_in
    connection.execute(sa.update(RECIPIENTS).where(mine).values(form=form))
    for table in (CONSENTS, PREFERENCES, OPT_INS, INBOX):
        connection.execute(sa.delete(table).where(table.c.recipient == recipient))
    entries = sa.select(LEDGER.c.number).where(LEDGER.c.recipient == recipient)
    connection.execute(sa.delete(CAUGHT).where(CAUGHT.c.entry.in_(entries)))
    for table, values in (
        (RESPONSES, {"detail": ""}),
        (REMARKS, {"words": ""}),
        (SURVEY_ANSWERS, {"comment": ""}),
    ):
        connection.execute(sa.update(table).where(table.c.entry.in_(entries)).values(**values))
    connection.execute(sa.update(LEDGER).where(LEDGER.c.recipient == recipient).values(contact="", said=""))
    consents.suppress(connection, recipient, Suppression(Cause.ERASED, at))
