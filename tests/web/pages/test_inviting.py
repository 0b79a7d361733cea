"""Invitations by e-mail, to a real mail server of this machine."""

import re
from collections.abc import Callable, Iterator
from email import message_from_string
from email.policy import default

import pytest

from keepwell.channels.mail import FROM_VARIABLE, URL_VARIABLE
from keepwell.runs.people import members
from keepwell.web.server.serving import Serving
from tests.channels.mailbox import Mailbox, mailbox
from tests.web.entered import PASSWORD, Browser, key, program

Opens = Callable[[str], Browser]


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The mail server that is declared."""
    with mailbox() as made:
        monkeypatch.setenv(URL_VARIABLE, f"smtp://127.0.0.1:{made.port}")
        monkeypatch.setenv(FROM_VARIABLE, "Keepwell <keepwell@acme.example>")
        yield made


def invite(ada: Browser, email: str) -> str:
    """What the page says once somebody was invited."""
    ada.look("/admin/people")
    return ada.send("/admin/people", email=email, role="csm", scope="all").text


def test_an_invitation_is_mailed_and_its_link_shown_to_nobody_else(
    entered: Opens, stands_on: Serving, box: Mailbox
) -> None:
    ada = entered("ada")
    page = invite(ada, "Fay@acme.example")
    assert "on its way by e-mail" in page
    assert "/invitation/" not in page
    (text,) = box.got
    letter = message_from_string(text, policy=default)
    assert (letter["To"], letter["From"]) == ("fay@acme.example", "Keepwell <keepwell@acme.example>")
    assert letter["Message-ID"].endswith("@acme.example>")
    body = letter.get_content()
    assert "ada@acme.example invites you" in body
    link = re.search(r"http\S+/invitation/\S+", body)
    assert link
    assert link[0].startswith(str(ada.client.base_url).rstrip("/"))
    with Browser(str(ada.client.base_url)) as fay:
        fay.look(link[0].partition(str(ada.client.base_url).rstrip("/"))[2])
        assert fay.send(link[0], name="Fay", password=PASSWORD).status_code == 200
    assert members.found(stands_on.store, "fay@acme.example").active


def test_what_cannot_be_mailed_is_handed_on_and_works(
    entered: Opens, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.refuse = True
    page = invite(entered("ada"), "gus@acme.example")
    assert re.search(r'<code id="link">http[^<]+/invitation/[^<]+</code>', page)
    assert "was not mailed: the mail server 127.0.0.1 refuses" in page
    assert box.got == []
    monkeypatch.delenv(FROM_VARIABLE)
    assert f"was not mailed: {FROM_VARIABLE} is not set" in invite(entered("ada"), "gus@acme.example")
    monkeypatch.delenv(URL_VARIABLE)
    page = invite(entered("ada"), "gus@acme.example")
    assert '<code id="link">' in page
    assert "was not mailed" not in page


def test_programs_invite_by_mail_too(url: str, stands_on: Serving, box: Mailbox) -> None:
    ada = members.found(stands_on.store, "ada@acme.example")
    with program(url, key(stands_on.store, ada)) as client:
        asked = {"email": "hal@acme.example", "role": "viewer"}
        mailed = client.post("/api/invitations", json=asked)
        assert (mailed.status_code, mailed.json()) == (201, {"url": None, "mailed": True, "why_not": ""})
        box.refuse = True
        shown = client.post("/api/invitations", json=asked).json()
        assert "/invitation/" in shown["url"]
        assert not shown["mailed"]
        assert "refuses" in shown["why_not"]
    assert len(box.got) == 1
