"""Mail that comes back: what it is, and of which message of ours it speaks.

Read are reports of delivery (RFC 3464) and the many bounces that keep to no standard, reports of abuse (RFC 5965), automatic answers (RFC 3834) and
answers of people. Nothing is kept of what people write but that they did.
"""

import email.message
import email.policy
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses
from enum import StrEnum

from keepwell.outreach.bounce import STATUS, classified

Mail = email.message.Message


class What(StrEnum):
    """What came back."""

    HARD = "hard"
    SOFT = "soft"
    BLOCK = "block"
    DELAYED = "delayed"  # it is still being tried
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto_reply"
    REPLY = "reply"
    OTHER = "other"  # none of these: a newsletter, a report of something else


BOUNCES = frozenset({What.HARD, What.SOFT, What.BLOCK})
"""What says that a message was not delivered."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A message that came back.

    `recipients` could not be reached, as far as it says. `messages` are the Message-IDs that it may speak of (what stands before their `@`), the
    likeliest first. `addresses` are those that it came to, or that the message which it speaks of had come from: one of them may be one
    of ours that names the message. `mark` is by what it is known when it is read twice.
    """

    what: What
    mark: str
    recipients: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    status: str = ""


LONGEST = 100_000
"""So many characters of a part are looked at."""

_OUR_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!#$%&'*+/?^_`{|}~-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_STANDING_OUT = re.compile(rf"^\s*<({_ADDRESS.pattern})>:", re.MULTILINE)
_DAEMON = re.compile(
    r"mailer-?daemon|postmaster|mail delivery|mailsystem|mail-?admin|mdaemon|<>", re.IGNORECASE
)
_SYSTEM = re.compile(r"\bmailer-daemon@", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|delivery (?:status|failure|failed|error|problem|unsuccessful|report)|(?:mail|message|delivery).{0,20}fail|returned (?:mail|to sender|message)"
    r"|mail (?:system )?error|failure notice|could not (?:be delivered|send)|non[- ]?(?:remis|delivery)|not delivered|unzustellbar|unable to deliver|bounce|message status"
    r"|mail could not|nondeliverable|nicht zugestellt|warning: could not|failed (?:mail|recipient)|(?:could|can) ?not (?:be )?deliver|n['o]t able to deliver"
    r"|not (?:yet )?(?:been )?delivered|rejected mail|automatically rejected|delivery warning|no such user|user unknown|unknown user",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"out of (?:the )?office|auto(?:matic|mated)?[- ]?(?:reply|response|replied|answer)|abwesen|automatische antwort|r[ée]ponse automatique|absence du bureau"
    r"|risposta automatica|respuesta autom|resposta autom|automatisch antwoord|autosvar|fuera de la oficina|on vacation|vacation reply|away from",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^(?:-{2,}.{0,40}(?:original|copy|message header|unsent|undelivered).*|.*below this line is a copy.*|-{2,} ?this is a copy.*|return-path:.*|received: .*"
    r"|message-id:.*|.*(?:original|your) message (?:follows|headers).*|\s*original message:?\s*|>from .*)$",
    re.IGNORECASE | re.MULTILINE,
)
_DELAYED = re.compile(
    r"still being retried|will (?:continue|keep) trying|warning message only|not need to resend|will be (?:tried|retried)|has been delayed|not yet been delivered|attempts will (?:be|continue)|continue to (?:try|attempt)",
    re.IGNORECASE,
)


def read(raw: bytes) -> Returned:
    """What a message is that came into the mailbox for answers and bounces. Anything can be read; what is nothing of ours is `OTHER`."""
    mail = message_from_bytes(raw, policy=email.policy.compat32)
    report = _part(mail, "message/feedback-report")
    if report is not None:
        return _made(raw, mail, _abuse(report))
    blocks = list(_blocks(mail))
    if blocks:
        what, recipients, status = _reported(blocks, _notice(mail))
        return _made(raw, mail, what, recipients, status)
    notice = _notice(mail)
    if _bounced(mail):
        coded = STATUS.search(notice)
        what = What.DELAYED if _DELAYED.search(notice) else What(classified("", notice))
        return _made(raw, mail, what, _named(mail, notice), coded[1] if coded else "")
    if _automatic(mail):
        return _made(raw, mail, What.AUTO_REPLY)
    answers = bool(mail.get("In-Reply-To") or mail.get("References"))
    return _made(raw, mail, What.REPLY if answers else What.OTHER)


def _made(raw: bytes, mail: Mail, what: What, recipients: Iterable[str] = (), status: str = "") -> Returned:
    mark = _text(mail.get("Message-ID", "")).strip().encode() or raw
    return Returned(
        what,
        hashlib.sha256(mark).hexdigest(),
        tuple(dict.fromkeys(each.lower() for each in recipients)),
        tuple(dict.fromkeys(_ids(mail, raw))),
        tuple(dict.fromkeys(_addresses(mail))),
        status,
    )


def _abuse(report: Mail) -> What:
    """A report of abuse; that something was found to be no spam, or could not be verified, is none (RFC 5965, RFC 6591)."""
    kind = re.search(r"^feedback-type:\s*([\w-]+)", _content(report), re.IGNORECASE | re.MULTILINE)
    harmless = kind is not None and kind[1].lower() in ("not-spam", "auth-failure", "dmarc", "opt-out-list")
    return What.OTHER if harmless else What.COMPLAINT


def _blocks(mail: Mail) -> Iterator[Mail]:
    """The parts of a report of delivery that speak of one recipient each."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        payload = part.get_payload()
        for block in payload if isinstance(payload, list) else ():
            if isinstance(block, email.message.Message) and block.get("Action"):
                yield block


def _reported(blocks: list[Mail], notice: str) -> tuple[What, list[str], str]:
    """What a report of delivery says. Of several recipients the one that failed counts: each of our messages goes to one."""
    actions = {
        "failed": [
            each for each in blocks if _text(each["Action"]).lower().strip().startswith(("fail", "error"))
        ],
        "delayed": [each for each in blocks if _text(each["Action"]).lower().strip().startswith("delay")],
    }
    if failed := actions["failed"]:
        block = failed[0]
        said = " ".join(_text(block.get("Diagnostic-Code", "")).split())
        code = next((each for each in _codes(block, said) if not each.endswith(".0.0")), "")
        words = said if code and said else f"{said} {notice}"
        return What(classified(code, words)), _recipients(failed), code
    if delayed := actions["delayed"]:
        return What.DELAYED, _recipients(delayed), ""
    return What.DELIVERED, _recipients(blocks), ""


def _codes(block: Mail, said: str) -> Iterator[str]:
    """The status codes of a part: of servers that say in words more than in the field, those in the words come second."""
    for text in (_text(block.get("Status", "")), said):
        found = STATUS.search(text)
        if found is not None:
            yield found[1]


def _recipients(blocks: list[Mail]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        for name in ("Original-Recipient", "Final-Recipient"):
            address = _ADDRESS.search(_text(block.get(name, "")))
            if address is not None:
                found.append(address[0])
                break
    return found


def _bounced(mail: Mail) -> bool:
    """Whether a message says that another was not delivered, in one of the ways that keep to no standard."""
    if mail.get("X-Failed-Recipients"):
        return True
    empty = _text(mail.get("Return-Path", "")).strip() == "<>"
    if _SYSTEM.search(_text(mail.get("From", ""))):
        return True
    daemon = empty or any(
        _DAEMON.search(_text(mail.get(name, ""))) for name in ("From", "Sender", "Return-Path")
    )
    failed = _FAILED.search(_text(mail.get("Subject", ""))) is not None
    told = _FAILED.search(_notice(mail)[:2000]) is not None
    answers = mail.get("In-Reply-To") or mail.get("References")
    return (daemon and (failed or told)) or (failed and told and not answers)


def _automatic(mail: Mail) -> bool:
    submitted = _text(mail.get("Auto-Submitted", "no")).lower().strip()
    marked = any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
    precedence = _text(mail.get("Precedence", "")).lower().strip() in ("auto_reply", "auto-reply")
    subject = _AUTOMATIC.search(_text(mail.get("Subject", ""))) is not None
    return not submitted.startswith("no") or marked or precedence or subject


def _notice(mail: Mail) -> str:
    """What a message says for itself, up to the copy of ours that it may hold."""
    for part in mail.walk():
        if part.get_content_maintype() == "text" and not part.is_multipart():
            text = _content(part)
            if part.get_content_subtype() == "html":
                text = re.sub(r"<[^>]{0,500}>", " ", text)
            if text.strip():
                copy = _COPY.search(text)
                return text[: copy.start()] if copy is not None and copy.start() > 0 else text
    return ""


def _named(mail: Mail, notice: str) -> list[str]:
    """The addresses that a bounce speaks of: those in its header, those that stand out in its words, or else the first there."""
    header = _ADDRESS.findall(_text(mail.get("X-Failed-Recipients", "")))
    found = _STANDING_OUT.findall(notice) or _ADDRESS.findall(notice)
    to = _text(mail.get("To", "")).lower()
    others = [each for each in found if each.lower() not in to and not _DAEMON.search(each)]
    return header or (others or found)[:1]


def _ids(mail: Mail, raw: bytes) -> Iterator[str]:
    """What may be Message-IDs of ours: of what it answers, then of what it holds a copy of, then of all that came before in the conversation."""
    yield from _OUR_ID.findall(_text(mail.get("In-Reply-To", "")))
    own = set(_OUR_ID.findall(_text(mail.get("Message-ID", ""))))
    later = reversed(_OUR_ID.findall(_text(mail.get("References", ""))))
    for part in mail.walk():
        if part is not mail and part.get("Message-ID"):
            yield from _OUR_ID.findall(_text(part["Message-ID"]))
    for part in mail.walk():
        if not part.is_multipart():
            yield from (each for each in _OUR_ID.findall(_content(part)) if each not in own)
    yield from later
    yield from (each for each in _OUR_ID.findall(raw[:LONGEST].decode("latin-1")) if each not in own)


def _addresses(mail: Mail) -> Iterator[str]:
    to = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
    for _, address in getaddresses([_text(each) for name in to for each in mail.get_all(name, [])]):
        if address:
            yield address
    for part in mail.walk():
        if part is not mail and part.get("Return-Path"):
            yield from _ADDRESS.findall(_text(part["Return-Path"]))
    report = _part(mail, "message/feedback-report")
    if report is not None:
        yield from _ADDRESS.findall(_content(report))


def _part(mail: Mail, kind: str) -> Mail | None:
    return next((part for part in mail.walk() if part.get_content_type() == kind), None)


def _content(part: Mail) -> str:
    """The text of a part, whatever it says of how it is written."""
    if part.is_multipart():  # what is called a message is read as one
        payload = part.get_payload()
        return "\n".join(each.as_string() for each in payload if isinstance(each, email.message.Message))[
            :LONGEST
        ]
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")[:LONGEST]
    except LookupError:
        return raw.decode("utf-8", "replace")[:LONGEST]


def _text(header: object) -> str:
    """A header in plain letters."""
    try:
        return str(make_header(decode_header(str(header))))
    except (LookupError, UnicodeError, ValueError):
        return str(header)
