"""A message as somebody at an account would get it: filled in from what is known of them, and judged; nothing is sent."""

import json
from pathlib import Path

import pytest

from tests.cli.run import within
from tests.cli.test_commands import FILES, make

CONTACTS = """
  contacts:
    files: data/contacts.csv
    table: contacts
    columns: {contact_id: id, account_id: account, joined_at: joined, left_at: left, role: role, name: name, email: mail}
"""
PEOPLE = """id,account,joined,left,role,name,mail
C1,A1,2024-01-02,,user,Ada Byron,ada@northwind.example
C2,A1,2024-01-02,,champion,Mae Jemison,mae@northwind.example
C3,A1,2024-01-02,2025-06-01,champion,Gone Already,gone@northwind.example
C4,A2,2024-01-02,,user,<b>Bo</b>,bo@evil.example
"""
CHECK_IN = """subject: {{ contact.first_name | default: "Hello" }}, {{ signals.active_days }} days

Dear {{ contact.first_name | default: "customer" }},

{{ account.name }} was active on **{{ signals.active_days }}** days. [Stop these]({{ unsubscribe_url }})
"""


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(
        tmp_path_factory.mktemp("firm"),
        **{
            "sources.yml": FILES["sources.yml"] + CONTACTS,
            "data/contacts.csv": PEOPLE,
            "templates/email/check_in.liquid": CHECK_IN,
            "templates/email/check_in.de.liquid": CHECK_IN.replace("Dear", "Liebe"),
            "templates/email/bare.liquid": "subject: FREE NOW!!!\n\nGo to [us](www.us.example)\n",
            "templates/email/unknown.liquid": "subject: S\n\nText\n\n{{ account.mood }}\n",
            "templates/call/check_in.liquid": "{{ account.name }} is {{ score.band }}: {{ score.reasons | join: '; ' }}\n",
        },
    )
    done = within("load", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_it_goes_to_the_champion_who_is_still_there(firm: Path) -> None:
    done = within("preview", "email/check_in", "Northwind", "--html", "message.html", cwd=firm)
    assert done.returncode == 0, done.stderr
    assert "To: Mae Jemison <mae@northwind.example>, champion" in done.stdout
    assert "Subject: Mae, 10 days" in done.stdout
    assert "Northwind was active on 10 days." in done.stdout
    assert "Nothing is wrong with it. Nothing was sent." in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "<strong>10</strong>" in (firm / "message.html").read_text(encoding="utf-8")


def test_another_contact_and_language_can_be_asked_for(firm: Path) -> None:
    done = within(
        "preview",
        "email/check_in",
        "A1",
        "--contact",
        "ADA@northwind.example",
        "--locale",
        "de",
        "--json",
        cwd=firm,
    )
    said = json.loads(done.stdout)
    assert said["template"] == "email/check_in.de"
    assert said["contact"] == {"name": "Ada Byron", "email": "ada@northwind.example", "role": "user"}
    assert said["text"].startswith("Liebe Ada,\n")
    assert said["findings"] == []
    assert (
        json.loads(within("preview", "email/check_in", "A1", "--locale", "fr", "--json", cwd=firm).stdout)[
            "template"
        ]
        == "email/check_in"
    )


def test_a_hostile_name_brings_no_tags_and_an_unknown_one_is_stood_in_for(firm: Path) -> None:
    said = json.loads(within("preview", "email/check_in", "A2", "--json", cwd=firm).stdout)
    assert "&lt;b&gt;Bo&lt;/b&gt;" in said["html"]
    nobody = json.loads(within("preview", "email/check_in", "A3", "--json", cwd=firm).stdout)
    assert nobody["contact"] is None
    assert nobody["subject"] == "Hello, 5 days"


def test_what_is_wrong_is_told(firm: Path) -> None:
    done = within("preview", "email/bare", "A1", "--json", cwd=firm)
    assert done.returncode == 1
    assert [(one["what"], one["stops"]) for one in json.loads(done.stdout)["findings"]] == [
        ("the link 'www.us.example' leads nowhere", True),
        ("its subject reads like spam", False),
        ("nobody can unsubscribe from it", True),
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("email/unknown", "A1"), "templates/email/unknown.liquid:5"),
        (("email/unknown", "A1"), 'account.mood | default: "..."'),
        (("email/chek_in", "A1"), "email/check_in"),
        (("email/check_in", "A9"), "A9"),
        (("email/check_in", "A1", "--contact", "gone@northwind.example"), "mae@northwind.example"),
    ],
)
def test_mistakes_say_where_and_what_to_type(firm: Path, arguments: tuple[str, ...], says: str) -> None:
    done = within("preview", *arguments, cwd=firm)
    assert done.returncode == 1
    assert says in done.stderr


def test_only_a_script_for_our_own_people_knows_the_score(firm: Path) -> None:
    said = json.loads(within("preview", "call/check_in", "A3", "--json", cwd=firm).stdout)
    assert said["text"].startswith("Cobalt is yellow: ")
    assert said["html"].startswith("<p>Cobalt is yellow")
