"""Mail that comes back, as servers write it today; names are made up."""

from collections.abc import Mapping

OURS = "0123456789abcdef0123456789abcdef"


def dsn(
    *blocks: Mapping[str, str],
    to: str = "bounces@firm.example",
    notice: str = "",
    original: str = f"Message-ID: <{OURS}@firm.example>",
) -> bytes:
    """A report of delivery by RFC 3464: a notice, a part for each recipient, and the header of the original."""
    told = "\n\n".join("\n".join(f"{name}: {value}" for name, value in block.items()) for block in blocks)
    return f"""\
Return-Path: <>
Date: Wed, 25 Nov 2026 10:00:00 +0000
From: MAILER-DAEMON@mx.other.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <20261125100000.4D5A21@mx.other.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

{notice or "This is the mail system at host mx.other.example."}

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.other.example
Arrival-Date: Wed, 25 Nov 2026 09:59:58 +0000

{told}

--B
Content-Type: text/rfc822-headers

From: Acme <success@firm.example>
To: ana@other.example
Subject: How are you?
{original}

--B--
""".encode()


def failed(status: str = "5.1.1", said: str = "", action: str = "failed") -> dict[str, str]:
    """The part of a report of delivery that speaks of Ana."""
    block = {"Final-Recipient": "rfc822; ana@other.example", "Action": action, "Status": status}
    return block | ({"Diagnostic-Code": f"smtp; {said}"} if said else {})


def complaint(kind: str = "abuse", original: str = f"Message-ID: <{OURS}@firm.example>") -> bytes:
    """A report of abuse by RFC 5965, as the example in its appendix B is written."""
    return f"""\
From: <abusedesk@provider.example>
Date: Wed, 25 Nov 2026 17:40:36 +0000
Subject: FW: How are you?
To: <bounces@firm.example>
Message-ID: <report-1@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP
192.0.2.2 on Wed, 25 Nov 2026 14:00:00 +0000.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--part1_13d.2e68ed54_boundary
Content-Type: message/rfc822
Content-Disposition: inline

From: <success@firm.example>
Received: from mailserver.firm.example (mailserver.firm.example [192.0.2.2])
To: <undisclosed>
Subject: How are you?
{original}

Hello Ana
--part1_13d.2e68ed54_boundary--
""".encode()


def answer(subject: str = "Re: How are you?", body: str = "Fine, thank you.", **headers: str) -> bytes:
    """An answer to our message, with more headers; `X_Autoreply` stands for `X-Autoreply`."""
    said = {"In-Reply-To": f"<{OURS}@firm.example>", "Message-ID": "<answer-1@other.example>"}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "\n".join(f"{name}: {value}" for name, value in said.items() if value)
    return f"From: Ana <ana@other.example>\nTo: success@firm.example\nSubject: {subject}\n{lines}\n\n{body}\n".encode()
