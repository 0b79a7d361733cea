"""Relative links lead to files and headings that are there."""

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, anchors, links

CASES = [(page, link) for page in PAGES for link in links(page)]


@pytest.mark.parametrize(
    ("page", "link"), CASES, ids=lambda part: part.name if isinstance(part, Path) else part
)
def test_a_link_leads_somewhere(page: Path, link: str) -> None:
    if link.startswith(("https://", "http://")):
        return
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    assert target.is_relative_to(ROOT)
    assert target.exists()
    if anchor:
        assert anchor in anchors(target)


def test_the_index_names_every_page() -> None:
    index = DOCS / "README.md"
    named = {(DOCS / link).resolve() for link in links(index)}
    assert named >= {page for page in PAGES if page.is_relative_to(DOCS) and page != index}


def test_pictures_are_small_and_ask_nothing_of_the_network() -> None:
    pictures = DOCS / "pictures"
    assert {picture.name for picture in pictures.glob("*.*")} >= {"score.svg", "explain.svg", "report.png"}
    for picture in pictures.iterdir():
        assert not picture.is_file() or picture.stat().st_size < 300_000
    for drawing in pictures.glob("*.svg"):
        text = drawing.read_text(encoding="utf-8")
        assert "@font-face" not in text
        assert "url(http" not in text
        assert "Simulated data" in text.replace("&#160;", " ")
