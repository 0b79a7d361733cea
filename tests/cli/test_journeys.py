"""`keepwell journeys`: the list, one journey, its pictures, and the library."""

import json
from pathlib import Path

import pytest

from keepwell.cli.main import main
from tests.project import rescues, samples


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample project with its journey, as the current folder."""
    rescues.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["journeys", *arguments])
    return int(ended.value.code or 0)


@pytest.mark.usefixtures("here")
class TestJourneys:
    def test_they_are_listed(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run() == 0
        said = capsys.readouterr().out
        assert "adoption_rescue   5 steps, 10% held out" in said
        assert "The health band becomes yellow" in said

    def test_they_are_listed_as_json_with_versions(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("--json") == 0
        (one,) = json.loads(capsys.readouterr().out)["journeys"]
        assert (one["journey"], one["goal"]) == ("adoption_rescue", "band green within 45 days")
        assert len(one["version"]) == 12
        assert [step["id"] for step in one["steps"]][:2] == ["message.micro_guide", "wait.guide_opened"]

    def test_one_is_drawn_from_top_to_bottom(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("show", "adoption_rescue") == 0
        said = capsys.readouterr().out
        order = ["● The health band becomes yellow", "├ In the app micro_guide", "├ Wait for the event guide_opened, 3 business days",
                 "├ opened(micro_guide)?", "│ └ yes: go on", "│ └ no", "│   ├ E-mail check_in", "├ Task: Call the champion", "■ End"]  # fmt: skip
        assert [said.index(each) for each in order] == sorted(said.index(each) for each in order)

    def test_pictures_are_written(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("show", "adoption_rescue", "--html", "a.html", "--svg", "a.svg") == 0
        assert capsys.readouterr().out == "Wrote a.html\nWrote a.svg\n"
        picture = (here / "a.svg").read_text(encoding="utf-8")
        assert picture.strip() in (here / "a.html").read_text(encoding="utf-8")

    def test_a_name_that_is_none_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("show", "adoption_rescu") == 1
        assert "did you mean 'adoption_rescue'?" in capsys.readouterr().err
        assert run("show") == 2
        assert run("list", "adoption_rescue") == 2
        assert run("list", "--svg", "a.svg") == 2

    def test_a_playbook_is_added(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("library") == 0
        assert "win_back" in capsys.readouterr().out
        assert run("add", "payment_failure") == 0
        assert "journeys/payment_failure.yml" in capsys.readouterr().out
        assert (here / "templates/email/update_your_card.liquid").is_file()
        assert run("add", "payment_failure") == 1


def test_a_project_without_journeys_is_told_how_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    samples.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run() == 0
    assert "keepwell journeys library" in capsys.readouterr().out
