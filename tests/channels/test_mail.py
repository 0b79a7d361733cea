"""Mail is handed over encrypted or not at all; what surely was not sent is told apart from what nobody knows of."""

import base64
from datetime import UTC, datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from keepwell.channels import mail
from keepwell.channels.mail import FROM_VARIABLE, URL_VARIABLE, MailServer, NotSentError, UnknownFateError
from keepwell.errors import UserError
from tests.channels.mailbox import mailbox
from tests.channels.receiver import certificate
from tests.servers import free_port

NOON = datetime(2025, 6, 30, 12, tzinfo=UTC)


def _server(port: int, host: str = "127.0.0.1", **said: object) -> MailServer:
    made: dict[str, object] = {"tls": False, "user": "", "password": "", "sender": "keepwell@firm.example"}
    return MailServer(host, port, **(made | said))  # type: ignore[arg-type]


def _letter() -> EmailMessage:
    return mail.message(
        to="kim@firm.example",
        sender="keepwell@firm.example",
        subject="Größe — 2 accounts",
        text="A1: 62 → 38\n.\nEnd\n",
        number="<digest-1-2025-06-30@firm.example>",
        at=NOON,
    )


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No mail server is named."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.delenv(FROM_VARIABLE, raising=False)


def test_what_arrives_is_what_was_sent() -> None:
    with mailbox() as box:
        mail.send(_server(box.port), _letter())
    got = message_from_string(box.got[0].replace("\r\n..", "\r\n."), policy=default)
    assert (got["Subject"], got["To"]) == ("Größe — 2 accounts", "kim@firm.example")
    assert got["Message-ID"] == "<digest-1-2025-06-30@firm.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Date"].datetime == NOON
    assert got.get_content().splitlines() == ["A1: 62 → 38", ".", "End"]


def test_the_connection_is_encrypted_as_soon_as_that_is_offered(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "localhost")
    with mailbox(tls=server) as box:
        to = _server(box.port, "localhost", user="kim", password="secret")
        mail.send(to, _letter(), client)
    assert box.encrypted == [True]
    assert base64.b64decode(box.logins[0]) == b"\0kim\0secret"
    assert "secret" not in repr(to)


def test_a_certificate_that_is_not_trusted_is_no_encryption(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path, "localhost")
    with (
        mailbox(tls=server) as box,
        pytest.raises(NotSentError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        mail.send(_server(box.port, "localhost", user="kim", password="secret"), _letter())
    assert (box.got, box.logins) == ([], [])


def test_nothing_is_said_without_encryption_but_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keepwell.channels.mail._here", lambda _: False)
    with mailbox() as box, pytest.raises(NotSentError, match="offers no encryption"):
        mail.send(_server(box.port), _letter())
    assert box.got == []


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("mail.example", False), ("10.0.0.1", False)],
)
def test_which_hosts_are_this_machine(host: str, here: bool) -> None:
    assert mail._here(host) is here


def test_who_refuses_or_is_not_there_has_not_sent() -> None:
    with mailbox(refuse=True) as box, pytest.raises(NotSentError, match="refuses"):
        mail.send(_server(box.port), _letter())
    with pytest.raises(NotSentError, match="Connection refused"):
        mail.send(_server(free_port()), _letter())


def test_who_vanishes_while_it_is_handed_over_leaves_it_unknown() -> None:
    with mailbox(vanish=True) as box, pytest.raises(UnknownFateError, match="was gone"):
        mail.send(_server(box.port), _letter())


def test_the_environment_names_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FROM_VARIABLE, "keepwell@firm.example")
    for url, expected in (
        ("smtps://kim:p%40ss@mail.example", ("mail.example", 465, True, "kim", "p@ss")),
        ("smtp://mail.example", ("mail.example", 587, False, "", "")),
        ("smtp://mail.example:25", ("mail.example", 25, False, "", "")),
    ):
        monkeypatch.setenv(URL_VARIABLE, url)
        found = mail.declared()
        assert (found.host, found.port, found.tls, found.user, found.password) == expected
    for wrong in ("", "mail.example", "http://mail.example", "smtp://x:99999"):
        monkeypatch.setenv(URL_VARIABLE, wrong)
        with pytest.raises(UserError, match=URL_VARIABLE):
            mail.declared()


def test_a_line_break_makes_no_header() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        mail.message(to="a@b.c\nBcc: d@e.f", sender="x@y.z", subject="s", text="t", number="<1@x>", at=NOON)
