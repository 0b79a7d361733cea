"""Proposals as edits: what is there is replaced, what was left to its default is added, what cannot be is told."""

from pathlib import Path

import pytest

from keepwell.errors import UserError
from keepwell.project.edits import SetValue
from keepwell.runs.rewriting import diff, file_of, knots, rewritten
from keepwell.scoring.scorecard import Line

FILE = "scorecards/a.yml"


def rewrite(tmp_path: Path, text: str, *wanted: tuple[str, str]) -> str:
    (tmp_path / "scorecards").mkdir()
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    edits = [SetValue(FILE, tuple(path.split(".")), value, "why") for path, value in wanted]
    before, after = rewritten(tmp_path, edits)[FILE]
    assert before == text
    return after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("bands: {green: 70, yellow: 40}\n", "bands: {green: 80, yellow: 50}  # why\n"),
        ("bands:\n  green: 70  # mine\n", "bands:\n  green: 80  # mine\n  yellow: 50  # why\n"),
        ("bands: {green: 70}\nx: 1\n", "bands: {green: 80, yellow: 50}  # why\nx: 1\n"),
        ("x: 1\n", "x: 1\nbands: {green: 80, yellow: 50}  # why\n"),
    ],
)
def test_bands_are_replaced_or_added(tmp_path: Path, text: str, after: str) -> None:
    assert rewrite(tmp_path, text, ("bands.green", "80"), ("bands.yellow", "50")) == after


def test_what_an_anchor_hands_on_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"dimensions.a.weight cannot be changed by itself") as told:
        rewrite(tmp_path, "dimensions: {a: {weight: &w 3}, b: {weight: *w}}\n", ("dimensions.a.weight", "4"))
    assert told.value.where == FILE


def test_scales_are_written_as_people_would() -> None:
    line = Line(((-0.5, 0.0), (0.25, 35.0), (1.0, 100.0)))
    assert knots(line, percent=True) == "{-50%: 0, 25%: 35, 100%: 100}"
    assert knots(line, percent=False) == "{-0.5: 0, 0.25: 35, 1: 100}"
    assert knots(Line(((0.145, 0.0), (21400.0, 5.0))), percent=True).startswith("{14.5%: 0")


def test_the_change_as_text() -> None:
    shown = diff({"a.yml": ("x: 1\ny: 2", "x: 1\ny: 3")})
    assert shown == "--- a.yml\n+++ a.yml\n@@ -1,2 +1,2 @@\n x: 1\n-y: 2\n+y: 3\n"
    assert not diff({"a.yml": ("x: 1\n", "x: 1\n")})


def test_the_file_of_a_place() -> None:
    assert file_of("scorecards/a.yml:3:scorecard") == "scorecards/a.yml"
