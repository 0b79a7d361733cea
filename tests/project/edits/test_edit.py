"""Edits add what is missing and leave every other byte alone."""

from pathlib import Path

import pytest

from keepwell.project import lint, load
from keepwell.project.edits import AddKey, NewFile, edited, write
from tests.project import samples


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a:\n  x: 1  # one\n# end\n", ("a",), "a:\n  x: 1  # one\n  k: v\n# end\n"),
        ("a: {x: 1}  # one\n", ("a",), "a: {x: 1, k: v}  # one\n"),
        ("a: {x: 1,}\n", ("a",), "a: {x: 1, k: v}\n"),
        ("a: {x: 1,\n    y: 2}\nb: 3\n", ("a",), "a: {x: 1,\n    y: 2, k: v}\nb: 3\n"),
        ("a:\n  x:\n    y: 1\nb: 2\n", ("a",), "a:\n  k: v\n  x:\n    y: 1\nb: 2\n"),
        ("a:\n  x: |\n    text\n\nb: 2\n", ("a",), "a:\n  k: v\n  x: |\n    text\n\nb: 2\n"),
        ("a:\n  x: [1,\n    2]\nb: 2\n", ("a",), "a:\n  x: [1,\n    2]\n  k: v\nb: 2\n"),
        ("a:\n  x: 1", ("a",), "a:\n  x: 1\n  k: v\n"),
        ("a:\r\n  x: 1\r\n", ("a",), "a:\r\n  x: 1\r\n  k: v\r\n"),
        ("x: 1\n\n# notes\n", (), "x: 1\nk: v\n\n# notes\n"),
        ('\ufeffx: "1"\n', (), '\ufeffx: "1"\nk: v\n'),
    ],
)
def test_a_key_is_edited(before: str, path: tuple[str, ...], after: str) -> None:
    assert edited(before, AddKey("a.yml", path, "k", "v")) == after


def test_a_key_that_is_there_or_has_no_place_is_not_edited() -> None:
    assert edited("a: {k: 1}\n", AddKey("a.yml", ("a",), "k", "v")) is None
    assert edited("a: {x: 1}\n", AddKey("a.yml", ("b",), "k", "v")) is None


def test_a_file_that_is_there_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("mine", encoding="utf-8")
    assert write(tmp_path, [NewFile("a.yml", "theirs")]) == ()
    assert (tmp_path / "a.yml").read_text(encoding="utf-8") == "mine"


def test_fixing_mends_what_can_be_mended_and_keeps_comments(tmp_path: Path) -> None:
    signals = samples.FILES["signals.yml"].replace(
        "    label: Seats in use\n    unit: share\n", "    # seats\n"
    )
    signals = signals.replace("    missing: unknown\n    expression", "    expression")
    card = samples.FILES["scorecards/default.yml"].replace("missing: redistribute\n", "")
    samples.write(tmp_path, signals=signals, default=card.replace("segment: any", "segment: enterprise"))
    project = load(tmp_path)
    before = {finding.rule for finding in lint.check(project)}
    assert {"no_label", "missing_left_to_chance", "no_catch_all"} <= before
    made = lint.write(tmp_path, lint.fix(project))
    assert len(made) == 4
    mended = load(tmp_path)
    assert {finding.rule for finding in lint.check(mended)} == {"attribute_without_history", "no_unit"}
    assert mended.signal("seat_use").label == "Seat use"
    assert "    # seats\n" in (tmp_path / "signals.yml").read_text(encoding="utf-8")
    last = mended.scorecards[-1]
    assert (last.name, last.segments, last.stages) == ("everyone_else", None, None)
    assert last.dimensions == mended.scorecards[0].dimensions
    assert lint.fix(mended) == ()
