"""E-mail to a real server: what arrives is what was written, signed as another program sees it; what broke off is told apart."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from keepwell.channels import letters
from keepwell.channels.channel import Answer, Fate, Letter
from keepwell.channels.dkim import KEY_VARIABLE, Key, declared
from keepwell.channels.mail import MailServer
from keepwell.channels.smtp import Smtp
from keepwell.errors import UserError
from keepwell.outreach.rules import Sender, Signing
from tests.channels.mailbox import mailbox
from tests.channels.sink import Sink, sink
from tests.servers import free_port

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
SIGNING = Signing("acme.example", "keepwell")
LETTER = Letter(
    1,
    "email",
    "ana@firm.example",
    Sender("success@acme.example", "Größe & Söhne", "desk@acme.example"),
    "Wie läuft es? " + "Ein langer Betreff, " * 6,
    "Hallo Ana\n.\n..Ende\n",
    "<p>Hallo <b>Ana</b></p>\n",
    NOON,
    key="0123456789abcdef",
    message_id="<m1@acme.example>",
    to_name="Ana, Müller",
    envelope="bounces+token@acme.example",
    headers={
        "List-Unsubscribe": "<https://care.acme.example/m/unsubscribe/token>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
)


@pytest.fixture(scope="module")
def taking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    """A mail server that takes what comes."""
    with sink(tmp_path_factory.mktemp("sink")) as running:
        yield running


def _server(port: int) -> MailServer:
    return MailServer("127.0.0.1", port, False, "", "", "success@acme.example")


def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _pem(private: rsa.RSAPrivateKey) -> str:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _published(private: rsa.RSAPrivateKey) -> bytes:
    """What stands in the DNS for a key."""
    der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


def _verified(message: bytes, private: rsa.RSAPrivateKey) -> bool:
    """Whether dkimpy, which knows nothing of us, finds the signature good."""
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return _published(private)

    good = dkim.verify(message, dnsfunc=dns)
    assert asked[:1] in ([], [b"keepwell._domainkey.acme.example."])
    return bool(good)


def test_what_arrives_is_what_was_written(taking: Sink) -> None:
    channel = Smtp(_server(taking.port))
    assert channel.hand_over(LETTER).fate is Fate.ACCEPTED
    channel.close()
    (taken,) = [each for each in taking.taken() if each.message["Message-ID"] == "<m1@acme.example>"]
    assert taken.sender == "bounces+token@acme.example"
    assert taken.recipients == ("ana@firm.example",)
    message = message_from_bytes(taken.raw, policy=default)
    assert message["From"] == "Größe & Söhne <success@acme.example>"
    assert message["To"] == '"Ana, Müller" <ana@firm.example>'
    assert message["Reply-To"] == "desk@acme.example"
    assert message["Subject"] == LETTER.subject.strip()
    assert message["Date"].datetime == NOON
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, page = message.iter_parts()
    assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == "Hallo Ana\n.\n..Ende\n"
    assert page.get_content().strip() == "<p>Hallo <b>Ana</b></p>"
    assert max(map(len, taken.raw.split(b"\r\n"))) <= 998


def test_the_same_letter_is_always_written_alike() -> None:
    assert letters.written(LETTER) == letters.written(replace(LETTER))
    assert letters.written(replace(LETTER, html="")).count(b"Content-Type") == 1


def test_another_program_finds_the_signature_good(taking: Sink) -> None:
    private = _rsa()
    channel = Smtp(_server(taking.port), Key(SIGNING, private))
    letter = replace(
        LETTER, message_id="<signed@acme.example>", text="A line with  blanks \n\nand more\n\n\n"
    )
    assert channel.hand_over(letter).fate is Fate.ACCEPTED
    channel.close()
    (taken,) = [each.raw for each in taking.taken() if b"<signed@acme.example>" in each.raw]
    assert _verified(taken, private)
    for covered in (
        b"From: ",
        b"To: ",
        b"Subject: ",
        b"Date: ",
        b"Message-ID: ",
        b"List-Unsubscribe: ",
        b"List-Unsubscribe-Post: ",
    ):
        assert not _verified(taken.replace(b"\r\n" + covered, b"\r\n" + covered + b"x"), private), covered
    assert not _verified(taken.replace(b"MIME-Version", b"To: eve@firm.example\r\nMIME-Version"), private)
    assert b"\r\nQSBsaW5l" in taken  # the text begins with `A line`
    assert not _verified(taken.replace(b"\r\nQSBsaW5l", b"\r\nQSBsaW5m"), private)
    assert not _verified(taken, _rsa())


def test_a_refusal_for_good_and_one_for_now_are_told_apart_and_the_connection_goes_on(taking: Sink) -> None:
    channel = Smtp(_server(taking.port))
    refused, deferred = (
        channel.hand_over(replace(LETTER, recipient=f"{how}@firm.example")) for how in ("refused", "deferred")
    )
    assert refused == Answer(Fate.REFUSED, "550 5.1.1 nobody of that name")
    assert deferred == Answer(Fate.DEFERRED, "451 4.7.1 come back later")
    assert channel.hand_over(replace(LETTER, message_id="<on@acme.example>")).fate is Fate.ACCEPTED
    channel.close()
    assert taking.ids().count("<on@acme.example>") == 1


def test_who_cannot_be_reached_has_taken_nothing() -> None:
    channel = Smtp(_server(free_port()))
    assert channel.hand_over(LETTER).fate is Fate.DEFERRED
    assert Smtp(replace(_server(free_port()), host="mail.invalid")).hand_over(LETTER).fate is Fate.DEFERRED


def test_of_what_broke_off_after_the_last_line_nobody_knows() -> None:
    with mailbox(vanish=True) as box:
        assert Smtp(_server(box.port)).hand_over(LETTER).fate is Fate.UNKNOWN


def test_a_line_break_in_a_header_is_refused(taking: Sink) -> None:
    for broken in (
        replace(LETTER, recipient="ana@firm.example\r\nBcc: eve@firm.example"),
        replace(LETTER, headers={"List-Unsubscribe": "<x>\nBcc: eve@firm.example"}),
    ):
        assert Smtp(_server(taking.port)).hand_over(broken).fate is Fate.REFUSED


def test_several_threads_share_a_few_connections(taking: Sink) -> None:
    channel = Smtp(_server(taking.port))
    many = [replace(LETTER, message_id=f"<t{n}@acme.example>") for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        fates = [each.fate for each in pool.map(channel.hand_over, many)]
    assert fates == [Fate.ACCEPTED] * 40
    assert len(channel._free) <= 4
    channel.close()
    assert sorted(each for each in taking.ids() if each.startswith("<t")) == sorted(
        e.message_id for e in many
    )


def test_a_key_comes_from_the_environment_as_text_or_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert declared(None) is None
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(UserError, match=f"{KEY_VARIABLE} is not set"):
        declared(SIGNING)
    text = _pem(_rsa())
    file = tmp_path / "dkim.pem"
    file.write_text(text, encoding="utf-8")
    for said in (text, text.replace("\n", "\\n"), str(file)):
        monkeypatch.setenv(KEY_VARIABLE, said)
        key = declared(SIGNING)
        assert key is not None
        assert _verified(key.signed(letters.written(LETTER), NOON), key.private)
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "none.pem"))
    with pytest.raises(UserError, match="holds no private key"):
        declared(SIGNING)
