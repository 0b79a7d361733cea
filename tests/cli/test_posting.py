"""Outreach from the command line, from a person's yes to the message that the sandbox shows."""

import json
from pathlib import Path

import pytest

from keepwell.store import engine, sandbox
from keepwell.store.address import URL_VARIABLE, address
from tests.cli.run import within
from tests.cli.test_commands import FILES, make

NOW = {"KEEPWELL_NOW": "2025-07-01T09:00:00Z"}
CONTACTS = """
  contacts:
    files: data/contacts.csv
    table: contacts
    columns: {contact_id: id, contact: id, account_id: account, name: name, email: email, role: role, joined_at: since}
"""
OURS = {
    "sources.yml": FILES["sources.yml"] + CONTACTS,
    "data/contacts.csv": "id,account,name,email,role,since\np1,A1,Ana Ray,ana@north.example,champion,2024-02-01\n"
    "p2,A2,Ben Low,ben@evil.example,champion,2024-02-01\n",
    "outreach.yml": """
enabled: true
sandbox: true
from: {email: success@acme.example, name: Acme}
categories: {payments: {about: Payments, bases: contract, transactional: true}}
""",
    "journeys/rescue.yml": """
journey: rescue
trigger: {by_hand: true}
category: payments
approval: required
steps:
  - message: {template: hello, channel: email}
""",
    "templates/email/hello.liquid": "subject: Hello {{ contact.first_name }}\n\n{{ signals.active_days }} days. {{ unsubscribe_url }}\n",
    "data/consents.csv": "recipient,basis,granted_at\nana@north.example,contract,2024-02-01\n",
}


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The firm with a journey, outreach on and applied, and its people's consent as far as it is on record."""
    folder = make(tmp_path_factory.mktemp("firm"), **OURS)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        for arguments in (
            ("load",),
            ("plan",),
            ("apply", "--why", "to begin"),
            ("score",),
            ("consents", "import", "data/consents.csv", "--source", "CRM"),
        ):
            said(folder, *arguments)
    return folder


def said(folder: Path, *arguments: str, code: int = 0) -> str:
    """What the command printed."""
    done = within(*arguments, cwd=folder, environment=NOW)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_from_a_persons_yes_to_the_message(firm: Path) -> None:
    assert said(firm, "outreach", "sent") == "Nothing was to be sent yet.\n"
    for account in ("A1", "A2", "A3"):
        assert f"{account} is in rescue now" in said(firm, "outreach", "put", account, "rescue")
    # A1 waits for a yes, of A2 no basis is on record, at A3 nobody is known: that was told when it was planned
    assert "Messages: 1 skipped, 1 waiting." in said(firm, "outreach", "run")
    told = {each["account_id"]: (each["state"], each["reason"]) for each in messages(firm)}
    assert told == {
        "A1": ("held", "not_approved"),
        "A2": ("skipped", "no_basis"),
        "A3": ("skipped", "nobody"),
    }
    assert "is approved; any edit needs another yes" in said(firm, "outreach", "approve", "rescue")
    assert "rescue is paused" in said(firm, "outreach", "pause", "rescue", "--because", "wrong link")
    assert "Messages: 1 waiting." in said(firm, "outreach", "run")
    assert [each["reason"] for each in messages(firm) if each["account_id"] == "A1"] == ["paused"]
    assert "rescue goes on." in said(firm, "outreach", "resume", "rescue")
    assert "Messages: 1 sent." in said(firm, "outreach", "run")
    store = engine.existing(address(firm))
    assert store is not None
    with store.reading() as connection:
        (shown,) = sandbox.shown(connection)
    assert (shown.recipient, shown.message.subject) == ("ana@north.example", "Hello Ana")
    assert shown.message.text.startswith("10 days. https://nowhere.invalid/m/unsubscribe/")
    listed = said(firm, "outreach", "sent", "rescue")
    assert "accepted" in listed
    assert "no lawful basis is" in listed


def test_people_are_picked_and_accounts_left_in_peace(firm: Path) -> None:
    assert said(firm, "outreach", "pick", "A1", "ana@north.example") == "At A1, `to: picked` means Ana Ray.\n"
    assert "nobody called 'eve' is at A1" in said(firm, "outreach", "pick", "A1", "eve", code=1)
    left = said(firm, "outreach", "leave", "A1", "--until", "2025-07-04", "--because", "audit")
    assert left == "A1 is left in peace until the end of 2025-07-04, but for what is transactional.\n"
    assert "up to which day?" in said(firm, "outreach", "leave", "A1", code=2)
    assert "keepwell outreach approve JOURNEY" in said(firm, "outreach", "approve", code=2)


def messages(folder: Path) -> list[dict[str, str]]:
    """What `sent` tells other programs."""
    found: list[dict[str, str]] = json.loads(said(folder, "outreach", "sent", "--json"))["messages"]
    return found
