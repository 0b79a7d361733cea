"""A real IMAP server, Debian's Dovecot, that tests start and stop themselves."""

import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers import free_port

DOVECOT = Path("/usr/sbin/dovecot")
USER, PASSWORD = "bounces@firm.example", "tuesday-otter/lamp"
OWNER = "nobody"

CONFIGURATION = """\
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
ssl = yes
auth_failure_delay = 0
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
first_valid_uid = 1
first_valid_gid = 1
mail_location = {kind}:{folder}/mail
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/home
}}
"""


@dataclass(frozen=True)
class Imap:
    """The server: the URL of its mailbox, in the clear on this machine and over TLS, and the certificate to trust."""

    plain: int
    secure: int
    certificate: Path

    def url(self, scheme: str = "imap", password: str = PASSWORD, folder: str = "INBOX") -> str:
        """The mailbox's URL."""
        written = password.replace("/", "%2F")
        host, port = ("127.0.0.1", self.plain) if scheme == "imap" else ("localhost", self.secure)
        return f"{scheme}://{USER.replace('@', '%40')}:{written}@{host}:{port}/{folder}"

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """Somebody else who reads the mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.plain) as made:
            made.login(USER, PASSWORD)
            made.select("INBOX")
            yield made

    def put(self, *mails: bytes) -> None:
        """Has mail come in."""
        with self.client() as client:
            for raw in mails:
                client.append("INBOX", "", "", raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    def empty(self) -> None:
        """Takes all mail out."""
        with self.client() as client:
            _, found = client.search(None, "ALL")
            for number in found[0].split():
                client.store(number.decode(), "+FLAGS", r"\Deleted")
            client.expunge()

    def flags(self) -> list[str]:
        """The flags of every message."""
        with self.client() as client:
            _, found = client.fetch("1:*", "(FLAGS)")
            return [
                each.decode().partition("FLAGS (")[2].rstrip(")") for each in found if isinstance(each, bytes)
            ]


@contextmanager
def dovecot(folder: Path, kind: str = "maildir") -> Iterator[Imap]:
    """A server whose files lie in a folder that everybody may enter."""
    if not DOVECOT.exists():
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd")
    owner = pwd.getpwnam(OWNER)
    made = Imap(free_port(), free_port(), folder / "cert.pem")
    _certify(folder)
    for name in ("home", "mail"):
        (folder / name).mkdir()
        shutil.chown(folder / name, owner.pw_uid, owner.pw_gid)
    written = CONFIGURATION.format(
        folder=folder,
        kind=kind,
        plain=made.plain,
        secure=made.secure,
        password=PASSWORD,
        owner=owner.pw_uid,
        group=owner.pw_gid,
    )
    (folder / "dovecot.conf").write_text(written, encoding="utf-8")
    process = subprocess.Popen([str(DOVECOT), "-F", "-c", str(folder / "dovecot.conf")])
    try:
        _await(process, made, folder)
        yield made
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(20)


def _certify(folder: Path) -> None:
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files],
        check=True,
        capture_output=True,
        cwd=folder,
    )


def _await(process: "subprocess.Popen[bytes]", made: Imap, folder: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with made.client():
                return
        except (OSError, imaplib.IMAP4.error):
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
    raise AssertionError((folder / "log").read_text())
