"""Where files are sought: globs within the project, and environment variables that say where data lies elsewhere."""

from pathlib import Path

import pytest

from keepwell.errors import SourceError
from keepwell.sources.files import find

WHERE = "sources.yml:orders:files"


def made(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("id\n1\n")
    return folder


def test_each_file_is_found_once_in_the_order_of_names(tmp_path: Path) -> None:
    project = made(tmp_path / "a project [2024]", "b.csv", "a.csv", "c.txt")
    assert [path.name for path in find(project, ["*.csv", "a.*"], WHERE)] == ["a.csv", "b.csv"]


def test_an_environment_variable_says_where_the_data_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = made(tmp_path / "exports [new]", "orders.csv", "orders-2.csv")
    monkeypatch.setenv("EXPORTS", str(elsewhere))
    found = find(made(tmp_path / "project"), ["${EXPORTS}/orders*.csv"], WHERE)
    assert found == [elsewhere / "orders-2.csv", elsewhere / "orders.csv"]


def test_a_relative_folder_in_a_variable_is_relative_to_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "data", "orders.csv")
    monkeypatch.setenv("EXPORTS", "../data")
    [found] = find(made(tmp_path / "project"), ["${EXPORTS}/orders.csv"], WHERE)
    assert found.resolve() == (tmp_path / "data/orders.csv").resolve()


@pytest.mark.parametrize("held", [None, ""])
def test_a_variable_that_is_not_set_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str | None
) -> None:
    monkeypatch.delenv("EXPORTS", raising=False)
    if held is not None:
        monkeypatch.setenv("EXPORTS", held)
    with pytest.raises(
        SourceError, match="needs the environment variable EXPORTS, which is not set"
    ) as caught:
        find(tmp_path, ["${EXPORTS}/orders.csv"], WHERE)
    assert caught.value.where == WHERE
    assert caught.value.do == "type, for example, `export EXPORTS=/the/folder/that/is/meant`"


def test_what_lies_nearby_is_told_where_nothing_matches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPORTS", str(made(tmp_path / "exports", "bills.csv")))
    with pytest.raises(SourceError, match=r"no file matches .*exports/orders\.csv") as caught:
        find(tmp_path, ["${EXPORTS}/orders.csv"], WHERE)
    assert "holds bills.csv" in caught.value.do
