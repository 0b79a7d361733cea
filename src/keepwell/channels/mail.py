"""E-mail to staff, over SMTP."""

import os
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from keepwell.errors import UserError

URL_VARIABLE, FROM_VARIABLE = "KEEPWELL_SMTP_URL", "KEEPWELL_MAIL_FROM"
TIMEOUT_S = 30.0


class NotSentError(UserError):
    """A message that was surely not sent: the server could not be reached, or refused it. It may be tried again."""


class UnknownFateError(UserError):
    """A message of which nobody knows whether it was sent: the server was gone when it should have said so. It must not be tried again."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, how it is spoken to, and whom mail is from.

    With `tls` the connection is encrypted from the start, else as soon as the server offers it; without encryption only a server
    on this machine is spoken to.
    """

    host: str
    port: int
    tls: bool
    user: str
    password: str
    sender: str

    def __repr__(self) -> str:
        """Where it is; no password."""
        return f"MailServer({self.host}:{self.port})"


def declared() -> MailServer:
    """The mail server that the environment names.

    Raises:
        UserError: it names none, or wrongly.
    """
    url, sender = os.environ.get(URL_VARIABLE, ""), os.environ.get(FROM_VARIABLE, "")
    do = f"set {URL_VARIABLE}=smtps://user:password@mail.example and {FROM_VARIABLE}=keepwell@firm.example"
    if not url or not sender:
        raise UserError(f"{URL_VARIABLE if not url else FROM_VARIABLE} is not set", do=do)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UserError(f"{URL_VARIABLE} is no URL", do=do) from error
    if (
        parts.scheme not in ("smtp", "smtps")
        or not parts.hostname
        or "@" not in sender
        or not sender.isprintable()
    ):
        raise UserError(f"{URL_VARIABLE} or {FROM_VARIABLE} is not what it should be", do=do)
    tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port or (465 if tls else 587), tls, user, password, sender)


def known() -> MailServer | None:
    """The mail server that the environment names; `None`: it names none.

    Raises:
        UserError: it names one wrongly, or half of it.
    """
    return declared() if os.environ.get(URL_VARIABLE) or os.environ.get(FROM_VARIABLE) else None


def domain(sender: str) -> str:
    """The domain of an address, with or without a name before it."""
    return sender.rpartition("@")[2].strip("> ")


def message(*, to: str, sender: str, subject: str, text: str, number: str, at: datetime) -> EmailMessage:
    """A message of plain text; `number` is its Message-ID, `at` its date.

    Raises:
        ValueError: an address or the subject holds a line break.
    """
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"], made["Date"] = number, format_datetime(at)
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text, cte="quoted-printable")
    return made


def send(server: MailServer, mail: EmailMessage, tls: ssl.SSLContext | None = None) -> None:
    """Hands one message over.

    Raises:
        NotSentError: the server cannot be reached, is not to be trusted, or refuses.
        UnknownFateError: the connection broke while the message was handed over.
    """
    context = tls or ssl.create_default_context()
    try:
        connection = connected(server, context)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(
            f"the mail server {server.host}: {said(error)}", do=f"check {URL_VARIABLE}"
        ) from error
    try:
        connection.send_message(mail)
    except (
        smtplib.SMTPResponseException,
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPNotSupportedError,
    ) as error:
        raise NotSentError(f"the mail server {server.host} refuses: {said(error)}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise UnknownFateError(f"the mail server {server.host} was gone: {said(error)}") from error
    finally:
        connection.close()


def connected(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    """A connection to the server, encrypted and signed in, that has said hello.

    Raises:
        OSError, SMTPException: it cannot be reached, offers no encryption, or does not know us.
    """
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_S, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    try:
        connection.ehlo_or_helo_if_needed()
        if not server.tls and connection.has_extn("starttls"):
            connection.starttls(context=context)
        elif not server.tls and not _here(server.host):
            raise smtplib.SMTPException("it offers no encryption")
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _here(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def said(error: Exception) -> str:
    """What a server or the system said, in a line."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return f"{error.smtp_code} {text}".splitlines()[0][:200]
    return (str(error) or type(error).__name__).splitlines()[0][:200]
