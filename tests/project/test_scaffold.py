"""A project's folder is written, and nothing is written over."""

from pathlib import Path

import pytest

from keepwell.errors import UserError
from keepwell.project import load, scaffold
from tests.project.samples import FILES


def test_a_project_is_written_with_schemas_for_editors(tmp_path: Path) -> None:
    assert set(scaffold.write(tmp_path / "new", FILES)) == set(FILES)
    assert load(tmp_path / "new").name == "acme"
    for name, schema in (("signals.yml", "signals"), ("scorecards/default.yml", "scorecard")):
        first = (tmp_path / "new" / name).read_text(encoding="utf-8").splitlines()[0]
        said = first.removeprefix("# yaml-language-server: $schema=")
        assert ((tmp_path / "new" / name).parent / said).resolve().name == f"{schema}.json"
        assert ((tmp_path / "new" / name).parent / said).is_file()
    ignored = (tmp_path / "new/.gitignore").read_text(encoding="utf-8").split()
    assert ignored == [".keepwell/", "data/", "truth/"]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "signals.yml").write_text("mine", encoding="utf-8")
    with pytest.raises(
        UserError, match=r"holds signals\.yml already, which `init` never overwrites"
    ) as caught:
        scaffold.write(tmp_path, FILES)
    assert caught.value.do == "name another folder, or move it away"
    assert [path.name for path in tmp_path.iterdir()] == ["signals.yml"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="is a file, not a folder"):
        scaffold.write(tmp_path / "file", FILES)


@pytest.mark.parametrize("name", scaffold.examples())
def test_the_worked_examples_hold_no_mistake(tmp_path: Path, name: str) -> None:
    scaffold.write(tmp_path, scaffold.example(name))
    assert load(tmp_path).scorecards


def test_an_unknown_example_is_told() -> None:
    with pytest.raises(UserError) as caught:
        scaffold.example("sass")
    assert caught.value.do == "did you mean 'saas'?"
