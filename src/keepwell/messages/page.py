"""The page of an e-mail: MJML as HTML that mail programs show alike."""

from html import escape
from html.parser import HTMLParser

import mjml

_LAYOUT = """<mjml{lang}>
<mj-head>
<mj-title>{title}</mj-title>
<mj-attributes><mj-all font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif" />
<mj-text font-size="16px" line-height="1.5" color="#1f2937" /></mj-attributes>
<mj-raw><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"></mj-raw>
<mj-style>@media (prefers-color-scheme: dark) {{ body, .page, .page td {{ background: #111827 !important; }}
.page div {{ color: #e5e7eb !important; }} .page a {{ color: #93c5fd !important; }} }}</mj-style>
</mj-head>
<mj-body width="600px"><mj-section css-class="page"><mj-column><mj-text>{body}</mj-text></mj-column></mj-section></mj-body>
</mjml>"""

_BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table"}
_SILENT = {"style", "script", "title", "head"}


class NoPageError(Exception):
    """What is no MJML; the message says why."""


def laid_out(body: str, title: str, locale: str = "") -> str:
    """MJML around the HTML of a plain body."""
    return _LAYOUT.format(body=body, title=escape(title), lang=f' lang="{escape(locale)}"' if locale else "")


def page(source: str) -> str:
    """The HTML of MJML.

    Raises:
        NoPageError: it is none.
    """
    try:
        made: str = mjml.mjml2html(source)
    except ValueError as error:
        raise NoPageError(str(error)) from error
    return made


def text_of(html: str) -> str:
    """What a page says, as plain text: links have their address behind them."""
    reader = _Reader()
    reader.feed(html)
    lines = [" ".join(line.split()) for line in "".join(reader.said).split("\n")]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if tag in _BREAKS:
            self.said.append("\n")
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BREAKS:
            self.said.append("\n")
        if tag == "a" and self._links:
            link = self._links.pop()
            if link and not "".join(self.said).rstrip().endswith(link):
                self.said.append(f" ({link})")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)
