"""What follows from what comes back of a message: how far its entry has come, and whether its recipient can still be written to."""

from datetime import datetime, timedelta

from keepwell.outreach.bounce import Class, classified
from keepwell.outreach.consent import Cause, Suppression
from keepwell.outreach.ledger import Step
from keepwell.outreach.response import Kind, Response
from keepwell.outreach.returned import BOUNCES, What
from keepwell.outreach.step import Channel
from keepwell.store import consents, ledger, responses
from keepwell.store.engine import Connection
from keepwell.store.ledger import Entry

IN_A_ROW, OVER = 3, timedelta(days=2)
"""So many soft bounces one after the other, over so long a time at least, keep further mail back."""

FOR = timedelta(days=14)
"""So long it is kept back then; afterwards the mailbox is tried anew."""

REFUSED = "refused at once"
"""The mark of a bounce that comes before the message was taken."""

_STEPS = {
    What.HARD: Step.BOUNCE,
    What.SOFT: Step.BOUNCE,
    What.BLOCK: Step.BOUNCE,
    What.DELIVERED: Step.DELIVER,
    What.COMPLAINT: Step.COMPLAIN,
    What.AUTO_REPLY: Step.DELIVER,  # whoever answers has got it
    What.REPLY: Step.DELIVER,
}
_KINDS = {
    What.HARD: Kind.BOUNCED,
    What.SOFT: Kind.BOUNCED,
    What.BLOCK: Kind.BOUNCED,
    What.COMPLAINT: Kind.COMPLAINED,
    What.AUTO_REPLY: Kind.AUTO_REPLIED,
    What.REPLY: Kind.REPLIED,
}


def settle(connection: Connection, entry: Entry, what: What, at: datetime, mark: str) -> bool:
    """Notes what came back of an entry, and lets follow what does; whether it was new: what is told twice (`mark`) is noted once.

    An entry of which nobody knew whether it went out is settled by whatever is heard of it. A hard bounce keeps back all further mail to the address,
    soft ones do once there were several in a row; a complaint keeps back everything. Being blocked is no fault of the recipient's.
    """
    step = _STEPS.get(what)
    if step is None:
        return False
    kind = _KINDS.get(what)
    if kind is not None:
        detail = str(what) if what in BOUNCES else ""
        machine = kind not in (Kind.REPLIED, Kind.COMPLAINED)
        if not responses.keep(connection, Response(entry.number, kind, at, machine, detail, mark)):
            return False
    moved = ledger.move(connection, entry, step, at, str(what) if what in BOUNCES else "")
    if (cause := _cause(connection, entry, what, at)) is not None:
        _suppress(connection, entry, cause, at)
    return kind is not None or moved.state is not entry.state


def refused(connection: Connection, entry: Entry, said: str, at: datetime) -> None:
    """Notes that a mail server would not take a message at all, and keeps further mail back if it said that there is no such address."""
    if entry.key.channel != Channel.EMAIL or classified("", said) is not Class.HARD:
        return
    hard = Response(entry.number, Kind.BOUNCED, at, by_machine=True, detail=str(What.HARD), mark=REFUSED)
    if responses.keep(connection, hard):
        _suppress(connection, entry, Cause.HARD_BOUNCE, at)


def _cause(connection: Connection, entry: Entry, what: What, at: datetime) -> Cause | None:
    if what is What.HARD:
        return Cause.HARD_BOUNCE
    if what is What.COMPLAINT:
        return Cause.COMPLAINT
    if what is What.SOFT and _in_a_row(connection, entry, at):
        return Cause.SOFT_BOUNCE
    return None


def _in_a_row(connection: Connection, entry: Entry, at: datetime) -> bool:
    """Whether this is the last of several soft bounces with nothing better between them."""
    whom = entry.whom
    bounces = responses.of_recipient(connection, whom, Kind.BOUNCED, IN_A_ROW)
    soft = len(bounces) == IN_A_ROW and all(each.detail == What.SOFT for each in bounces)
    if not soft or at - bounces[-1].at < OVER:
        return False
    since = bounces[-1].at
    good = (Kind.OPENED, Kind.CLICKED, Kind.REPLIED, Kind.AUTO_REPLIED)
    heard = [each for kind in good for each in responses.of_recipient(connection, whom, kind, 1)]
    return not any(each.at > since for each in heard)


def _suppress(connection: Connection, entry: Entry, cause: Cause, at: datetime) -> None:
    """Keeps a recipient back, unless they are for the same cause already. What a mailbox says holds for its channel alone."""
    whom = entry.whom
    lasting = (
        each
        for each in consents.suppressions(connection, whom)
        if each.cause is cause and (each.until is None or each.until > at)
    )
    if next(lasting, None) is None:
        channel = None if cause is Cause.COMPLAINT else entry.key.channel
        until = at + FOR if cause is Cause.SOFT_BOUNCE else None
        consents.suppress(connection, whom, Suppression(cause, at, until, channel))
