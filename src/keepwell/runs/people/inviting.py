"""Invitations by e-mail, where a mail server is declared; else the link is for whoever invites to hand on."""

from dataclasses import dataclass
from email.utils import make_msgid

from keepwell import clock
from keepwell.channels import mail
from keepwell.channels.mail import MailServer
from keepwell.errors import UserError
from keepwell.people import Person
from keepwell.runs.people import links
from keepwell.runs.people.links import Offer
from keepwell.runs.people.profile import checked_email
from keepwell.store.engine import Store


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation: `url` is its link. `mailed`: it is on its way to its address; else `why_not` says what went wrong, if anything did."""

    url: str
    mailed: bool
    why_not: str = ""


def invite(store: Store, project: str, email: str, offer: Offer, *, server: str, by: Person) -> Invited:
    """Invites somebody to a project; `server` is the address that links begin with, such as `https://keepwell.example`.

    A letter that is not sent takes nothing back: the link works, and can be handed on.

    Raises:
        UserError: it is no e-mail address, somebody has it already, or there is no such team.
    """
    url = server + links.invite(store, email, offer, actor=by.email)
    try:
        through = mail.known()
        if through is None:
            return Invited(url, mailed=False)
        _send(through, project, checked_email(email), url, by)
    except UserError as error:
        return Invited(url, mailed=False, why_not=error.what)
    return Invited(url, mailed=True)


def _send(through: MailServer, project: str, email: str, url: str, by: Person) -> None:
    days = links.INVITATION_LASTS.days
    text = f"""{by.email} invites you to Keepwell, which shows how the customers of {project} fare.

Open this link within {days} days, and choose your name and password:

    {url}

It works once. If you do not know what this is about, do nothing.
"""
    letter = mail.message(
        to=email,
        sender=through.sender,
        subject="An invitation to Keepwell",
        text=text,
        number=make_msgid("invitation", mail.domain(through.sender)),
        at=clock.now(),
    )
    mail.send(through, letter)
