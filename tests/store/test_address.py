"""Where the store is, and that nobody's password is shown."""

from pathlib import Path

import pytest

from keepwell.store.address import URL_VARIABLE, address


def test_it_lies_in_the_projects_folder_if_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    found = address(tmp_path)
    assert found.file == tmp_path / ".keepwell/store.sqlite"
    assert (found.shared, found.there) == (False, False)
    assert str(found) == str(found.file)


def test_a_url_in_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, "postgresql://kim:secret@db.example/keepwell")
    found = address(tmp_path)
    assert found.url == "postgresql+psycopg://kim:secret@db.example/keepwell"
    assert (found.file, found.shared, found.there) == (None, True, True)
    assert str(found) == "postgresql://db.example/keepwell"


def test_a_file_can_be_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, f"sqlite:///{tmp_path}/other.sqlite")
    found = address(tmp_path / "project")
    assert (found.file, found.shared) == (tmp_path / "other.sqlite", True)
