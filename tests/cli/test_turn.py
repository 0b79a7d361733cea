"""The clock of a simulated project is turned, and that of real customers is not."""

import json
from pathlib import Path

import pytest

from keepwell.store.address import URL_VARIABLE
from tests.cli.run import within
from tests.runs import leaving


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    return leaving.write(tmp_path / "firm", accounts=40)


def test_days_pass_in_an_invented_firm(folder: Path) -> None:
    with (folder / "keepwell.yml").open("a", encoding="utf-8") as file:
        file.write("simulated: true\n")
    assert within("load", cwd=folder).returncode == 0
    first = json.loads(within("score", "--json", cwd=folder).stdout)[0]["as_of"]
    passed = json.loads(within("turn", "--days", "2", "--json", cwd=folder).stdout)
    assert (passed["days"], passed["simulated"]) == (2, True)
    then = json.loads(within("score", "--json", cwd=folder).stdout)[0]["as_of"]
    assert (first[:10], then[:10], passed["now"][:10]) == ("2025-06-30", "2025-07-02", "2025-07-02")


def test_the_clock_of_real_customers_stays(folder: Path) -> None:
    within("load", cwd=folder)
    (folder / ".keepwell").mkdir(exist_ok=True)
    (folder / ".keepwell" / "clock").write_text('{"as_of": "2025-07-09T00:00:00+00:00", "seconds": 0}')
    before = json.loads(within("score", "--json", cwd=folder).stdout)[0]["as_of"]
    refused = within("turn", cwd=folder)
    assert refused.returncode == 1
    assert "this project is not simulated" in refused.stderr
    assert before[:10] != "2025-07-09"
