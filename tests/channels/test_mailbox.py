"""The mailbox for answers and bounces, against a real IMAP server."""

from collections.abc import Iterator

import pytest

from keepwell.channels import mailbox
from keepwell.errors import UserError
from tests.channels.dovecot import Imap, dovecot
from tests.servers import reachable

FIRST, SECOND = b"Subject: first\r\n\r\nhello\r\n", b"Subject: second\r\n\r\nhello\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imap]:
    """The server."""
    with dovecot(reachable(tmp_path_factory.mktemp("imap"))) as running:
        yield running


@pytest.fixture
def imap(server: Imap) -> Imap:
    """The server, with two messages."""
    server.empty()
    server.put(FIRST, SECOND)
    return server


def test_what_has_come_is_read_once_and_nobody_else_sees_that_it_was(imap: Imap) -> None:
    with mailbox.opened(imap.url()) as box:
        assert box.flag == mailbox.READ
        first, second = box.unread(9)
        assert (box.message(first), box.message(second)) == (FIRST, SECOND)
        assert box.unread(1) == (first,)
        box.mark(first)
        assert box.unread(9) == (second,)
    assert imap.flags() == ["$KeepwellRead", ""]
    imap.put(FIRST)
    with mailbox.opened(imap.url()) as box:
        assert len(box.unread(9)) == 2


def test_what_was_deleted_is_not_read(imap: Imap) -> None:
    with imap.client() as client:
        client.store("1", "+FLAGS", r"\Deleted")
    with mailbox.opened(imap.url()) as box:
        (left,) = box.unread(9)
        assert box.message(left) == SECOND


def test_of_a_long_message_the_beginning_is_fetched(imap: Imap) -> None:
    imap.put(b"Subject: long\r\n\r\n" + b"x" * 78 * 2**14 + b"\r\n")
    with mailbox.opened(imap.url()) as box:
        fetched = box.message(box.unread(9)[-1])
    assert len(fetched) == mailbox.LARGEST
    assert fetched.startswith(b"Subject: long")


def test_a_server_is_believed_only_with_a_certificate_that_is_trusted(
    imap: Imap, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="certificate verify failed"), mailbox.opened(imap.url("imaps")):
        pass
    monkeypatch.setenv("SSL_CERT_FILE", str(imap.certificate))
    with mailbox.opened(imap.url("imaps")) as box:
        assert len(box.unread(9)) == 2


def test_what_goes_wrong_is_told_without_the_password(imap: Imap) -> None:
    wrong = imap.url(password="wednesday")
    with pytest.raises(UserError, match="Authentication failed") as caught, mailbox.opened(wrong):
        pass
    assert "wednesday" not in str(caught.value)
    with (
        pytest.raises(UserError, match="there is no mailbox Archive"),
        mailbox.opened(imap.url(folder="Archive")),
    ):
        pass
    with pytest.raises(UserError, match="refused"), mailbox.opened("imap://u:p@127.0.0.1:1/INBOX"):
        pass


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("", "is no URL of a mailbox"),
        ("https://mail.example.com", "is no URL of a mailbox"),
        ("imaps://mail.example.com", "is no URL of a mailbox"),
        ("imaps://u:p@mail.example.com:port", "is no URL of a mailbox"),
        ("imap://u:p@mail.example.com", "in the clear"),
        ("imaps://u:p@mail.example.com/a%22b", "cannot be"),
    ],
)
def test_a_url_that_will_not_do_is_refused(url: str, what: str) -> None:
    with pytest.raises(UserError, match=what):
        mailbox.placed(url)


def test_a_url_says_where_the_mailbox_is() -> None:
    place = mailbox.placed("imaps://ana%40firm.example:a%2Fb@mail.example.com/Support/Bounces")
    assert (place.host, place.port, place.user, place.password) == (
        "mail.example.com",
        993,
        "ana@firm.example",
        "a/b",
    )
    assert (place.folder, place.secure) == ("Support/Bounces", True)
