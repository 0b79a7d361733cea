"""What a mail provider tells of messages, by webhook: in a form of our own, or as Amazon SES publishes it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keepwell.outreach.bounce import STATUS, classified
from keepwell.outreach.returned import What

MOST = 1000
"""So many events can come at once."""

TYPES: Mapping[str, What | None] = {
    "message.delivered": What.DELIVERED,
    "message.bounced": None,  # its class says what
    "message.complained": What.COMPLAINT,
    "message.delayed": What.DELAYED,
    "message.replied": What.REPLY,
}
"""The events that are understood; others are passed by."""

_SES = {"delivery": What.DELIVERED, "complaint": What.COMPLAINT, "deliverydelay": What.DELAYED}
_ID = re.compile(r"<?([0-9a-f]{32})(?:@[^<>\s]+)?>?")


@dataclass(frozen=True, slots=True)
class Told:
    """An event: what happened to the message of a Message-ID (what stands before its `@`)."""

    what: What
    message: str


def told(payload: object) -> tuple[Told, ...]:
    """The events of a payload that speak of messages of ours, in their order: one event, a list of them, or a list under `events`.

    Raises:
        ValueError: it is neither, or holds too many.
    """
    if isinstance(payload, Mapping) and isinstance(payload.get("events"), list):
        payload = payload["events"]
    events = payload if isinstance(payload, list) else [payload]
    known = [each for each in events if isinstance(each, Mapping)]
    if len(events) > MOST or len(known) < len(events):
        raise ValueError(f"a payload is an event, or a list of at most {MOST:,}")
    return tuple(found for each in known for found in _read(each))


def _read(event: Mapping[str, Any]) -> Iterator[Told]:
    if "mail" in event:
        yield from _ses(event)
        return
    kind, data = str(event.get("type")), event.get("data")
    if kind not in TYPES or not isinstance(data, Mapping):
        return
    identity = _ID.fullmatch(str(data.get("message_id", "")).strip())
    what = TYPES[kind] or _class(str(data.get("class", "")), str(data.get("said", "")))
    if identity is not None:
        yield Told(what, identity[1])


def _class(said: str, words: str) -> What:
    """The class of a bounce: as the provider names it, or else by what the server said."""
    return What(said) if said in ("hard", "soft", "block") else What(classified("", words))


def _ses(event: Mapping[str, Any]) -> Iterator[Told]:
    """An event as SES publishes it: the type stands in `eventType` or `notificationType`, our Message-ID among the headers of `mail`."""
    kind = str(event.get("eventType") or event.get("notificationType") or "").lower().replace(" ", "")
    mail = event["mail"]
    headers = mail.get("headers", []) if isinstance(mail, Mapping) else []
    said = {
        str(each.get("name", "")).lower(): str(each.get("value", ""))
        for each in headers
        if isinstance(each, Mapping)
    }
    common = mail.get("commonHeaders") if isinstance(mail, Mapping) else None
    named = said.get("message-id") or (
        str(common.get("messageId", "")) if isinstance(common, Mapping) else ""
    )
    identity = _ID.fullmatch(named.strip())
    what = _ses_bounce(event.get("bounce")) if kind == "bounce" else _SES.get(kind)
    if identity is not None and what is not None:
        yield Told(what, identity[1])


def _ses_bounce(bounce: object) -> What:
    """SES calls a bounce permanent where the address does not exist or is on its list, and tells what the server said."""
    if not isinstance(bounce, Mapping):
        return What.SOFT
    recipients = bounce.get("bouncedRecipients")
    first = recipients[0] if isinstance(recipients, list) and recipients else {}
    words = str(first.get("diagnosticCode", "")) if isinstance(first, Mapping) else ""
    status = STATUS.search(str(first.get("status", "")) if isinstance(first, Mapping) else "")
    if bounce.get("bounceType") == "Permanent" and not words:
        return What.HARD
    return What(classified(status[1] if status else "", words))
