"""Bounces: why a message could not be delivered, by what the servers say.

Servers say it by an enhanced status code (RFC 3463), by a reply code of SMTP (RFC 5321), and in words; none of them is used alike
everywhere. A code that says something is believed, unless the words are plain and against it; a code that says nothing (5.0.0, 550) leaves it
to the words. What stays unclear counts as soft: nobody is taken off for good because of it.
"""

import re
from enum import StrEnum


class Class(StrEnum):
    """Why it was not delivered."""

    HARD = "hard"  # there is no such address, or not any more
    SOFT = "soft"  # not now: the mailbox is full, the server is not there
    BLOCK = "block"  # not from us, or not this: taken for spam, or against the rules


STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")

_HARD = re.compile(
    r"user[- ]?(?:name )?(?:is )?unknown|unknown (?:user|recipient|address|local|mailbox|account|host|or illegal)|unknown in (?:virtual|local|relay)"
    r"|no such (?:user|recipient|mailbox|account|address|person|domain|local)|no mailbox (?:here )?by that name|no (?:valid|active) (?:user|recipient)"
    r"|(?:does|do|did) ?n[o']t exist|doesn['\N{RIGHT SINGLE QUOTATION MARK}]?t exist|not? exists?\b|(?:invalid|bad|illegal|improper) (?:recipient|mailbox|user|address|destination)"
    r"|(?:recipient|user|mailbox|address|account|domain|host)(?: name)? (?:is |was |could )?not (?:be )?(?:found|known|valid|recognized)|not found in (?:the )?(?:directory|name)"
    r"|not a (?:valid|known) (?:user|mailbox|recipient|address)|not listed in|user not (?:found|known|listed)|name or domain name not found"
    r"|(?:account|mailbox|user|address)(?: \S+)? (?:is|has been|was) (?:currently )?(?:disabled|closed|suspended|inactive|discontinued|deactivated|expired|terminated|unavailable)"
    r"|disabled or discontinued|no longer (?:valid|in use|available|exists|works|with|active)|unrouteable|undeliverable address|host unknown|unknown host"
    r"|n['o]t have an? \S*\s*\S* ?account|not our customer|addressee unknown|recipient (?:address )?rejected|mailbox unavailable|mailbox not available|couldn't be found"
    r"|invalid final delivery userid|n'existe pas|no matches to|not a valid user|no user by that name",
    re.IGNORECASE,
)  # fmt: skip
_FULL = re.compile(
    r"quota|(?:mailbox|inbox|account|folder|mail box|disk)\S*(?: \S+)?(?: is| was)?(?: over)? ?full|exceed(?:s|ed|ing)? (?:\S+ ){0,3}(?:size|storage|limit|allowed|space)"
    r"|(?:insufficient|not enough|out of|no) (?:\S+ )?(?:space|storage|disk)|too (?:large|big)|message size",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"\bspam|block(?:ed|list| list)|black ?list|\bRBL\b|dnsbl|spamhaus|spamcop|barracuda|sorbs|\bpolicy\b|reputation|\bdmarc\b|\bspf\b|\bdkim\b|\bvirus(?:es)?\b|malware"
    r"|content (?:was )?(?:rejected|filter)|access denied|relay(?:ing)? (?:access )?(?:denied|not)|not (?:authori[sz]ed|permitted|allowed|accepted)|prohibited|banned|unsolicited|bulk"
    r"|message (?:was )?(?:rejected|refused)|sender (?:address )?rejected|only accepts? mail from|not accept(?:ing)? mail from|mail rejected|administrative",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"temporar|try again|timed? ?out|connection (?:refused|was)|deferred|gr[ae]ylist|rate limit|too many|could ?n[o']t (?:connect|contact)|retry"
    r"|still being retried|warning|delayed|will be tried|no route to host|delivery time|lost connection",
    re.IGNORECASE,
)

_NOBODY, _FULL_CODES = (
    {"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1", "4.4"},
    {"2.2", "2.3", "3.1", "3.4"},
)
_OURS = {"1.7", "1.8"}


def classified(status: str, words: str) -> Class:
    """The class of a bounce: of its status code (`5.1.1`; `""`: none is known) and of what the servers say in words."""
    status = status or _found(words)
    code = status.partition(".")[2]
    told = _by_words(words)
    if status.startswith("4"):
        return Class.BLOCK if code.startswith("7.") and told is Class.BLOCK else Class.SOFT
    if code in _FULL_CODES:
        return Class.SOFT
    if code.startswith("7.") or code in _OURS:
        return Class.HARD if told is Class.HARD and not _BLOCK.search(words) else Class.BLOCK
    if code in _NOBODY:
        return told if told in (Class.BLOCK, Class.SOFT) and not _HARD.search(words) else Class.HARD
    if code.startswith("6."):
        return Class.BLOCK
    if told is not None:
        return told
    return Class.SOFT


def _found(words: str) -> str:
    """The first status code in the words; or of what a reply code of SMTP says for itself, the same as a status code."""
    status = STATUS.search(words)
    if status is not None:
        return status[1]
    reply = _REPLY.search(words)
    if reply is None:
        return ""
    return {"551": "5.1.6", "552": "5.2.2", "553": "5.1.3"}.get(reply[1], f"{reply[1][0]}.0.0")


def _by_words(words: str) -> Class | None:
    """What the words say; that a mailbox is full goes before all else, for it is said of mailboxes that are there."""
    for pattern, meant in (
        (_FULL, Class.SOFT),
        (_HARD, Class.HARD),
        (_BLOCK, Class.BLOCK),
        (_LATER, Class.SOFT),
    ):
        if pattern.search(words):
            return meant
    return None
