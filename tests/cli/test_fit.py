"""`keepwell fit`, as a process of its own."""

import json
from pathlib import Path

import pytest

from tests.cli.run import keepwell, within
from tests.runs import leaving


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = leaving.write(tmp_path_factory.mktemp("leaving"))
    assert keepwell("load", cwd=folder).returncode == 0
    return folder


def test_a_proposal_is_shown_and_nothing_is_written(firm: Path) -> None:
    shown = keepwell("fit", "--every", "28 days", cwd=firm)
    assert shown.returncode == 0, shown.stderr
    for said in (
        "Fitted to Left",
        ": better, by ",
        "! Backwards goes against its declared direction",
        "data alone",
        "+    weight: ",
        "To write it: the same command with --write",
    ):
        assert said in shown.stdout
    assert (firm / "scorecards/default.yml").read_text(encoding="utf-8") == leaving.CARD


def test_as_json(firm: Path) -> None:
    told = json.loads(keepwell("fit", "--every", "28 days", "--json", cwd=firm).stdout)
    (card,) = told["scorecards"]
    assert (told["outcome"], told["point_in_time"], told["written"]) == ("churn", True, [])
    assert card["scorecard"] == "default"
    assert sum(measure["after"] for measure in card["measures"]) == pytest.approx(100)
    assert [len(measure["warnings"]) for measure in card["measures"]] == [0, 0, 0, 1]
    assert card["evidence"]["gain"]["value"] > 0.1
    assert told["fitted"]["outcome"] == "churn"


def test_a_fit_and_a_plan_say_what_contradicts_the_outcome(firm: Path) -> None:
    declared = firm / "outcomes.yml"
    before = declared.read_text(encoding="utf-8")
    came = "  came: {kind: churned, event: {from: accounts, at: began_at}, horizon: 28 days}\n"
    rows = (firm / "data/accounts.csv").read_text(encoding="utf-8").splitlines()[1:]
    stayed = sum(row.endswith(",") for row in rows)
    declared.write_text(before + came, encoding="utf-8")
    try:
        for command in (("fit", "--every", "28 days"), ("plan",)):
            shown = " ".join(within(*command, cwd=firm).stdout.split())
            assert "! churn and came contradict each other about" in shown
            assert f"only churn 0, only came {stayed}. Only you know which is true" in shown
            told = json.loads(within(*command, "--json", cwd=firm).stdout)["contradictions"]
            assert [(each["other"], each["disagree"]) for each in told] == [("came", stayed)]
    finally:
        declared.write_text(before, encoding="utf-8")


def test_it_is_written_when_asked_for_and_reads_as_a_project(firm: Path) -> None:
    written = keepwell("fit", "--every", "28 days", "--bands", "--capacity", "15", "--write", cwd=firm)
    try:
        assert "Written to scorecards/default.yml. Nothing is applied" in written.stdout
        text = (firm / "scorecards/default.yml").read_text(encoding="utf-8")
        assert "fitted: {outcome: churn" in text
        assert "# as everybody does" in text
        checked = keepwell("check", "--json", cwd=firm)
        assert json.loads(checked.stdout)["problems"] == []
    finally:
        (firm / "scorecards/default.yml").write_text(leaving.CARD, encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cost", "100"), "no cost; type what a miss and a needless contact cost, such as 5000:100"),
        (("--cost", "1:5"), "no cost"),
        (("--cost", "5:1", "--capacity", "3"), "type one of the two"),
    ],
)
def test_a_wrong_command_line_is_told(firm: Path, arguments: tuple[str, ...], said: str) -> None:
    told = keepwell("fit", *arguments, cwd=firm)
    assert told.returncode == 2
    assert said in " ".join(told.stderr.split())
