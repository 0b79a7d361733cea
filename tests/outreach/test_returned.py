"""Mail that comes back: reports of delivery and abuse, automatic answers and answers of people, and of which message they speak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.outreach.links import Links
from keepwell.outreach.returned import Returned, What, read
from tests.outreach.mails import OURS, answer, complaint, dsn, failed

OTHER = "f" * 32


@pytest.mark.parametrize(
    ("block", "what"),
    [
        (
            failed("5.1.1", "550 5.1.1 <ana@other.example>: Recipient address rejected: User unknown"),
            What.HARD,
        ),
        (failed("5.2.2", "552 5.2.2 Over quota"), What.SOFT),
        (failed("4.4.1", "connect to mx.other.example[192.0.2.1]:25: Connection timed out"), What.SOFT),
        (failed("5.7.1", "550 5.7.1 Message blocked as spam"), What.BLOCK),
        (failed("5.0.0", "550 5.1.1 No such user"), What.HARD),
        (failed("4.4.1", action="delayed"), What.DELAYED),
        (failed("2.0.0", action="delivered"), What.DELIVERED),
        (failed("2.0.0", action="relayed"), What.DELIVERED),
    ],
)
def test_a_report_of_delivery_is_read(block: dict[str, str], what: What) -> None:
    found = read(dsn(block))
    assert (found.what, found.recipients, found.messages) == (what, ("ana@other.example",), (OURS,))


def test_of_several_recipients_the_one_that_failed_counts() -> None:
    other = {"Final-Recipient": "rfc822; ben@other.example", "Action": "relayed", "Status": "2.1.9"}
    found = read(dsn(other, failed()))
    assert (found.what, found.recipients) == (What.HARD, ("ana@other.example",))


def test_a_report_says_by_its_address_of_which_message_it_speaks() -> None:
    links = Links(b"0123456789abcdef", "https://firm.example")
    address = links.returns(7, "bounces@firm.example")
    found = read(dsn(failed(), to=address, original=""))
    assert found.messages == ()
    assert address in found.addresses


def test_a_report_of_abuse_is_read_and_what_is_none_is_not() -> None:
    found = read(complaint())
    assert (found.what, found.messages) == (What.COMPLAINT, (OURS,))
    assert read(complaint("fraud")).what is What.COMPLAINT
    assert read(complaint("not-spam")).what is What.OTHER


def test_the_original_of_a_report_of_abuse_says_where_it_had_come_from() -> None:
    links = Links(b"0123456789abcdef", "https://firm.example")
    address = links.returns(7, "bounces@firm.example")
    assert address in read(complaint(original=f"Return-Path: <{address}>")).addresses


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-replied (vacation)"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"subject": "Automatic reply: How are you?"},
        {"subject": "=?utf-8?q?R=C3=A9ponse_automatique_=3A_How_are_you=3F?="},
        {"subject": "Automatische Antwort: How are you?"},
        {"subject": "Out of office"},
        {"subject": "Abwesenheitsnotiz"},
    ],
    ids=str,
)
def test_an_automatic_answer_is_told_from_a_person_s(headers: dict[str, str]) -> None:
    assert read(answer(**headers)).what is What.AUTO_REPLY


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Auto_Submitted": "no"},
        {"subject": "Re: Delivery failed", "body": "Your courier did not come: delivery failed twice."},
        {"subject": "Out of the box it works"},
    ],
    ids=str,
)
def test_an_answer_of_a_person_is_one(headers: dict[str, str]) -> None:
    found = read(answer(**headers))
    assert (found.what, found.messages) == (What.REPLY, (OURS,))


def test_what_a_message_answers_is_likelier_than_what_came_before() -> None:
    thread = {"References": f"<{OTHER}@firm.example> <x@other.example> <{OURS}@firm.example>"}
    assert read(answer(**thread)).messages == (OURS, OTHER)
    assert read(answer(In_Reply_To="", **thread)).messages == (OURS, OTHER)


def test_what_answers_nothing_is_nothing_of_ours() -> None:
    found = read(answer(In_Reply_To=""))
    assert (found.what, found.messages) == (What.OTHER, ())


def test_a_bounce_that_keeps_to_no_standard_names_our_message_in_its_copy() -> None:
    """As Exim writes it, with the field that it adds."""
    raw = f"""\
From: Mail Delivery System <Mailer-Daemon@mx.other.example>
To: success@firm.example
X-Failed-Recipients: ana@other.example
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ana@other.example
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

Return-path: <success@firm.example>
Message-Id: <{OURS}@firm.example>
Subject: Why spam is blocked

""".encode()
    found = read(raw)
    assert (found.what, found.recipients, found.messages) == (What.HARD, ("ana@other.example",), (OURS,))


def test_the_same_message_has_the_same_mark_however_often_it_is_read() -> None:
    assert read(dsn(failed())).mark == read(dsn(failed("5.2.2"))).mark
    assert read(dsn(failed())).mark != read(complaint()).mark
    bare = b"From: a@b.example\n\nhello"
    assert read(bare).mark == read(bare).mark != read(bare + b"!").mark


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_anything_can_be_read(junk: bytes) -> None:
    assert isinstance(read(junk), Returned)
    assert isinstance(
        read(
            b"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n"
            + junk
        ),
        Returned,
    )
    assert isinstance(read(b"Content-Type: message/feedback-report\nSubject: =?x?q?y?=\n\n" + junk), Returned)
