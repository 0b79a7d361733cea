"""The server sends what journeys want said, once what is applied turns outreach on."""

from pathlib import Path

import pytest

from keepwell.store import ledger, sandbox
from keepwell.store.address import URL_VARIABLE
from keepwell.web.chores import living, posting
from keepwell.web.running import standing
from tests.cli.test_commands import make
from tests.cli.test_posting import NOW, OURS, said

AT_ONCE = {**OURS, "journeys/rescue.yml": OURS["journeys/rescue.yml"].replace("approval: required\n", "")}


def test_what_is_wanted_is_planned_and_caught_by_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.setenv("KEEPWELL_NOW", NOW["KEEPWELL_NOW"])
    folder = make(tmp_path / "firm", **AT_ONCE)
    said(folder, "load")
    said(folder, "score")
    with standing(folder, folder / ".keepwell/warehouse.duckdb") as served:
        posting.post(served)  # nothing was ever applied
    for arguments in (
        ("plan",),
        ("apply", "--why", "to begin"),
        ("consents", "import", "data/consents.csv"),
        ("outreach", "put", "A1", "rescue"),
    ):
        said(folder, *arguments)
    with standing(folder, folder / ".keepwell/warehouse.duckdb") as served:
        living.live(served)
        posting.post(served)
        posting.post(served)
        with served.store.reading() as connection:
            (shown,) = sandbox.shown(connection)
            (entry,) = ledger.of(connection)
    assert (shown.recipient, shown.message.subject) == ("ana@north.example", "Hello Ana")
    assert (str(entry.state), entry.tries) == ("accepted", 1)
