"""Events of providers: ours, and those of Amazon SES as its documentation shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.outreach.provider import Told, told
from keepwell.outreach.returned import What

OURS = "0123456789abcdef0123456789abcdef"


def event(kind: str, **data: str) -> dict[str, object]:
    """An event in our own form."""
    return {"type": kind, "data": {"message_id": f"<{OURS}@firm.example>", **data}}


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (event("message.delivered"), What.DELIVERED),
        (event("message.complained"), What.COMPLAINT),
        (event("message.replied"), What.REPLY),
        (event("message.delayed"), What.DELAYED),
        (event("message.bounced", **{"class": "hard"}), What.HARD),
        (event("message.bounced", said="550 5.1.1 User unknown"), What.HARD),
        (event("message.bounced", said="552 5.2.2 mailbox full"), What.SOFT),
        (event("message.bounced"), What.SOFT),
    ],
    ids=str,
)
def test_events_of_our_form_are_understood(said: dict[str, object], what: What) -> None:
    assert told(said) == told([said]) == told({"events": [said]}) == (Told(what, OURS),)


def ses(kind: str, **more: object) -> dict[str, object]:
    """An event as SES publishes it, with what matters here."""
    headers = [
        {"name": "From", "value": "a@firm.example"},
        {"name": "Message-ID", "value": f"<{OURS}@firm.example>"},
    ]
    return {"eventType": kind, "mail": {"messageId": "EXAMPLE7c191be45", "headers": headers}, **more}


def bounce(kind: str, status: str = "", said: str = "") -> dict[str, object]:
    """The part of an event that tells of a bounce."""
    recipient = {
        "emailAddress": "ana@other.example",
        "action": "failed",
        "status": status,
        "diagnosticCode": said,
    }
    return {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": [recipient]}


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (ses("Delivery", delivery={}), What.DELIVERED),
        (ses("Complaint", complaint={}), What.COMPLAINT),
        (ses("DeliveryDelay"), What.DELAYED),
        (ses("Bounce", bounce=bounce("Permanent", "5.1.1", "smtp; 550 5.1.1 user unknown")), What.HARD),
        (ses("Bounce", bounce=bounce("Permanent")), What.HARD),
        (ses("Bounce", bounce=bounce("Transient", "5.2.2", "smtp; 552 mailbox full")), What.SOFT),
        (
            ses("Bounce", bounce=bounce("Transient", "5.7.1", "smtp; 554 message rejected as spam")),
            What.BLOCK,
        ),
    ],
    ids=str,
)
def test_events_of_ses_are_understood(said: dict[str, object], what: What) -> None:
    assert told(said) == (Told(what, OURS),)


def test_what_is_of_no_message_of_ours_is_passed_by() -> None:
    other = {"type": "message.bounced", "data": {"message_id": "<else@where.example>"}}
    assert told([other, event("message.printed"), {"type": "message.delivered"}, ses("Open")]) == ()
    many: list[object] = [{}] * 1001
    for junk in ("text", 7, ["text"], many):
        with pytest.raises(ValueError, match="a payload is an event"):
            told(junk)


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["mail", "type", "data", "headers", "bounce", "eventType", "bouncedRecipients", "commonHeaders"]), inner, max_size=4),
)  # fmt: skip


@given(
    st.dictionaries(
        st.sampled_from(["mail", "type", "data", "bounce", "eventType", "events"]), JSON, max_size=4
    )
)
def test_no_payload_breaks_it(payload: dict[str, object]) -> None:
    try:
        assert told(payload) == ()
    except ValueError:
        assert isinstance(payload.get("events"), list)
