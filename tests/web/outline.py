"""What a page is made of: its tags, what could reach out of it, its ids, and pictures without a text."""

from html.parser import HTMLParser


class Outline(HTMLParser):
    """Tags in their order, and the attributes that could reach out of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.styled: list[str] = []
        self.ids: list[str] = []
        self.unnamed_pictures = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "srcset")]
        self.styled += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        said = dict(attrs)
        self.ids += [said["id"] or ""] if "id" in said else []
        if tag == "svg":
            self.unnamed_pictures += not (said.get("aria-label") or said.get("aria-hidden") == "true")
