"""What a text file's first bytes and header say."""

from pathlib import Path

import pytest

from keepwell.errors import SourceError
from keepwell.sources import text
from keepwell.sources.raw import numbered, suggestion
from keepwell.sources.source import Encoding


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("naïve".encode(), Encoding.UTF_8),
        ("naïve".encode("utf-8-sig"), Encoding.UTF_8),
        ("naïve".encode("latin-1"), Encoding.LATIN_1),
        ("naïve".encode("utf-16"), Encoding.UTF_16),
        ("naive".encode("utf-16-be"), Encoding.UTF_16),
    ],
)
def test_the_encoding_is_detected(content: bytes, encoding: Encoding) -> None:
    assert text.detect(content) is encoding


def test_a_copy_in_utf8_is_made_whatever_the_chunks_cut(tmp_path: Path) -> None:
    long = "é" * (text.HEAD_BYTES + 1)
    path = tmp_path / "long.csv"
    path.write_bytes(long.encode("utf-16-le"))
    twin, packed = text.as_utf8(path, Encoding.UTF_16, tmp_path / "scratch")
    assert twin.read_text(encoding="utf-8") == long
    assert packed == "none"


def test_a_file_that_breaks_off_within_a_character_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_bytes("id,began\n".encode("utf-16-le") + b"\x00")
    with pytest.raises(SourceError, match="not utf-16 text throughout"):
        text.as_utf8(path, Encoding.UTF_16, tmp_path / "scratch")


def test_a_file_that_is_not_packed_as_its_ending_says_is_told(tmp_path: Path) -> None:
    for ending in (".gz", ".zst"):
        path = tmp_path / f"plain.csv{ending}"
        path.write_text("id,began\n")
        with pytest.raises(SourceError, match=r"not what its ending says|cannot be read"):
            text.head(path, Encoding.UTF_8)


def test_a_header_may_hold_quotes_and_line_breaks() -> None:
    assert text.header('title\n"a\nb";c;"d;e"\n1;2;3\n', ";", 1) == ["a\nb", "c", "d;e"]


def test_names_are_made_unique_and_never_empty() -> None:
    assert [column.name for column in numbered(["id", "", "id", " note "])] == [
        "id",
        "column2",
        "id_2",
        "note",
    ]


def test_the_nearest_name_is_suggested_whatever_its_case() -> None:
    assert suggestion("Accountid", ["account_id", "plan"]) == "did you mean 'account_id'?"
    assert suggestion("zzz", ["account_id", "plan"]) == "there are account_id, plan"
