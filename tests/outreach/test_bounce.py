"""Classes of bounces: by RFC 3463's codes, and by what large providers say today."""

import pytest

from keepwell.outreach.bounce import Class, classified

H, S, B = Class.HARD, Class.SOFT, Class.BLOCK

SAID = [
    # Gmail, https://support.google.com/a/answer/3726730
    ("550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the address", H),
    ("552-5.2.2 The email account that you tried to reach is over quota and inactive.", S),
    ("550-5.2.1 The email account that you tried to reach is inactive.", H),
    ("550-5.7.26 This mail has been blocked because the sender is unauthenticated.", B),
    ("421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address.", B),
    ("450-4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend later.", S),
    ("550 5.4.5 Daily user sending quota exceeded.", S),
    # Exchange Online, https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", H),
    ("550 5.4.1 Recipient address rejected: Access denied.", H),
    ("554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded", S),
    ("550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus.", B),
    ("550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", B),
    ("451 4.7.500 Server busy. Please try again later", S),
    # Yahoo, https://senders.yahooinc.com/smtp-error-codes/
    ("554 30 Sorry, your message to ana@yahoo.example cannot be delivered. This mailbox is disabled (554.30).", H),
    ("554 5.7.9 Message not accepted for policy reasons.", B),
    ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints", S),
    # Postfix and Exim
    ("550 5.1.1 <ana@firm.example>: Recipient address rejected: User unknown in virtual mailbox table", H),
    ("450 4.2.0 <ana@firm.example>: Recipient address rejected: Greylisted", S),
    ("Host or domain name not found. Name service error for name=firm.example type=A: Host not found", H),
    ("connect to mx.firm.example[192.0.2.2]:25: Connection timed out", S),
    ("retry timeout exceeded", S),
    ("Unrouteable address", H),
    # What says nothing
    ("550 Rejected", S),
    ("", S),
]  # fmt: skip


@pytest.mark.parametrize(("words", "meant"), SAID)
def test_what_servers_say_is_understood(words: str, meant: Class) -> None:
    assert classified("", words) is meant


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("5.1.1", H),
        ("5.1.2", H),
        ("5.1.6", H),
        ("5.1.8", B),
        ("5.2.1", H),
        ("5.2.2", S),
        ("5.2.3", S),
        ("5.3.4", S),
        ("5.4.4", H),
        ("5.4.6", S),
        ("5.6.1", B),
        ("5.7.1", B),
        ("5.0.0", S),
        ("4.1.1", S),
        ("4.2.2", S),
        ("4.4.7", S),
        ("4.7.1", S),
    ],
)
def test_a_code_alone_says_its_class(status: str, meant: Class) -> None:
    assert classified(status, "") is meant


def test_plain_words_are_believed_against_a_code() -> None:
    assert classified("5.1.1", "rejected: 192.0.2.1 is listed at zen.spamhaus.org") is B
    assert classified("5.7.1", "No such user here") is H
    assert classified("5.0.0", "mailbox is full") is S
