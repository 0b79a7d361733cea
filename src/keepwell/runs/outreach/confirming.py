"""Double opt-in: somebody leaves an address, and only whoever reads its mail can say that they want to be written to."""

from datetime import timedelta

from keepwell import clock
from keepwell.errors import AbsentError, ConflictError, UserError
from keepwell.outreach.consent import Basis, Cause, Consent
from keepwell.outreach.links import Links
from keepwell.outreach.recipient import normalised
from keepwell.runs.saying import words
from keepwell.store import consents, ledger, opt_ins
from keepwell.store.engine import Store
from keepwell.store.opt_ins import OptIn

LASTS = timedelta(days=7)
"""So long a question can be confirmed."""

PATIENCE = timedelta(days=1)
"""So long after a question the same is not put again, so that nobody can have somebody else flooded with them."""

EMAIL = "email"


def ask(store: Store, links: Links, address: str, *, category: str | None, source: str) -> str:
    """Notes that somebody has left an e-mail address for messages of a category (`None`: of all); the link by which they confirm it.

    The firm, or a journey, sends the link to that address. `source` is where the address was left, such as the name of a form.

    Raises:
        UserError: it is no address, or no source is named.
        ConflictError: the same was asked within a day.
    """
    try:
        form = normalised(EMAIL, address)
    except ValueError as error:
        raise UserError(str(error), where="email", do="type an address such as ana@firm.example") from error
    said, now = words(source, "source", most=200), clock.now()
    with store.writing() as connection:
        recipient = ledger.recipient(connection, EMAIL, form)
        for before in opt_ins.of(connection, recipient):
            if before.category == category and now - before.asked_at < PATIENCE:
                raise ConflictError("this address was asked within the last day", do="wait for its answer")
        asked = OptIn(recipient, category, said, now, now + LASTS)
        return links.confirm(opt_ins.ask(connection, asked).number)


def asked(store: Store, number: int) -> OptIn:
    """The question of that number, if it can still be confirmed or was.

    Raises:
        AbsentError: there is none, or it is too old.
    """
    with store.reading() as connection:
        found = opt_ins.get(connection, number)
    if found is None or (found.confirmed_at is None and found.expires_at <= clock.now()):
        raise AbsentError("this link is too old", do="leave your address once more")
    return found


def confirm(store: Store, number: int) -> OptIn:
    """Notes that whoever reads the mail of an address wants to be written to; repeating it is harmless.

    A yes after an earlier no counts: what they had unsubscribed from, they have asked for anew.

    Raises:
        AbsentError: there is no such question, or it is too old.
    """
    before = asked(store, number)
    if before.confirmed_at is not None:
        return before
    now = clock.now()
    with store.writing() as connection:
        confirmed = opt_ins.confirm(connection, before, now)
        consents.lift(connection, before.recipient, (Cause.OPT_OUT,), now)
        source = f"{before.source}, confirmed by mail"
        yes = Consent(Basis.CONSENT, now, None, EMAIL, before.category, source)
        consents.grant(connection, before.recipient, yes)
    return confirmed
