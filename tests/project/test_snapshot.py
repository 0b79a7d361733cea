"""A copy of a project's files is the same project as its folder, wherever it is read."""

from pathlib import Path

import pytest

from keepwell.project import load, of_files
from keepwell.project.snapshot import Folder, Snapshot, differing, digests, identity, taken
from tests.project.samples import FILES, spoilt, write

MORE = {
    "governance.yml": "approvals: {needed: 1}\n",
    "notes.txt": "not part of it",
    "data/x.yml": "nor this",
    "models/churn.fitted.json": "{}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path)
    for name, text in MORE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_copy_is_the_same_project(folder: Path) -> None:
    copy = taken(Folder(folder))
    again = of_files(copy)
    assert again == load(folder)
    assert again.version() == load(folder).version()
    assert again.warehouse == folder / ".keepwell/warehouse.duckdb"


def test_only_files_with_a_meaning_are_copied(folder: Path) -> None:
    copy = taken(Folder(folder))
    assert sorted(copy.texts) == sorted([*FILES, "governance.yml", "models/churn.fitted.json"])


def test_a_copy_does_not_follow_the_folder(folder: Path) -> None:
    copy = taken(Folder(folder))
    before = of_files(copy)
    (folder / "signals.yml").write_text("broken: [", encoding="utf-8")
    assert of_files(copy) == before


def test_globs_stay_within_their_folder(folder: Path) -> None:
    for files in (Folder(folder), taken(Folder(folder))):
        assert files.matching("scorecards/*.yml") == ["scorecards/default.yml"]
        assert "scorecards/default.yml" not in files.matching("*.yml")
        assert "signals.yml" in files.matching("*.y*ml")
        assert (files.has("signals.yml"), files.has("signals.yaml")) == (True, False)


def test_the_id_is_that_of_the_texts_alone(folder: Path, tmp_path: Path) -> None:
    copy = taken(Folder(folder))
    assert copy.id == Snapshot(Path("elsewhere"), dict(sorted(copy.texts.items(), reverse=True))).id
    assert copy.id == identity(digests(Folder(folder)))
    assert copy.id != Snapshot(folder, {**copy.texts, "signals.yml": copy.texts["signals.yml"] + "#"}).id
    assert copy.id != Snapshot(folder, {**copy.texts, "scorecards/other.yml": ""}).id


def test_a_comments_edit_differs_and_is_no_new_version(folder: Path) -> None:
    copy, version = taken(Folder(folder)), load(folder).version()
    text = (folder / "signals.yml").read_text(encoding="utf-8")
    (folder / "signals.yml").write_text(f"# why\n{text}", encoding="utf-8")
    assert differing(digests(copy), digests(Folder(folder))) == ["signals.yml"]
    assert load(folder).version() == version


def test_files_that_come_and_go_differ(folder: Path) -> None:
    copy = taken(Folder(folder))
    (folder / "governance.yml").unlink()
    (folder / "scorecards/new.yml").write_bytes(b"\xff not UTF-8")
    assert differing(digests(copy), digests(Folder(folder))) == ["governance.yml", "scorecards/new.yml"]


def test_a_file_with_a_mark_and_windows_lines_is_kept_as_it_is(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "signals", "signals:\n", "signals:\r\n")
    text = (folder / "signals.yml").read_bytes()
    (folder / "signals.yml").write_bytes(b"\xef\xbb\xbf" + text)
    copy = taken(Folder(folder))
    assert digests(copy) == digests(Folder(folder))
    assert of_files(copy) == load(folder)


def test_a_file_that_is_not_there_cannot_be_read() -> None:
    with pytest.raises(FileNotFoundError, match=r"signals\.yml"):
        Snapshot(Path(), {}).content("signals.yml")
