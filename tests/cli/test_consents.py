"""`keepwell consents`, as somebody types it who brings what their firm has."""

import json
from pathlib import Path

import pytest

from keepwell.outreach.links import SECRET, Links, Use
from keepwell.project import key
from keepwell.store.address import URL_VARIABLE
from tests.cli.run import keepwell
from tests.cli.test_commands import make

ROWS = """\
recipient,basis,granted_at,cause,since
ana@firm.example,consent,2026-05-01,,
ben@firm.example,contract,2026-05-01,,
eve,consent,2026-05-01,,
kim@firm.example,,,complaint,2026-05-02
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and a file of which one row is wrong."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    make(tmp_path / "acme")
    (tmp_path / "acme/consents.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path / "acme"


def test_from_a_file_to_a_person_who_is_forgotten(folder: Path) -> None:
    at, file = ("-C", str(folder)), str(folder / "consents.csv")
    assert "Nothing is on record" in keepwell("consents", *at).stdout
    first = keepwell("consents", "import", file, "--source", "CRM", *at)
    assert first.returncode == 1
    assert "4 rows; new: 2 consents, 1 suppressions; refused: 1 rows." in first.stdout
    assert "consents.csv:4:recipient: 'eve' is no e-mail address" in " ".join(first.stdout.split())
    again = json.loads(keepwell("consents", "import", file, "--json", *at).stdout)
    assert (again["rows"], again["consents"], again["suppressions"]) == (
        4,
        2,
        0,
    )  # another source is another record
    assert [each["line"] for each in again["refused"]] == [4]
    listed = json.loads(keepwell("consents", "list", "Kim@firm.example", "--json", *at).stdout)
    assert [(each["recipient"], each["cause"]) for each in listed] == [("kim@firm.example", "complaint")]
    exported = keepwell("consents", "export", *at).stdout.splitlines()
    assert exported[0].startswith("recipient,channel,basis,granted_at")
    assert len(exported) == 1 + 5
    assert "is removed" in keepwell("consents", "forget", "ana@firm.example", *at).stdout
    assert "ana@firm.example" not in keepwell("consents", "export", *at).stdout


def test_what_is_missing_is_told(folder: Path) -> None:
    at = ("-C", str(folder))
    for action in ("import", "forget"):
        assert "Missing argument" in keepwell("consents", action, *at).stderr
    assert "nobody of that address" in keepwell("consents", "forget", "eve@firm.example", *at).stderr


def test_somebody_is_asked_whether_they_want_to_be_written_to(folder: Path) -> None:
    at = ("-C", str(folder))
    asked = ("consents", "ask", "eve@firm.example", "--source", "Blog", *at)
    assert "names no public_url" in keepwell(*asked).stderr
    (folder / "outreach.yml").write_text("public_url: https://care.firm.example\n", encoding="utf-8")
    assert "where was it left?" in keepwell("consents", "ask", "eve@firm.example", *at).stderr
    url = json.loads(keepwell(*asked, "--json").stdout)["url"]
    links = Links(key.secret(folder, SECRET), "https://care.firm.example")
    link = links.read(url.rpartition("/")[2])
    assert link is not None
    assert (link.use, url) == (Use.CONFIRM, links.confirm(link.number))
    assert "within the last day" in keepwell(*asked).stderr
