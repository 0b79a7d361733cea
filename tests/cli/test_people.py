"""`keepwell people`, as an operator types it, on a store that no server has open."""

import json
from pathlib import Path

import pytest

from keepwell.runs.people import keys, links
from keepwell.store import engine
from keepwell.store.address import URL_VARIABLE, address
from keepwell.store.links import Kind
from tests.cli.run import keepwell
from tests.runs.people.made import PASSWORD, token


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which nobody may sign in yet."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    return tmp_path


def test_from_nobody_to_a_disabled_user(folder: Path) -> None:
    empty = keepwell("people", "-C", str(folder))
    assert "keepwell people set-up" in empty.stdout
    made = keepwell("people", "set-up", "-C", str(folder), "--server", "https://keepwell.example.com/")
    (url,) = [line.strip() for line in made.stdout.splitlines() if "https://" in line]
    assert url.startswith("https://keepwell.example.com/set-up/")
    store = engine.made(address(folder))
    links.accept(store, Kind.SET_UP, token(url), name="Ada", password=PASSWORD, email="ada@example.com")
    again = keepwell("people", "set-up", "-C", str(folder))
    assert (again.returncode, "There are users already" in again.stderr) == (2, True)

    invited = keepwell(
        *("people", "invite", "kim@example.com", "--role", "csm", "--scope", "team", "--team", "North"),
        *("-C", str(folder), "--json"),
    )
    at = token(json.loads(invited.stdout)["url"])
    links.accept(store, Kind.INVITATION, at, name="Kim", password=PASSWORD)
    changed = keepwell("people", "change", "kim@example.com", "--role", "analyst", "-C", str(folder))
    assert [line.split() for line in changed.stdout.splitlines()] == [
        ["e-mail", "name", "role", "sees", "2nd", "factor"],
        ["ada@example.com", "Ada", "admin", "all", "accounts"],
        ["kim@example.com", "Kim", "analyst", "team:", "North"],
    ]
    made = keepwell(
        *("people", "key", "kim@example.com", "--name", "export", "--may", "scores:read"),
        *("-C", str(folder), "--json"),
    )
    known = keys.recognise(store, json.loads(made.stdout)["key"])
    assert known is not None
    assert known[0].email == "kim@example.com"
    gone = keepwell("people", "disable", "kim@example.com", "-C", str(folder), "--json")
    assert json.loads(gone.stdout)[1]["disabled_at"] is not None


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["invite"], 2, "whom to invite?"),
        (["invite", "kim"], 1, "'kim' is no e-mail address"),
        (["reset", "kim@example.com"], 1, "there is no such user"),
        (["key", "kim@example.com"], 1, "there is no such user"),
    ],
)
def test_what_cannot_be_is_told(folder: Path, arguments: list[str], code: int, said: str) -> None:
    found = keepwell("people", *arguments, "-C", str(folder))
    assert (found.returncode, said in found.stderr) == (code, True)
