"""The parts of the docs that the code writes are as the code has them now."""

import re

import pytest

import reference
from tests.docs.pages import DOCS, read


def test_nothing_is_stale() -> None:
    assert reference.stale() == [], "type: make docs"


def test_every_part_stands_in_the_docs_once() -> None:
    markers = [
        name for page in DOCS.rglob("*.md") for name in re.findall(r"<!-- reference: (.*?) -->", read(page))
    ]
    assert sorted(markers) == sorted(reference.BLOCKS)


def test_a_page_is_mended_where_it_differs() -> None:
    page = "before\n<!-- reference: functions -->\nstale words\n<!-- end -->\nafter\n"
    mended = reference.written(page)
    assert mended.startswith("before\n<!-- reference: functions -->\n\n| function |")
    assert "stale words" not in mended
    assert mended.endswith("<!-- end -->\nafter\n")
    assert reference.written(mended) == mended


def test_an_unknown_part_is_told() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        reference.written("<!-- reference: nonsense -->\n<!-- end -->")
