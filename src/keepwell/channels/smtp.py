"""E-mail to customers, over SMTP: connections are kept and shared, and it is told apart what surely was not sent and what nobody knows of.

Until the message's last line has gone the server cannot have taken it: whatever breaks before may be tried again. From there on only
the server's answer says what became of it.
"""

import smtplib
import socket
import ssl
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from keepwell.channels import letters, mail
from keepwell.channels.channel import Answer, Fate, Letter
from keepwell.channels.dkim import Key
from keepwell.channels.mail import MailServer

IDLE_S = 20.0
"""So long a connection is kept without a message; servers drop those that say nothing for a minute or so."""

MOST_EACH = 500
"""So many messages go over one connection."""


@dataclass(slots=True)
class _Line:
    """A connection, how many messages have gone over it, and when the last one did."""

    smtp: smtplib.SMTP
    sent: int = 0
    at: float = 0.0


@dataclass(slots=True)
class Smtp:
    """E-mail by one server. `key` signs it (`None`: nobody does)."""

    server: MailServer
    key: Key | None = None
    tls: ssl.SSLContext | None = None
    _free: deque[_Line] = field(default_factory=deque, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def hand_over(self, letter: Letter) -> Answer:
        """Hands one e-mail over; a connection that the server has dropped meanwhile is made anew once."""
        try:
            data = letters.written(letter)
        except ValueError as error:
            return Answer(Fate.REFUSED, str(error))
        if self.key is not None:
            data = self.key.signed(data, letter.at)
        line, fresh = self._taken(), False
        while True:
            if line is None:
                fresh = True
                try:
                    line = _Line(mail.connected(self.server, self.tls or ssl.create_default_context()))
                except (OSError, smtplib.SMTPException) as error:
                    return Answer(Fate.DEFERRED, mail.said(error))
            try:
                answer = _Talk(line.smtp, letter, data).held()
            except _Gone as gone:
                line.smtp.close()
                if gone.answer is not None or fresh:
                    return gone.answer or Answer(Fate.DEFERRED, "the mail server hung up")
                line = None
                continue
            self._back(line)
            return answer

    def close(self) -> None:
        """Hangs up."""
        with self._lock:
            lines, self._free = self._free, deque()
        for line in lines:
            _hang_up(line)

    def _taken(self) -> _Line | None:
        """A connection that is free and young enough; those that are not are hung up."""
        while True:
            with self._lock:
                if not self._free:
                    return None
                line = self._free.pop()
            if monotonic() - line.at <= IDLE_S:
                return line
            _hang_up(line)

    def _back(self, line: _Line) -> None:
        line.sent += 1
        line.at = monotonic()
        if line.sent >= MOST_EACH:
            _hang_up(line)
            return
        with self._lock:
            self._free.append(line)


class _Gone(Exception):
    """The connection is of no use any more; `answer` says what became of the message (`None`: it surely was not sent)."""

    def __init__(self, answer: Answer | None) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Talk:
    """One message over one connection."""

    smtp: smtplib.SMTP
    letter: Letter
    data: bytes

    def held(self) -> Answer:
        """Says it, and gives the server's answer. The connection is ready for the next message then.

        Raises:
            _Gone: the connection broke.
        """
        refusal = self._ready()
        if refusal is not None:
            return refusal
        try:
            self.smtp.send(_dotted(self.data))
        except (OSError, smtplib.SMTPException) as error:
            raise _Gone(Answer(Fate.UNKNOWN, mail.said(error))) from error
        try:
            code, text = self.smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise _Gone(Answer(Fate.UNKNOWN, mail.said(error))) from error
        if code == 421:
            raise _Gone(Answer(Fate.DEFERRED, _reply(code, text)))
        return _judged(code, text) or Answer(Fate.ACCEPTED, _reply(code, text))

    def _ready(self) -> Answer | None:
        """Asks the server to take a message for the recipient; why it does not, if so.

        Where the server can do that, all is asked in one go (RFC 2920).
        """
        sender = self.letter.envelope or self.letter.sender.email
        wide = not (sender.isascii() and self.letter.recipient.isascii())
        if wide and not self.smtp.has_extn("smtputf8"):
            return Answer(Fate.REFUSED, "the mail server takes no addresses beyond ASCII")
        more = (" SMTPUTF8" if wide else "") + (" BODY=8BITMIME" if self.smtp.has_extn("8bitmime") else "")
        asked = [f"MAIL FROM:<{sender}>{more}", f"RCPT TO:<{self.letter.recipient}>", "DATA"]
        try:
            replies = self._asked(asked)
        except (OSError, smtplib.SMTPException) as error:
            raise _Gone(None) from error
        if any(code == 421 for code, _ in replies):
            raise _Gone(Answer(Fate.DEFERRED, next(_reply(*each) for each in replies if each[0] == 421)))
        refused = next((each for each in replies if each[0] >= 400), None)
        if refused is None:
            return None
        with suppress(
            OSError, smtplib.SMTPException
        ):  # the answer is known; a dropped connection shows itself
            if len(replies) == len(asked) and replies[-1][0] == 354:
                self.smtp.send(b".\r\n")
                self.smtp.getreply()
            self.smtp.rset()
        return _judged(*refused)

    def _asked(self, commands: list[str]) -> list[tuple[int, bytes]]:
        if self.smtp.has_extn("pipelining"):
            self.smtp.send("".join(f"{each}\r\n" for each in commands).encode())
            return [self.smtp.getreply() for _ in commands]
        replies: list[tuple[int, bytes]] = []
        for each in commands:
            self.smtp.send(f"{each}\r\n".encode())
            replies.append(self.smtp.getreply())
            if replies[-1][0] >= 400:
                break
        return replies


def _judged(code: int, text: bytes) -> Answer | None:
    """What a refusal means: 4xx is for now, 5xx for good; `None`: it is none."""
    if code < 400:
        return None
    return Answer(Fate.DEFERRED if code < 500 else Fate.REFUSED, _reply(code, text))


def _reply(code: int, text: bytes) -> str:
    return f"{code} {text.decode('utf-8', 'replace')}".splitlines()[0][:200]


def _dotted(data: bytes) -> bytes:
    """The message as it is sent: a line that begins with a dot gets another, and a single dot ends it."""
    body = data if not data.startswith(b".") else b"." + data
    return body.replace(b"\r\n.", b"\r\n..") + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _hang_up(line: _Line) -> None:
    with suppress(OSError, smtplib.SMTPException, socket.timeout):
        line.smtp.quit()
    line.smtp.close()
