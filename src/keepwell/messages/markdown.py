"""Markdown with Liquid in it, as HTML with Liquid in it: values are put in afterwards, and cannot be read as Markdown."""

import re
from functools import lru_cache

from markdown_it import MarkdownIt

_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_KEPT = re.compile(r"KWL(\d+)Z")
_ALONE = re.compile(r"<p>\s*((?:KWL\d+Z\s*)+)</p>")
_LINK = re.compile(r"\[([^\]]*)\]\(((?:\{\{.*?\}\}|[^)\s])+)\)")
_STRONG = re.compile(r"\*\*(\S.*?)\*\*")


@lru_cache(maxsize=512)
def html_of(markdown: str) -> str:
    """The paragraphs, lists and links of CommonMark; tags that it holds are shown as they are written."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"KWL{len(kept) - 1}Z"

    made = MarkdownIt("commonmark", {"html": False}).render(_LIQUID.sub(keep, markdown))
    made = _ALONE.sub(lambda found: found[1] if _only_tags(found[1], kept) else found[0], made)
    return _KEPT.sub(lambda found: kept[int(found[1])], made)


def _only_tags(places: str, kept: list[str]) -> bool:
    """Whether a paragraph holds nothing but `{% ... %}`, which is no paragraph of its own."""
    return all(kept[int(number)].startswith("{%") for number in _KEPT.findall(places))


@lru_cache(maxsize=512)
def text_of(markdown: str) -> str:
    """The same as plain text: links have their address behind them, and nothing is marked as strong."""
    linked = _LINK.sub(
        lambda found: found[2] if found[1] == found[2] else f"{found[1]} ({found[2]})", markdown
    )
    return _STRONG.sub(r"\1", linked)
